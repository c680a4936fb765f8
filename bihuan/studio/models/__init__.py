"""Charts in the making."""

from bihuan.studio.models.drafts import OPEN_STAGES, Draft, Kept, Stage
from bihuan.studio.models.drills import Drill, DrillCard
from bihuan.studio.models.rehearsals import ACTIVE_STATES, Rehearsal, RehearsalState
from bihuan.studio.models.reviews import Comment, Review, ReviewState, Signature, Unreviewed, Verdict
from bihuan.studio.models.suggestions import Suggestion, SuggestionStatus, Vote

__all__ = [
    "ACTIVE_STATES",
    "OPEN_STAGES",
    "Comment",
    "Draft",
    "Drill",
    "DrillCard",
    "Kept",
    "Rehearsal",
    "RehearsalState",
    "Review",
    "ReviewState",
    "Signature",
    "Stage",
    "Suggestion",
    "SuggestionStatus",
    "Unreviewed",
    "Verdict",
    "Vote",
]

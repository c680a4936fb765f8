"""Everything that changes charts in the making."""

from bihuan.studio.operations.drafts import (
    Content,
    copy_shipped,
    create_draft,
    discard_draft,
    draft_from_version,
    rename_draft,
    restore_kept,
    save_draft,
    save_parts,
)
from bihuan.studio.operations.publishing import publish_draft
from bihuan.studio.operations.rehearsals import (
    Size,
    cancel_rehearsal,
    claim_rehearsal,
    delete_rehearsal,
    finish_rehearsal,
    note_progress,
    release_rehearsal,
    rename_rehearsal,
    rerun_rehearsal,
    start_rehearsal,
)
from bihuan.studio.operations.reviews import (
    add_comment,
    answer_comment,
    ask_review,
    resolve_comment,
    sign_review,
    take_back,
)
from bihuan.studio.operations.suggestions import decline_suggestion, suggest, vote_suggestion

__all__ = [
    "Content",
    "Size",
    "add_comment",
    "answer_comment",
    "ask_review",
    "cancel_rehearsal",
    "claim_rehearsal",
    "copy_shipped",
    "create_draft",
    "decline_suggestion",
    "delete_rehearsal",
    "discard_draft",
    "finish_rehearsal",
    "note_progress",
    "draft_from_version",
    "publish_draft",
    "release_rehearsal",
    "rename_draft",
    "rename_rehearsal",
    "rerun_rehearsal",
    "resolve_comment",
    "restore_kept",
    "save_draft",
    "save_parts",
    "sign_review",
    "start_rehearsal",
    "suggest",
    "take_back",
    "vote_suggestion",
]

"""Two issues that look alike are told apart by a person, for good."""

from datetime import datetime

from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden, NotFound
from bihuan.core.stamps import operation
from bihuan.issues.models import Issue, NotDuplicate
from bihuan.issues.permissions import visible


@operation()
def dismiss_duplicate(*, issue_id: int, other_id: int, actor: Actor, now: datetime) -> None:
    """They are different things: the suggestion is not made again, from either side. A second time changes nothing.
    Refuses issues that the actor may not see."""
    if not actor.can("issues.reply"):
        raise Forbidden
    one, other = sorted((issue_id, other_id))
    if one == other or Issue.objects.filter(visible(actor), pk__in=(one, other)).count() < 2:
        raise NotFound
    pair = NotDuplicate(one_id=one, other_id=other, by_id=actor.user_id, at=now)
    NotDuplicate.objects.bulk_create([pair], ignore_conflicts=True)
    audit.record(
        actor=actor, action="issue.told_apart", object_type="issue", object_id=issue_id, now=now,
        detail={"from": other_id},
    )  # fmt: skip

"""How far somebody has read."""

from collections.abc import Sequence
from datetime import datetime

from bihuan.core.actor import Actor
from bihuan.issues.models import Issue, Reading

Place = tuple[datetime, int]
"""A line's place in the timeline: when, and its id."""


def unread(*, actor: Actor, issues: Sequence[Issue]) -> frozenset[int]:
    """Those of a page of issues in which the customer wrote since the person looked; one query.

    An issue never opened is unread to those who have a part in it, and to all while nobody has it.
    """
    wrote = [issue for issue in issues if issue.heard_at is not None and issue.is_open]
    if not wrote or actor.user_id is None:
        return frozenset()
    rows = Reading.objects.filter(user_id=actor.user_id, issue_id__in=[issue.pk for issue in wrote])
    looked = dict(rows.values_list("issue_id", "entry_at"))
    return frozenset(issue.pk for issue in wrote if _unread(issue, looked.get(issue.pk), actor.user_id))


def _unread(issue: Issue, looked: datetime | None, user_id: int) -> bool:
    if looked is None:
        return issue.assignee_id is None or issue.assignee_id == user_id or user_id in issue.people
    return issue.heard_at is not None and issue.heard_at > looked

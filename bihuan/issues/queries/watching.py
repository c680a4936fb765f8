"""Who watches an issue, and what the reader has put away."""

from dataclasses import dataclass

from bihuan.core.actor import Actor
from bihuan.issues.models import Issue, Snooze, Watch
from bihuan.issues.permissions import visible


@dataclass(frozen=True, slots=True)
class Attention:
    """``watchers``: names. ``events``: of what the reader hears; none where they do not watch."""

    watchers: list[str]
    events: list[str]


def attention(*, actor: Actor, issue: Issue) -> Attention:
    """Who watches an issue that is in hand. One query, none where nobody does."""
    rows: list[Watch] = []
    if issue.watchers:
        seen = Issue.objects.filter(visible(actor), pk=issue.pk)
        rows = list(Watch.objects.filter(issue__in=seen).select_related("user").order_by("id"))
    own = next((row for row in rows if row.user_id == actor.user_id), None)
    return Attention(watchers=[row.user.name for row in rows], events=own.events if own else [])


def snoozed(*, actor: Actor, issue_id: int) -> Snooze | None:
    """How the reader put the issue away; None where they did not."""
    return Snooze.objects.filter(issue_id=issue_id, user_id=actor.user_id or 0).first()

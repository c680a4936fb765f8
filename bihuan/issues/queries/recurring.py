"""Issues that come again and again."""

from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden, NotFound
from bihuan.issues.models import RecurringIssue


def recurring_issues(*, actor: Actor) -> list[RecurringIssue]:
    """All of them, the next one first. For whoever sets things up."""
    if not actor.can("settings.edit"):
        raise Forbidden
    rows = RecurringIssue.objects.select_related("type")
    return sorted(rows, key=lambda row: (row.next_at is None, str(row.next_at), row.pk))


def recurring_issue(*, actor: Actor, recurring_id: int) -> RecurringIssue:
    """One of them."""
    if not actor.can("settings.edit"):
        raise Forbidden
    row = RecurringIssue.objects.select_related("type").filter(pk=recurring_id).first()
    if row is None:
        raise NotFound
    return row

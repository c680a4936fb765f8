"""Who watches an issue hears of what an operation did to it, if they may see it."""

from typing import TYPE_CHECKING

from bihuan.accounts import queries as accounts
from bihuan.issues.models import Watch
from bihuan.issues.permissions import may_see
from bihuan.issues.queries.statuses import status_names
from bihuan.issues.rules.watching import EVENTS, happened, told_of

if TYPE_CHECKING:
    from bihuan.issues.operations.work import Work


def tell_watchers(work: "Work") -> None:
    """One notice each to those who asked for what happened; not to whoever did it. Nothing is read where nobody watches.

    The right to see is asked anew each time: watching gives none.
    """
    issue = work.issue
    if not issue.watchers:
        return
    status, was_open = work.before
    found = happened(
        kinds=(entry.kind for entry in work.entries),
        before=status,
        after=issue.status,
        was_open=was_open,
        is_open=issue.is_open,
    )
    if not found:
        return
    acting = {entry.author_id for entry in work.entries}
    rows = [row for row in Watch.objects.filter(issue=issue).order_by("id") if row.user_id not in acting]
    people = accounts.users(user_ids=[row.user_id for row in rows])
    zh, en = status_names(issue.status)
    told: dict[str, list[int]] = {event: [] for event in EVENTS}
    for row in rows:
        event = told_of(row.events, found)
        user = people.get(row.user_id)
        if event and user is not None and user.is_active and may_see(accounts.actor_for_user(user), issue):
            told[event].append(row.user_id)
    for event, users in told.items():
        work.tell(users, f"watch.{event}", {"status": zh, "status_en": en})

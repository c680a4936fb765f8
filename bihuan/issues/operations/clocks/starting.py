"""Clocks that are to run from an earlier instant than the one at which their issue was registered."""

from datetime import datetime

from bihuan.calendars import queries as calendars
from bihuan.core.rows import update_row
from bihuan.issues.models import Clock, Issue
from bihuan.issues.operations.clocks import rows
from bihuan.issues.operations.promises import promise
from bihuan.issues.operations.work import at_work
from bihuan.issues.queries.clocks import terms_by_id


def start_clocks_at(issue: Issue, *, start: datetime, now: datetime) -> None:
    """The open clocks of a new issue count from ``start`` on, and so does what its customer is promised. Joins the caller's
    transaction."""
    found = list(Clock.objects.filter(issue_id=issue.pk, ended_at__isnull=True).order_by("started_at", "id"))
    for row in found:
        terms = terms_by_id(row.policy_id)
        if terms is not None and start < row.started_at:
            row.started_at = start
            rows.settle(row, terms, now)
            update_row(row, (*rows.WRITTEN, "started_at"))
    solution = next((row for row in found if row.kind == "resolution"), None)
    version = calendars.current_version("default").version_id
    promised = solution.due_at if solution else promise(priority=issue.priority, start=start, version_id=version)
    running = [row.due_at for row in found if not row.pauses]
    with at_work(issue, now=now) as work:
        work.change(promised_at=promised, clock_due_at=min(running, default=issue.clock_due_at))

"""Limits as lamps and words."""

from dataclasses import dataclass
from datetime import datetime

from bihuan.calendars import queries as calendars
from bihuan.flows.models import WorkItem
from bihuan.flows.operations.opening import is_paused, step_clock
from bihuan.issues.models import Issue
from bihuan.web.ui.filters import DAY, WORKDAY
from bihuan.web.ui.trail import clock_state
from bihuan.worktime import Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineView:
    """``left`` is negative when overrun; ``day`` is how many seconds make a day of that calendar."""

    due_at: datetime | None = None
    percent: float = 0
    state: str = "ok"
    left: float | None = None
    used: float = 0
    limit: float = 0
    day: int = WORKDAY


NONE = DeadlineView()


def day_length(calendar: Calendar) -> int:
    """Seconds that make one day of the calendar: 24 hours where it never closes, else eight."""
    probe = datetime.fromisoformat("2026-11-22T03:00:00+08:00")  # a Sunday at night
    return DAY if calendar.is_open(probe) else WORKDAY


def _view(calendar: Calendar, due_at: datetime, limit: int, paused: bool, now: datetime) -> DeadlineView:
    left = calendar.between(now, due_at) if now <= due_at else -calendar.between(due_at, now)
    used = max(limit - left, 0)
    percent = 100 * used / limit if limit else 100.0
    return DeadlineView(
        due_at=due_at,
        percent=percent,
        state=clock_state(percent=percent, paused=paused),
        left=left,
        used=used,
        limit=limit,
        day=day_length(calendar),
    )


def of_issue(issue: Issue, now: datetime) -> DeadlineView:
    """The lamp of an issue in a list: that of its most urgent open step."""
    if issue.due_at is None or issue.due_calendar is None or not issue.is_open:
        return NONE
    calendar = calendars.calendar_for_version(issue.due_calendar)
    return _view(calendar, issue.due_at, issue.due_limit or 0, issue.due_paused, now)


def of_step(item: WorkItem, now: datetime) -> DeadlineView:
    """The lamp of one step, to the second; of a closed step as it stood at the end."""
    clock = step_clock(item)
    if clock is None:
        return NONE
    moment = item.closed_at or now
    used, limit = clock.used(moment), float(item.limit_seconds or 0)
    percent = 100 * used / limit if limit else 100.0
    ended = "met" if used <= limit else "breach"
    state = ended if item.closed_at is not None else clock_state(percent=percent, paused=is_paused(item))
    return DeadlineView(
        due_at=item.due_at,
        percent=percent,
        state=state,
        left=limit - used,
        used=used,
        limit=limit,
        day=day_length(clock.calendar),
    )

"""What happens to the row of one clock: it starts, stands, goes on, is given another target, ends."""

from datetime import datetime

from bihuan.calendars import queries as calendars
from bihuan.issues.models import FAR, Clock, Issue
from bihuan.issues.queries.clocks import counted, standing_since
from bihuan.issues.rules.clocks import BREACH, Terms, judged
from bihuan.worktime import Clock as Counted
from bihuan.worktime import NoTimeLeft

PASSED_ON = "passed_on"
WRITTEN = ("policy", "calendar", "calendar_version", "target", "pauses", "earlier", "due_at", "provisional", "breached_at",
           "ended_at", "verdict", "next_alarm_at", "alarms_done")  # fmt: skip
"""What may change after the start."""


def started(
    *, issue: Issue, kind: str, cycle: int, terms: Terms, start: datetime, department: int | None = None
) -> Clock:
    """An unsaved clock in the calendar that is in force."""
    version = calendars.current_version(terms.calendar).version_id
    return Clock(
        issue=issue,
        kind=kind,
        cycle=cycle,
        department_id=department,
        policy_id=terms.id,
        calendar=terms.calendar,
        calendar_version_id=version,
        target=terms.targets[kind],
        started_at=start,
        due_at=FAR,
    )


def due(clock: Counted, now: datetime) -> datetime:
    """When it is used up; far away where the calendar never reaches it: an intake must not fail for it."""
    try:
        return clock.due_at(now)
    except NoTimeLeft:
        return FAR


def _share_at(clock: Counted, percent: int) -> datetime | None:
    try:
        return clock.warn_at(percent)
    except NoTimeLeft:
        return None


def next_alarm(row: Clock, clock: Counted, terms: Terms) -> datetime | None:
    """When somebody is to be told next; within the hours of the policy's calendar for that, if it names one (correctness
    15). None while the clock stands, and after the last share."""
    waiting = [percent for percent in terms.percents() if percent not in row.alarms_done]
    if not waiting or standing_since(row) or row.ended_at is not None:
        return None
    at = _share_at(clock, waiting[0])
    if at is None or not terms.alarm_calendar:
        return at
    try:
        return calendars.calendar(terms.alarm_calendar).next_open(at)
    except NoTimeLeft:
        return at


def settle(row: Clock, terms: Terms, now: datetime) -> None:
    """Brings due time, breach and alarms in line with the rest of the row; shares that lie ahead again are said again."""
    clock = counted(row)
    row.due_at = due(clock, now)
    row.provisional = row.due_at < FAR and calendars.provisional_in_version(
        row.calendar_version_id, row.started_at, row.due_at
    )
    if row.breached_at is not None and row.due_at > now:
        row.breached_at = None
    passed = [(percent, _share_at(clock, percent)) for percent in row.alarms_done]
    row.alarms_done = [percent for percent, at in passed if at is not None and at <= now]
    row.next_alarm_at = next_alarm(row, clock, terms)


def stand(row: Clock, why: str, now: datetime) -> bool:
    """The clock stands from now on; pause after pause is one (correctness 7). Whether anything changed."""
    because = standing_since(row)
    if because and (because == why or why != PASSED_ON):
        return False
    go_on(row, now)  # whatever it stood for before: it is not this department's any more
    row.pauses = [*row.pauses, [max(now, row.started_at).isoformat(), None, why]]
    return True


def go_on(row: Clock, now: datetime) -> bool:
    """The clock runs again. Whether anything changed."""
    if not standing_since(row):
        return False
    start, _, why = row.pauses[-1]
    row.pauses = [*row.pauses[:-1], [start, now.isoformat(), why]]
    return True


def target_of(row: Clock, terms: Terms) -> int:
    """The target by a policy, less what a merged issue makes it shorter."""
    return max(terms.targets[row.kind] - row.shortened, 0)


def retarget(row: Clock, terms: Terms, now: datetime) -> bool:
    """Another policy speaks for it: target and calendar are that one's, what is used and paused stays (correctness 8).
    Whether target or calendar changed."""
    target = target_of(row, terms)
    changed = (row.target, row.calendar) != (target, terms.calendar)
    row.policy_id, row.target = terms.id, target
    if row.calendar != terms.calendar:
        row.earlier = [*row.earlier, [now.isoformat(), row.calendar_version_id]]
        row.calendar = terms.calendar
        row.calendar_version_id = calendars.current_version(terms.calendar).version_id
    return changed


def end(row: Clock, *, status: str, now: datetime, void: bool = False) -> None:
    """The clock ends with a verdict, which is never changed afterwards. After the due instant it is late, also where no
    working time has passed since."""
    row.due_at = due(counted(row), now)
    late = row.breached_at is not None or now > row.due_at
    go_on(row, now)
    row.verdict = "void" if void else judged(kind=row.kind, status=status, late=late)
    if row.verdict == "breached" and row.breached_at is None:
        row.breached_at = row.due_at
    row.ended_at, row.next_alarm_at = now, None


def revive(row: Clock, now: datetime) -> None:
    """A clock that was void counts again (its issue goes on after all); the time between does not."""
    assert row.ended_at is not None and row.verdict == "void"
    row.pauses = [*row.pauses, [row.ended_at.isoformat(), now.isoformat(), "void"]]
    row.ended_at, row.verdict = None, ""


def note_alarms(row: Clock, terms: Terms, now: datetime) -> list[int]:
    """The shares that have passed and were not said; notes them, and a breach, and when to look next."""
    clock = counted(row)
    waiting = [percent for percent in terms.percents() if percent not in row.alarms_done]
    passed = [percent for percent in waiting if (at := _share_at(clock, percent)) is not None and at <= now]
    row.alarms_done = sorted({*row.alarms_done, *passed})
    if BREACH in passed:
        row.breached_at = due(clock, now)
    row.next_alarm_at = next_alarm(row, clock, terms)
    return passed

"""Open clocks counted anew: in another version of their calendar, or by policies that were changed. Closed ones keep their
verdict. However many there are, they are read by one statement and written by one (correctness 24)."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from bihuan.calendars.events import CalendarChanged
from bihuan.core import audit, live
from bihuan.core.actor import SYSTEM, Actor
from bihuan.core.errors import Forbidden
from bihuan.core.rows import Select
from bihuan.core.stamps import held, operation
from bihuan.flows.models import Instance
from bihuan.issues.models import Clock, Issue
from bihuan.issues.operations.clocks import rows
from bihuan.issues.operations.clocks.words import NAMES
from bihuan.issues.queries.clocks import facts_of_all, local_day, standing_since, terms_by_id, terms_in_force
from bihuan.issues.rules.clocks import choose

_IN_CALENDAR = Select(Clock, "WHERE t.calendar = %s AND t.ended_at IS NULL ORDER BY t.id")
_ALL_OPEN = Select(Clock, "WHERE t.ended_at IS NULL ORDER BY t.id")
_EXAMPLES = 5

# One row a clock travels as JSON: arrays of arrays are no type of PostgreSQL.
_WRITE = """
UPDATE issues_clock c SET policy_id = n.policy_id, calendar = n.calendar, calendar_version_id = n.calendar_version_id,
  target = n.target, earlier = n.earlier, due_at = n.due_at, provisional = n.provisional, breached_at = n.breached_at,
  next_alarm_at = n.next_alarm_at,
  alarms_done = ARRAY(SELECT jsonb_array_elements_text(n.alarms_done)::smallint)
FROM jsonb_to_recordset(%s::jsonb) AS n(id bigint, policy_id bigint, calendar text, calendar_version_id bigint,
  target int, earlier jsonb, due_at timestamptz, provisional boolean, breached_at timestamptz, next_alarm_at timestamptz,
  alarms_done jsonb)
WHERE c.id = n.id
"""
_ON_ISSUES = """
UPDATE issues_issue i SET clock_due_at = n.nearest, promised_at = coalesce(n.solution, i.promised_at) FROM (
  SELECT issue_id, min(due_at) FILTER (WHERE pauses = '[]' OR pauses->-1->>1 IS NOT NULL) AS nearest,
    min(due_at) FILTER (WHERE kind = 'resolution') AS solution
  FROM issues_clock WHERE ended_at IS NULL AND issue_id = ANY(%s) GROUP BY issue_id) n
WHERE i.id = n.issue_id
"""
_LINES = """
INSERT INTO issues_entry (issue_id, kind, channel, public, author_kind, author_id, author_name, text, full_text, html,
  code, params, at)
SELECT n.issue, 'event', '', false, %s, %s, %s, '', '', '', %s, n.params, %s
FROM jsonb_to_recordset(%s::jsonb) AS n(issue bigint, params jsonb)
"""


@dataclass(frozen=True, slots=True)
class Move:
    """A clock whose due time another count moves; both in UTC."""

    issue_id: int
    kind: str
    before: datetime
    after: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What counting anew does to open clocks. ``late``: how many are over as soon as it is done and were not before."""

    looked_at: int
    moves: tuple[Move, ...]
    late: int

    @property
    def issues(self) -> int:
        """How many issues have a clock that moves."""
        return len({move.issue_id for move in self.moves})

    @property
    def later(self) -> int:
        """How many clocks get more time."""
        return sum(move.after > move.before for move in self.moves)


_rehearsal: ContextVar["list[Effect] | None"] = ContextVar("clocks_rehearsal", default=None)


@contextmanager
def _rehearsing() -> Iterator[list[Effect]]:
    token = _rehearsal.set([])
    try:
        found = _rehearsal.get()
        assert found is not None
        yield found
    finally:
        _rehearsal.reset(token)


def rehearse_calendar_change(*, change: Callable[[], object]) -> Effect:
    """What a change of calendars would do to open clocks if they were counted anew: it is done, looked at and undone."""
    with _rehearsing() as found, transaction.atomic():
        change()
        transaction.set_rollback(True)
    moves = tuple(move for each in found for move in each.moves)
    return Effect(looked_at=sum(each.looked_at for each in found), moves=moves, late=sum(each.late for each in found))


def follow_calendar(change: CalendarChanged, now: datetime) -> None:
    """A calendar has a new version. Clocks that were provisional for want of a year that is loaded now are counted anew
    in any case; the others where whoever changed it wants that (correctness 18, 27)."""
    rehearsal = _rehearsal.get()
    if rehearsal is None and not change.recount and not change.loaded_years:
        return
    with held():  # the settings are asked for once, not for every clock
        _follow(change, rehearsal, now)


def _follow(change: CalendarChanged, rehearsal: "list[Effect] | None", now: datetime) -> None:
    if rehearsal is None:
        _lock_issues()
    clocks = [row for row in _IN_CALENDAR.rows(change.key) if row.calendar_version_id != change.version_id]
    if not change.recount and rehearsal is None:
        clocks = [row for row in clocks if row.provisional]
    effect = _count(clocks, _Recalendar(change.version_id), now)
    if rehearsal is not None:
        rehearsal.append(effect)
    else:
        _write(clocks, effect, code="clock.recounted", actor=SYSTEM, now=now)


@operation()
def apply_policies(*, actor: Actor, now: datetime) -> Effect:
    """Every open clock follows the policies as they are now; what it has used and paused stays (correctness 8)."""
    if not actor.can("settings.edit"):
        raise Forbidden
    _lock_issues()
    clocks = _ALL_OPEN.rows()
    effect = _count(clocks, _Repolicy(clocks, now), now)
    _write(clocks, effect, code="clock.repolicied", actor=actor, now=now)
    audit.record(
        actor=actor,
        action="clock_policy.applied",
        object_type="clock_policy",
        object_id=None,
        now=now,
        detail={"moved": len(effect.moves), "issues": effect.issues},
    )
    return effect


@operation()
def rehearse_policies(*, actor: Actor, now: datetime) -> Effect:
    """What ``apply_policies`` would do; nothing is changed."""
    if not actor.can("settings.edit"):
        raise Forbidden
    clocks = _ALL_OPEN.rows()
    return _count(clocks, _Repolicy(clocks, now), now)


def _lock_issues() -> None:
    """In the house's order, instances first: whoever is at work on one of the issues finishes before."""
    wanted = Issue.objects.filter(open_clocks__gt=0).order_by().values("instance_id")
    list(Instance.objects.select_for_update().filter(pk__in=wanted).order_by("id").values_list("id"))


class _Recalendar:
    """Counts from the start in the new version, as if the calendar had always been so."""

    def __init__(self, version_id: int) -> None:
        self._version = version_id

    def __call__(self, row: Clock, now: datetime) -> None:
        row.calendar_version_id = self._version


class _Repolicy:
    """Gives each clock the target of the policy that speaks for its issue now; what no policy asks for any more runs on
    until the issue's next change."""

    def __init__(self, clocks: Iterable[Clock], now: datetime) -> None:
        day = local_day(now)
        policies = terms_in_force()
        found = Issue.objects.filter(pk__in={row.issue_id for row in clocks}).select_related("customer")
        facts = facts_of_all(list(found.defer("description")), policies=policies, day=day)
        self._terms = {issue: choose(policies, each) for issue, each in facts.items()}

    def __call__(self, row: Clock, now: datetime) -> None:
        terms = self._terms.get(row.issue_id)
        if terms is not None and row.kind in terms.targets:
            rows.retarget(row, terms, now)


def _count(clocks: list[Clock], change: "Callable[[Clock, datetime], None]", now: datetime) -> Effect:
    moves, late = [], 0
    for row in clocks:
        before, was_late = row.due_at, row.due_at <= now
        change(row, now)
        terms = terms_by_id(row.policy_id)
        assert terms is not None, "a clock's policy is never deleted"
        rows.settle(row, terms, now)
        if row.due_at != before and not standing_since(row):
            moves.append(Move(row.issue_id, row.kind, before, row.due_at))
            late += row.due_at <= now and not was_late
    return Effect(looked_at=len(clocks), moves=tuple(moves), late=late)


def _write(clocks: list[Clock], effect: Effect, *, code: str, actor: Actor, now: datetime) -> None:
    if not clocks:
        return
    given = [
        {
            "id": row.pk,
            "policy_id": row.policy_id,
            "calendar": row.calendar,
            "calendar_version_id": row.calendar_version_id,
            "target": row.target,
            "earlier": row.earlier,
            "due_at": row.due_at.isoformat(),
            "provisional": row.provisional,
            "breached_at": row.breached_at.isoformat() if row.breached_at else None,
            "next_alarm_at": row.next_alarm_at.isoformat() if row.next_alarm_at else None,
            "alarms_done": row.alarms_done,
        }
        for row in clocks
    ]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [json.dumps(given)])
        cursor.execute(_ON_ISSUES, [sorted({row.issue_id for row in clocks})])
        lines = [{"issue": issue, "params": _places(moves)} for issue, moves in _by_issue(effect.moves).items()]
        author = [actor.kind.value, actor.user_id, (actor.name or "系统")[:200]]
        cursor.execute(_LINES, [*author, code, now, json.dumps(lines)])
    live.announce(["queues"])


def _by_issue(moves: Iterable[Move]) -> dict[int, list[Move]]:
    found: dict[int, list[Move]] = {}
    for move in moves:
        found.setdefault(move.issue_id, []).append(move)
    return found


def _places(moves: list[Move]) -> dict[str, str]:
    words = [(NAMES[move.kind], f"{_when(move.before)} → {_when(move.after)}") for move in moves]
    return {
        "what": "；".join(f"{name[0]} {span}" for name, span in words),
        "what_en": "; ".join(f"{name[1].lower()} {span}" for name, span in words),
    }


def _when(instant: datetime) -> str:
    return f"{instant.astimezone(ZoneInfo(settings.TIME_ZONE)):%Y-%m-%d %H:%M}"

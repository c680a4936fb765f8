"""What the system has seen of a chart, as rehearsals take it: aggregated and sampled in the database."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.db import connection

from bihuan.accounts import queries as people
from bihuan.accounts.models import User
from bihuan.bpmn import Chart
from bihuan.calendars.models import CalendarVersion, WorkCalendar
from bihuan.core.actor import SYSTEM
from bihuan.studio.rehearsing.fitting import Facts, Run, Worked, is_step, milestone, role_of
from bihuan.worktime import Calendar

HISTORY: Final = timedelta(days=90)
_SAMPLE: Final = 3_000
"""Of the newest so many issues the steps are read; arrivals are counted of all."""
_PER_STEP: Final = 2_000

_OF_CHART = """
FROM flows_instance i JOIN flows_version v ON v.id = i.version_id JOIN flows_definition d ON d.id = v.definition_id
WHERE d.key = %(key)s AND i.started_at >= %(since)s AND i.started_at < %(now)s
"""
_RUNS = f"""
SELECT i.started_at, i.ended_at,
       (SELECT max(w.closed_at) FROM flows_workitem w
        WHERE w.instance_id = i.id AND w.node = %(milestone)s AND w.status = 'completed')
{_OF_CHART} ORDER BY i.started_at DESC LIMIT 50000
"""  # noqa: S608 - constants
_SAMPLED = f"WITH sample AS (SELECT i.id {_OF_CHART} ORDER BY i.started_at DESC LIMIT {_SAMPLE})"
_WORKED = f"""
{_SAMPLED}, counted AS (
    SELECT w.node, w.completed_by_id, w.claimed_at, w.closed_at, w.pauses,
           row_number() OVER (PARTITION BY w.node ORDER BY w.closed_at DESC) AS place
    FROM flows_workitem w JOIN sample s ON s.id = w.instance_id
    WHERE w.status = 'completed' AND w.claimed_at < w.closed_at AND w.completed_by_id IS NOT NULL
)
SELECT node, completed_by_id, claimed_at, closed_at, pauses FROM counted WHERE place <= {_PER_STEP}
"""  # noqa: S608 - constants
_EVENTS = f"""
{_SAMPLED}
SELECT e ->> 'flow', e ->> 'node', e ->> 'type' = 'skipped', count(*)
FROM flows_steprecord r JOIN sample s ON s.id = r.instance_id, jsonb_array_elements(r.events) e
WHERE e ? 'flow' AND e ->> 'type' IN ('entered', 'passed', 'skipped', 'parked')
GROUP BY 1, 2, 3
"""  # noqa: S608 - constants
_OPENED = f"""
{_SAMPLED}
SELECT w.node, count(*) FROM flows_workitem w JOIN sample s ON s.id = w.instance_id GROUP BY 1
"""  # noqa: S608 - constants
_CAME = f"""
{_SAMPLED}
SELECT w.node, extract(epoch FROM w.closed_at - w.opened_at)
FROM flows_wait w JOIN sample s ON s.id = w.instance_id JOIN flows_steprecord r ON r.instance_id = w.instance_id
    AND r.at = w.closed_at
WHERE w.kind IN ('message', 'signal') AND (
    r.events @> jsonb_build_array(jsonb_build_object('type', 'passed', 'node', w.node))
    OR r.events @> jsonb_build_array(jsonb_build_object('type', 'left', 'node', w.node, 'how', 'completed')))
"""  # noqa: S608 - constants


def facts(*, key: str, chart: Chart, first: date, last: date, calendar: Calendar, now: datetime) -> Facts:
    """What happened on all versions of the chart with this key in the last 90 days; who holds its roles, and who is away
    between the two days. Six queries."""
    given: _Given = {"key": key, "since": now - HISTORY, "now": now, "milestone": milestone(chart)}
    taken: dict[str, int] = defaultdict(int)
    skipped: dict[str, int] = defaultdict(int)
    for flow, node, is_skipped, count in _rows(_EVENTS, given):
        taken[str(flow)] += int(str(count))
        if is_skipped:
            skipped[str(node)] += int(str(count))
    waits: dict[str, list[float]] = defaultdict(list)
    for node, seconds in _rows(_CAME, given):
        waits[str(node)].append(float(str(seconds)))
    roles = {role_of(chart, node) for node in chart.nodes.values() if is_step(node)}
    holders = {role: people.people(actor=SYSTEM, role=role) for role in roles}
    away = {role: _away(users, first, last, calendar) for role, users in holders.items()}
    return Facts(
        since=now - HISTORY,
        now=now,
        runs=[Run(began, ended, reached) for began, ended, reached in _runs(given)],
        worked=list(_worked(given)),
        taken=taken,
        skipped=skipped,
        opened={str(node): int(str(count)) for node, count in _rows(_OPENED, given)},
        waits=waits,
        teams={role: len(users) for role, users in holders.items()},
        away={role: spans for role, spans in away.items() if spans},
    )


_Given = dict[str, str | datetime]


def _rows(question: str, given: _Given) -> Iterator[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, given)
        yield from cursor.fetchall()


def _runs(given: _Given) -> Iterator[tuple[datetime, datetime | None, datetime | None]]:
    for began, ended, reached in _rows(_RUNS, given):
        assert isinstance(began, datetime)
        yield began, _instant(ended), _instant(reached)


def _instant(value: object) -> datetime | None:
    return value if isinstance(value, datetime) else None


def _worked(given: _Given) -> Iterator[Worked]:
    for node, person, start, end, pauses in _rows(_WORKED, given):
        assert isinstance(start, datetime) and isinstance(end, datetime)
        yield Worked(str(node), int(str(person)), start, max(start, end), _pauses(pauses, start, end))


def _pauses(given: object, start: datetime, end: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """The part of them that lies within the work; an open one lasts until its end."""
    found = []
    for one in _list(given):
        begin, until, *_ = one
        stop = datetime.fromisoformat(str(until)) if until else end
        found.append((max(start, datetime.fromisoformat(str(begin))), min(end, stop)))
    return tuple(span for span in found if span[0] < span[1])


def _list(given: object) -> Sequence[Sequence[object]]:
    found: object = json.loads(given) if isinstance(given, str) else given
    return found if isinstance(found, list) else []


def _away(users: Sequence[User], first: date, last: date, calendar: Calendar) -> list[tuple[datetime, datetime]]:
    """Known absences of those who hold a role, as far as they touch the days."""
    begin = datetime(first.year, first.month, first.day, tzinfo=calendar.zone)
    end = datetime(last.year, last.month, last.day, tzinfo=calendar.zone) + timedelta(days=1)
    found = []
    for user in users:
        if user.absent_from is not None and user.absent_from < end and (user.absent_until or end) > begin:
            found.append((max(begin, user.absent_from), min(end, user.absent_until or end)))
    return [span for span in found if span[0] < span[1]]


def calendars() -> dict[str, dict[str, object]]:
    """All working calendars as they are now, by key."""
    rows = CalendarVersion.objects.order_by("calendar__key", "-number").distinct("calendar__key")
    return dict(rows.values_list("calendar__key", "data"))


def calendar_names() -> dict[str, tuple[str, str]]:
    """Name and English name of every working calendar, by key."""
    rows = WorkCalendar.objects.order_by("key").values_list("key", "name", "name_en")
    return {key: (name, name_en or name) for key, name, name_en in rows}

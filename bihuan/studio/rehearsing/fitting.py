"""From what the system has seen to assumptions, and what is taken where it has seen nothing."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import fmean
from typing import Final

from bihuan.bpmn.model import Chart, Node
from bihuan.bpmn.simulate.fitting import distribution_of
from bihuan.studio.rehearsing.assumptions import (
    Arrivals,
    Assumptions,
    Back,
    Crowd,
    Goal,
    Origin,
    Shape,
    Split,
    Step,
    Team,
    Wait,
    Week,
)
from bihuan.worktime import Calendar

_ENOUGH: Final = 5
"""Fewer are no history."""
_DEFAULT_PER_WEEK: Final = 50.0
_DEFAULT_MINUTES: Final = 30.0
_DEFAULT_HOURS: Final = 8.0
_MOST_AT_ONCE: Final = 20
_RETURNS: Final = 0.05
_REFUSES: Final = 0.03
_GOAL: Final[tuple[float, float]] = (0.9, 24.0)
BACK_DAYS: Final = 30
LEAD_DAYS: Final = 14
SETTLED_DAYS: Final = 14
"""So long ago that nearly all is over."""
_BACK_LEAST: Final = 30
_BACK_MOST: Final = 5_000


@dataclass(frozen=True, slots=True)
class Worked:
    """A step that somebody took on and completed; `pauses` in which its clock stood."""

    node: str
    person: int
    start: datetime
    end: datetime
    pauses: tuple[tuple[datetime, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """An issue that ran on the chart: when it began and ended (None: open), and when the milestone was last done."""

    began: datetime
    ended: datetime | None
    reached: datetime | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What happened on all versions of a chart from `since` until `now`.

    `taken`: how often each arrow was gone along. `skipped`: how often a repeated step had nothing to do; `opened`: how
    many pieces of work there were, both by element. `waits`: seconds until a message came, by element. `teams`: how
    many hold a role. `away`: absences of those, by role, one a person.
    """

    since: datetime
    now: datetime
    runs: Sequence[Run] = ()
    worked: Sequence[Worked] = ()
    taken: Mapping[str, int] = field(default_factory=dict)
    skipped: Mapping[str, int] = field(default_factory=dict)
    opened: Mapping[str, int] = field(default_factory=dict)
    waits: Mapping[str, Sequence[float]] = field(default_factory=dict)
    teams: Mapping[str, int] = field(default_factory=dict)
    away: Mapping[str, Sequence[tuple[datetime, datetime]]] = field(default_factory=dict)


def fitted(chart: Chart, facts: Facts, calendar: Calendar, key: str, first: date, last: date) -> Assumptions:
    """Assumptions for the days from `first` to `last`. `calendar`: the company's working hours, called `key`."""
    steps = _steps(chart, facts, calendar)
    teams = _teams(chart, facts)
    back = _back(chart, facts, calendar)
    return Assumptions(
        first=first,
        last=last,
        calendar=key,
        arrivals=_arrivals(facts, calendar),
        steps=steps,
        teams=teams,
        splits={node.id: _split(chart, node, facts) for node in chart.nodes.values() if is_decision(node)},
        waits={node.id: _wait(chart, node, facts) for node in chart.nodes.values() if is_awaited(node)},
        crowds=_crowds(chart, facts),
        goal=_goal(chart, _busiest(chart, steps, teams, facts), back),
        back=back,
    )


def is_step(node: Node) -> bool:
    """Whether people work there."""
    return node.kind == "userTask"


def is_decision(node: Node) -> bool:
    """Whether shares say where it goes on."""
    return node.kind in ("exclusiveGateway", "inclusiveGateway") and len(node.outgoing) > 1


def is_awaited(node: Node) -> bool:
    """Whether a token rests there until a message comes."""
    return node.kind in ("intermediateCatchEvent", "receiveTask") and (
        node.trigger in ("message", "signal") or node.message is not None
    )


def role_of(chart: Chart, node: Node) -> str:
    """Who does a step: its role, else its lane, else everybody."""
    lane = chart.lanes.get(node.lane or "")
    return node.ext.role or (lane.name or lane.id if lane is not None else "") or "all"


def milestone(chart: Chart) -> str:
    """The step after which an issue counts as resolved; "" if the chart does not say."""
    for node in chart.nodes.values():
        if node.ext.status == "resolved":
            for flow in node.incoming:
                source = chart.nodes[chart.flows[flow].source]
                if is_step(source):
                    return source.id
    return ""


# Arrivals


def _days(facts: Facts) -> float:
    """Days that have been seen."""
    began = min((run.began for run in facts.runs), default=facts.now)
    return max(7.0, (facts.now - max(began, facts.since)) / timedelta(days=1))


def _arrivals(facts: Facts, calendar: Calendar) -> Arrivals:
    if len(facts.runs) < _ENOUGH:
        return Arrivals(_DEFAULT_PER_WEEK, (), Origin())
    days = _days(facts)
    origin = Origin("history", len(facts.runs), round(days))
    return Arrivals(round(len(facts.runs) * 7 / days, 2), _week(facts, calendar), origin)


def _week(facts: Facts, calendar: Calendar) -> Week:
    came: Counter[tuple[int, int]] = Counter()
    for run in facts.runs:
        local = run.began.astimezone(calendar.zone)
        came[local.weekday(), local.hour] += 1
    total = came.total()
    return tuple(tuple(round(came[day, hour] / total, 6) for hour in range(24)) for day in range(7))


# Work


def _seconds(piece: Worked, calendar: Calendar) -> float:
    paused = sum(float(calendar.between(begin, end)) for begin, end in piece.pauses if begin < end)
    return max(0.0, float(calendar.between(piece.start, piece.end)) - paused)


def _steps(chart: Chart, facts: Facts, calendar: Calendar) -> dict[str, Step]:
    seen: dict[str, list[float]] = defaultdict(list)
    for piece in facts.worked:
        seen[piece.node].append(_seconds(piece, calendar))
    return {node.id: _step(node, seen[node.id], facts) for node in chart.nodes.values() if is_step(node)}


def _step(node: Node, seen: Sequence[float], facts: Facts) -> Step:
    if len(seen) < _ENOUGH or fmean(seen) <= 0.0:
        return Step(_guess(node), (), Origin())
    return Step(round(fmean(seen) / 60, 2), shape_of(seen), Origin("history", len(seen), round(_days(facts))))


def shape_of(values: Sequence[float]) -> Shape:
    """The amounts relative to their mean: the quantiles where there are many, else as they are."""
    found = distribution_of(values).get("values")
    points = [float(one) for one in found] if isinstance(found, list) else list(values)
    mean = fmean(points)
    return tuple(round(point / mean, 4) for point in points)


def _guess(node: Node) -> float:
    """A quarter of the limit, else half an hour."""
    deadline = node.ext.deadline
    if deadline is None or deadline.seconds is None:
        return _DEFAULT_MINUTES
    return round(min(max(deadline.seconds / 240, 5.0), 240.0), 1)


# People


def _teams(chart: Chart, facts: Facts) -> dict[str, Team]:
    roles = dict.fromkeys(role_of(chart, node) for node in chart.nodes.values() if is_step(node))
    nodes = {node.id: role_of(chart, node) for node in chart.nodes.values() if is_step(node)}
    by_role: dict[str, list[Worked]] = defaultdict(list)
    for piece in facts.worked:
        if piece.node in nodes:
            by_role[nodes[piece.node]].append(piece)
    return {role: _team(role, by_role[role], facts) for role in roles}


def _team(role: str, worked: Sequence[Worked], facts: Facts) -> Team:
    people = facts.teams.get(role, 0)
    leave = tuple((begin.isoformat(), end.isoformat()) for begin, end in facts.away.get(role, ()))
    origin, once_origin = Origin("staff") if people else Origin(), Origin()
    at_once = 1
    if len(worked) >= _ENOUGH:
        at_once, once_origin = _side_by_side(worked), Origin("history", len(worked), round(_days(facts)))
    return Team(max(people, 1), at_once, "", leave, bool(leave), origin, once_origin)


def _side_by_side(worked: Iterable[Worked]) -> int:
    """How many pieces of work people had in hand on average, while they had any."""
    by_person: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for piece in worked:
        by_person[piece.person].append((piece.start, piece.end))
    held = busy = timedelta()
    for spans in by_person.values():
        upto: datetime | None = None
        for start, end in sorted(spans):
            held += end - start
            begin = start if upto is None else max(start, upto)
            if end > begin:
                busy += end - begin
                upto = end
    return min(_MOST_AT_ONCE, max(1, round(held / busy))) if busy else 1


def _busiest(chart: Chart, steps: Mapping[str, Step], teams: Mapping[str, Team], facts: Facts) -> str:
    """The role with the most work for one person, of those on whom it depends when the milestone is reached."""
    before = _leads_to(chart, milestone(chart))
    work: dict[str, float] = defaultdict(float)
    for key, step in steps.items():
        if key in before:
            role = role_of(chart, chart.nodes[key])
            often = facts.opened.get(key, 0) if facts.opened else 1
            work[role] += step.minutes * often / (teams[role].people * teams[role].at_once)
    return max(work, key=lambda role: work[role], default="")


def _leads_to(chart: Chart, key: str) -> set[str]:
    """The elements from which one can be reached, itself too; all for ""."""
    if not key:
        return set(chart.nodes)
    found, left = {key}, [key]
    while left:
        for flow in chart.nodes[left.pop()].incoming:
            source = chart.flows[flow].source
            if source not in found:
                found.add(source)
                left.append(source)
    return found


def _goal(chart: Chart, role: str, back: Back | None) -> Goal:
    """To stay as good as it was, where that is known."""
    share, hours = _GOAL
    if back is not None and back.p90_hours is not None:
        hours = max(1.0, round(back.p90_hours / 4) * 4.0)
    return Goal(share, hours, role, milestone(chart))


# Ways


def _split(chart: Chart, node: Node, facts: Facts) -> Split:
    seen = {flow: facts.taken.get(flow, 0) for flow in node.outgoing}
    passed = _passed(node.incoming if node.kind == "inclusiveGateway" else node.outgoing, facts)
    if passed >= _ENOUGH:
        shares = {flow: round(min(1.0, n / passed), 6) for flow, n in seen.items()}
        return Split(shares, Origin("history", passed, round(_days(facts))))
    kinds = [chart.flows[flow].kind for flow in node.outgoing]
    rare = [_RETURNS if kind == "return" else _REFUSES if kind == "refuse" else 0.0 for kind in kinds]
    ordinary = kinds.count("ordinary")
    if not ordinary:
        return Split(dict.fromkeys(node.outgoing, 1.0 / len(kinds)), Origin())
    rest = (1.0 - sum(rare)) / ordinary
    return Split({flow: share or rest for flow, share in zip(node.outgoing, rare, strict=True)}, Origin())


def _passed(flows: Iterable[str], facts: Facts) -> int:
    return sum(facts.taken.get(flow, 0) for flow in flows)


def _wait(chart: Chart, node: Node, facts: Facts) -> Wait:
    seen = facts.waits.get(node.id, ())
    if len(seen) < _ENOUGH or fmean(seen) <= 0.0:
        return Wait(_DEFAULT_HOURS, (), 1.0, Origin())
    origin = Origin("history", len(seen), round(_days(facts)))
    return Wait(round(fmean(seen) / 3600, 3), shape_of(seen), round(_chance(chart, node, facts), 4), origin)


def _chance(chart: Chart, node: Node, facts: Facts) -> float:
    """Where several events are waited for: how often this one came first."""
    gateway = chart.nodes.get(node.partner or "")
    asked = _passed(gateway.incoming, facts) if gateway is not None else 0
    return min(1.0, _passed(node.incoming, facts) / asked) if asked else 1.0


def _crowds(chart: Chart, facts: Facts) -> dict[str, Crowd]:
    """Lists of the chart's variables that a step is repeated for."""
    found: dict[str, Crowd] = {}
    for node in chart.nodes.values():
        name = node.loop.collection if node.loop is not None else None
        if name and name in chart.variables and name not in found:
            found[name] = _crowd(node, facts)
    return found


def _crowd(node: Node, facts: Facts) -> Crowd:
    passed, skipped = _passed(node.incoming, facts), facts.skipped.get(node.id, 0)
    if passed < _ENOUGH:
        return Crowd(1.0, 1.0, Origin())
    some = passed - skipped
    number = round(max(1.0, facts.opened.get(node.id, 0) / some), 2) if some else 1.0
    return Crowd(round(some / passed, 4), number, Origin("history", passed, round(_days(facts))))


# What really happened


def _back(chart: Chart, facts: Facts, calendar: Calendar) -> Back | None:
    """The last days that are nearly all over, with those before that fill the system."""
    until = facts.now - timedelta(days=SETTLED_DAYS)
    begin = until - timedelta(days=BACK_DAYS)
    runs = sorted(
        (run for run in facts.runs if begin - timedelta(days=LEAD_DAYS) <= run.began < until), key=lambda run: run.began
    )
    counted = [run for run in runs if run.began >= begin]
    if not _BACK_LEAST <= len(counted) <= len(runs) <= _BACK_MOST:
        return None
    spans = sorted(
        math.inf if (done := run.reached or run.ended) is None else float(calendar.between(run.began, done))
        for run in counted
    )
    p90 = spans[max(0, math.ceil(0.9 * len(spans)) - 1)]
    return Back(
        first=begin.astimezone(calendar.zone).date(),
        last=until.astimezone(calendar.zone).date(),
        times=tuple(run.began.isoformat() for run in runs),
        lead=len(runs) - len(counted),
        until=milestone(chart),
        p90_hours=None if math.isinf(p90) else p90 / 3600,
        ended=sum(not math.isinf(span) for span in spans),
    )

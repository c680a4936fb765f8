"""Assumptions as a scenario that `bihuan.bpmn.simulate` reads."""

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final

from bihuan.bpmn.model import Chart
from bihuan.studio.rehearsing.assumptions import (
    DAYS,
    ROUND_THE_CLOCK,
    Assumptions,
    Crowd,
    Shape,
    Split,
    Step,
    Team,
    Wait,
)
from bihuan.studio.rehearsing.fitting import is_awaited, is_decision, is_step, role_of
from bihuan.worktime import Calendar

WARM_DAYS: Final = 14
"""Days before the period in which the system fills."""
EVERY: Final = 3600
"""Seconds between two looks at the queues."""
_SPREAD: Final = 0.8
"""Of a guessed duration: standard deviation to mean."""
_LEAST_RATE: Final = 0.001
Calendars = Mapping[str, object]
"""Working calendars by key, as `bihuan.worktime.Calendar` reads them."""


def scenario_of(
    chart: Chart, given: Assumptions, calendars: Calendars, *, cases: int, sizes: Mapping[str, int]
) -> dict[str, object]:
    """The scenario for `cases` counted issues. `sizes`: other numbers of people, by role."""
    calendar = working_hours(given, calendars)
    start = midnight(given.first - timedelta(days=WARM_DAYS), calendar)
    days = (given.last - given.first).days + 1
    return {
        **_world(chart, given, calendars, sizes, leave=True),
        "start": start.isoformat(),
        "arrivals": _arrivals(given, calendar),
        "warm_up": expected(given, calendar, given.first - timedelta(days=WARM_DAYS), WARM_DAYS),
        "watch": {"from": midnight(given.first, calendar).isoformat(), "every": EVERY, "times": days * 24},
    }


def scenario_back(chart: Chart, given: Assumptions, calendars: Calendars) -> dict[str, object]:
    """The scenario of what `given.back` tells: the arrivals as they were."""
    assert given.back is not None
    return {
        **_world(chart, replace(given, goal=replace(given.goal, until=given.back.until)), calendars, {}, leave=False),
        "start": given.back.times[0],
        "arrivals": {"kind": "trace", "times": list(given.back.times)},
        "warm_up": given.back.lead,
    }


def working_hours(given: Assumptions, calendars: Calendars) -> Calendar:
    """The company's working hours."""
    description = calendars[given.calendar]
    assert isinstance(description, Mapping)
    return Calendar.from_dict(description)


def midnight(day: date, calendar: Calendar) -> datetime:
    """When a day begins there."""
    return datetime.combine(day, time(), calendar.zone)


def workdays(given: Assumptions, calendar: Calendar) -> int:
    """Working days of the period."""
    return sum(calendar.is_workday(given.first + timedelta(days=n)) for n in range((given.last - given.first).days + 1))


def expected(given: Assumptions, calendar: Calendar, first: date, days: int) -> int:
    """How many issues are expected to come in so many days."""
    if given.arrivals.week:
        shares = [sum(row) for row in given.arrivals.week]
        return round(given.arrivals.per_week * sum(shares[(first.weekday() + n) % 7] for n in range(days)))
    span = calendar.between(midnight(first, calendar), midnight(first + timedelta(days=days), calendar))
    return round(_per_hour(given, calendar) * float(span) / 3600)


def _per_hour(given: Assumptions, calendar: Calendar) -> float:
    """Issues in a working hour, where they come evenly: a week is one without holidays."""
    week = max(float(_plain_week(calendar)), 3600.0)
    return max(given.arrivals.per_week / (week / 3600), _LEAST_RATE)


def _plain_week(calendar: Calendar) -> float:
    """Working seconds of the fullest of some weeks: holidays make others shorter."""
    first = datetime(2026, 3, 2, tzinfo=calendar.zone)
    weeks = [first + timedelta(days=7 * n) for n in range(8)]
    return max(float(calendar.between(week, week + timedelta(days=7))) for week in weeks)


def _arrivals(given: Assumptions, calendar: Calendar) -> dict[str, object]:
    if not given.arrivals.week:
        return {"kind": "poisson", "per_hour": _per_hour(given, calendar)}
    rates = {
        day: [round(share * given.arrivals.per_week, 6) for share in row]
        for day, row in zip(DAYS, given.arrivals.week, strict=True)
    }
    return {"kind": "empirical", "per_hour": rates, "timezone": calendar.zone.key}


def _world(
    chart: Chart, given: Assumptions, calendars: Calendars, sizes: Mapping[str, int], *, leave: bool
) -> dict[str, object]:
    """What is the same whoever comes. What the chart no longer has is left out."""
    steps = {key: step for key, step in given.steps.items() if key in chart.nodes and is_step(chart.nodes[key])}
    waits = {key: wait for key, wait in given.waits.items() if key in chart.nodes and is_awaited(chart.nodes[key])}
    nodes: dict[str, object] = {key: _step(chart, key, step) for key, step in steps.items()}
    nodes |= {key: _wait(wait) for key, wait in waits.items()}
    teams = {role: team for role, team in given.teams.items() if role in _roles(chart)}
    found: dict[str, object] = {
        "calendar": calendars[given.calendar],
        "calendars": dict(calendars),
        "pools": {role: _pool(team, sizes.get(role, team.people), leave=leave) for role, team in teams.items()},
        "nodes": nodes,
        "branches": {key: _shares(chart, key, split) for key, split in given.splits.items() if _decides(chart, key)},
    }
    crowds = {name: crowd for name, crowd in given.crowds.items() if name in chart.variables}
    if crowds:
        found["data"] = {name: _list(crowd) for name, crowd in crowds.items()}
    if given.goal.until in chart.nodes and is_step(chart.nodes[given.goal.until]):
        found["milestone"] = given.goal.until
    return found


def _roles(chart: Chart) -> set[str]:
    return {role_of(chart, node) for node in chart.nodes.values() if is_step(node)}


def _decides(chart: Chart, key: str) -> bool:
    return key in chart.nodes and is_decision(chart.nodes[key])


def _shares(chart: Chart, key: str, split: Split) -> dict[str, float]:
    """Shares of the arrows that are still there; those of an exclusive decision add up to 1."""
    node = chart.nodes[key]
    shares = {flow: min(1.0, split.shares.get(flow, 0.0)) for flow in node.outgoing}
    total = sum(shares.values())
    if total <= 0.0:
        return dict.fromkeys(node.outgoing, 1.0 / len(node.outgoing))
    return shares if node.kind == "inclusiveGateway" else {flow: share / total for flow, share in shares.items()}


def _amount(mean: float, shape: Shape) -> dict[str, object]:
    if mean <= 0.0:
        return {"kind": "fixed", "seconds": 0.0}
    if not shape:
        return {"kind": "lognormal", "mean": mean, "cv": _SPREAD}
    return {"kind": "empirical", "values": [round(mean * point, 3) for point in shape]}


def _step(chart: Chart, key: str, step: Step) -> dict[str, object]:
    return {"pool": role_of(chart, chart.nodes[key]), "duration": _amount(step.minutes * 60, step.shape)}


def _wait(wait: Wait) -> dict[str, object]:
    return {"duration": _amount(wait.hours * 3600, wait.shape), "probability": wait.chance}


def _list(crowd: Crowd) -> dict[str, object]:
    """A list as long as it usually is: empty, or of the two lengths around the mean."""
    less = max(1, math.floor(crowd.number))
    more = crowd.number - less
    weights = [1.0 - crowd.chance, crowd.chance * (1.0 - more), crowd.chance * more]
    return {"kind": "choice", "values": [[], ["x"] * less, ["x"] * (less + 1)], "weights": weights}


def _pool(team: Team, size: int, *, leave: bool) -> dict[str, object]:
    pool: dict[str, object] = {"size": size, "at_once": team.at_once}
    if team.hours:
        pool["calendar"] = team.hours
    if leave and team.count_leave and team.leave and team.hours != ROUND_THE_CLOCK:
        spans = [{"from": begin, "to": end} for begin, end in team.leave]
        pool["people"] = [{"leave": [spans[n]]} if n < len(spans) else {} for n in range(size)]
    return pool

"""From what has happened to a scenario: arrivals, durations, people and ways, as a log shows them."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final, NamedTuple

from bihuan.bpmn.model import Chart
from bihuan.bpmn.simulate.paths import END, START, Paths
from bihuan.worktime import Calendar

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MANY: Final = 50
"""From so many durations on they speak for themselves; fewer are smoothed by a lognormal distribution."""
_POINTS: Final = 200


class Piece(NamedTuple):
    """A piece of work that was completed. `resource` "" where nobody did it."""

    case: str
    element: str
    resource: str
    enabled: datetime
    start: datetime
    end: datetime


def fit(chart: Chart, pieces: Iterable[Piece], calendar: Calendar | None = None) -> dict[str, object]:
    """The scenario (as JSON) under which a rehearsal should look like this log of completed cases.

    `calendar`: in which people work; None round the clock. Arrivals are counted by weekday and hour of its zone. Pools
    are named after the elements' roles and as large as the number of people seen in them. ValueError for a log without
    any piece of work that the chart knows.
    """
    known = sorted((one for one in pieces if one.element in chart.nodes), key=lambda one: (one.enabled, one.end))
    if not known:
        raise ValueError("the log has nothing that the chart knows")
    by_element: dict[str, list[Piece]] = defaultdict(list)
    by_case: dict[str, list[Piece]] = defaultdict(list)
    for piece in known:
        by_element[piece.element].append(piece)
        by_case[piece.case].append(piece)
    people = _people(chart, known)
    scenario: dict[str, object] = {
        "start": known[0].enabled.isoformat(),
        "arrivals": _arrivals([one[0].enabled for one in by_case.values()], calendar),
        "pools": {pool: {"size": len(names)} for pool, names in people.items()},
        "nodes": {key: _node(chart, key, found, calendar) for key, found in sorted(by_element.items())},
        "branches": _branches(chart, by_case.values(), by_element),
    }
    if calendar is not None:
        scenario["calendar"] = calendar.to_dict()
    return scenario


# Arrivals


def _arrivals(instants: Sequence[datetime], calendar: Calendar | None) -> dict[str, object]:
    zone: tzinfo = UTC if calendar is None else calendar.zone
    came: Counter[tuple[int, int]] = Counter()
    for instant in instants:
        local = instant.astimezone(zone)
        came[local.weekday(), local.hour] += 1
    hours = _hours(min(instants), max(instants), zone)
    rates = {
        name: [round(came[day, hour] / max(hours[day, hour], 1), 6) for hour in range(24)]
        for day, name in enumerate(_DAYS)
    }
    return {"kind": "empirical", "per_hour": rates, "timezone": "UTC" if calendar is None else calendar.zone.key}


def _hours(first: datetime, last: datetime, zone: tzinfo) -> Counter[tuple[int, int]]:
    """How often each hour of the week has come."""
    found: Counter[tuple[int, int]] = Counter()
    instant = first
    while instant <= last:
        local = instant.astimezone(zone)
        found[local.weekday(), local.hour] += 1
        instant += timedelta(hours=1)
    return found


# Work


def _pool(chart: Chart, element: str) -> str:
    node = chart.nodes[element]
    lane = chart.lanes.get(node.lane or "")
    return node.ext.role or (lane.name or lane.id if lane is not None else "") or "all"


def _people(chart: Chart, pieces: Iterable[Piece]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for piece in pieces:
        if piece.resource:
            found[_pool(chart, piece.element)].add(piece.resource)
    return dict(sorted(found.items()))


def _node(chart: Chart, key: str, pieces: Sequence[Piece], calendar: Calendar | None) -> dict[str, object]:
    worked = [_worked(piece, calendar) for piece in pieces]
    found: dict[str, object] = {"duration": distribution_of(worked)}
    if any(piece.resource for piece in pieces):
        found["pool"] = _pool(chart, key)
    return found


def _worked(piece: Piece, calendar: Calendar | None) -> float:
    if calendar is None or not piece.resource:
        return max(0.0, (piece.end - piece.start).total_seconds())
    return float(calendar.between(piece.start, piece.end))


def distribution_of(values: Sequence[float]) -> dict[str, object]:
    """The distribution (as JSON) of amounts that were seen, which may not be none."""
    ordered = sorted(values)
    if len(ordered) >= _MANY or ordered[0] <= 0.0:
        step = max(1.0, len(ordered) / _POINTS)
        points = [ordered[int((n + 0.5) * step)] for n in range(int(len(ordered) / step))]
        # Quantiles lose the far end of a long tail: the mean, on which load depends, is kept.
        mean, seen = math.fsum(points) / len(points), math.fsum(ordered) / len(ordered)
        scale = seen / mean if mean else 1.0
        return {"kind": "empirical", "values": [round(point * scale, 3) for point in points]}
    logs = [math.log(value) for value in ordered]
    mu = math.fsum(logs) / len(logs)
    sigma = math.sqrt(math.fsum((one - mu) ** 2 for one in logs) / max(1, len(logs) - 1))
    return {"kind": "lognormal", "mu": round(mu, 6), "sigma": round(sigma, 6)}


# Ways


def _branches(
    chart: Chart, cases: Iterable[Sequence[Piece]], seen: Mapping[str, object]
) -> dict[str, dict[str, float]]:
    """At each split, in which share of its passages every arrow was taken."""
    paths = Paths(chart, frozenset(seen))
    passages: Counter[str] = Counter()
    taken: Counter[tuple[str, str]] = Counter()
    for case in cases:
        for splits in _passages(paths, case):
            for split, flows in splits.items():
                passages[split] += 1
                taken.update((split, flow) for flow in flows)
    return {
        split: {flow: round(taken[split, flow] / passages[split], 6) for flow in chart.nodes[split].outgoing}
        for split in sorted(passages)
    }


def _passages(paths: Paths, case: Sequence[Piece]) -> Iterable[dict[str, set[str]]]:
    """For each piece of work, and the beginning: the splits passed behind it, and the arrows taken there."""
    behind: list[dict[str, set[str]]] = [{} for _ in range(len(case) + 1)]
    led_on = [False] * (len(case) + 1)
    for number, piece in enumerate(case, 1):
        for before in _likeliest(case, piece, number):
            way = paths.way(START if before == 0 else case[before - 1].element, piece.element)
            if way is not None:
                led_on[before] = True
                _note(behind[before], way)
                break
    for number, piece in enumerate(case, 1):
        way = None if led_on[number] else paths.way(piece.element, END)
        if way is not None:
            _note(behind[number], way)
    return behind


def _likeliest(case: Sequence[Piece], piece: Piece, number: int) -> list[int]:
    """What may have led to this piece: what ended nearest to its beginning first; 0 is the start of the case."""
    ends = [(0, case[0].enabled), *((n, one.end) for n, one in enumerate(case, 1) if n != number)]
    near = [(abs((piece.enabled - end).total_seconds()), -n) for n, end in ends if end <= piece.enabled + _ROUNDING]
    return [-n for _, n in sorted(near)]


_ROUNDING: Final = timedelta(milliseconds=2)


def _note(behind: dict[str, set[str]], way: Sequence[tuple[str, str]]) -> None:
    for split, flow in way:
        behind.setdefault(split, set()).add(flow)

"""Coordinates: everything as far to the left (and up) as order and distances allow, then aligned where there is room.

The two directions are the same problem. What has to keep its distance are bodies: rigid groups of parts. A part covers
an interval of the other direction and reaches to both sides of the body's own coordinate.
"""

from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

What: TypeAlias = Literal["node", "run", "edge"]

_ROOM: Final[dict[tuple[str, str], float]] = {
    ("node", "node"): 23.0,
    ("node", "run"): 11.0,
    ("run", "node"): 12.0,
    ("run", "run"): 10.0,
    ("node", "edge"): 7.0,
    ("edge", "node"): 8.0,
    ("run", "edge"): 7.0,
    ("edge", "run"): 7.0,
    ("edge", "edge"): 0.0,
}


@dataclass(frozen=True, slots=True)
class Part:
    """From `low` to `high` across (lines, or pixels once they are known); `before` to `after` around the coordinate."""

    what: What
    low: float
    high: float
    before: float
    after: float


@dataclass(slots=True, eq=False)
class Body:
    """Parts that move together. `line` and `order` say where it stands among the others; `least` its lowest place."""

    line: int
    order: float
    parts: list[Part] = field(default_factory=list)
    align: bool = False
    least: float = 0.0
    at: float = 0.0
    latest: float = 0.0


def compact(bodies: list[Body], room: dict[tuple[str, str], float] | None = None) -> None:
    """Sets `at` of every body."""
    rooms = {**_ROOM, **(room or {})}
    ordered = sorted(bodies, key=lambda body: (body.line, body.order))
    near = _neighbours(ordered, rooms)
    for number, body in enumerate(ordered):
        body.at = max([_lowest(body), *(ordered[other].at + gap for other, gap in near[number])])
    _align(ordered, near)


def _lowest(body: Body) -> float:
    """Where nothing of it lies below its `least`."""
    return body.least + max(part.before for part in body.parts)


def _neighbours(ordered: list[Body], rooms: dict[tuple[str, str], float]) -> list[list[tuple[int, float]]]:
    """For every body the earlier ones that it has to keep a distance from, and that distance."""
    found: list[list[tuple[int, float]]] = []
    for number, body in enumerate(ordered):
        gaps = []
        for other in range(number):
            gap = _distance(ordered[other], body, rooms)
            if gap is not None:
                gaps.append((other, gap))
        found.append(gaps)
    return found


def _distance(one: Body, two: Body, rooms: dict[tuple[str, str], float]) -> float | None:
    gaps = [
        a.after + b.before + rooms[a.what, b.what]
        for a in one.parts
        for b in two.parts
        if a.low <= b.high and b.low <= a.high
    ]
    return max(gaps) if gaps else None


def _align(ordered: list[Body], near: list[list[tuple[int, float]]]) -> None:
    """Bodies of one line that may move stand at one coordinate where that moves nothing else."""
    end = max((body.at for body in ordered), default=0.0)
    for body in ordered:
        body.latest = end
    for number in range(len(ordered) - 1, -1, -1):
        for other, gap in near[number]:
            ordered[other].latest = min(ordered[other].latest, ordered[number].latest - gap)
    wanted: dict[int, float] = {}
    for body in ordered:
        if body.align:
            wanted[body.line] = max(wanted.get(body.line, 0.0), body.at)
    for number, body in enumerate(ordered):
        low = max([_lowest(body), *(ordered[other].at + gap for other, gap in near[number])])
        body.at = max(low, min(body.latest, wanted[body.line])) if body.align else low

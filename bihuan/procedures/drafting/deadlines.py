"""Limits of the text as deadlines of the chart."""

from collections.abc import Sequence
from typing import Final

from bihuan.bpmn.model import Deadline
from bihuan.procedures.drafting.build import Building
from bihuan.procedures.understanding.model import Limit

_WARN: Final = (50, 75, 90)
_ARRIVAL: Final = ("接到", "收到", "受理", "到达", "接报")
_LEAST_SHARED: Final = 0.6


def likeness(words: str, name: str) -> float:
    """The share of the pairs of neighbours of `words` that stand in `name`."""
    pairs = {words[at : at + 2] for at in range(len(words) - 1)}
    return sum(pair in name for pair in pairs) / len(pairs) if pairs else 0.0


def deadline(limits: Sequence[Limit], key: str, done: Sequence[tuple[str, str]], building: Building) -> Deadline | None:
    """The first limit of a step; questions about what it leaves open. `done`: steps always taken before (id, name)."""
    if not limits:
        return None
    first = limits[0]
    if not first.calendar:
        building.ask("limit_without_calendar", key, first.span, first.text)
    for other in limits[1:]:
        if (other.seconds, other.workdays) != (first.seconds, first.workdays):
            building.ask("several_limits", key, other.span, other.text)
    anchor = _anchor(first, key, done, building)
    return Deadline(anchor, first.seconds, first.workdays, first.calendar, _WARN, "")


def _anchor(limit: Limit, key: str, done: Sequence[tuple[str, str]], building: Building) -> str:
    if limit.lasting:
        return "entered"
    if not limit.anchor:
        building.ask("limit_without_anchor", key, limit.span, limit.text)
        return "entered"
    if not done and limit.anchor.startswith(_ARRIVAL):
        return "start"
    best = max(done, key=lambda one: likeness(limit.anchor, one[1]), default=("", ""))
    if best[0] and likeness(limit.anchor, best[1]) >= _LEAST_SHARED:
        return f"node:{best[0]}"
    building.ask("anchor_unclear", key, limit.span, limit.anchor)
    return "entered"

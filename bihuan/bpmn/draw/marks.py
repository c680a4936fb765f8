"""What a picture may show beside the chart itself: where an instance stands, heat, numbers, findings, notes."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Finding:
    """A numbered badge on a node or an arrow: red if `severe`, else gold. `text` is read on hover."""

    number: int
    element: str
    severe: bool = True
    text: str = ""


@dataclass(frozen=True, slots=True)
class DrawMarks:
    """Everything by the ids of nodes and arrows; what the chart does not have is left out.

    `done` and `current`: nodes gone through and waiting; `taken`: arrows gone along. `heat`: 0 (cool) to 1 (hot).
    `counts`: a short text at the lower right corner, such as how many wait there. `fresh`: what a draft adds. `notes`:
    show the chart's own important (red) and caution (green) notes as icons with their texts below the picture.
    """

    done: frozenset[str] = frozenset()
    current: frozenset[str] = frozenset()
    taken: frozenset[str] = frozenset()
    heat: Mapping[str, float] = field(default_factory=dict)
    counts: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    fresh: frozenset[str] = frozenset()
    notes: bool = False

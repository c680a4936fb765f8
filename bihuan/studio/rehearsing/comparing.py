"""Scenarios side by side: what differs from the first, and whether the runs can tell."""

from dataclasses import dataclass
from typing import Literal

from bihuan.studio.rehearsing.figures import Figure, difference

Tell = Literal["first", "less", "more", "unclear", "same", "apart", "missing"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one scenario. `tell`: against the first scenario, on the same issues; `unclear`: the interval of the
    difference contains 0; `same`: no run differs; `apart`: not the same issues, so that nothing can be subtracted."""

    figure: Figure | None
    change: float
    tell: Tell


def compared(first: Figure | None, other: Figure | None, *, together: bool) -> Cell:
    """`other` beside `first`. `together`: both rehearsed the same issues."""
    if other is None:
        return Cell(None, 0.0, "missing")
    if first is None or not together:
        return Cell(other, 0.0, "apart")
    found = difference(first, other)
    if found is None or found.low is None or found.high is None:
        return Cell(other, 0.0, "apart")
    if not any(found.runs):
        return Cell(other, 0.0, "same")
    if found.low <= 0.0 <= found.high:
        return Cell(other, found.mean, "unclear")
    return Cell(other, found.mean, "less" if found.mean < 0.0 else "more")

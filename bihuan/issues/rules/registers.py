"""What a register book may be asked to hold, and under which year a line goes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

CONDITIONS = {"visits": ("kind", "category"), "issues": ("type", "channel"), "forms": ("form", "fields")}
MOST_FIELDS = 6
MOST_PRINTED = 2000


@dataclass(frozen=True, slots=True)
class Sorted:
    """Which year a line is entered in; ``late``: its own year is closed."""

    year: int
    late: bool


def year_for(own: int, present: int, closed: Sequence[int]) -> Sorted:
    """The line's own year, or the present one where that is closed. The present year is never closed."""
    return Sorted(present, True) if own in closed and own != present else Sorted(own, False)


def clean_filter(source: str, given: Mapping[str, object]) -> dict[str, object]:
    """Only the conditions that this source knows, as texts (``fields``: a list of at most six names)."""
    kept: dict[str, object] = {}
    for name in CONDITIONS.get(source, ()):
        value = given.get(name)
        if name == "fields":
            names = [str(each)[:64] for each in value][:MOST_FIELDS] if isinstance(value, list | tuple) else []
            if names:
                kept[name] = names
        elif isinstance(value, str) and value.strip():
            kept[name] = value.strip()[:64]
    return kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a book in words. ``cells`` as the book's columns."""

    number: int
    cells: tuple[str, ...] = field(default=())
    late: bool
    remark: str
    entry_id: int
    issue_id: int | None
    visit_id: int | None

"""A text that remembers where each of its characters came from while it is changed, and what was changed."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from bihuan.procedures.model import Place, Span

_MOST_PLACES: Final = 200
_EXCERPT: Final = 40


class Edit(NamedTuple):
    """Replace `start:end` of the text at hand by `text`; counted under `kind`, "" for not at all."""

    start: int
    end: int
    text: str
    kind: str


@dataclass(slots=True)
class Tally:
    """How often a kind of change happened, and the first places."""

    count: int = 0
    places: list[Place] = field(default_factory=list)


class Marked:
    """The text being cleaned. `at` holds the offset in the original of each character."""

    def __init__(self, text: str) -> None:
        self.original = text
        self.text = text
        self.at = array("l", range(len(text)))
        self.tallies: dict[str, Tally] = {}

    def apply(self, edits: Iterable[Edit]) -> None:
        """Makes the edits, which stand in order and do not overlap."""
        parts: list[str] = []
        at = array("l")
        done = 0
        for edit in edits:
            parts += [self.text[done : edit.start], edit.text]
            at.extend(self.at[done : edit.start])
            if len(edit.text) == edit.end - edit.start:
                at.extend(self.at[edit.start : edit.end])
            else:
                at.extend(array("l", [self._origin(edit.start)]) * len(edit.text))
            self._count(edit)
            done = edit.end
        if done or parts:
            parts.append(self.text[done:])
            at.extend(self.at[done:])
            self.text, self.at = "".join(parts), at

    def _origin(self, offset: int) -> int:
        if offset < len(self.at):
            return self.at[offset]
        return len(self.original)

    def _count(self, edit: Edit) -> None:
        if not edit.kind:
            return
        tally = self.tallies.setdefault(edit.kind, Tally())
        tally.count += 1
        if len(tally.places) < _MOST_PLACES:
            start = self._origin(edit.start)
            end = self.at[edit.end - 1] + 1 if edit.end > edit.start else start
            near = max(0, start - 20) if edit.end == edit.start else start
            tally.places.append(Place(Span(start, end), self.original[near : max(end, start)][:_EXCERPT]))

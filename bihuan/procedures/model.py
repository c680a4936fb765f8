"""A text on its way to a chart: as it was read, and as it is after cleaning."""

from array import array
from dataclasses import dataclass, field
from typing import NamedTuple

from bihuan.bpmn.model import Text

LOST = "〔缺损〕"
"""Stands in the cleaned text where characters of the original cannot be read."""


class Span(NamedTuple):
    """A place in a text: offsets of characters, `end` not included."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of the text. `level`: 1 to 9 for a heading, 0 else. `page` counts from 1, 0 where there are no pages.

    Cells of a table's row stand in one paragraph, tabs between them.
    """

    span: Span
    level: int = 0
    page: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """What a file says. `format`: text, word or pdf; `encoding` of a text file, else "". Paragraphs in order."""

    name: str
    format: str
    encoding: str
    text: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was changed: offsets in `Source.text`, and what stood there (at most 40 characters)."""

    span: Span
    excerpt: str


@dataclass(frozen=True, slots=True)
class Damage:
    """One kind of change. `count` is exact, `places` are the first two hundred. `lost`: something cannot be read.

    `kind`: invisible, gloss, width, traditional, undecodable, garbled, lost_character, boilerplate, repeated_line,
    duplicate, truncated.
    """

    kind: str
    name: Text
    lost: bool
    count: int
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The text to work on, its paragraphs, and the report of what was changed on the way.

    `origins`: the offset in `source.text` of each character.
    """

    source: Source
    text: str
    paragraphs: tuple[Paragraph, ...]
    report: tuple[Damage, ...]
    origins: "array[int]" = field(repr=False, compare=False)

    def origin(self, span: Span) -> Span:
        """The place in the original that a place in the cleaned text came from."""
        if not self.origins:
            return Span(0, 0)
        start = self.origins[min(span.start, len(self.origins) - 1)]
        if span.end <= span.start:
            return Span(start, start)
        end = self.origins[min(span.end, len(self.origins)) - 1] + 1
        return Span(start, min(end, len(self.source.text)))

    def damage(self, kind: str) -> Damage | None:
        """The entry of that kind, if there is one."""
        return next((one for one in self.report if one.kind == kind), None)


def lines_of(text: str, start: int = 0) -> list[Span]:
    """The lines of a text that are not blank, without their blanks at both ends; offsets begin at `start`."""
    found = []
    at = start
    for line in text.split("\n"):
        bare = line.strip()
        if bare:
            lead = len(line) - len(line.lstrip())
            found.append(Span(at + lead, at + lead + len(bare)))
        at += len(line) + 1
    return found

"""Sentences and clauses of a place in the text."""

import re
from collections.abc import Iterator
from typing import Final

from bihuan.procedures.model import LOST, Span

_LONGEST: Final = 600
_SENTENCE = re.compile(rf"[^。!?;\n]{{1,{_LONGEST}}}[。!?;]?")
_CLAUSE = re.compile(rf"[^,。!?;:\n]{{1,{_LONGEST}}}")
_LOST = re.compile(re.escape(LOST))
_OPEN, _CLOSE = "([《“「", ")]》”」"


def sentences(text: str, span: Span) -> Iterator[Span]:
    """The sentences, with their mark; pieces of six hundred characters where there is none; cut where text is lost."""
    for found in _SENTENCE.finditer(text, span.start, span.end):
        start = found.start()
        for lost in _LOST.finditer(text, *found.span()):  # where something is missing a sentence may have ended
            if bare := stripped(text, Span(start, lost.end())):
                yield bare
            start = lost.end()
        if bare := stripped(text, Span(start, found.end())):
            yield bare


def clauses(text: str, span: Span) -> Iterator[Span]:
    """The parts between commas, brackets not taken into account."""
    for found in _CLAUSE.finditer(text, span.start, span.end):
        if bare := stripped(text, Span(*found.span())):
            yield bare


def stripped(text: str, span: Span) -> Span | None:
    """Without blanks at its ends; None if nothing is left."""
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if end > start else None


def parts(text: str, marks: str) -> list[tuple[int, str]]:
    """What stands between the marks that are in no brackets, with its offset."""
    found = []
    depth = start = 0
    for at, one in enumerate(text):
        if one in _OPEN:
            depth += 1
        elif one in _CLOSE:
            depth = max(0, depth - 1)
        elif depth == 0 and one in marks:
            found.append((start, text[start:at]))
            start = at + 1
    return [*found, (start, text[start:])]


def without_brackets(text: str) -> str:
    """Round brackets and what stands in them taken out."""
    depth = 0
    kept = []
    for one in text:
        depth += one == "("
        if depth == 0:
            kept.append(one)
        depth = max(0, depth - (one == ")"))
    return "".join(kept)

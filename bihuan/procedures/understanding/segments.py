"""Where one procedure ends and the next begins in a document that holds several."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from bihuan.procedures.model import Paragraph, Span
from bihuan.procedures.understanding.lexicon import NO_TITLE, TITLE, TITLE_END
from bihuan.procedures.understanding.markers import Marker
from bihuan.procedures.understanding.naming import glued_title

_HEAD = re.compile(r"[^:。,;!?\n]{2,60}")
_OPENING = re.compile(r"(?<=[。;!])|(?<=附件\([一二三四五六七八九十\d]\))")
_TWICE = re.compile(r"(?P<once>.{4,30})(?P=once)")
_LONGEST: Final = 60
_MOST: Final = 300
_ONE_TITLE: Final = 26
_LONG_ENOUGH: Final = 4


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the document with a title ("" if it has none); `span` begins behind the title."""

    title: str
    title_span: Span
    span: Span


def segments(text: str, paragraphs: Sequence[Paragraph], found: Sequence[Marker]) -> list[Segment]:
    """The parts, in order; what stands before the first title is one of its own."""
    marks = {one.span.start for one in found}
    titles = islice((one for paragraph in paragraphs for one in _titles(text, paragraph, marks)), _MOST)
    kept: list[tuple[str, Span]] = []
    for name, span in titles:
        if kept and text[kept[-1][1].end : span.start].strip() == "":
            kept.pop()  # the document's title, and then that of its first part
        kept.append((name, span))
    starts = [Span(0, 0), *(span for _, span in kept)]
    names = ["", *(name for name, _ in kept)]
    ends = [*(span.start for _, span in kept), len(text)]
    made = [Segment(name, at, Span(at.end, end)) for name, at, end in zip(names, starts, ends, strict=True)]
    return [one for one in made if text[one.span.start : one.span.end].strip()]


def _titles(text: str, paragraph: Paragraph, marks: set[int]) -> Iterator[tuple[str, Span]]:
    start, end = paragraph.span
    openings = [start] if start not in marks else []
    openings += [one.end() for one in _OPENING.finditer(text, start, end)]
    done = -1
    for at in openings:
        if at < done or at in marks:
            continue
        found = _title(text, at, end, marks)
        if found is not None:
            done = found[1].end
            yield found


def _title(text: str, start: int, end: int, marks: set[int]) -> tuple[str, Span] | None:
    head = _HEAD.match(text, start, min(end, start + _LONGEST))
    if head is None:
        return None
    stop = next((at for at in range(start + 2, head.end()) if at in marks), head.end())
    words = text[start:stop].strip()
    closed = stop == end or stop in marks or text[stop : stop + 1] in (":", "\n", "")
    if NO_TITLE.match(words):
        return None
    twice = _TWICE.match(words)
    if twice and TITLE_END.search(twice["once"]):
        return twice["once"], Span(start, start + twice.end())
    if closed and TITLE_END.search(words):
        return _last_part(words), Span(start, min(end, stop + (text[stop : stop + 1] == ":")))
    glued = glued_title(words)
    return (words[:glued], Span(start, start + glued)) if glued else None


def _last_part(words: str) -> str:
    """Of several titles with nothing between them the last: `服务规范门诊服务流程图如下`."""
    bare = re.sub(r"如下$", "", words)
    if len(bare) <= _ONE_TITLE:
        return bare
    at = 0
    while (found := TITLE.match(bare, at)) and found.end() < len(bare):
        rest = bare[found.end() :]
        if len(rest) < _LONG_ENOUGH or rest[0] in "及和与图的或、具":
            following = TITLE.match(bare, found.end())
            at = following.end() if following and following.end() < len(bare) else len(bare)
            at = at if at < len(bare) and len(bare) - at >= _LONG_ENOUGH else len(bare)
            if at == len(bare):
                return bare if len(bare) <= 30 else bare[-30:]
        else:
            at = found.end()
    return bare[at:] or bare

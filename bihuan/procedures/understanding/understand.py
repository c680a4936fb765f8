"""A document read for its procedures."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from bihuan.procedures.model import LOST, Cleaned, Paragraph, Span
from bihuan.procedures.understanding.announcements import announcements
from bihuan.procedures.understanding.articles import article, slides
from bihuan.procedures.understanding.conditions import loops
from bihuan.procedures.understanding.flows import MOST_STEPS, flows_of, row_procedure
from bihuan.procedures.understanding.lexicon import DUTIES
from bihuan.procedures.understanding.markers import Marker, markers
from bihuan.procedures.understanding.model import Fact, Procedure, Understood
from bihuan.procedures.understanding.outline import outline
from bihuan.procedures.understanding.papers import SYNONYMS
from bihuan.procedures.understanding.segments import Segment, segments
from bihuan.procedures.understanding.sentences import sentences
from bihuan.procedures.understanding.sequences import Sequence as Row
from bihuan.procedures.understanding.sequences import same_steps, sequences
from bihuan.procedures.understanding.steps import sentence_steps
from bihuan.procedures.understanding.tables import table_procedures

_PURPOSE = re.compile(
    r"目的[:是为]\s?(?P<a>[^。\n]{6,200})|(?P<b>旨在[^。\n]{6,120})|(?:^|[条、.:\s])(?P<c>为了?[^。\n]{6,120}?)[,](?:特|订)"
)
_START = re.compile(r"起点(?:则)?(?:是|为)(?:从)?(?P<what>[^,。;]{2,30}?)(?:开始)?[,。;]")
_END = re.compile(r"终点(?:则)?(?:是|为)(?P<what>[^,。;]{2,40}?)(?:为止)?[,。;]")
# An article on how to draw a chart tells where that chart begins, not where drawing does.
_ABOUT_CHARTS = re.compile(r"设计|绘制|编制")
_PICTURE = re.compile(r"(?<=流程)图?(?:模板|示意图)?$")
_MOST_PROCEDURES: Final = 60
_MOST_LOOPS: Final = 6
_LEAST_LIKE: Final = 2 / 3


def understand(cleaned: Cleaned) -> Understood:
    """The procedures that the text tells, each fact with its place. Nothing is asked of anybody but the text."""
    text = cleaned.text
    found = markers(text)
    parts = segments(text, cleaned.paragraphs, found)
    title = _title(cleaned, parts)
    told = list(table_procedures(text, cleaned.paragraphs, title))
    for part in parts:
        if not DUTIES.search(part.title):
            told += _told(cleaned, part, found)
    told += article(text, cleaned.paragraphs)
    told = told or _fallback(cleaned, title)
    kept, repeated = _without_repeats(told[:_MOST_PROCEDURES])
    return Understood(
        cleaned,
        title,
        tuple(_whole(cleaned, one, title, alone=len(kept) == 1) for one in kept),
        tuple(_duties(text, parts)),
        tuple(announcements(text, cleaned.paragraphs, [one.title for one in kept])),
        tuple(repeated),
        tuple(words for words in SYNONYMS if sum(word in text for word in words) > 1),
    )


def _told(cleaned: Cleaned, part: Segment, found: Sequence[Marker]) -> list[Procedure]:
    text = cleaned.text
    rows = list(sequences(text, part.span))
    tree = outline(text, part.span, found, cleaned.paragraphs)
    made = flows_of(text, part, tree, rows)
    return [*made, *_rows(made, rows, part)]


def _rows(made: Sequence[Procedure], rows: Sequence[Row], part: Segment) -> Iterator[Procedure]:
    """Rows of steps that no procedure tells in full."""
    told = [tuple(step.name for step in one.steps) for one in made]
    for row in rows:
        if any(same_steps(row.names, names) for names in told):
            continue
        told.append(row.names)
        yield row_procedure(row, part.title)


def _fallback(cleaned: Cleaned, title: str) -> list[Procedure]:
    """No numbers, no rows: slides, articles, prose."""
    made = slides(cleaned)
    if made:
        return made
    span = Span(0, len(cleaned.text))
    steps = sentence_steps(cleaned.text, span, MOST_STEPS)
    return [Procedure(title, span, tuple(steps))] if len(steps) >= 2 else []


def _whole(cleaned: Cleaned, one: Procedure, title: str, *, alone: bool) -> Procedure:
    """What the document says around the steps: purpose, beginning, end, ways back."""
    text = cleaned.text
    inside = Span(0, len(text)) if alone or one.from_list else one.span
    own = {step.span for step in one.steps}
    apart = (
        loop
        for loop in loops(text, inside)
        if one.from_list or not any(span.start <= loop.span.start < span.end for span in own)
    )
    back = tuple(islice(apart, _MOST_LOOPS))
    name = one.title or ("" if one.from_list and not _is_title(cleaned, title) else title)
    if not name and one.steps:
        name = f"{one.steps[0].name}到{one.steps[-1].name}"
    return replace(
        one,
        title=_PICTURE.sub("", name) or name or "流程草稿",
        purpose=_fact(text, Span(0, len(text)) if alone else one.span, _PURPOSE),
        starts=None if _ABOUT_CHARTS.match(name) else _fact(text, inside, _START),
        ends=None if _ABOUT_CHARTS.match(name) else _fact(text, inside, _END),
        loops=(*one.loops, *back),
        truncated=LOST in text[max(0, one.span.end - len(LOST) - 2) : one.span.end + len(LOST)],
    )


def _is_title(cleaned: Cleaned, title: str) -> bool:
    """Whether the text itself says it; else it is the name of a file."""
    return title in cleaned.text


def _fact(text: str, span: Span, words: re.Pattern[str]) -> Fact | None:
    found = words.search(text, *span)
    if found is None:
        return None
    key = next(name for name, value in found.groupdict().items() if value)
    return Fact(found[key].strip(), Span(*found.span(key)))


def _without_repeats(told: Sequence[Procedure]) -> tuple[list[Procedure], list[Fact]]:
    """Of procedures that tell the same steps the one that tells more of them."""
    kept: list[Procedure] = []
    repeated: list[Fact] = []
    for one in told:
        twin = next((at for at, other in enumerate(kept) if _is_twin(one, other)), None)
        if twin is None:
            kept.append(one)
            continue
        less, more = sorted((one, kept[twin]), key=lambda two: (len(two.steps), len("".join(_words(two)))))
        kept[twin] = more
        repeated.append(Fact(less.title, less.span))
    return kept, repeated


def _words(one: Procedure) -> list[str]:
    return [step.text for step in one.steps]


def _is_twin(one: Procedure, other: Procedure) -> bool:
    few, many = sorted(({step.name for step in one.steps}, {step.name for step in other.steps}), key=len)
    if not few or len(few & many) < _LEAST_LIKE * len(few):
        return False
    if one.from_list or other.from_list or one.title == other.title:
        return True
    said, known = {words for words in _words(one) if words}, {words for words in _words(other) if words}
    return bool(said) and (said <= known or known <= said)


def _duties(text: str, parts: Sequence[Segment]) -> Iterator[Fact]:
    for part in parts:
        if DUTIES.search(part.title):
            for one in sentences(text, part.span):
                yield Fact(text[one.start : one.end], one)


def _title(cleaned: Cleaned, parts: Sequence[Segment]) -> str:
    heading = next((one for one in cleaned.paragraphs if one.level == 1), None)
    if heading is not None:
        return cleaned.text[heading.span.start : heading.span.end][:60]
    if parts and parts[0].title:
        return parts[0].title
    return _first_line(cleaned.text, cleaned.paragraphs) or re.sub(r"\.\w{1,5}$", "", cleaned.source.name)[:60]


def _first_line(text: str, paragraphs: Sequence[Paragraph]) -> str:
    if not paragraphs:
        return ""
    line = text[slice(*paragraphs[0].span)]
    return line if 2 <= len(line) <= 40 and not re.search(r"[。;,]", line) else ""

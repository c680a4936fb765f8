"""Texts that are no procedures by their form: articles that tell steps in paragraphs, slides run together."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bihuan.procedures.model import LOST, Cleaned, Paragraph, Span
from bihuan.procedures.understanding.lexicon import VERB
from bihuan.procedures.understanding.model import Fact, Procedure, Step
from bihuan.procedures.understanding.naming import short_name, shortened
from bihuan.procedures.understanding.sentences import sentences
from bihuan.procedures.understanding.steps import said

_BEGINS = re.compile(r"(?:以下|下面)(?:是|为)(?P<what>[^,。:]{2,30}?)的?(?:基本|主要|具体|关键)?步骤:$")
_ENDS = re.compile(r"^以上(?:就是|便是|是|为)")
_NEXT = re.compile(
    r"(?:首先|其次|接下来|接着|然后|随后|下一步|最后一步|最后|第[一二三四五六七八九十]步)[^,。]{0,4}?(?:需要|就需要|就是|是|应|要|则是)(?P<what>[^,。;]{3,30})"
)
_DONE = re.compile(r"^(?P<verb>完成|确定好|确定|明确|制定|梳理)了?(?P<what>[^,。;]{3,24}?)(?:之后|以后|后)[,]")
_OUR = re.compile(
    r"(?:我们|企业|还)?需要?(?:在[^,。]{2,12}中)?(?P<what>添加[^,。;]{3,24}|收集[^,。;]{3,24}|建立[^,。;]{3,24})"
)
_MOST: Final = 40


def article(text: str, paragraphs: Sequence[Paragraph]) -> list[Procedure]:
    """Steps told in paragraphs between `以下是…步骤:` and `以上就是…`."""
    made = []
    at = 0
    while at < len(paragraphs):
        found = _BEGINS.search(text[slice(*paragraphs[at].span)][-80:])
        at += 1
        if found is None:
            continue
        inside: list[Span] = []
        while at < len(paragraphs) and len(inside) < _MOST and not _ENDS.match(text[slice(*paragraphs[at].span)][:6]):
            inside.append(paragraphs[at].span)
            at += 1
        steps = _steps(text, inside)
        if len(steps) >= 2:
            made.append(Procedure(found["what"], Span(inside[0].start, inside[-1].end), tuple(steps)))
    return made


def _steps(text: str, inside: Sequence[Span]) -> list[Step]:
    steps: list[Step] = []
    for span in inside:
        first = next(sentences(text, span), span)
        words = text[first.start : first.end]
        done = _DONE.match(words)
        if done and not any(_alike(done["what"], step.name) for step in steps):
            # What is done before this step without having been told as one.
            verb = done["verb"].removesuffix("好")
            place = Span(first.start, first.start + done.end())
            steps.append(Step(shortened(verb + done["what"].removeprefix("的")), place, "", False))
        found = (
            _NEXT.search(words)
            or _NEXT.search(text[span.start : span.end][:200])
            or _OUR.search(words)
            or _OUR.search(text[slice(*span)][:120])
        )
        if found:
            steps.append(said(text, Step(shortened(found["what"]), span, text[span.start : span.end], False), span))
    return steps


def _alike(one: str, other: str) -> bool:
    """Whether the words speak of the same: half of the pairs of neighbours are shared."""
    pairs = {one[at : at + 2] for at in range(len(one) - 1)}
    return bool(pairs) and 2 * sum(pair in other for pair in pairs) >= len(pairs)


_CONTENTS = re.compile(r"目录(?:CONTENTS?|CONTENCT)?")
_ABOUT = re.compile(r"环节|步骤|流程")
_NOT_ABOUT = re.compile(r"问题$|改进|展望|现有|背景|效果|策略")
_START = re.compile(
    r"(?<!^)(?:根据|在(?=[^,。]{2,16}[时后中],)|对(?=[^,。]{2,30}进行)|通过|主动|完整、|快速|高效|及时(?!性)|支持人员|定期|确(?=保|〔))"
)
_STATES = re.compile(r"应具备|应充分|应考虑|可能|往往|将更加|越来越")
_FIRST_CHAPTERS: Final = 20


def slides(cleaned: Cleaned) -> list[Procedure]:
    """A presentation run together: of its chapters those about the flow, each sentence that does something a step."""
    text = cleaned.text
    contents = _CONTENTS.search(text)
    if contents is None:
        return []
    chapters = _chapters(text, contents.end())
    title = text[slice(*cleaned.paragraphs[0].span)][:60] if cleaned.paragraphs else ""
    chosen = [one for one in chapters if _ABOUT.search(one[0]) and not _NOT_ABOUT.search(one[0])]
    made = []
    for name, span in chosen:
        steps = _slide_steps(text, span)
        if len(steps) >= 2:
            made.append(Procedure(name if len(chosen) > 1 else title or name, span, tuple(steps)))
    return made


def _chapters(text: str, start: int) -> list[tuple[str, Span]]:
    """Chapters by the contents: behind `02` stands the title that is next in them."""
    first = re.search(r"01(?=[^\d])", text[start : start + 600])
    if first is None:
        return []
    left = text[start : start + first.start()].strip()
    found: list[tuple[str, int, int]] = []
    at = start + first.start()
    for number in range(1, _FIRST_CHAPTERS):
        at = _chapter_at(text, at, number, left)
        if at < 0 or not left:
            break
        size = _shared(text[at + 2 : at + 2 + len(left)], left)
        found.append((left[:size], at, at + 2 + size))
        left = left[size:].lstrip("、, \n\t")
        at += 2 + size
    if not found:
        return []
    ends = [*(one[1] for one in found[1:]), len(text)]
    return [(name, Span(begin, end)) for (name, _, begin), end in zip(found, ends, strict=True)]


def _chapter_at(text: str, start: int, number: int, left: str) -> int:
    """Where `0N` stands with the beginning of what is left of the contents behind it; -1 if nowhere."""
    return text.find(f"{number:02}{left[:2]}", start) if left else -1


def _shared(one: str, other: str) -> int:
    size = 0
    while size < min(len(one), len(other)) and one[size] == other[size]:
        size += 1
    return size


def _slide_steps(text: str, span: Span) -> list[Step]:
    steps: list[Step] = []
    torn = False  # the sentence before broke off: this is its other half
    for one in sentences(text, span):
        bare = _behind_titles(text, one)
        words = text[bare.start : bare.end]
        if not words.endswith(("。", LOST)):
            continue  # titles alone
        if _STATES.search(words):
            if steps:
                steps[-1] = _with_caution(steps[-1], Fact(words, bare))
            continue
        broken = words.startswith(f"确{LOST}")
        name = _title_before(text, one, bare) if broken else short_name(text, bare)
        if name and not torn and (broken or VERB.search(words)):
            steps.append(said(text, Step(name, bare, words, False), bare))
        torn = broken
    return steps


def _behind_titles(text: str, span: Span) -> Span:
    """Slides' titles stand before their sentences with nothing between."""
    found = _START.search(re.split("[,。]", text[span.start : span.end], maxsplit=1)[0][:120])
    return Span(span.start + found.start(), span.end) if found else span


def _title_before(text: str, span: Span, bare: Span) -> str:
    title = re.sub(r"[\d%.]+", "", text[span.start : bare.start])
    return shortened(title) if title else ""


def _with_caution(step: Step, fact: Fact) -> Step:
    return replace(step, cautions=(*step.cautions, fact))

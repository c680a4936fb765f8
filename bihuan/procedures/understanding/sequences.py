"""Steps named in a row: `包括受理、诊断、回访等步骤`, `签订合同→验收→维修`, `从接收投诉到跟进的全过程`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bihuan.procedures.model import Span
from bihuan.procedures.understanding.lexicon import HAN
from bihuan.procedures.understanding.sentences import sentences

_ARROWS = re.compile(r"\s?(?:→|⇒|➔|➜|⟶|──?>|—+>|-{1,3}>|=>|►|▶)\s?")
_NAME: Final = rf"[{HAN}A-Za-z0-9()/“”]{{2,16}}"
_ROW: Final = rf"(?P<row>{_NAME}(?:、{_NAME}){{1,15}}(?:(?:和|与|以及|及){_NAME})?)"
_LISTED = re.compile(
    rf"(?:包括|包含|分为|划分为|依次为|依次是|经过|历经)(?:了)?[:“]?{_ROW}”?(?P<tail>等?[^,。;、]{{0,12}})"
)
_FROM_TO = re.compile(
    rf"从(?P<row>{_NAME}(?:、{_NAME}){{1,15}})(?:到|至|直到|直至)(?P<last>{_NAME}?)的(?:全过程|整个过程|过程|全流程|流程)"
)
_DASHES = re.compile(r"分为[“\"](?P<row>[^“”\"。\n]{4,100})[”\"][^,。]{0,6}(?:阶段|步骤|环节)")
_FLOW = re.compile(r"流程|步骤|环节|阶段|程序")
_STEPS_TAIL = re.compile(r"步骤|环节|阶段|流程|工序|程序")
_OTHER = re.compile(r"渠道|方式|因素|等级|类型|部门|人员|方面|内容|业务|功能|信息|工具|指标|特征|原则|好处")
_WHOSE = re.compile(rf"(?P<name>[{HAN}A-Za-z]{{2,14}}?(?:流程|程序))(?:图)?(?:模板)?")
_CLEAN = re.compile(r"^(?:一(?:份|个|套)|了|的|详细的|完整的|设计|制定|引入|实施|该|这个|本|整个|其)+")


@dataclass(frozen=True, slots=True)
class Sequence:
    """Names of steps in a row, and of the flow they are said to make up ("" if the sentence does not say)."""

    names: tuple[str, ...]
    places: tuple[Span, ...]
    flow: str
    span: Span
    arrows: bool = False


def sequences(text: str, span: Span) -> Iterator[Sequence]:
    """The rows of steps in a place, each once."""
    seen: set[tuple[str, ...]] = set()
    for one in sentences(text, span):
        found = _arrows(text, one) or _listed(text, one) or _from_to(text, one)
        if found is not None and found.names not in seen:
            seen.add(found.names)
            yield found


def _arrows(text: str, span: Span) -> Sequence | None:
    words = text[span.start : span.end]
    marks = list(_ARROWS.finditer(words))
    if len(marks) < 2:
        return None
    starts = [max(words.rfind(mark, 0, marks[0].start()) for mark in ":。,“") + 1, *(one.end() for one in marks)]
    ends = [*(one.start() for one in marks), len(words)]
    names, places = [], []
    for start, end in zip(starts, ends, strict=True):
        name = re.split(r"[。;”\n]", words[start:end])[0].strip()
        if 0 < len(name) <= 40:
            names.append(name)
            places.append(Span(span.start + start, span.start + start + len(name)))
    return Sequence(tuple(names), tuple(places), _flow(words[: starts[0]]), span, True) if len(names) > 2 else None


def _listed(text: str, span: Span) -> Sequence | None:
    for found in _LISTED.finditer(text, *span):
        before = text[span.start : found.start()]
        tail = found["row"].rpartition("、")[2].partition("等")[2] + found["tail"]
        steps = _STEPS_TAIL.search(tail) or (_FLOW.search(before[-40:]) and not _OTHER.search(before[-12:] + tail))
        if not steps or _OTHER.search(tail):
            continue
        return _row(found["row"], found.start("row"), span, _flow(before))
    return None


def _from_to(text: str, span: Span) -> Sequence | None:
    found = _FROM_TO.search(text, *span)
    if found is None:
        return None
    row = _row(found["row"], found.start("row"), span, _flow(text[span.start : found.start()]))
    if row is None:
        return None
    last = Span(found.start("last"), found.end("last"))
    return Sequence((*row.names, found["last"]), (*row.places, last), row.flow, span)


def _row(words: str, at: int, span: Span, flow: str) -> Sequence | None:
    names, places = [], []
    for found in re.finditer(r"[^、]+", words):
        bare = re.sub(r"等[^、]{0,10}$", "", found.group())
        parts = re.split(r"以及|(?<=.{4})(?:和)(?=.{4})", bare) if found.end() == len(words) else [bare]
        start = at + found.start()
        for part in parts:
            place = words.find(part, found.start())
            names.append(part)
            places.append(Span(at + place, at + place + len(part)) if place >= 0 else Span(start, start + len(bare)))
    return Sequence(tuple(names), tuple(places), flow, span) if len(names) >= 3 else None


def _flow(before: str) -> str:
    names = [_CLEAN.sub("", found["name"]) for found in _WHOSE.finditer(before[-60:])]
    return next(
        (name for name in reversed(names) if len(name) >= 4 and not name.startswith(("是", "完整", "贯穿"))), ""
    )


def same_steps(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether most of the shorter row stands in the longer one."""
    few, many = sorted((one, other), key=len)
    return len(set(few) & set(many)) * 3 >= 2 * len(few)

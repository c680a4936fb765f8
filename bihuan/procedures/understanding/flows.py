"""Which items of a numbered text make up a flow, in which phases."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bihuan.procedures.model import Span
from bihuan.procedures.understanding.lexicon import KINDS_FOLLOW
from bihuan.procedures.understanding.model import Condition, Procedure, Stage, Step
from bihuan.procedures.understanding.naming import named
from bihuan.procedures.understanding.outline import Item
from bihuan.procedures.understanding.papers import papers
from bihuan.procedures.understanding.segments import Segment
from bihuan.procedures.understanding.sequences import Sequence as Row
from bihuan.procedures.understanding.steps import clause_steps, handed_over, is_label, is_step, step_of
from bihuan.procedures.understanding.units import stated_units

_FLOW = re.compile(r"流程|程序|步骤|办理环节")
_NO_FLOW = re.compile(r"目的|范围|职责|权责|定义|背景|总则|附则|依据|意义|原则|要求|考核|奖惩|附件|记录表|定位")
_PHASE = re.compile(r"阶段|步骤|环节")
_PREFIX = re.compile(
    r"^(?:(?:阶段|步骤|环节)[一二三四五六七八九十\d]{1,2}|第[一二三四五六七八九十\d]{1,2}(?:阶段|步骤|步|环节))[:、. ]*"
)
_BACK = re.compile(r"^(?:循环到|循环至|返回|回到)(?P<target>.{2,20})")
_LEAST_CLAUSES: Final = 3
MOST_STEPS: Final = 200
"""Steps of one procedure that are read; what follows is no procedure any more."""


def flows_of(text: str, part: Segment, tree: Item, rows: Sequence[Row]) -> list[Procedure]:
    """The procedures of a part: usually one; one each where its sections are flows of their own."""
    known = tuple(name for row in rows if not row.arrows for name in row.names)
    made: list[Procedure] = []
    for title, root in _roots(text, part, tree):
        groups = _sections(text, root)
        if groups:
            made += [_flow(text, _title(text, one), one, known) for one in groups]
        else:
            made.append(_flow(text, title, root, known))
    kept = [_completed(one, rows) for one in made if len(one.steps) >= 2]
    if len(kept) == 1:
        kept = [replace(kept[0], span=Span(part.title_span.start, part.span.end))]
    return kept or _told_in_clauses(text, part)


def _roots(text: str, part: Segment, tree: Item) -> list[tuple[str, Item]]:
    """The items whose items are the steps."""
    flows = [one for one in tree.items if one.items and _FLOW.search(_title(text, one))]
    if flows:
        return [(_title(text, one) if len(flows) > 1 else part.title, one) for one in flows]
    root, title = tree, part.title
    while len(_told(text, root)) == 1 and len(_told(text, root)[0].items) > 1:
        root = _told(text, root)[0]
        title = _title(text, root)
    return [(title, root)]


def _told(text: str, root: Item) -> list[Item]:
    return [one for one in root.items if not _NO_FLOW.search(_title(text, one)) or one.kind == "label"]


def _title(text: str, item: Item) -> str:
    name, _ = named(text, item.body)
    return _PREFIX.sub("", name)


def _sections(text: str, root: Item) -> list[Item]:
    """Sections with steps of their own that are no phases: `4.1 客户服务`, `4.2 满意度调查`."""
    items = [one for one in root.items if one.items]
    if len(items) < 2 or len(items) < len(root.items) or not items[0].kind.startswith("dot"):
        return []
    heads = [text[one.head.start : one.head.start + 60] for one in items]
    return [] if any(_PHASE.search(head) or "责任" in head for head in heads) else items


def _flow(text: str, title: str, root: Item, known: tuple[str, ...]) -> Procedure:
    steps: list[Step] = []
    stages: list[Stage] = []
    for item in root.items:
        if len(steps) >= MOST_STEPS:
            break
        inner = _inner_steps(text, item, known)
        if inner:
            stages.append(_stage(text, item))
            steps += [replace(one, phase=len(stages) - 1) for one in inner]
        elif not is_label(text, item) and (step := step_of(text, item, known)) is not None:
            steps += handed_over(text, step)
    return Procedure(title, Span(root.head.start, root.end), tuple(steps), tuple(stages))


def _inner_steps(text: str, item: Item, known: tuple[str, ...]) -> list[Step]:
    """The steps of a phase; none where the items below are kinds of cases, or no steps at all."""
    inner = [one for one in item.items if not is_label(text, one)]
    head = text[item.body.start : item.body.end].strip()
    if not inner or KINDS_FOLLOW.search(head) or not is_step(text, item):
        return []
    return [made for one in inner for made in _deep(text, one, known)]


def _deep(text: str, item: Item, known: tuple[str, ...]) -> list[Step]:
    """The lowest items that are steps."""
    found: list[Step] = []
    stack = [item]
    while stack and len(found) < MOST_STEPS:
        here = stack.pop()
        inner = [one for one in here.items if not is_label(text, one)]
        kinds = KINDS_FOLLOW.search(text[here.body.start : here.body.end].strip())
        if inner and not kinds:
            stack += reversed(inner)
        elif not is_label(text, here) and (step := step_of(text, here, known)) is not None:
            found += handed_over(text, step)
    return found


def _stage(text: str, item: Item) -> Stage:
    end = next((one.head.start for one in item.items if not is_label(text, one)), item.body.end)
    head = Span(item.body.start, max(item.body.start, end))
    own = [one.body for one in item.items if is_label(text, one) == "output"]
    units, _ = stated_units(text, head)
    outputs = tuple(paper for place in own for paper in papers(text, place, output=True))
    name = _title(text, item) or text[slice(*item.body)].strip()[:20]
    return Stage(name, Span(item.head.start, item.end), tuple(units), outputs)


def _completed(one: Procedure, rows: Sequence[Row]) -> Procedure:
    """Steps that a row names and the items do not tell: the text has lost them, or says nothing of them."""
    names = [step.name for step in one.steps]
    for row in rows:
        told = [name for name in row.names if name in names]
        if not row.arrows and len(told) * 2 >= len(row.names) and len(told) == len(names) < len(row.names):
            by_name = dict(zip(names, one.steps, strict=True))
            steps = (
                by_name.get(name, Step(name, place, "")) for name, place in zip(row.names, row.places, strict=True)
            )
            return replace(one, steps=tuple(steps))
    return one


def _told_in_clauses(text: str, part: Segment) -> list[Procedure]:
    """`回访流程:从档案中提取客户,分配到专员,电话回访,最后总结。`"""
    if not _FLOW.search(part.title):
        return []
    end = text.find("。", part.span.start, part.span.end) + 1 or part.span.end
    steps = clause_steps(text, Span(part.span.start, end))
    if len(steps) < _LEAST_CLAUSES:
        return []
    return [Procedure(part.title, Span(part.title_span.start, part.span.end), tuple(steps))]


def row_procedure(row: Row, title: str) -> Procedure:
    """A flow of which the text gives the names alone; `循环到…` at its end is a way back."""
    names, places = list(row.names), list(row.places)
    back = _BACK.match(names[-1]) if row.arrows else None
    loops: tuple[Condition, ...] = ()
    if back:
        loops = (Condition("again", "继续", names.pop(), places.pop(), target=back["target"]),)
    steps = tuple(Step(name, place, "") for name, place in zip(names, places, strict=True))
    return Procedure(row.flow or title, row.span, steps, loops=loops, from_list=True)

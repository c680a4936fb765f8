"""Tables of steps: a header that names the columns, a row for each step."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from bihuan.procedures.model import Paragraph, Span
from bihuan.procedures.understanding.flows import MOST_STEPS
from bihuan.procedures.understanding.limits import limits
from bihuan.procedures.understanding.model import Fact, Procedure, Step
from bihuan.procedures.understanding.naming import shortened
from bihuan.procedures.understanding.papers import papers
from bihuan.procedures.understanding.sentences import stripped
from bihuan.procedures.understanding.steps import said
from bihuan.procedures.understanding.units import split_units

_COLUMNS: Final = (
    ("number", re.compile(r"^(?:序号|编号|No\.?|#)$", re.IGNORECASE)),
    (
        "name",
        re.compile(r"^(?:步骤|环节|节点|流程|阶段|工序|活动|步骤名称|流程步骤|工作步骤|流程节点|作业步骤|工作环节)$"),
    ),
    ("text", re.compile(r"^(?:工作|作业|操作|主要|具体)?(?:内容|说明|描述|要求|要点|工作|动作标准)(?:及要求)?$")),
    ("unit", re.compile(r"责任|负责|部门|岗位|执行人|经办")),
    ("limit", re.compile(r"时限|期限|时间")),
    ("paper", re.compile(r"输出|表单|记录|文件|成果|单据")),
    ("caution", re.compile(r"注意|风险|禁止")),
)
_LONG_ENOUGH: Final = 2


def table_procedures(text: str, paragraphs: Sequence[Paragraph], title: str) -> Iterator[Procedure]:
    """Flows that stand in tables; rows are paragraphs with tabs."""
    at = 0
    while at < len(paragraphs):
        end = at
        while end < len(paragraphs) and "\t" in text[slice(*paragraphs[end].span)]:
            end += 1
        if end - at > _LONG_ENOUGH:
            found = _table(text, [one.span for one in paragraphs[at:end]])
            if found is not None:
                yield replace(found, title=_caption(text, paragraphs, at) or title)
        at = max(end, at + 1)


def _caption(text: str, paragraphs: Sequence[Paragraph], at: int) -> str:
    line = text[slice(*paragraphs[at - 1].span)] if at else ""
    return line.rstrip(":") if 2 <= len(line) <= 40 and not re.search(r"[。;,]", line) else ""


def _cells(text: str, span: Span) -> list[Span]:
    cells = []
    at = span.start
    for words in text[span.start : span.end].split("\t"):
        cells.append(stripped(text, Span(at, at + len(words))) or Span(at, at))
        at += len(words) + 1
    return cells


def _table(text: str, rows: Sequence[Span]) -> Procedure | None:
    columns: dict[str, int] = {}
    for at, cell in enumerate(_cells(text, rows[0])):
        words = text[cell.start : cell.end].replace(" ", "")
        kind = next((kind for kind, pattern in _COLUMNS if pattern.search(words)), "")
        if kind:
            columns.setdefault(kind, at)
    if not {"name", "text"} & columns.keys() or len(columns) < _LONG_ENOUGH:
        return None
    steps = [made for row in rows[1 : MOST_STEPS + 1] if (made := _step(text, row, columns)) is not None]
    return Procedure("", Span(rows[0].start, rows[-1].end), tuple(steps)) if len(steps) >= _LONG_ENOUGH else None


def _step(text: str, row: Span, columns: dict[str, int]) -> Step | None:
    cells = _cells(text, row)
    places = {kind: cells[at] for kind, at in columns.items() if at < len(cells) and cells[at].end > cells[at].start}
    name_at = places.get("name") or places.get("text")
    if name_at is None or not re.search(r"[^\W_]", text[name_at.start : name_at.end]):
        return None
    body = places.get("text", name_at)
    name = text[name_at.start : name_at.end]
    step = said(text, Step(name if len(name) <= 20 else shortened(name), row, text[body.start : body.end]), body)
    return _with_columns(text, step, places)


def _with_columns(text: str, step: Step, places: dict[str, Span]) -> Step:
    if "unit" in places:
        step = replace(step, units=tuple(split_units(text, places["unit"])))
    if "limit" in places:
        place = places["limit"]
        # In a column of limits `2小时` needs no `内`.
        found = tuple(limits(text, place)) or tuple(limits(f"{text[: place.end]}内", Span(place.start, place.end + 1)))
        step = replace(step, limits=found)
    if "paper" in places:
        step = replace(step, papers=(*step.papers, *papers(text, places["paper"], output=True)))
    if "caution" in places:
        place = places["caution"]
        step = replace(step, cautions=(*step.cautions, Fact(text[place.start : place.end], place)))
    return step

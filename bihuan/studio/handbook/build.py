"""`build_manual`: the chapters of a manual, in the order in which it is read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bihuan.bpmn import Chart, Node, Text
from bihuan.bpmn.draw import draw_svg
from bihuan.bpmn.narrative import Section, narrate
from bihuan.bpmn.narrative.voice import Language
from bihuan.bpmn.outline.words import deadline_words
from bihuan.documents.manual import Article, Chapter, Facts, Manual, Part, Picture, Words
from bihuan.documents.manual_forms import blank_form, pick
from bihuan.documents.model import Table, retention_words
from bihuan.studio.handbook.control import Control, control_table
from bihuan.studio.handbook.guide import BY_HAND, Forms, step_article
from bihuan.studio.handbook.legend import legend
from bihuan.studio.handbook.speech import Speech

_SIZE: Final = re.compile(r'viewBox="\S+ \S+ ([\d.e+]+) ([\d.e+]+)"')
_SHOWN: Final = frozenset({*BY_HAND, "serviceTask", "sendTask", "receiveTask", "scriptTask", "businessRuleTask"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What the chart itself does not know. ``version``: in words; ``control``: the record of versions."""

    company: str
    name: Text
    version: str
    content_hash: str
    date: str
    control: tuple[Control, ...] = ()


def build_manual(
    chart: Chart,
    *,
    frame: Frame,
    forms: Forms,
    tables: tuple[Table, ...],
    names: Mapping[str, Text],
    language: Language,
) -> Manual:
    """The manual in one language. ``tables``: the decision tables in words; ``names``: what keys are called."""
    names = {**_elements(chart), **names}
    told = narrate(chart, language, names)
    numbers = {one.element: one.number for section in told for one in section.paragraphs if one.number}
    speech = Speech(chart, language, names, numbers)
    pick_ = speech.pick
    chapters = [_purpose(speech), _picture(speech), _people(speech), _rules(speech, told), _steps(speech, forms)]
    if tables:
        articles = tuple(Article(one.label, (Table("", one.columns, one.rows, one.widths),)) for one in tables)
        chapters.append(Chapter(pick_("决策表", "Decision tables"), articles))
    if forms:
        chapters.append(Chapter(pick_("表单登记表", "Register of forms"), (Article("", (_register(speech, forms),)),)))
    chapters.append(Chapter(pick_("图例", "Legend"), (Article("", (legend(speech),)),)))
    title = speech.text(frame.name)
    return Manual(
        company=frame.company,
        title=title,
        kind=pick_("流程手册", "Process manual"),
        mark=f"{title} · {frame.version} · {frame.content_hash[:8]}",
        cover=_cover(speech, frame),
        control=control_table(speech, frame.control),
        contents=pick_("目录", "Contents"),
        chapters=tuple(chapters),
        forms_title=pick_("附：空白表单", "Annex: blank forms"),
        forms=tuple(blank_form(form, language) for _code, form in sorted(forms.items())),
        language=language,
        page_words=pick_("第 {0} 页，共 {1} 页", "Page {0} of {1}"),
        required_word=pick_("必填", "required"),
    )


def _elements(chart: Chart) -> dict[str, Text]:
    """What one of several is called: as the list that it comes from."""
    found = {}
    for loop in (node.loop for node in chart.nodes.values() if node.loop is not None):
        known = chart.variables.get(loop.collection or "")
        if loop.element_variable and known is not None:
            found[loop.element_variable] = Text(known.label or known.name, known.label_en)
    return found


def _cover(speech: Speech, frame: Frame) -> tuple[tuple[str, str], ...]:
    pick_, chart = speech.pick, speech.chart
    rows = [
        (pick_("版本", "Version"), frame.version),
        (pick_("内容指纹", "Content"), frame.content_hash[:16]),
        (pick_("打印日期", "Printed on"), frame.date),
    ]
    if chart.owner:
        rows.append((pick_("流程负责人", "Owner"), speech.voice.called(chart.owner)))
    if chart.review_by:
        rows.append((pick_("下次评审", "Next review"), chart.review_by))
    return tuple(rows)


def _purpose(speech: Speech) -> Chapter:
    chart, pick_ = speech.chart, speech.pick
    rows = [
        (pick_("目的", "Purpose"), speech.text(chart.purpose)),
        (pick_("开始", "Begins when"), speech.text(chart.starts_when)),
        (pick_("结束", "Is over when"), speech.text(chart.ends_when)),
    ]
    parts: list[Part] = [Facts(tuple((label, text or "—") for label, text in rows))]
    if chart.documentation:
        parts.append(Words(chart.documentation))
    if chart.phases:
        columns = (pick_("阶段", "Phase"), pick_("告诉客户的话", "What the customer is told"))
        said = tuple(
            (
                speech.text(Text(one.name, one.name_en)),
                "：".join(
                    part
                    for part in (
                        speech.text(Text(one.customer_name, one.customer_name_en)),
                        speech.text(Text(one.customer_text, one.customer_text_en)),
                    )
                    if part
                )
                or "—",
            )
            for one in chart.phases
        )
        parts.append(Table(pick_("阶段", "Phases"), columns, said, (20, 80)))
    return Chapter(pick_("目的与范围", "Purpose and scope"), (Article("", tuple(parts)),))


def _picture(speech: Speech) -> Chapter:
    title = speech.pick("流程图", "The chart")
    try:
        svg = draw_svg(speech.chart.source, lang=speech.language)
    except ValueError:
        return Chapter(title, (Article("", (Words(speech.pick("没有图。", "There is no picture.")),)),))
    found = _SIZE.search(svg)
    width, height = (float(found[1]), float(found[2])) if found else (1000.0, 600.0)
    whole = speech.pick("全图", "The whole")
    part = speech.pick("分图 {0} / {1}，从左到右、从上到下", "Part {0} of {1}, from left to right, from top to bottom")
    return Chapter(title, (Article("", (Picture(svg, width, height, whole, part),)),))


def _people(speech: Speech) -> Chapter:
    pick_ = speech.pick
    rows: dict[str, list[Node]] = {}
    for node in _ordered(speech):
        if node.kind in BY_HAND:
            rows.setdefault(speech.voice.who(node) or "—", []).append(node)
    columns = (pick_("角色", "Role"), pick_("步骤", "Step"), pick_("时限", "Limit"), pick_("表单", "Form"))
    cells = tuple(
        (
            who if at == 0 else "",
            speech.step(node),
            speech.text(deadline_words(node.ext.deadline)) if node.ext.deadline is not None else "—",
            node.ext.form or "—",
        )
        for who, nodes in rows.items()
        for at, node in enumerate(nodes)
    )
    table = Table("", columns, cells, (26, 40, 22, 12))
    return Chapter(pick_("谁做什么", "Who does what"), (Article("", (table,)),))


def _rules(speech: Speech, told: tuple[Section, ...]) -> Chapter:
    """The chart in numbered articles; the first section repeats the purpose and the second the people."""
    sections = [one for one in told if any(each.element for each in one.paragraphs) and not _is_people(speech, one)]
    articles = tuple(
        Article(
            section.title,
            tuple(
                Words(
                    one.text, speech.pick(f"第 {one.number} 条", f"Art. {one.number}") if one.number else "", one.depth
                )
                for one in section.paragraphs
            ),
        )
        for section in sections
    )
    return Chapter(speech.pick("条款", "Articles"), articles)


def _is_people(speech: Speech, section: Section) -> bool:
    return any(one.element in speech.chart.lanes for one in section.paragraphs)


def _ordered(speech: Speech) -> list[Node]:
    """The steps in the order of their articles."""
    nodes = [node for node in speech.chart.nodes.values() if node.kind in _SHOWN]
    return sorted(nodes, key=lambda node: int(speech.numbers.get(node.id) or 1_000_000))


def _steps(speech: Speech, forms: Forms) -> Chapter:
    articles = tuple(step_article(speech, node, forms) for node in _ordered(speech))
    return Chapter(speech.pick("逐步办理", "Step by step"), articles)


def _register(speech: Speech, forms: Forms) -> Table:
    pick_ = speech.pick
    columns = (
        pick_("编号", "Code"),
        pick_("名称", "Name"),
        pick_("版本", "Version"),
        pick_("用在哪一步", "Used in"),
        pick_("保管", "Keeper"),
        pick_("保存期限", "Retention"),
    )
    rows = []
    for code, form in sorted(forms.items()):
        used = [node for node in _ordered(speech) if node.ext.form == code]
        keeper = pick(form, "keeper", speech.english) or (speech.voice.who(used[-1]) if used else "")
        named = str(form.get("x-keeper") or "")
        rows.append(
            (
                code,
                pick(form, "title", speech.english),
                str(form.get("x-version") or "—"),
                speech.listed([speech.voice.name(node) for node in used]) or "—",
                named or keeper or "—",
                retention_words(str(form.get("x-retention") or ""), speech.language) or "—",
            )
        )
    return Table("", columns, tuple(rows), (9, 26, 9, 32, 26, 16))

"""A chart told in words: who, how long, what is handed in, what follows each answer; every paragraph has its element."""

import re
import time
from pathlib import Path

import pytest

from bihuan.bpmn import Chart, Text, load_chart
from bihuan.bpmn.narrative import Section, narrate, told
from bihuan.bpmn.narrative.voice import Language
from bihuan.bpmn.verify.reading import read
from tests.bpmn.building import flows, process, variables
from tests.bpmn.draw.charts import random_chart as tangled
from tests.bpmn.edit.charts import GALLERY, T01_SOURCE, chart, name_of
from tests.bpmn.verify.charts import random_chart

NAMES = {
    "F02": Text("《客户问题信息补充与核实单》", "the verification sheet"),
    "F02.contact": Text("联系记录", "contacts"),
    "F02.verify": Text("核实情况", "what was verified"),
    "priority": Text("优先级矩阵", "priority matrix"),
    "head": Text("部门主管", "Department head"),
}


def text_about(sections: tuple[Section, ...], element: str) -> str:
    return " ".join(one.text for section in sections for one in section.paragraphs if one.element == element)


def steps_of(found: Chart) -> set[str]:
    return {
        key for key, node in found.nodes.items()
        if not node.kind.endswith(("Gateway", "startEvent", "endEvent", "boundaryEvent")) and not node.event_sub
    }  # fmt: skip


def assert_whole(found: Chart, language: Language) -> None:
    """Every step is told once and numbered in order; numbers that are spoken of exist."""
    sections = narrate(found, language)
    paragraphs = [one for section in sections for one in section.paragraphs]
    numbered = [one for one in paragraphs if one.number]
    assert [one.number for one in numbered] == [str(at + 1) for at in range(len(numbered))]
    elements = [one.element for one in numbered]
    assert steps_of(found) <= set(elements) and len(elements) == len(set(elements))
    known = {*found.nodes, *found.flows, *found.lanes, ""}
    assert all(one.element in known and one.text.strip() for one in paragraphs)
    spoken = re.findall(r"第 (\d+) 步|step (\d+)", told(sections))
    assert all(int(zh or en) <= len(numbered) for zh, en in spoken)
    assert not re.search(r"。。|：：|、。|\.\.", told(sections))


@pytest.mark.parametrize("file", GALLERY, ids=name_of)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_gallery_is_told_whole(file: Path, language: Language) -> None:
    assert_whole(chart(file.read_bytes()), language)


@pytest.mark.parametrize("seed", range(60))
def test_any_chart_is_told_whole(seed: int) -> None:
    assert_whole(read(random_chart(seed))[0].chart, "zh")
    assert_whole(read(tangled(seed, 8 + seed))[0].chart, "en")


def test_a_step_says_who_how_long_and_what_is_handed_in() -> None:
    sections = narrate(chart(T01_SOURCE), "zh", NAMES)
    said = text_about(sections, "contact")
    assert said == (
        "核实补充，由牵头部门办理，2 工作小时内完成。填写《客户问题信息补充与核实单》（联系记录、核实情况）。"
        "联系客户把缺的信息补齐，确认问题真实存在。要留下：补充材料或联系记录。超时告知部门主管。"
    )
    english = text_about(narrate(chart(T01_SOURCE), "en", NAMES), "contact")
    assert english.startswith(
        "Verify details, done by Lead department, within 2 working hours. Fill in the verification"
    )
    assert text_about(sections, "prioritise") == "定级：系统查决策表“优先级矩阵”得出。"


def test_answers_loops_and_bounds_are_told() -> None:
    sections = narrate(chart(T01_SOURCE), "zh")
    assert text_about(sections, "return_classify") == "退回分派（“分类分派”还不到 3 次时可选）：回到第 5 步“分类分派”。"
    assert text_about(sections, "to_analysis") == "情况属实：接着办第 17 步。"
    assert text_about(sections, "not_authentic") == "情况不实：转到第 4 步“说明并关闭”。"
    assert "以下各项同时进行，都办完再往下走：" in text_about(sections, "execute_split")
    assert text_about(sections, "urgent_split").startswith("是否紧急：")
    assert "以下哪件事先发生就按哪件办" in text_about(sections, "wait_answer")


def test_stages_are_sections_and_what_may_come_at_any_time_has_its_own() -> None:
    sections = narrate(chart(T01_SOURCE), "zh")
    assert [section.title for section in sections] == [
        "这条流程做什么", "谁来办", "登记受理", "分类分派", "分析定因", "方案执行", "回访关闭",
        "随时可能：客户撤回", "随时可能：发现重复",
    ]  # fmt: skip
    assert [section.element for section in sections][2:4] == ["receive", "classify"]
    assert "客服：登记受理、说明并关闭" in sections[1].paragraphs[0].text


def _told(body: str, language: Language = "zh", **kinds: str) -> str:
    return told(narrate(load_chart(process(body, said=variables(**kinds))), language))


EVENT = '<startEvent id="s"/><userTask id="a" name="办理"/><endEvent id="e"/><endEvent id="late" name="超期"/>'


@pytest.mark.parametrize(
    ("attributes", "zh", "en"),
    [
        ("", "满 2 小时还没办完，就停下这一步：", "After 2 hours without being done, this step stops:"),
        ('cancelActivity="false"', "满 2 小时还没办完，这一步照办，同时：", "this step goes on and:"),
    ],
)
def test_what_happens_when_a_timer_runs_out(attributes: str, zh: str, en: str) -> None:
    timer = f'<boundaryEvent id="t" attachedToRef="a" {attributes}><timerEventDefinition><timeDuration>PT2H'
    body = EVENT + timer + "</timeDuration></timerEventDefinition></boundaryEvent>" + flows("s>a", "a>e", "t>late")
    assert zh in _told(body) and "到此结束：超期。" in _told(body)
    assert en in _told(body, "en")


def test_many_at_once_and_other_anchors() -> None:
    limit = '<extensionElements><bihuan:deadline anchor="start" duration="PT2H" calendar="24x7"/></extensionElements>'
    loop = '<multiInstanceLoopCharacteristics bihuan:collection="teams" bihuan:elementVariable="t"/>'
    body = (
        '<startEvent id="s"/><userTask id="a" name="会签">'
        + limit
        + loop
        + '</userTask><endEvent id="e"/>'
        + flows("s>a", "a>e")
    )
    said = _told(body, teams="list")
    assert "会签，从开始算起 2 小时内完成。" in said and "teams 各办一份，同时进行。" in said


def test_sub_processes_are_told_inside() -> None:
    inner = '<startEvent id="i"/><userTask id="c" name="细办"/><endEvent id="o"/>' + flows("i>c", "c>o")
    body = f'<startEvent id="s"/><subProcess id="u" name="现场">{inner}</subProcess><endEvent id="e"/>' + flows(
        "s>u", "u>e"
    )
    sections = narrate(load_chart(process(body)), "zh")
    depth = {one.element: one.depth for section in sections for one in section.paragraphs}
    assert depth["c"] == depth["u"] + 1 and "现场，分几步办：" in told(sections)


@pytest.mark.parametrize("name", ["x" * 10_000, "مرحبا", "🙂", "{names}%s", "a\nb"])
def test_any_text_can_be_told(name: str) -> None:
    body = EVENT.replace("办理", name.replace("\n", " ")) + flows("s>a", "a>e")
    assert name.replace("\n", " ") in _told(body)


def test_a_hundred_nodes_are_told_in_a_tenth_of_a_second() -> None:
    found = read(tangled(3, 100))[0].chart
    began = time.process_time()
    narrate(found, "zh")
    assert time.process_time() - began < 0.1

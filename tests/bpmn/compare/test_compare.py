"""Two versions of a chart: what was added, removed, changed, led elsewhere, and what only moved."""

import re
import time
from pathlib import Path

import pytest
from lxml import etree

from bihuan.bpmn.compare import Difference, compare
from bihuan.bpmn.draw import with_layout
from bihuan.bpmn.edit import (
    AddBoundaryTimer,
    InsertStep,
    MoveStep,
    RemoveStep,
    Rename,
    SetCondition,
    SetTexts,
    apply_edit,
)
from bihuan.bpmn.model import Text
from bihuan.bpmn.verify.reading import read
from tests.bpmn.building import flows, process
from tests.bpmn.draw.charts import random_chart
from tests.bpmn.edit.charts import GALLERY, LINE, T01_SOURCE, by_hand, name_of

_REFERENCES = ("id", "sourceRef", "targetRef", "default", "attachedToRef", "bpmnElement")


def anew(source: bytes) -> bytes:
    """The same chart with other ids, as tools give them on import."""
    root = etree.fromstring(source)
    chart = read(source)[0].chart
    ids = {key: f"Id_{at}" for at, key in enumerate([*chart.nodes, *chart.flows, *chart.lanes])}
    for one in root.iter():
        if not isinstance(one.tag, str):
            continue
        for name in _REFERENCES:
            if not one.tag.startswith("{urn:bihuan:1}") and one.get(name) in ids:
                one.set(name, ids[str(one.get(name))])
        if one.tag.endswith(("incoming", "outgoing", "flowNodeRef")) and one.text in ids:
            one.text = ids[one.text]
    text = etree.tostring(root, encoding="unicode")
    spoken = re.compile(r"(times\.|same_as:|node:)(\w+)")
    return spoken.sub(lambda found: found[1] + ids.get(found[2], found[2]), text).encode()


def said(old: bytes, new: bytes) -> list[str]:
    return [one.text.zh for one in compare(old, new).changes]


def one(old: bytes, new: bytes) -> Difference:
    (found,) = compare(old, new).changes
    assert found.text.zh and found.text.en
    return found


@pytest.mark.parametrize("file", GALLERY, ids=name_of)
def test_a_chart_does_not_differ_from_itself(file: Path) -> None:
    source = file.read_bytes()
    same = compare(source, source)
    assert not same and not same.moved and not same.changes
    chart = read(source)[0].chart
    assert set(same.same) == {*chart.nodes, *chart.flows, *chart.lanes}


@pytest.mark.parametrize("file", GALLERY, ids=name_of)
def test_ids_given_anew_are_no_difference(file: Path) -> None:
    source = file.read_bytes()
    found = compare(source, anew(source))
    assert not found, [one.text.zh for one in found.changes]


def test_a_limit_in_words() -> None:
    shorter = T01_SOURCE.replace(b'duration="PT15M"', b'duration="PT2H"')
    found = one(T01_SOURCE, shorter)
    assert (found.what, found.element) == ("deadline", "register")
    assert found.text == Text(
        "“登记受理”的时限由 15 工作分钟改为 2 工作小时",
        "“Register”: deadline changed from 15 working minutes to 2 working hours",
    )
    gone = re.sub(rb'<bihuan:deadline anchor="entered" duration="PT15M"[^>]*/>', b"", T01_SOURCE)
    assert "“登记受理”的时限由 15 工作分钟改为无" in said(T01_SOURCE, gone)


@pytest.mark.parametrize(
    ("before", "after", "what", "zh"),
    [
        ('name="登记受理" bihuan:nameEn="Register"', 'name="受理登记" bihuan:nameEn="Register"', "name", "“登记受理”的名称由“登记受理”改为“受理登记”"),
        ('bihuan:role="quality"', 'bihuan:role="agent"', "role", "“归档”的责任角色由 quality 改为 agent"),
        ('bihuan:groups="archive"', 'bihuan:groups="archive sync"', "groups", "“归档”的填写部分由 archive 改为 archive、sync"),
        ('risk == &quot;high&quot;', 'risk != &quot;low&quot;', "condition",
         "连线“是”（“风险高?”→“部门主管审批”）的条件由“风险等级为高”改为“风险等级不为低”"),
        ("PT24H</bpmn:timeDuration>", "PT16H</bpmn:timeDuration>", "event", "“三个工作日未复”的等待或发出的由 24 工作小时改为 16 工作小时"),
        ("三份单据齐全再归档", "四份单据齐全再归档", "methods", "“归档”的操作方法有改动"),
        ('name="客服主管"', 'name="主管"', "name", "泳道“客服主管”改名为“主管”"),
        ("<bihuan:owner>manager</bihuan:owner>", "<bihuan:owner>head</bihuan:owner>", "owner", "流程的负责人由 manager 改为 head"),
        ('bihuan:kind="refuse"/>', 'bihuan:kind="return"/>', "kind", None),
    ],
)  # fmt: skip
def test_each_change_has_its_word(before: str, after: str, what: str, zh: str | None) -> None:
    assert T01_SOURCE.count(before.encode()) >= 1
    found = one(T01_SOURCE, T01_SOURCE.replace(before.encode(), after.encode(), 1))
    assert found.what == what
    assert zh is None or found.text.zh == zh


def test_a_step_put_in_and_its_arrow_led_elsewhere() -> None:
    after = apply_edit(LINE, InsertStep(at="a_b", name="复核"))
    assert said(LINE, after) == ["新增步骤“复核”", "连线“登记”→“办理”改接为“登记”→“复核”", "新增连线“复核”→“办理”"]
    assert said(after, LINE) == ["删去步骤“复核”", "连线“登记”→“复核”改接为“登记”→“办理”", "删去连线“复核”→“办理”"]


def test_another_lane() -> None:
    listed = b"<bpmn:flowNodeRef>archive</bpmn:flowNodeRef>"
    agents = b'<bpmn:lane id="lane_agent" name="\xe5\xae\xa2\xe6\x9c\x8d" bihuan:nameEn="Agents">'
    moved = T01_SOURCE.replace(listed, b"").replace(agents, agents + listed)
    assert one(T01_SOURCE, moved).text.zh == "“归档”的泳道由质量管理改为客服"


def test_place_alone_is_no_change() -> None:
    found = compare(T01_SOURCE, by_hand(T01_SOURCE))
    assert not found and len(found.moved) > 80
    assert {one.what for one in found.moved} == {"moved"}
    shown = compare(LINE, with_layout(LINE))
    assert not shown and not shown.moved


def test_renamed_and_given_a_new_id_among_known_neighbours_is_new() -> None:
    """A name that differs under another id is somebody else; nothing is guessed."""
    other = LINE.replace(b'id="b" name="\xe5\x8a\x9e\xe7\x90\x86"', b'id="c" name="\xe5\xae\xa1\xe6\x89\xb9"').replace(
        b'"b"', b'"c"'
    )
    found = compare(LINE, other)
    assert [one.text.zh for one in found.of("added") + found.of("removed")][0] == "新增步骤“审批”"


def test_unnamed_gateways_are_known_by_their_neighbours() -> None:
    body = (
        '<startEvent id="s"/><parallelGateway id="w"/><userTask id="a" name="甲"/><userTask id="b" name="乙"/>'
        '<parallelGateway id="j"/><endEvent id="e"/>' + flows("s>w", "w>a", "w>b", "a>j", "b>j", "j>e")
    )
    assert not compare(process(body), anew(process(body)))


def test_the_same_id_for_something_else_is_another_element() -> None:
    other = LINE.replace(
        b'<userTask id="b" name="\xe5\x8a\x9e\xe7\x90\x86" bihuan:role="head"/>', b'<serviceTask id="b" name="X"/>'
    )
    assert {one.what for one in compare(LINE, other).changes} >= {"added", "removed"}


def test_edits_are_found_again() -> None:
    for edit, what in (
        (Rename(element="plan", name="定方案"), "name"),
        (SetCondition(flow="risky", condition='risk != "low"'), "condition"),
        (SetTexts(process="T01", purpose=Text("别的", "Other")), "purpose"),
        (MoveStep(node="meeting", to="f20"), "ends"),
        (RemoveStep(node="sync"), "removed"),
        (AddBoundaryTimer(node="plan", duration="PT9H"), "added"),
    ):
        assert compare(T01_SOURCE, apply_edit(T01_SOURCE, edit)).of(what)


@pytest.mark.parametrize("name", ["x" * 10_000, "مرحبا", "🙂", "“引号”"])
def test_any_text_can_be_told(name: str) -> None:
    found = one(LINE, apply_edit(LINE, Rename(element="a", name=name)))
    assert found.what == "name" and len(found.text.zh) < 200


def test_a_hundred_nodes_are_compared_in_a_tenth_of_a_second() -> None:
    old, new = read(random_chart(3, 100))[0].chart, read(anew(random_chart(3, 100)))[0].chart
    began = time.process_time()
    compare(old, new)
    assert time.process_time() - began < 0.1

"""A draft is a chart that loads and can be judged, with the questions that it leaves."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from bihuan.bpmn import Chart, load_chart
from bihuan.bpmn.sketch import SketchNode, write_sketch
from bihuan.bpmn.verify import Report, verify
from bihuan.procedures import Draft, draft
from bihuan.procedures.drafting.draft import MOST_STEPS
from bihuan.procedures.drafting.words import QUESTIONS, question, shown
from tests.procedures.texts import COMPLAINTS, RULES, drafted, understood


def _chart(one: Draft) -> tuple[Chart, Report]:
    data = write_sketch(one.sketch)
    return load_chart(data), verify(data)


def _node(one: Draft, name: str) -> SketchNode:
    (found,) = [node for node in one.sketch.nodes if node.name == name]
    return found


def _lane(one: Draft, name: str) -> str:
    return next(lane.name for lane in one.sketch.lanes if lane.id == _node(one, name).lane)


def _kinds(one: Draft) -> list[str]:
    return [each.kind for each in one.questions]


def _follow(one: Draft, source: str) -> dict[str, str]:
    return {flow.name: flow.target for flow in one.sketch.flows if flow.source == source}


def test_a_whole_draft() -> None:
    one = drafted(COMPLAINTS)
    chart, report = _chart(one)
    assert report.decided and report.sound
    assert chart.name == "客户投诉处理流程"
    assert [_lane(one, name) for name in ("登记", "核实", "处理", "回访")] == ["客服部", "质量部", "技术部", "客服部"]
    register = _node(one, "登记")
    assert register.ext.form == "F06"
    assert register.ext.deadline is not None and register.ext.deadline.anchor == "start"
    checked = _node(one, "核实").ext.deadline
    assert checked is not None and (checked.workdays, checked.calendar) == (2, "default")
    assert [each.zh for each in _node(one, "处理").ext.cautions] == ["注意不得向客户承诺赔偿金额。"]


def test_a_draft_of_rules_in_articles() -> None:
    one = drafted(RULES)
    assert _chart(one)[1].sound
    assert [lane.name for lane in one.sketch.lanes] == ["客服中心", "客服主管", "客服专员", "质量管理部", "责任部门"]
    assert _lane(one, "客服专员处理") == "客服专员"
    assert _lane(one, "上报总经理") == "客服主管"
    back = {flow.target for flow in one.sketch.flows if flow.kind == "return"}
    assert _node(one, "制定整改措施").id in back


def test_a_way_back_is_bounded_as_the_text_says() -> None:
    one = drafted(COMPLAINTS)
    (back,) = [flow for flow in one.sketch.flows if flow.kind == "return"]
    assert back.target == _node(one, "核实").id
    assert back.condition == f"times.{back.target} < 3"
    assert "unbounded_loop" not in {each.kind for each in _chart(one)[1].findings}


def test_a_way_back_without_a_bound_is_found_by_the_verifier() -> None:
    one = drafted(COMPLAINTS.replace("，最多2次", ""))
    assert "loop_without_bound" in _kinds(one)
    assert "unbounded_loop" in {each.kind for each in _chart(one)[1].findings}


def test_who_is_told_at_the_same_time_does_not_hold_up_the_rest() -> None:
    one = drafted(COMPLAINTS)
    told = _node(one, "通知值班经理")
    assert (told.kind, told.ext.operation) == ("sendTask", "notify_head")
    assert "at_the_same_time" in _kinds(one)


def test_steps_at_the_same_time_are_a_parallel_block() -> None:
    text = "处理流程\n1.登记：客服部登记。\n2.核实：质量部核实情况。\n3.备件：与此同时，仓储部准备备件。\n4.答复：客服部答复客户。"
    one = drafted(text)
    split, join = [node.id for node in one.sketch.nodes if node.kind == "parallelGateway"]
    branches = {flow.target for flow in one.sketch.flows if flow.source == split}
    assert branches == {_node(one, "核实").id, _node(one, "备件").id}
    assert branches == {flow.source for flow in one.sketch.flows if flow.target == join}
    assert _chart(one)[1].sound
    looped = drafted(text + "如果客户不满意，则返回重新核实。")
    assert not [node for node in looped.sketch.nodes if node.kind == "parallelGateway"]


def test_a_conditional_step_can_be_passed_by() -> None:
    one = drafted(
        "维修流程\n1.登记：客服部登记。\n2.会诊：如果涉及多个部门，由技术部组织会诊。\n3.回访：客服部回访客户。"
    )
    (gate,) = [node for node in one.sketch.nodes if node.ext.choice]
    assert gate.ext.criterion[0].zh == "涉及多个部门"
    assert _follow(one, gate.id)["是"] == _node(one, "会诊").id
    assert "condition_without_else" in _kinds(one)
    assert _chart(one)[1].sound


def test_what_happens_else_is_drawn_if_it_is_said() -> None:
    one = drafted("维修流程\n1.登记：客服部登记。如果客户同意，则安排上门，否则关闭申请。\n2.回访：客服部回访客户。")
    (gate,) = [node for node in one.sketch.nodes if node.ext.choice]
    ways = _follow(one, gate.id)
    names = {node.id: node.name for node in one.sketch.nodes}
    assert (names[ways["是"]], names[ways["否"]]) == ("安排上门", "关闭申请")
    assert "condition_without_else" not in _kinds(one)


def test_two_classes_go_to_two_people() -> None:
    one = drafted(
        "审批流程\n1.申请：客服部提出申请。\n2.审批：高风险申请须提交部门主管审批；低风险申请由客服主管审批，不超过2小时。\n3.执行：客服部执行。"
    )
    assert _lane(one, "部门主管审批") == "部门主管"
    assert _lane(one, "客服主管审批") == "客服主管"
    for name in ("部门主管审批", "客服主管审批"):
        assert _node(one, name).ext.status == "pending_approval"
        limit = _node(one, name).ext.deadline
        assert limit is not None and limit.seconds == 7200


def test_kinds_of_cases_part_and_meet_again() -> None:
    one = drafted(
        "接待流程\n一、接待来访，分以下几种情况:1、咨询:客服部解答。2、投诉:质量部核实情况。\n二、客服部回访客户。"
    )
    assert "choice_by_kind" in _kinds(one)
    assert {"咨询", "投诉"} <= {node.name for node in one.sketch.nodes}
    assert _chart(one)[1].sound


def test_who_is_not_named_is_asked_for() -> None:
    one = drafted("处理流程\n1.登记：登记问题。\n2.核实：质量部核实情况。\n3.归档：归档。")
    assert [each.element for each in one.questions if each.kind == "unit_unknown"] == ["step_1", "step_3"]
    assert _lane(one, "登记") == "待确认"
    alone = drafted("处理流程\n1.登记：登记问题。\n2.归档：归档。")
    assert _kinds(alone).count("unit_unknown") == 1


def test_names_of_one_unit_share_a_lane() -> None:
    one = drafted(
        "处理流程\n1.登记：客户服务团队登记问题。\n2.核实：团队核实情况。\n3.回访：客服人员回访。\n4.归档：客服工作人员归档。"
    )
    assert len(one.sketch.lanes) == 2


def test_limits_ask_for_what_they_leave_open() -> None:
    one = drafted("处理流程\n1.登记：客服部在1小时内登记。\n2.核实：质量部在问题查清后2小时内核实情况。")
    kinds = _kinds(one)
    assert kinds.count("limit_without_calendar") == 2
    assert kinds.count("limit_without_anchor") == 1
    assert kinds.count("anchor_unclear") == 1
    assert {each.kind for each in _chart(one)[1].findings} >= {"deadline_without_calendar"}


def test_a_limit_runs_from_the_step_that_it_names() -> None:
    one = drafted("处理流程\n1.核实情况：质量部核实情况。\n2.答复：客服部在核实情况后2小时内答复客户。")
    limit = _node(one, "答复").ext.deadline
    assert limit is not None and limit.anchor == f"node:{_node(one, '核实情况').id}"


def test_forms_are_schemas_with_the_fields_of_the_text() -> None:
    one = drafted(COMPLAINTS)
    (form,) = one.forms
    Draft202012Validator.check_schema(dict(form.schema))
    properties = form.schema["properties"]
    assert isinstance(properties, dict)
    by_title = {each["title"]: each for each in properties.values() if isinstance(each, dict)}
    assert by_title["联系电话"]["x-widget"] == "phone"
    assert by_title["是否重复"]["type"] == "boolean"
    assert by_title["投诉时间"]["format"] == "date-time"
    assert "form_known" in _kinds(one)


def test_sensitive_fields_are_marked() -> None:
    (form,) = drafted("就诊流程\n1.登记：前台登记信息，包括姓名、病史、人脸信息。\n2.问诊：医生问诊。").forms
    properties = form.schema["properties"]
    assert isinstance(properties, dict)
    marked = [each["title"] for each in properties.values() if isinstance(each, dict) and each.get("x-sensitive")]
    assert marked == ["病史", "人脸信息"]


def test_a_form_of_the_text_keeps_its_number() -> None:
    one = drafted("登记流程\n1.登记：客服部填写《用户意见单》(YJ-07)。\n2.核对：客服部填写《设备核对表》。")
    assert [form.code for form in one.forms] == ["YJ-07", "X01"]


def test_every_place_lies_in_the_text() -> None:
    found = understood(COMPLAINTS)
    (one,) = draft(found)
    ids = {node.id for node in one.sketch.nodes}
    assert set(one.places) == ids
    assert "登记" in found.cleaned.text[slice(*one.places["step_1"])]
    for each in one.questions:
        assert each.element in ids | {lane.id for lane in one.sketch.lanes}
        assert 0 <= each.span.start <= each.span.end <= len(found.cleaned.text)


def test_a_text_of_too_many_steps_is_cut_and_says_so() -> None:
    one = drafted("处理流程\n" + "\n".join(f"{at}、登记：客服部登记第{at}项。" for at in range(1, 100)))
    assert sum(node.kind == "userTask" for node in one.sketch.nodes) == MOST_STEPS
    assert "steps_left_out" in _kinds(one)


def test_a_text_without_a_procedure_gives_no_draft() -> None:
    assert draft(understood("今天天气很好。")) == ()


@pytest.mark.parametrize("kind", sorted(QUESTIONS))
def test_questions_in_both_languages(kind: str) -> None:
    asked = question(kind, "某事")
    assert asked.zh != asked.en
    assert ("某事" in asked.zh) == ("某事" in asked.en) == ("{words}" in QUESTIONS[kind][0])


def test_punctuation_for_people() -> None:
    assert shown("若有(如技术组),则办理;回访:1,000 次(SKY001)") == "若有（如技术组），则办理；回访：1,000 次（SKY001）"


_LINES = st.sampled_from(
    [
        "登记：客服部在1小时内登记，内容包括：姓名、电话。",
        "核实：质量部核实情况。如果情况紧急，需同步通知值班经理。",
        "处理：如果涉及多个部门，由技术部制定方案。",
        "审批：高风险申请须提交部门主管审批；低风险申请由客服主管审批。",
        "确认：如果客户不满意，则返回重新登记。",
        "检查：必要时请技术部协助检查。如果合格，则通知客户，否则退回维修。",
        "接待，分以下几种情况:①咨询:解答。②投诉:核实情况。③建议:记录。",
        "归档：《客户档案》由客服部归档，最多3次😀שלום\u202e。",
        "回访：对不能解决的投诉，应向客户说明原因。如果客户不接受，则返回重新审批，最多2次。",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_LINES, min_size=2, max_size=10))
def test_any_mixture_is_a_sound_chart(lines: list[str]) -> None:
    text = "处理流程\n" + "\n".join(f"{at}、{line}" for at, line in enumerate(lines, 1))
    for one in draft(understood(text)):
        _, report = _chart(one)
        assert report.decided
        assert report.sound, [each.message.en for each in report.findings if each.severity == "error"]
        assert {lane.id for lane in one.sketch.lanes} == {node.lane for node in one.sketch.nodes}

"""Each edit does what it says, keeps what it does not know, and is refused by name where it makes no sense."""

from dataclasses import replace

import pytest
from lxml import etree

from bihuan.bpmn import Deadline, Extension, Text, Variable, load_chart
from bihuan.bpmn.compare import compare
from bihuan.bpmn.edit import (
    AddArm,
    AddBoundaryTimer,
    DeclareVariable,
    Edit,
    EditRefused,
    InsertBranch,
    InsertJoin,
    InsertStep,
    MoveStep,
    NewArm,
    RemoveArm,
    RemoveParts,
    RemoveStep,
    Rename,
    SetCondition,
    SetExtension,
    SetGateway,
    SetTexts,
    apply_edit,
    apply_edits,
    arrange,
)
from bihuan.bpmn.verify import verify
from tests.bpmn.building import flows, process, variables
from tests.bpmn.edit.charts import LINE, T01_SOURCE, chart

TWO = (NewArm(name="同意"), NewArm(name="不同意"))


def arrows(source: bytes) -> set[str]:
    return {f"{flow.source}>{flow.target}" for flow in chart(source).flows.values()}


def refusal(source: bytes, edit: Edit) -> EditRefused:
    with pytest.raises(EditRefused) as caught:
        apply_edit(source, edit)
    assert caught.value.zh and caught.value.en and not caught.value.zh.isascii()
    return caught.value


def test_a_step_is_put_into_an_arrow() -> None:
    after = apply_edit(LINE, InsertStep(at="a_b", name="复核", name_en="Check", role="quality"))
    assert arrows(after) == {"s>a", "a>task_1", "task_1>b", "b>e"}
    node = chart(after).nodes["task_1"]
    assert (node.name, node.name_en, node.ext.role, node.kind) == ("复核", "Check", "quality", "userTask")


def test_a_step_behind_a_node_and_behind_the_last() -> None:
    assert "a>x" in arrows(apply_edit(LINE, InsertStep(at="a", name="复核", id="x")))
    open_end = process('<startEvent id="s"/><userTask id="a"/>' + flows("s>a"))
    assert arrows(apply_edit(open_end, InsertStep(at="a", name="x"))) == {"s>a", "a>task_1"}
    assert refusal(LINE, InsertStep(at="e")).code == "no_way_on"
    assert refusal(T01_SOURCE, InsertStep(at="verified", name="x")).code == "several_ways"


def test_a_wait_says_how_long() -> None:
    after = apply_edit(LINE, InsertStep(at="a", kind="intermediateCatchEvent", duration="PT2H", calendar="default"))
    event = chart(after).nodes["event_1"].event
    assert event is not None and event.timer is not None
    assert (event.timer.text, event.timer.calendar) == ("PT2H", "default")
    assert refusal(LINE, InsertStep(at="a", kind="intermediateCatchEvent", duration="两小时")).code == "bad_value"
    assert refusal(LINE, InsertStep(at="a", kind="script")).code == "bad_value"


def test_nothing_comes_between_a_step_and_the_choice_that_belongs_to_it() -> None:
    said = refusal(T01_SOURCE, InsertStep(at="f09", kind="serviceTask", name="x"))
    assert said.code == "would_not_load" and "人工任务" in said.zh


@pytest.mark.parametrize("kind", ["exclusive", "parallel", "inclusive"])
def test_a_branch_has_a_split_and_a_join_and_is_sound(kind: str) -> None:
    after = apply_edit(LINE, InsertBranch(at="a", kind=kind, arms=TWO, name="怎么办"))  # type: ignore[arg-type]
    found = chart(after)
    split = found.nodes["split_1"]
    assert {found.flows[one].target for one in split.outgoing} == {"join_1"} and len(split.outgoing) == 2
    assert [found.flows[one].name for one in split.outgoing] == ["同意", "不同意"]
    assert found.nodes["join_1"].kind == split.kind == f"{kind}Gateway"
    assert (split.default is None) == (kind == "parallel")
    assert verify(after).sound


def test_an_arm_without_a_condition_is_not_taken_until_it_has_one() -> None:
    after = apply_edit(LINE, InsertBranch(at="a", kind="exclusive", arms=(NewArm(condition="n > 3"), *TWO)))
    found = chart(after)
    conditions = [found.flows[one].condition for one in found.nodes["split_1"].outgoing]
    assert conditions == ["n > 3", "false", None]


def test_a_choice_by_a_person_needs_no_conditions_and_no_default() -> None:
    after = apply_edit(LINE, InsertBranch(at="a", kind="exclusive", arms=TWO, by_person=True, criterion=Text("看金额")))
    found = chart(after)
    assert found.nodes["a"].choice == "split_1" and found.nodes["split_1"].default is None
    assert found.nodes["split_1"].ext.criterion[0].zh == "看金额"
    assert all(flow.condition is None for flow in found.flows.values())
    assert refusal(LINE, InsertBranch(at="s", kind="exclusive", arms=TWO, by_person=True)).code == "would_not_load"
    assert refusal(LINE, InsertBranch(at="a", kind="parallel", arms=TWO, by_person=True)).code == "bad_value"
    assert refusal(LINE, InsertBranch(at="a", kind="parallel", arms=TWO[:1])).code == "bad_value"


def test_an_arm_more_leads_to_where_the_arms_meet() -> None:
    branch = apply_edit(LINE, InsertBranch(at="a", kind="parallel", arms=TWO))
    after = apply_edit(branch, AddArm(gateway="split_1", arm=NewArm(name="第三")))
    assert len(chart(after).nodes["join_1"].incoming) == 3
    assert verify(after).sound
    assert refusal(branch, AddArm(gateway="a", arm=NewArm())).code == "wrong_element"
    assert refusal(branch, AddArm(gateway="split_1", arm=NewArm(condition="n > 1"))).code == "bad_value"


def test_an_arm_to_a_new_end_where_the_arms_do_not_meet() -> None:
    after = apply_edit(T01_SOURCE, AddArm(gateway="registered", arm=NewArm(name="转交", kind="refuse"), to="archive"))
    flow = next(one for one in chart(after).flows.values() if one.name == "转交")
    assert (flow.target, flow.kind) == ("archive", "refuse")
    body = '<startEvent id="s"/><parallelGateway id="w"/><endEvent id="e"/><endEvent id="f"/>' + flows(
        "s>w", "w>e", "w>f"
    )
    ended = chart(apply_edit(process(body), AddArm(gateway="w", arm=NewArm())))
    assert sorted(node.kind for node in ended.nodes.values()).count("endEvent") == 3


def test_the_last_arm_but_one_takes_the_branch_with_it() -> None:
    branch = apply_edit(LINE, InsertBranch(at="a", kind="exclusive", arms=(NewArm(condition="n > 1"), NewArm())))
    inside = apply_edit(branch, InsertStep(at="flow_1", name="细查"))
    flow = next(one.id for one in chart(inside).flows.values() if one.source == "split_1" and one.target != "join_1")
    after = apply_edit(inside, RemoveArm(flow=flow))
    assert arrows(after) == arrows(LINE)
    assert not compare(LINE, after)


def test_when_the_default_arm_goes_another_becomes_it() -> None:
    arms = (NewArm(condition="n > 1"), NewArm(condition="n > 2"), NewArm(name="其他"))
    branch = apply_edit(LINE, InsertBranch(at="a", kind="exclusive", arms=arms))
    default = chart(branch).nodes["split_1"].default
    assert default is not None
    found = chart(apply_edit(branch, RemoveArm(flow=default)))
    split = found.nodes["split_1"]
    assert split.default == split.outgoing[-1] and found.flows[split.default].condition is None


def test_an_arm_that_something_counts_on_stays() -> None:
    branch = apply_edit(LINE, InsertBranch(at="a", kind="exclusive", arms=(NewArm(condition="n > 1"), NewArm())))
    inside = apply_edit(branch, InsertStep(at="flow_1", id="t", name="细查"))
    counted = apply_edit(
        inside, InsertBranch(at="b", kind="exclusive", arms=(NewArm(condition="times.t < 2"), NewArm()))
    )
    flow = next(one.id for one in chart(counted).flows.values() if one.target == "t")
    said = refusal(counted, RemoveArm(flow=flow))
    assert said.code == "in_use" and "细查" in said.zh
    assert refusal(LINE, RemoveArm(flow="a_b")).code == "no_way_on"


def test_a_step_moves_and_takes_its_arrow_along() -> None:
    body = LINE.replace(b'<endEvent id="e"/>', b'<userTask id="c" name="X"/><endEvent id="e"/>').replace(
        b'<sequenceFlow id="b_e" sourceRef="b" targetRef="e"></sequenceFlow>', flows("b>c", "c>e").encode()
    )
    after = apply_edit(body, MoveStep(node="c", to="s_a"))
    assert arrows(after) == {"s>c", "c>a", "a>b", "b>e"}
    assert set(chart(after).flows) == set(chart(body).flows)
    assert arrows(apply_edit(after, MoveStep(node="c", to="b_c"))) == arrows(body)
    assert refusal(body, MoveStep(node="c", to="b_c")).code == "same_place"
    assert refusal(body, MoveStep(node="e", to="s_a")).code == "wrong_element"


def test_a_step_does_not_move_into_a_sub_process() -> None:
    said = refusal(T01_SOURCE, MoveStep(node="meeting", to="withdrawal_f1"))
    assert said.code == "other_scope"


def test_a_step_goes_with_its_timer_and_what_only_that_leads_to() -> None:
    timed = apply_edit(LINE, AddBoundaryTimer(node="a", duration="PT4H", calendar="default", name="太久"))
    assert {"timer_1", "end_1"} <= set(chart(timed).nodes) and verify(timed).sound
    after = apply_edit(timed, RemoveStep(node="a"))
    assert set(chart(after).nodes) == {"s", "b", "e"} and arrows(after) == {"s>b", "b>e"}


def test_what_cannot_go() -> None:
    assert refusal(LINE, RemoveStep(node="s")).code == "wrong_element"
    assert refusal(LINE, RemoveStep(node="e")).code == "no_way_on"
    assert refusal(LINE, RemoveStep(node="a_b")).code == "wrong_element"
    assert refusal(LINE, RemoveStep(node="nobody")).code == "unknown_element"
    assert refusal(T01_SOURCE, RemoveStep(node="plan")).code == "in_use"
    assert refusal(T01_SOURCE, RemoveStep(node="verified")).code == "several_ways"


def test_what_a_limit_or_an_assignment_refers_to_does_not_go() -> None:
    for ext in (
        Extension(role="head", assign="same_as:a"),
        Extension(role="head", deadline=Deadline("node:a", 3600, None, "default", (), "")),
    ):
        used = apply_edit(LINE, SetExtension(node="b", ext=ext))
        assert refusal(used, RemoveStep(node="a")).code == "in_use"


def test_an_event_on_a_step_goes_with_what_only_it_leads_to() -> None:
    timed = apply_edit(LINE, AddBoundaryTimer(node="a", duration="PT4H"))
    more = apply_edit(timed, InsertStep(at="timer_1", name="催办"))
    assert not compare(LINE, apply_edit(more, RemoveStep(node="timer_1")))


def test_a_join_that_gets_an_arm_goes_on_as_before() -> None:
    branch = apply_edit(LINE, InsertBranch(at="a", kind="exclusive", arms=TWO))
    after = apply_edit(branch, AddArm(gateway="join_1", arm=NewArm(condition="n > 5"), to="e"))
    found = chart(after)
    assert found.flows[found.nodes["join_1"].default or ""].target == "b" and verify(after).sound


@pytest.mark.parametrize("key", ["a", "1x", "a b", "x" * 300, "é", '"'])
def test_an_id_must_be_one(key: str) -> None:
    assert refusal(LINE, InsertStep(at="a", id=key)).code == "bad_value"


def test_a_refusal_repeats_no_endless_name() -> None:
    long = apply_edit(LINE, Rename(element="s", name="长" * 10_000))
    assert len(refusal(long, RemoveStep(node="s")).zh) < 100


def test_parts_go_without_a_bridge() -> None:
    body = LINE.replace(b'<endEvent id="e"/>', b'<endEvent id="e"/><userTask id="x"/><userTask id="y"/>')
    body = body.replace(b"</process>", flows("x>y", "y>b").encode() + b"</process>")
    assert arrows(apply_edit(body, RemoveParts(nodes=("x", "y")))) == arrows(LINE)


def test_names_of_steps_arrows_lanes_and_the_process() -> None:
    after = apply_edits(
        T01_SOURCE,
        [
            Rename(element="plan", name="定方案", name_en="Plan it"),
            Rename(element="risky", name="对"),
            Rename(element="lane_lead", name="主责部门"),
            Rename(element="T01", name="五步法"),
        ],
    )
    found = chart(after)
    assert (found.nodes["plan"].name, found.nodes["plan"].name_en) == ("定方案", "Plan it")
    assert (found.flows["risky"].name, found.flows["risky"].name_en) == ("对", "Yes")
    assert (found.lanes["lane_lead"].name, found.name) == ("主责部门", "五步法")
    assert refusal(T01_SOURCE, Rename(element="msg_customer_reply", name="x")).code == "wrong_element"


def test_everything_an_extension_says_is_written_and_read_again() -> None:
    ext = Extension(
        role="engineer",
        department="=who",
        assign="same_as:a",
        form="F02",
        groups=("one", "two"),
        operation="do_it",
        status="in_progress",
        holder="customer",
        deadline=Deadline("entered", 5430, None, "default", (50, 90), "head"),
        instructions=(Text("做好它。", "Do it well."),),
        methods=(Text("先看", "Look"), Text("再办", "Do"), Text("完", "")),
        cautions=(Text("<小心> & “慢”", "<mind>"),),
        importants=(Text("不许" * 3000),),
        cases=(Text("شكوى", "🙂"),),
        evidence=(Text("照片"),),
        criterion=(Text("看"),),
    )
    after = apply_edit(LINE, SetExtension(node="b", ext=ext))
    assert chart(after).nodes["b"].ext == ext
    back = apply_edit(after, SetExtension(node="b", ext=Extension(role="head")))
    assert not compare(LINE, back)
    assert b"extensionElements" not in back.split(b'id="b"')[1].split(b"</userTask>")[0]


def test_a_sentence_without_english_before_one_with_it() -> None:
    ext = Extension(role="head", methods=(Text("先看"), Text("再办", "Do")))
    after = apply_edit(LINE, SetExtension(node="b", ext=ext))
    assert chart(after).nodes["b"].ext.methods == (Text("先看", "先看"), Text("再办", "Do"))


def test_a_limit_in_working_days() -> None:
    limit = Deadline("start", None, 3, "24x7", (), "")
    after = apply_edit(LINE, SetExtension(node="b", ext=Extension(role="head", deadline=limit)))
    assert chart(after).nodes["b"].ext.deadline == limit
    shorter = replace(limit, workdays=None, seconds=60)
    again = apply_edit(after, SetExtension(node="b", ext=Extension(role="head", deadline=shorter)))
    assert chart(again).nodes["b"].ext.deadline == shorter


def test_conditions_and_criteria() -> None:
    branch = apply_edit(LINE, InsertBranch(at="a", kind="exclusive", arms=TWO))
    first, second = chart(branch).nodes["split_1"].outgoing
    after = apply_edit(branch, SetCondition(flow=first, condition="n > 3 and ok", criterion=Text("多于三", "More")))
    found = chart(after)
    assert found.flows[first].condition == "n > 3 and ok"
    assert found.nodes["split_1"].ext.criterion == (Text("多于三", "More"),)
    turned = chart(apply_edit(after, SetCondition(flow=first, default=True)))
    assert turned.nodes["split_1"].default == first and turned.flows[first].condition is None
    assert refusal(after, SetCondition(flow=first, condition="n >")).code == "would_not_load"
    assert refusal(T01_SOURCE, SetCondition(flow="f24", condition="feasible")).code == "wrong_element"
    cleared = chart(apply_edit(after, SetCondition(flow=second, default=False)))
    assert cleared.nodes["split_1"].default is None


def test_what_the_process_says_of_itself() -> None:
    after = apply_edit(
        LINE, SetTexts(process="p", purpose=Text("办好", "Well"), owner="manager", review_by="2027-01-01", version="2")
    )
    found = chart(after)
    assert (found.purpose, found.owner, found.review_by, found.version) == (
        Text("办好", "Well"),
        "manager",
        "2027-01-01",
        "2",
    )
    assert chart(apply_edit(after, SetTexts(process="p", purpose=Text("")))).purpose == Text("")
    assert refusal(LINE, SetTexts(process="a", owner="x")).code == "wrong_element"


def test_a_name_is_declared_once() -> None:
    kind = Variable("level", "choice", ("high", "low"), "等级", "Level")
    after = apply_edit(LINE, DeclareVariable(process="p", variable=kind))
    assert chart(after).variables["level"] == kind
    assert refusal(after, DeclareVariable(process="p", variable=kind)).code == "would_not_load"


def test_a_timer_leads_where_it_is_told() -> None:
    after = apply_edit(LINE, AddBoundaryTimer(node="a", duration="PT4H", to="b", interrupting=False))
    event = chart(after).nodes["timer_1"]
    assert not event.interrupting and "timer_1>b" in arrows(after)
    assert refusal(LINE, AddBoundaryTimer(node="e", duration="PT4H")).code == "wrong_element"
    assert refusal(LINE, AddBoundaryTimer(node="a", duration="P1M")).code == "bad_value"
    assert refusal(LINE, AddBoundaryTimer(node="a", duration="PT4H", to="s")).code == "would_not_load"


def test_gateways_change_their_kind_and_joins_are_added() -> None:
    body = (
        '<startEvent id="s"/><parallelGateway id="w"/><userTask id="a"/><userTask id="b"/><endEvent id="e"/>'
        + flows("s>w", "w>a", "w>b", "a>e", "b>e")
    )
    joined = apply_edit(process(body), InsertJoin(node="e", flows=("a_e", "b_e"), kind="parallel"))
    assert arrows(joined) == {"s>w", "w>a", "w>b", "a>join_1", "b>join_1", "join_1>e"}
    turned = apply_edit(joined, SetGateway(gateway="join_1", kind="inclusive"))
    assert chart(turned).nodes["join_1"].kind == "inclusiveGateway"
    assert refusal(joined, InsertJoin(node="e", flows=("w_a", "w_b"), kind="parallel")).code == "bad_value"


FOREIGN = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!-- made elsewhere -->\n<?vendor keep="me"?>\n'
    '<b:definitions xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:v="urn:vendor" v:tool="x" '
    'targetNamespace="urn:t">\n  <b:process id="p" isExecutable="true" v:owner="them">\n'
    '    <b:startEvent id="a"><b:extensionElements><v:deep one="1"><v:er>深</v:er></v:deep></b:extensionElements>'
    '<b:outgoing>f</b:outgoing></b:startEvent>\n    <b:userTask id="u" v:colour="red" name="受理"><b:incoming>f</b:incoming></b:userTask>\n'
    '    <b:sequenceFlow id="f" sourceRef="a" targetRef="u"><!-- why --></b:sequenceFlow>\n  </b:process>\n</b:definitions>\n'
).encode()


def test_what_others_wrote_stays() -> None:
    after = apply_edit(FOREIGN, InsertStep(at="f", name="复核", role="agent"))
    text = after.decode()
    for kept in (
        "<!-- made elsewhere -->",
        '<?vendor keep="me"?>',
        'v:tool="x"',
        "<v:er>深</v:er>",
        'v:colour="red"',
        "<!-- why -->",
    ):
        assert kept in text
    root = etree.fromstring(after)
    ways = {
        str(one.get("id")): [str(inner.text) for inner in one if str(inner.tag).endswith(("incoming", "outgoing"))]
        for one in root.iter("{*}startEvent", "{*}userTask")
    }
    assert ways == {"a": ["f"], "task_1": ["f", "flow_1"], "u": ["flow_1"]}
    assert "bihuan:role" in text and "ns0" not in text
    back = apply_edit(after, RemoveStep(node="task_1"))
    assert not compare(FOREIGN, back)


def test_other_encodings_come_back() -> None:
    for codec in ("utf-16", "gb18030"):
        source = FOREIGN.decode().replace("UTF-8", codec).encode(codec)
        after = apply_edit(source, Rename(element="u", name="登记"))
        assert load_chart(after).nodes["u"].name == "登记"


@pytest.mark.parametrize(
    "name", ["x" * 10_000, "客户" * 5_000, "مرحبا", "🙂👨‍👩‍👧", "</name><script>", '"&lt;', " \n\t "]
)
def test_any_text_can_be_a_name(name: str) -> None:
    after = apply_edits(
        LINE, [Rename(element="a", name=name), InsertStep(at="a", name=name), Rename(element="a_b", name=name)]
    )
    assert chart(after).nodes["a"].name == " ".join(name.split(" ")).replace("\n", "\n").strip() or name.strip() == ""


@pytest.mark.parametrize("name", ["a\0b", "\x1b[0m", "\ud800", "\ufffe"])
def test_what_xml_cannot_hold_is_refused(name: str) -> None:
    assert refusal(LINE, Rename(element="a", name=name)).code == "bad_text"
    assert refusal(LINE, SetExtension(node="a", ext=Extension(methods=(Text(name),)))).code == "bad_text"


def test_a_draft_with_faults_can_still_be_changed() -> None:
    broken = process('<startEvent id="s"/><userTask id="a"/>' + flows("s>a", "a>gone"))
    after = apply_edit(broken, Rename(element="a", name="登记"))
    assert "登记".encode() in after


def test_arranging_lays_everything_out_anew() -> None:
    after = arrange(LINE)
    shapes = {str(one.get("bpmnElement")) for one in etree.fromstring(after).iter("{*}BPMNShape")}
    assert {"s", "a", "b", "e"} <= shapes
    assert not compare(LINE, after)
    assert variables(n="number")

"""A mend is offered where it is certain: it makes its finding go and brings no new error."""

import re
import time
from pathlib import Path

import pytest

from bihuan.bpmn.edit import Mend, apply_edits, mends
from bihuan.bpmn.verify import Finding, verify
from tests.bpmn.building import flows, process, variables
from tests.bpmn.edit.charts import GALLERY, T01_SOURCE, chart, name_of
from tests.bpmn.verify.charts import random_chart

ROLE = 'bihuan:role="agent"'
ENDS = '<startEvent id="s"/><endEvent id="e"/>'


def task(key: str, more: str = "", inside: str = "") -> str:
    return f'<userTask id="{key}" name="{key}" {ROLE} {more}>{inside}</userTask>'


def found(source: bytes, kind: str) -> Finding:
    return next(one for one in verify(source).findings if one.kind == kind)


def offered(source: bytes, kind: str) -> tuple[Mend, ...]:
    """The mends of the first finding of a kind, each tried here once more."""
    finding = found(source, kind)
    some = mends(finding, chart(source))
    errors = {(one.kind, frozenset(one.elements)) for one in verify(source).findings if one.severity == "error"}
    for mend in some:
        assert mend.title.zh and mend.title.en
        after = verify(apply_edits(source, mend.edits))
        assert not [one for one in after.findings if one.kind == kind and set(one.elements) & set(finding.elements)]
        left = {(one.kind, frozenset(one.elements)) for one in after.findings if one.severity == "error"}
        assert left <= errors
    return some


def test_a_gap_gets_a_default() -> None:
    gap = '<exclusiveGateway id="x"/>'
    body = ENDS + gap + task("a") + task("b") + flows("s>x", "x>a:n > 1", "x>b", "a>e", "b>e")
    (mend,) = offered(process(body, variables(n="number")), "exclusive_gap")
    assert mend.title.zh == "“到b”作默认出口"
    both = body.replace(flows("x>b"), flows("x>b:n < 2").replace('id="x_b"', 'id="x_b" name="其他"'))
    some = offered(process(both, variables(n="number")), "exclusive_gap")
    assert len(some) == 2 and "其他" in some[0].title.zh


def test_a_join_of_the_wrong_kind_is_turned() -> None:
    body = (
        ENDS + '<exclusiveGateway id="x" default="x_b"/><parallelGateway id="j"/>' + task("a") + task("b")
        + flows("s>x", "x>a:n > 1", "x>b", "a>j", "b>j", "j>e")
    )  # fmt: skip
    some = offered(process(body, variables(n="number")), "deadlock")
    assert some and "排他" in some[0].title.zh
    assert verify(apply_edits(process(body, variables(n="number")), some[0].edits)).sound


def test_branches_that_flow_together_are_joined() -> None:
    head = ENDS + '<parallelGateway id="w"/>' + task("a") + task("b") + task("c")
    body = head + flows("s>w", "w>a", "w>b", "a>c", "b>c", "c>e")
    source = process(body)
    some = offered(source, "lack_of_synchronisation")
    assert some and some[0].title.zh == "在“c”之前加并行汇聚"
    assert verify(apply_edits(source, some[0].edits)).sound
    merged = head + '<exclusiveGateway id="m"/>' + flows("s>w", "w>a", "w>b", "a>m", "b>m", "m>c", "c>e")
    some = offered(process(merged), "lack_of_synchronisation")
    assert some and "并行网关" in some[0].title.zh


def test_what_is_never_reached_is_removed() -> None:
    body = ENDS + task("a") + task("x") + task("y") + flows("s>a", "a>e", "x>y", "y>e")
    (mend,) = offered(process(body), "dead_element")
    after = chart(apply_edits(process(body), mend.edits))
    assert set(after.nodes) == {"s", "a", "e"}


def test_what_is_dead_behind_a_fault_is_not_removed() -> None:
    body = (
        ENDS + '<exclusiveGateway id="x" default="x_b"/><parallelGateway id="j"/>' + task("a") + task("b") + task("c")
        + flows("s>x", "x>a:n > 1", "x>b", "a>j", "b>j", "j>c", "c>e")
    )  # fmt: skip
    assert offered(process(body, variables(n="number")), "dead_element") == ()


def test_a_step_gets_the_limit_that_its_role_usually_has() -> None:
    limit = '<bihuan:deadline anchor="entered" duration="PT2H" calendar="default" escalateTo="head"/>'
    body = (
        ENDS
        + task("a", inside=f"<extensionElements>{limit}</extensionElements>")
        + task("b")
        + flows("s>a", "a>b", "b>e")
    )
    (mend,) = offered(process(body), "no_deadline")
    deadline = chart(apply_edits(process(body), mend.edits)).nodes["b"].ext.deadline
    assert deadline is not None and (deadline.seconds, deadline.escalate_to) == (7200, "head")
    alone = process(ENDS + task("b") + flows("s>b", "b>e"))
    (mend,) = offered(alone, "no_deadline")
    assert mend.title.zh == "时限设为 8 工作小时"


def test_a_limit_gets_a_calendar() -> None:
    limit = '<bihuan:deadline anchor="entered" duration="PT2H" v:x="1" xmlns:v="urn:v"/>'
    body = ENDS + task("a", inside=f"<extensionElements>{limit}</extensionElements>") + flows("s>a", "a>e")
    (mend,) = offered(process(body), "deadline_without_calendar")
    after = apply_edits(process(body), mend.edits)
    deadline = chart(after).nodes["a"].ext.deadline
    assert deadline is not None and deadline.calendar == "default" and b'v:x="1"' in after


@pytest.mark.parametrize(
    ("gateway", "arrows"),
    [
        ('<exclusiveGateway id="x" default="x_b"/>', ("x>a:n > 1", "x>b")),
        ('<exclusiveGateway id="x" default="x_a"/>', ("x>a", "x>b:n > 1")),
        ('<exclusiveGateway id="x" bihuan:choice="person"/>', ("x>a", "x>b")),
    ],
)
def test_a_loop_is_bounded_and_the_way_out_stays(gateway: str, arrows: tuple[str, ...]) -> None:
    body = ENDS + gateway + task("a") + task("b") + flows("s>a", "a>x", *arrows, "b>e")
    source = process(body, variables(n="number"))
    (mend,) = offered(source, "unbounded_loop")
    after = chart(apply_edits(source, mend.edits))
    assert "times.a < 3" in (after.flows["x_a"].condition or "")
    assert after.flows["x_b"].is_default or after.nodes["x"].ext.choice
    assert "没有" not in mend.title.zh


def test_a_loop_with_two_ways_back_is_bounded_at_both() -> None:
    body = (
        ENDS + '<exclusiveGateway id="x" default="x_b"/><exclusiveGateway id="y" default="y_e"/>' + task("a") + task("b")
        + flows("s>a", "a>x", "x>a:n > 1", "x>b", "b>y", "y>a:n > 2", "y>e")
    )  # fmt: skip
    source = process(body, variables(n="number"))
    (mend,) = offered(source, "unbounded_loop")
    assert len(mend.edits) == 2


@pytest.mark.parametrize(
    ("condition", "kind"),
    [
        ("amount > 5", "number"),
        ('amount == "x"', "string"),
        ("amount", "boolean"),
        ("not amount and n > 1", "boolean"),
        ("amount == true", "boolean"),
        ("len(amount) > 1", "list"),
        ("n in amount", "list"),
        ('amount in ["a", "b"]', "string"),
        ("amount.price > 3", "object"),
        ("amount in [1..5]", "number"),
    ],
)
def test_a_name_is_declared_with_the_type_of_its_use(condition: str, kind: str) -> None:
    body = ENDS + '<exclusiveGateway id="x" default="x_b"/>' + task("a") + task("b")
    source = process(body + flows("s>x", f"x>a:{condition}", "x>b", "a>e", "b>e"), variables(n="number"))
    (mend,) = offered(source, "undeclared_name")
    assert chart(apply_edits(source, mend.edits)).variables["amount"].type == kind


def test_a_name_used_in_two_ways_is_not_declared() -> None:
    body = ENDS + '<exclusiveGateway id="x" default="x_b"/>' + task("a") + task("b")
    source = process(body + flows("s>x", 'x>a:amount > 5 or amount == "x"', "x>b", "a>e", "b>e"), variables(n="number"))
    assert offered(source, "undeclared_name") == ()


def test_what_only_a_person_can_mend_has_no_mend() -> None:
    body = ENDS + '<exclusiveGateway id="x" default="x_b"/>' + task("名称非常之长的一个步骤") + task("b")
    source = process(
        body + flows("s>x", "x>名称非常之长的一个步骤:n > 1", "x>b", "名称非常之长的一个步骤>e", "b>e"),
        variables(n="number"),
    )
    assert offered(source, "name_too_long") == offered(source, "no_criterion_text") == ()


@pytest.mark.parametrize("seed", range(60))
def test_mends_of_damaged_charts_do_what_they_promise(seed: int) -> None:
    source = random_chart(seed)
    for finding in verify(source).findings[:6]:
        if finding.kind not in ("not_decided", "no_role"):
            offered(source, finding.kind)


WITH_DEFAULT = [file for file in GALLERY if b" default=" in file.read_bytes()][:6]


@pytest.mark.parametrize("file", WITH_DEFAULT, ids=name_of)
def test_a_chart_from_which_a_default_was_taken(file: Path) -> None:
    source = file.read_bytes()
    nodes = chart(source).nodes.values()
    gateway = next(node for node in nodes if node.default and node.kind == "exclusiveGateway")
    broken = source.replace(f'default="{gateway.default}"'.encode(), b"")
    assert offered(broken, "exclusive_gap")


def test_mends_of_a_hundred_nodes_take_less_than_a_second() -> None:
    broken = re.sub(
        rb'<bpmn:parallelGateway( id="execute_join".*?)</bpmn:parallelGateway>',
        rb"<bpmn:exclusiveGateway\1</bpmn:exclusiveGateway>",
        T01_SOURCE.replace(b'default="not_urgent"', b""),
    )
    kinds = set()
    for finding in verify(broken).findings:
        began = time.process_time()
        some = mends(finding, chart(broken))
        assert time.process_time() - began < 1
        kinds |= {finding.kind} if some else set()
    assert "lack_of_synchronisation" in kinds

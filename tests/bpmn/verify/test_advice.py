"""Kinds that do not touch soundness: one chart that has each, and a near miss that does not."""

from dataclasses import dataclass

import pytest

from bihuan.bpmn.verify import Finding, Report, verify
from tests.bpmn.building import flows, process

PROCESS = '<bihuan:variable name="amount" type="number"/><bihuan:variable name="kind" type="choice" values="a b"/>'
DEADLINE = '<bihuan:deadline anchor="entered" duration="PT2H" calendar="{}" escalateTo="head"/>'
SAID = "<bihuan:criterion>金额不到一千的直接办</bihuan:criterion>"


def user(key: str, name: str = "", *, said: str | None = None, more: str = "") -> str:
    """A user task with role and limit."""
    inner = DEADLINE.format("default") if said is None else said
    return (
        f'<userTask id="{key}" name="{name or key}" bihuan:role="agent" {more}>'
        f"<extensionElements>{inner}</extensionElements></userTask>"
    )


def split(key: str, default: str, said: str = SAID, more: str = "") -> str:
    """An exclusive gateway that says how it decides."""
    chosen = f'default="{default}"' if default else ""
    return (
        f'<exclusiveGateway id="{key}" {chosen} {more}><extensionElements>{said}</extensionElements></exclusiveGateway>'
    )


def line(*middle: str) -> str:
    """Elements one after the other, between start and end."""
    keys = ["s", *(one.split('id="', 1)[1].split('"', 1)[0] for one in middle), "e"]
    body = '<startEvent id="s"/>' + "".join(middle) + '<endEvent id="e"/>'
    return body + flows(*(f"{one}>{two}" for one, two in zip(keys, keys[1:], strict=False)))


def fork(one: str, two: str) -> str:
    """A decision with two conditions and a default behind a task."""
    return (
        '<startEvent id="s"/>' + user("t") + split("x", "x_c") + user("a", "甲") + user("b", "乙") + user("c", "丙")
        + '<exclusiveGateway id="m"/><endEvent id="e"/>'
        + flows("s>t", "t>x", f"x>a:{one}", f"x>b:{two}", "x>c", "a>m", "b>m", "c>m", "m>e")
    )  # fmt: skip


def loop(condition: str) -> str:
    """A task that may be done again."""
    return (
        '<startEvent id="s"/><exclusiveGateway id="m"/>' + user("t") + split("x", "x_e") + '<endEvent id="e"/>'
        + flows("s>m", "m>t", "t>x", f"x>m:{condition}", "x>e")
    )  # fmt: skip


def approval(first: str, *, condition: str, said: str = SAID) -> str:
    """A way past the step `ok`, from a decision behind `t`."""
    return (
        '<startEvent id="s"/>' + user("t") + split("x", f"x_{first}", said) + user("q", "核价") + user("ok", "审批")
        + '<exclusiveGateway id="m"/>' + split("y", "y_m2", "<bihuan:criterion>同意的执行</bihuan:criterion>")
        + '<exclusiveGateway id="m2"/>' + user("go", "执行") + '<endEvent id="e"/><endEvent id="no"/>'
        + flows("s>t", "t>x", f"x>{first}", f"x>m2:{condition}", "q>m", "m>ok", "ok>y", "y>m2", "y>no:amount > 9", "m2>go", "go>e")
        + ("" if first == "q" else flows("x>q:amount < 0"))
    )  # fmt: skip


@dataclass(frozen=True)
class Pair:
    kind: str
    has: str
    lacks: str
    where: set[str]
    before: str = ""


MESSAGES = '<message id="m1" name="给客户"/>'
PAIRS = [
    Pair("condition_overlap", fork("amount > 5", "amount > 9"), fork("amount > 9", "amount < 9"), {"x", "x_a", "x_b"}),
    Pair("condition_overlap", fork('kind == "a"', 'kind != "b"'), fork('kind == "a"', 'kind == "b"'), {"x", "x_a", "x_b"}),
    Pair("undeclared_name", fork("amuont > 5", "amount < 5"), fork("amount > 5", "amount < 5"), {"x_a"}),
    Pair("syntax", fork("${amount.gt(5)}", "amount < 5"), fork("amount > 5", "amount < 5"), {"x", "x_a"}),
    Pair("no_deadline", line(user("t", said="")), line(user("t")), {"t"}),
    Pair("deadline_without_calendar", line(user("t", said=DEADLINE.format(""))), line(user("t", said=DEADLINE.format("24x7"))), {"t"}),
    Pair("approval_skippable", approval("q", condition="amount < 5", said=""), approval("ok", condition="amount < 5"), {"ok", "m2"}),
    Pair("no_receiver", line('<sendTask id="n"/>'), line('<sendTask id="n" messageRef="m1"/>'), {"n"}, MESSAGES),
    Pair("no_receiver", line('<sendTask id="n"/>'), line('<sendTask id="n" bihuan:operation="tell"/>'), {"n"}),
    Pair("no_criterion_text", fork("amount > 5", "amount < 5").replace(SAID, ""), fork("amount > 5", "amount < 5"), {"x"}),
    Pair("unbounded_loop", loop("amount > 5"), loop("times.t < 3"), {"m", "t", "x"}),
    Pair("name_too_long", line(user("t", "仔细核对客户的全部信息")), line(user("t", "仔细核对客户信息")), {"t"}),
    Pair("similar_steps", line(user("t", "核对客户信息"), user("u", "核对客户信息表")), line(user("t", "核对客户信息"), user("u", "回访客户")), {"t", "u"}),
    Pair("similar_steps", line(user("t", "Check the bill"), user("u", "Check the bill")), line(user("t", "Check the bill"), user("u", "Pay the bill")), {"t", "u"}),
    Pair("exclusive_gap", fork("amount > 5", "amount < 5").replace('default="x_c"', ""), fork("amount > 5", "amount < 5"), {"x"}),
    Pair("no_role", line(user("t").replace('bihuan:role="agent"', "")), line(user("t")), {"t"}),
]  # fmt: skip


def found(report: Report, kind: str) -> list[Finding]:
    return [one for one in report.findings if one.kind == kind]


@pytest.mark.correctness(80)
@pytest.mark.parametrize("pair", PAIRS, ids=[f"{at} {one.kind}" for at, one in enumerate(PAIRS)])
def test_kind_and_near_miss(pair: Pair) -> None:
    has = verify(process(pair.has, PROCESS, pair.before))
    findings = found(has, pair.kind)
    assert [set(one.elements) for one in findings] == [pair.where]
    assert all(one.message.zh and one.message.en and one.suggestion.zh and one.suggestion.en for one in findings)
    assert "{" not in findings[0].message.zh + findings[0].suggestion.en
    assert has.behaviour_sound is True
    assert has.sound is (findings[0].kind not in ("exclusive_gap", "no_role"))
    assert found(verify(process(pair.lacks, PROCESS, pair.before)), pair.kind) == []


def test_a_decision_in_words_may_pass_by_an_approval() -> None:
    silent = approval("ok", condition="amount < 5", said="")
    assert found(verify(process(silent, PROCESS)), "approval_skippable")
    assert not found(verify(process(approval("ok", condition="amount < 5"), PROCESS)), "approval_skippable")


def test_a_path_shows_how_the_approval_is_passed_by() -> None:
    report = verify(process(approval("q", condition="amount < 5", said=""), PROCESS))
    assert [one.path for one in found(report, "approval_skippable")] == [("s", "t", "x", "m2")]


def test_where_a_person_chooses_conditions_do_not_overlap() -> None:
    chosen = fork("amount > 5", "amount > 9").replace('default="x_c"', 'default="x_c" bihuan:choice="person"')
    assert found(verify(process(chosen, PROCESS)), "condition_overlap") == []


def test_conditions_of_other_engines_are_not_compared() -> None:
    foreign = fork("${a.b(1)}", "${a.b(2)}").replace("bihuan:", "other:")
    source = process(foreign).replace(b"xmlns:bihuan", b'xmlns:other="urn:other" xmlns:bihuan')
    assert {one.kind for one in verify(source).findings} & {"condition_overlap", "syntax", "undeclared_name"} == set()


def test_many_conditions_take_no_time() -> None:
    ways = [f"w{at}" for at in range(120)]
    body = '<startEvent id="s"/>' + split("x", "x_e") + "".join(user(one) for one in ways) + '<endEvent id="e"/>'
    body += flows(
        "s>x", "x>e", *(f"x>{one}:amount > {at}" for at, one in enumerate(ways)), *(f"{one}>e" for one in ways)
    )
    assert found(verify(process(body, PROCESS)), "condition_overlap")


def test_what_the_file_gets_wrong_is_syntax() -> None:
    report = verify(process('<startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="nobody"/>'))
    assert (report.sound, report.decided) == (None, False)
    assert [one.kind for one in report.findings] == ["syntax"]
    assert report.has_errors


MARKS = ("clear", "easy", "complete", "improving", "together")


def test_five_marks_with_reasons() -> None:
    report = verify(process(loop("amount > 5"), PROCESS))
    marks = {one.key: one for one in report.marks}
    assert tuple(marks) == MARKS
    assert all(0 <= one.score <= 100 and (one.score < 100) == bool(one.reasons) for one in report.marks)
    assert any("可以一直绕下去" in one.zh for one in marks["clear"].reasons)
    assert any("评审日期" in one.zh for one in marks["improving"].reasons)


GOOD = (
    "<bihuan:purpose>办完</bihuan:purpose><bihuan:startsWhen>客户来信</bihuan:startsWhen>"
    "<bihuan:endsWhen>客户满意</bihuan:endsWhen><bihuan:owner>quality</bihuan:owner><bihuan:reviewBy>2027-01-01</bihuan:reviewBy>"
)
HOW = "<bihuan:method>看清</bihuan:method><bihuan:caution>别急</bihuan:caution>"


def test_a_chart_that_says_everything_has_full_marks() -> None:
    body = line(user("t", said=DEADLINE.format("default") + HOW))
    report = verify(process(body, GOOD, attributes='bihuan:version="1"'))
    assert [(one.key, one.score, one.reasons) for one in report.marks] == [(key, 100, ()) for key in MARKS]
    worse = {
        "clear": process(body, GOOD.replace("办完", ""), attributes='bihuan:version="1"'),
        "easy": process(body.replace("<bihuan:method>看清</bihuan:method>", ""), GOOD, attributes='bihuan:version="1"'),
        "complete": process(body, GOOD.replace("客户满意", ""), attributes='bihuan:version="1"'),
        "improving": process(body, GOOD),
        "together": process(body.replace('escalateTo="head"', ""), GOOD, attributes='bihuan:version="1"'),
    }
    for key, source in worse.items():
        assert [one.key for one in verify(source).marks if one.score < 100] == [key]

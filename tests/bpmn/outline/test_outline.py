"""The vertical list holds every node once and every arrow once, whatever the chart looks like, and reads well."""

import re
import time
from collections import Counter

import pytest
from hypothesis import given, settings

from bihuan.bpmn import Chart, ChartRefused, load_chart
from bihuan.bpmn.narrative import narrate
from bihuan.bpmn.outline import Block, Line, flows_of, read_outline
from bihuan.bpmn.outline.words import condition_words, deadline_words
from bihuan.bpmn.verify.reading import read
from tests.bpmn.blocks import Block as Drawn
from tests.bpmn.blocks import blocks, draw_chart
from tests.bpmn.building import flows, process, public_data, variables
from tests.bpmn.draw.charts import T01
from tests.bpmn.draw.charts import random_chart as tangled
from tests.bpmn.verify.charts import random_chart

GALLERY = sorted(T01.parent.parent.glob("*/chart.bpmn"))


def charts_of(source: bytes) -> list[Chart]:
    return [one.chart for one in read(source)]


def assert_whole(chart: Chart) -> None:
    outline = read_outline(chart)
    assert Counter(block.node for block in outline.blocks()) == Counter(list(chart.nodes))
    lines = [*outline.lines, *(line for _, some in outline.apart for line in some)]
    assert Counter(flows_of(lines)) == Counter(list(chart.flows))


@pytest.mark.parametrize("file", GALLERY, ids=lambda file: file.parent.name)
def test_the_gallery(file: object) -> None:
    for chart in charts_of(file.read_bytes()):  # type: ignore[attr-defined]
        assert_whole(chart)


def test_reference_models_of_other_tools() -> None:
    seen = 0
    for file in sorted(public_data("bpmn_miwg").rglob("*.bpmn")):
        try:
            charts = charts_of(file.read_bytes())
        except ChartRefused:
            continue
        for chart in charts:
            assert_whole(chart)
            seen += len(chart.nodes)
    assert seen > 50


@pytest.mark.parametrize("seed", range(150))
def test_random_charts_of_every_element(seed: int) -> None:
    for chart in charts_of(random_chart(seed)):
        assert_whole(chart)


@pytest.mark.parametrize("seed", range(60))
def test_charts_without_any_structure(seed: int) -> None:
    for chart in charts_of(tangled(seed, 8 + seed)):
        assert_whole(chart)


@settings(max_examples=60, deadline=None)
@given(block=blocks(ours=True))
def test_what_is_made_of_blocks_has_no_arrow_that_leaves_the_nesting(block: Drawn) -> None:
    """Only loops lead back; nothing has to be looked for elsewhere."""
    chart = load_chart(draw_chart(block).source, open_variables=True)
    assert_whole(chart)
    jumps = [jump for jump in _jumps(read_outline(chart).lines) if jump.where == "on"]
    assert not [jump for jump in jumps if not _is_merge_of_a_timer(chart, jump.target)]


def _is_merge_of_a_timer(chart: Chart, key: str) -> bool:
    """What a timer leads to further down its step's line is named."""
    sources = [chart.nodes[chart.flows[one].source] for one in chart.nodes[key].incoming]
    return any(
        one.kind == "boundaryEvent"
        or any(chart.nodes[chart.flows[flow].source].kind == "boundaryEvent" for flow in one.incoming)
        for one in sources
    )


def _jumps(lines: tuple[Line, ...]) -> list:  # type: ignore[type-arg]
    found = []
    for line in lines:
        found += [line.jump] if line.jump else []
        for block in line.blocks:
            found += _jumps((*(one.line for one in block.arms), *(one.line for one in block.sides), *block.inside))
    return found


def _shown(line: Line) -> str:
    """A list as a short word: `a (x: b below | y: end) c`."""
    parts = []
    for block in line.blocks:
        parts.append(block.node + _arms(block))
    if line.jump:
        parts.append(f"{line.jump.where}:{line.jump.target}")
    return " ".join(parts)


def _arms(block: Block) -> str:
    arms = " | ".join(_shown(arm.line) for arm in block.arms)
    inside = "; ".join(_shown(one) for one in block.inside)
    events = " | ".join(f"!{_shown(one.line)}" for one in block.sides)
    return (f"({arms})" if arms else "") + (f"[{inside}]" if inside else "") + (f"<{events}>" if events else "")


def _read(body: str, **kinds: str) -> str:
    lines = read_outline(load_chart(process(body, said=variables(**kinds)))).lines
    return " // ".join(_shown(line) for line in lines)


XOR = '<startEvent id="s"/><exclusiveGateway id="x" default="x_b"/><exclusiveGateway id="j"/><endEvent id="e"/>'
TASKS = '<userTask id="a"/><userTask id="b"/><userTask id="c"/>'


def test_arms_meet_below_their_branch() -> None:
    body = XOR + TASKS + flows("s>x", "x>a:n > 1", "x>b", "a>j", "b>j", "j>c", "c>e")
    assert _read(body, n="number") == "s x(a below:j | b below:j) j c e"


def test_a_way_back_is_said_where_it_leaves() -> None:
    body = XOR.replace('<exclusiveGateway id="j"/>', "") + TASKS + flows("s>a", "a>x", "x>a:n > 1", "x>b", "b>c", "c>e")
    assert _read(body, n="number") == "s a x(back:a | below:b) b c e"


def test_what_ends_early_stays_in_its_arm_and_the_rest_goes_on_below() -> None:
    body = XOR + TASKS + '<endEvent id="e2"/>' + flows("s>x", "x>a:n > 1", "a>e2", "x>b", "b>c", "c>j", "j>e")
    assert _read(body, n="number") == "s x(a e2 | below:b) b c j e"


def test_a_timer_on_a_step_and_what_it_leads_to() -> None:
    timer = '<boundaryEvent id="t" attachedToRef="a"><timerEventDefinition><timeDuration>PT2H</timeDuration>'
    body = (
        '<startEvent id="s"/><userTask id="a"/><userTask id="b"/><endEvent id="e"/><endEvent id="late"/>'
        + timer
        + "</timerEventDefinition></boundaryEvent>"
        + flows("s>a", "a>b", "b>e", "t>late")
    )
    assert _read(body) == "s a<!t late> b e"
    chart = load_chart(process(body))
    (side,) = read_outline(chart).lines[0].blocks[1].sides
    assert side.words.zh == "2 小时" and side.interrupting


def test_sub_processes_nest_and_called_processes_stand_apart() -> None:
    called = f'<process id="q"><startEvent id="s"/><endEvent id="e"/>{flows("s>e")}</process>'
    body = (
        '<startEvent id="s"/><subProcess id="u"><startEvent id="i"/><endEvent id="o"/>'
        + flows("i>o")
        + '</subProcess><callActivity id="k" calledElement="q"/><endEvent id="e"/>'
        + flows("s>u", "u>k", "k>e")
    )
    chart = load_chart(process(body).replace(b"</definitions>", called.encode() + b"</definitions>"), "p")
    outline = read_outline(chart)
    assert [_shown(line) for line in outline.lines] == ["s u[i o] k e"]
    assert [(key, [_shown(line) for line in lines]) for key, lines in outline.apart] == [("q:", ["q:s q:e"])]
    assert_whole(chart)


def test_what_nothing_leads_to_is_not_lost() -> None:
    body = '<startEvent id="s"/><endEvent id="e"/>' + TASKS + flows("s>e", "a>b", "b>a")
    assert _read(body) == "s e // c // a b back:a"


def test_thousands_of_gateways_in_each_other_can_be_read() -> None:
    depth = 1500
    body = '<startEvent id="s"/><endEvent id="e"/>' + "".join(
        f'<parallelGateway id="f{at}"/><parallelGateway id="j{at}"/><userTask id="t{at}"/>' for at in range(depth)
    )
    pairs = ["s>f0", "j0>e", f"f{depth - 1}>j{depth - 1}"]
    for at in range(depth):
        pairs += [f"f{at}>t{at}", f"t{at}>j{at}"]
        pairs += [f"f{at}>f{at + 1}", f"j{at + 1}>j{at}"] if at + 1 < depth else []
    assert_whole(load_chart(process(body + flows(*pairs))))


def test_sub_processes_in_arms_in_sub_processes_can_be_read() -> None:
    body = '<startEvent id="s"/><endEvent id="e"/>' + flows("s>e")
    for at in range(60):
        names = [f"{word}{at}" for word in ("s", "f", "u", "t", "j", "e")]
        start, fork, sub, task, join, end = names
        body = (
            f'<startEvent id="{start}"/><parallelGateway id="{fork}"/><subProcess id="{sub}">{body}</subProcess>'
            f'<userTask id="{task}"/><parallelGateway id="{join}"/><endEvent id="{end}"/>'
            + flows(
                f"{start}>{fork}", f"{fork}>{sub}", f"{fork}>{task}", f"{sub}>{join}", f"{task}>{join}", f"{join}>{end}"
            )
        )
    chart = load_chart(process(body))
    assert_whole(chart)
    assert read_outline(chart).apart
    assert narrate(chart, "zh")


def test_the_first_chart_reads_as_a_person_would_tell_it() -> None:
    (chart,) = charts_of(T01.read_bytes())
    main = read_outline(chart).lines[0]
    assert [block.node for block in main.blocks] == [
        "start", "acknowledge", "register", "registered", "classify", "prioritise", "urgent_split", "contact",
        "verified", "multi_department", "analyse", "analysed", "plan", "risk_high", "approved", "execute_split",
        "execute_join", "executed", "sync", "inform", "wait_answer", "satisfied", "close", "archive", "end_closed",
    ]  # fmt: skip
    verified = next(block for block in main.blocks if block.node == "verified")
    back = next(arm for arm in verified.arms if arm.flow == "return_classify")
    assert back.line.jump is not None and (back.line.jump.where, back.line.jump.target) == ("back", "classify")
    assert back.condition.zh == "“分类分派”还不到 3 次"


@pytest.mark.parametrize(
    ("condition", "zh", "en"),
    [
        ('level == "high"', "等级为高", "Level is high"),
        ("level in ['high', \"P1\"]", "等级为高、P1 之一", "Level is one of high, P1"),
        ("n in [1..5)", "数量在 1 到 5 之间（不含 5）", "Number is between 1 and 5 (without 5)"),
        ("n > 1 and (ok or n == 7)", "数量大于 1 并且（“可行”为是或者数量为 7）",
         "Number is above 1 and (“Feasible” is yes or Number is 7)"),
        ("not ok", "“可行”为否", "“Feasible” is no"),
        ("ok", "“可行”为是", "“Feasible” is yes"),
        ("5 < n", "数量大于 5", "Number is above 5"),
        ("len(names) == 0", "名单为空", "Names is empty"),
        ("times.a < 3", "“办理”还不到 3 次", "“Handle” has been done fewer than 3 times"),
        ("n - 1 >= 2", "数量 - 1 不小于 2", "Number - 1 is at least 2"),
        ("false", "条件尚未填写", "condition not filled in yet"),
    ],
)  # fmt: skip
def test_conditions_in_words(condition: str, zh: str, en: str) -> None:
    said = "".join(
        f'<bihuan:variable name="{name}" type="{kind}" label="{label}" labelEn="{english}"/>'
        for name, kind, label, english in (
            ("level", "string", "等级", "Level"),
            ("n", "number", "数量", "Number"),
            ("ok", "boolean", "可行", "Feasible"),
            ("names", "list", "名单", "Names"),
        )
    )
    body = '<startEvent id="s"/><userTask id="a" name="办理" bihuan:nameEn="Handle"/><endEvent id="e"/>' + flows(
        f"s>a:{condition}", "a>e"
    )
    chart = load_chart(process(body, said=said))
    words = condition_words(chart, chart.flows["s_a"].test)
    assert (words.zh, words.en) == (zh, en)


def test_limits_in_words() -> None:
    (chart,) = charts_of(T01.read_bytes())
    words = {key: deadline_words(node.ext.deadline) for key, node in chart.nodes.items() if node.ext.deadline}
    assert words["register"].zh == "15 工作分钟" and words["register"].en == "15 working minutes"
    assert words["contact"].zh == "2 工作小时"


def test_a_hundred_nodes_are_read_in_a_tenth_of_a_second() -> None:
    source = tangled(3, 100)
    (chart,) = charts_of(source)
    assert len(re.findall(rb'<\w+ id="n\d+"', source)) == 100
    began = time.process_time()
    read_outline(chart)
    assert time.process_time() - began < 0.1

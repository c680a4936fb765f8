"""A sketch, written and read again, says the same; what contradicts itself is refused by name."""

from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.bpmn import Chart, Deadline, Extension, Flow, Phase, Text, Variable, load_chart
from bihuan.bpmn.draw import draw_svg
from bihuan.bpmn.model import Node
from bihuan.bpmn.sketch import Sketch, SketchFlow, SketchLane, SketchNode, SketchRefused, write_sketch
from bihuan.bpmn.verify import verify

_LETTERS: Final = st.characters(
    codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp"), exclude_characters="\ufffe\uffff"
)
_WORDS: Final = st.text(_LETTERS, max_size=12).map(str.strip)
_SAID: Final = st.text(_LETTERS, min_size=1, max_size=12)
_KEYS: Final = st.from_regex(r"[a-z_][a-z0-9_]{0,6}", fullmatch=True)
_TEXTS: Final = st.lists(st.builds(Text, _SAID, _SAID), max_size=2).map(tuple)
_DEADLINES: Final = st.builds(
    Deadline,
    anchor=st.sampled_from(["entered", "start"]),
    seconds=st.integers(1, 900_000),
    workdays=st.none(),
    calendar=st.sampled_from(["default", "24x7"]),
    warn=st.sampled_from([(), (50, 75, 90)]),
    escalate_to=_WORDS,
) | st.builds(Deadline, st.just("entered"), st.none(), st.integers(1, 60), st.just("default"), st.just(()), _WORDS)
_EXTENSIONS: Final = st.builds(
    Extension,
    role=_WORDS,
    department=_WORDS,
    form=_WORDS,
    groups=st.lists(_KEYS, max_size=2).map(tuple),
    status=_WORDS,
    holder=st.sampled_from(["", "customer"]),
    deadline=st.none() | _DEADLINES,
    instructions=_TEXTS,
    methods=_TEXTS,
    cautions=_TEXTS,
    importants=_TEXTS,
    cases=_TEXTS,
    evidence=_TEXTS,
    criterion=_TEXTS,
)


@st.composite
def sketches(draw: st.DrawFn) -> Sketch:
    """A row of steps, some behind a decision or with an alarm, in a few lanes."""
    lanes = [
        SketchLane(id=f"lane{at}", name=draw(_WORDS), name_en=draw(_WORDS)) for at in range(draw(st.integers(0, 3)))
    ]
    phases = [Phase(f"phase{at}", *(draw(_WORDS) for _ in range(6))) for at in range(draw(st.integers(0, 2)))]
    lane = st.sampled_from([""] + [one.id for one in lanes])
    phase = st.sampled_from([""] + [one.id for one in phases])
    steps = [
        SketchNode(
            id=f"step{at}",
            kind=draw(st.sampled_from(["userTask", "serviceTask", "task", "exclusiveGateway"])),
            name=draw(_WORDS),
            name_en=draw(_WORDS),
            lane=draw(lane),
            documentation=draw(_WORDS),
            ext=replace(draw(_EXTENSIONS), phase=draw(phase)),
        )
        for at in range(draw(st.integers(1, 5)))
    ]
    nodes = [SketchNode(id="begin", kind="startEvent", name=draw(_WORDS)), *steps]
    nodes.append(SketchNode(id="finish", kind="endEvent", name=draw(_WORDS), terminate=draw(st.booleans())))
    flows = [
        SketchFlow(
            source=one.id,
            target=two.id,
            name=draw(_WORDS),
            name_en=draw(_WORDS),
            kind=draw(st.sampled_from(["ordinary", "return", "refuse"])),
        )
        for one, two in zip(nodes, nodes[1:], strict=False)
    ]
    for one in steps:
        if one.kind == "exclusiveGateway":
            flows.append(SketchFlow(source=one.id, target="finish", condition="amount < 3 and done", id=f"no_{one.id}"))
            flows = [
                replace(flow, default=True) if flow.source == one.id and not flow.condition else flow for flow in flows
            ]
    hosts = [one.id for one in steps if one.kind == "userTask"]
    alarmed: bool = draw(st.booleans())
    if hosts and alarmed:
        alarm = SketchNode(
            id="alarm",
            kind="boundaryEvent",
            attached_to=hosts[0],
            interrupting=draw(st.booleans()),
            timer="PT2H",
            timer_calendar=draw(st.sampled_from(["", "default"])),
        )
        nodes.append(alarm)
        nodes.append(SketchNode(id="alarmed", kind="endEvent"))
        flows.append(SketchFlow(source="alarm", target="alarmed"))
    return Sketch(
        process_id=draw(_KEYS.map(lambda key: f"p_{key}")),
        name=draw(_WORDS),
        name_en=draw(_WORDS),
        version=draw(_WORDS),
        template=draw(_WORDS),
        purpose=Text(draw(_SAID), draw(_WORDS)),
        starts_when=Text(draw(_SAID), draw(_WORDS)),
        ends_when=Text(draw(_SAID), draw(_WORDS)),
        owner=draw(_WORDS),
        review_by=draw(_WORDS),
        documentation=draw(_WORDS),
        phases=tuple(phases),
        variables=(
            Variable("amount", "number", (), draw(_WORDS), ""),
            Variable("done", "boolean", (), "", draw(_WORDS)),
            Variable("kind", "choice", ("a", "乙"), "", ""),
        ),
        lanes=tuple(lanes),
        nodes=tuple(nodes),
        flows=tuple(flows),
        notes=tuple((one.id, draw(_SAID)) for one in steps[: draw(st.integers(0, 2))]),
    )


def _node(node: Node) -> SketchNode:
    event = node.event
    timer = event.timer if event is not None else None
    return SketchNode(
        id=node.id,
        kind=node.kind,
        name=node.name,
        name_en=node.name_en,
        lane=node.lane or "" if node.kind != "boundaryEvent" else "",
        ext=node.ext,
        documentation=node.documentation,
        message=(event.name or "" if event is not None and node.trigger == "message" else "") or node.message or "",
        timer=timer.text if timer is not None else "",
        timer_calendar=timer.calendar if timer is not None else "",
        error=event.name or "" if event is not None and node.trigger == "error" else "",
        terminate=node.trigger == "terminate",
        attached_to=node.attached_to or "",
        interrupting=node.interrupting,
        collection=node.loop.collection or "" if node.loop is not None else "",
        element_variable=node.loop.element_variable or "" if node.loop is not None else "",
        called=(node.called or "").rpartition(":")[2],
        parent=node.parent or "",
        event_sub=node.event_sub,
    )


def _flow(flow: Flow, given: SketchFlow) -> SketchFlow:
    return SketchFlow(
        id=flow.id if given.id else "",
        source=flow.source,
        target=flow.target,
        name=flow.name,
        name_en=flow.name_en,
        condition=flow.condition or "",
        default=flow.is_default,
        kind=flow.kind,
    )


def _said_again(chart: Chart, sketch: Sketch) -> Sketch:
    """What the loaded chart says, as a sketch (annotations are no part of a chart)."""
    return Sketch(
        process_id=chart.process_id,
        name=chart.name,
        name_en=chart.name_en,
        template=chart.template,
        version=chart.version,
        purpose=chart.purpose,
        starts_when=chart.starts_when,
        ends_when=chart.ends_when,
        owner=chart.owner,
        review_by=chart.review_by,
        documentation=chart.documentation,
        phases=chart.phases,
        variables=tuple(chart.variables.values()),
        lanes=tuple(SketchLane(id=lane.id, name=lane.name, name_en=lane.name_en) for lane in chart.lanes.values()),
        nodes=tuple(_node(node) for node in chart.nodes.values()),
        flows=tuple(_flow(flow, given) for flow, given in zip(chart.flows.values(), sketch.flows, strict=True)),
        notes=sketch.notes,
    )


@settings(deadline=None, max_examples=60)
@given(sketches())
def test_a_sketch_written_and_read_says_the_same(sketch: Sketch) -> None:
    source = write_sketch(sketch)
    assert source == write_sketch(sketch)
    chart = load_chart(source)
    assert _said_again(chart, sketch) == sketch
    assert all(
        text in source.decode().replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        for _, text in sketch.notes
    )
    shapes = source.decode()
    assert all(f'bpmnElement="{key}"' in shapes for key in (*chart.nodes, *chart.flows, *chart.lanes))


def _small(**more: object) -> Sketch:
    whole = Sketch(
        process_id="p",
        name="小流程",
        lanes=(SketchLane(id="desk", name="前台"),),
        nodes=(
            SketchNode(id="begin", kind="startEvent", lane="desk"),
            SketchNode(id="work", kind="userTask", name="办理", lane="desk"),
            SketchNode(id="finish", kind="endEvent", lane="desk"),
        ),
        flows=(SketchFlow(source="begin", target="work"), SketchFlow(source="work", target="finish")),
    )
    return replace(whole, **more)  # type: ignore[arg-type]


def test_all_kinds_of_events_come_back() -> None:
    sketch = _small(
        nodes=(
            SketchNode(id="begin", kind="startEvent"),
            SketchNode(id="gather", kind="userTask", name="分户办理", collection="homes", element_variable="home"),
            SketchNode(id="wait", kind="eventBasedGateway"),
            SketchNode(id="came", kind="intermediateCatchEvent", message="客户 答复"),
            SketchNode(id="due", kind="intermediateCatchEvent", timer="reply_by", timer_kind="date"),
            SketchNode(id="call", kind="callActivity", called="inner"),
            SketchNode(id="failed", kind="boundaryEvent", attached_to="call", error="no_part"),
            SketchNode(id="finish", kind="endEvent", terminate=True),
            SketchNode(id="late", kind="endEvent", message="too_late"),
            SketchNode(id="leave", kind="subProcess", event_sub=True),
            SketchNode(id="left", kind="startEvent", message="客户 答复", parent="leave", interrupting=False),
            SketchNode(id="gone", kind="endEvent", parent="leave"),
        ),
        flows=(
            SketchFlow(source="begin", target="gather"),
            SketchFlow(source="gather", target="wait"),
            SketchFlow(source="wait", target="came"),
            SketchFlow(source="wait", target="due"),
            SketchFlow(source="came", target="call"),
            SketchFlow(source="due", target="late"),
            SketchFlow(source="call", target="finish"),
            SketchFlow(source="failed", target="late"),
            SketchFlow(source="left", target="gone"),
        ),
        variables=(Variable("homes", "list", (), "", ""), Variable("reply_by", "string", (), "", "")),
    )
    inner = load_chart(write_sketch(replace(_small(), process_id="inner")))
    chart = load_chart(write_sketch(sketch), called={"inner": inner})
    own = {key: node for key, node in chart.nodes.items() if ":" not in key}
    read = {key: replace(_node(node), lane="") for key, node in own.items()}
    assert {key: replace(node, timer_kind="") for key, node in ((one.id, one) for one in sketch.nodes)} == read
    due = chart.nodes["due"].event
    assert due is not None and due.timer is not None and due.timer.kind == "date"


def test_english_that_is_missing_before_other_english_does_not_slip() -> None:
    ext = Extension(methods=(Text("一"), Text("二", "two"), Text("三")))
    node = replace(_small().nodes[1], ext=ext)
    chart = load_chart(write_sketch(_small(nodes=(_small().nodes[0], node, _small().nodes[2]))))
    assert chart.nodes["work"].ext.methods == (Text("一", "一"), Text("二", "two"), Text("三"))


def test_a_long_hostile_name_stays_whole() -> None:
    name = '<b onclick="x">&amp;\u202e閉環🙂' * 500
    chart = load_chart(write_sketch(_small(name=name)))
    assert chart.name == name


def test_the_file_is_drawn_and_proved() -> None:
    source = write_sketch(_small())
    assert draw_svg(source).startswith("<svg")
    assert verify(source).sound


def test_arrows_keep_their_id_when_others_come() -> None:
    more = _small(
        nodes=(*_small().nodes, SketchNode(id="other", kind="task", lane="desk")),
        flows=(
            SketchFlow(source="other", target="work"),
            SketchFlow(source="begin", target="work", name="again"),
            *_small().flows,
        ),
    )
    before, after = load_chart(write_sketch(_small())), load_chart(write_sketch(more))
    assert set(before.flows) < set(after.flows)


_REFUSED: Final = [
    ({"flows": (SketchFlow(source="work", target="nowhere"),)}, "nowhere"),
    ({"nodes": (SketchNode(id="work", kind="userTask", lane="attic"),), "flows": ()}, "attic"),
    ({"nodes": (SketchNode(id="work", kind="teaTask"),), "flows": ()}, "teaTask"),
    ({"nodes": (SketchNode(id="desk", kind="userTask"),), "flows": ()}, "desk"),
    ({"nodes": (SketchNode(id="a b", kind="userTask"),), "flows": ()}, "a b"),
    ({"nodes": (SketchNode(id="", kind="userTask"),), "flows": ()}, "''"),
    ({"nodes": (SketchNode(id="a", kind="userTask", ext=Extension(phase="late")),), "flows": ()}, "late"),
    ({"nodes": (SketchNode(id="a", kind="boundaryEvent", timer="PT1H"),), "flows": ()}, "attached"),
    ({"nodes": (SketchNode(id="a", kind="userTask", timer="PT1H"),), "flows": ()}, "timer"),
    ({"nodes": (SketchNode(id="a", kind="endEvent", message="m", error="e"),), "flows": ()}, "error"),
    ({"nodes": (SketchNode(id="a", kind="userTask", name="\x00"),), "flows": ()}, "control"),
    ({"nodes": (SketchNode(id="a", kind="subProcess", parent="a"),), "flows": ()}, "itself"),
    ({"notes": (("attic", "dust"),)}, "attic"),
    ({"flows": (*_small().flows, SketchFlow(source="begin", target="work", id="work"))}, "work"),
]


@pytest.mark.parametrize(("change", "word"), _REFUSED, ids=[word for _, word in _REFUSED])
def test_what_contradicts_itself_is_refused_by_name(change: dict[str, object], word: str) -> None:
    with pytest.raises(SketchRefused) as refused:
        write_sketch(_small(**change))
    assert word in str(refused.value)
    assert isinstance(refused.value, ValueError)


def test_every_problem_is_named_at_once() -> None:
    broken = _small(
        nodes=(SketchNode(id="work", kind="userTask", lane="attic"), SketchNode(id="work", kind="endEvent")),
        flows=(SketchFlow(source="work", target="nowhere", kind="sideways"),),
    )
    with pytest.raises(SketchRefused) as refused:
        write_sketch(broken)
    assert {one.kind for one in refused.value.problems} == {"duplicate_id", "missing_reference", "bad_value"}


def test_a_sketch_without_nodes_is_a_chart_without_nodes() -> None:
    chart = load_chart(write_sketch(Sketch(process_id="p", name="空", lanes=(SketchLane(id="desk", name="前台"),))))
    assert not chart.nodes and list(chart.lanes) == ["desk"]

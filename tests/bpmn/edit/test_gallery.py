"""On every chart of the gallery: whatever edit is allowed leaves a chart that loads; edits within a block stay sound."""

import random
import time
from pathlib import Path

import pytest

from bihuan.bpmn import Chart, ChartRefused, load_chart
from bihuan.bpmn.compare import compare
from bihuan.bpmn.draw.diagram import read_diagram
from bihuan.bpmn.edit import (
    AddArm,
    AddBoundaryTimer,
    Edit,
    EditRefused,
    InsertBranch,
    InsertStep,
    MoveStep,
    NewArm,
    RemoveArm,
    RemoveStep,
    apply_edit,
)
from bihuan.bpmn.outline import Line, read_outline
from bihuan.bpmn.verify import verify
from bihuan.bpmn.xml.reader import read_xml
from tests.bpmn.blocks import draw_chart
from tests.bpmn.building import public_data
from tests.bpmn.edit.charts import GALLERY, T01_SOURCE, by_hand, chart, name_of
from tests.bpmn.outline.test_outline import assert_whole

TWO = (NewArm(name="甲", condition=""), NewArm(name="乙"))


def every_edit(found: Chart) -> list[Edit]:
    edits: list[Edit] = []
    flows = list(found.flows)
    for at, key in enumerate(flows):
        edits += [InsertStep(at=key, name="新步骤", role="agent"), RemoveArm(flow=key)]
        edits.append(InsertBranch(at=key, kind=("exclusive", "parallel", "inclusive")[at % 3], arms=TWO))
    for at, key in enumerate(found.nodes):
        edits += [
            RemoveStep(node=key),
            AddArm(gateway=key, arm=NewArm(name="又一")),
            AddBoundaryTimer(node=key, duration="PT2H"),
        ]
        edits.append(MoveStep(node=key, to=flows[(at * 7) % len(flows)]))
    return edits


def applied(source: bytes, edits: list[Edit]) -> int:
    """How many edits were possible; each leaves a chart that loads and an outline that is whole."""
    done = 0
    for edit in edits:
        try:
            after = apply_edit(source, edit, draw=False)
        except EditRefused as refused:
            assert refused.zh and refused.en
            continue
        done += 1
        assert_whole(chart(after))
    return done


@pytest.mark.parametrize("file", GALLERY, ids=name_of)
def test_any_edit_that_is_allowed_leaves_a_chart_that_loads(file: Path) -> None:
    source = file.read_bytes()
    edits = every_edit(chart(source))
    some = edits if len(GALLERY) == 1 else random.Random(file.parent.name).sample(edits, 60)
    assert applied(source, some) > len(some) // 4


def test_charts_of_other_tools_can_be_edited() -> None:
    done = 0
    for file in sorted(public_data("bpmn_miwg").rglob("*.bpmn")):
        source = file.read_bytes()
        try:
            edits = every_edit(chart(source))
        except ChartRefused:
            continue
        done += applied(source, random.Random(file.name).sample(edits, min(25, len(edits))))
    assert done > 20


@pytest.mark.parametrize("file", GALLERY, ids=name_of)
def test_steps_and_branches_put_in_keep_a_sound_chart_sound_and_can_be_taken_out_again(file: Path) -> None:
    source = file.read_bytes()
    found = chart(source)
    assert verify(source).sound
    for key in random.Random(file.parent.name).sample(list(found.flows), 8):
        try:
            step = apply_edit(source, InsertStep(at=key, name="新步骤", role="agent", id="new_step"), draw=False)
        except EditRefused:
            continue
        assert verify(step).sound, key
        assert not compare(source, apply_edit(step, RemoveStep(node="new_step"), draw=False)), key
        try:
            branch = apply_edit(source, InsertBranch(at=key, kind="parallel", arms=TWO), draw=False)
        except EditRefused:
            continue
        assert verify(branch).sound, key
        split = next(
            node for node in chart(branch).nodes.values() if node.id not in found.nodes and len(node.outgoing) > 1
        )
        assert not compare(source, apply_edit(branch, RemoveArm(flow=split.outgoing[1]), draw=False)), key


def lists(lines: tuple[Line, ...]) -> list[Line]:
    found = list(lines)
    for line in lines:
        for block in line.blocks:
            found += lists((*(one.line for one in block.arms), *(one.line for one in block.sides), *block.inside))
    return found


@pytest.mark.parametrize("seed", range(12))
def test_a_step_moved_within_its_block_keeps_it_sound(seed: int) -> None:
    rng = random.Random(seed)
    pair = ("seq", (("task", ()), ("service", ()), ("task", ())))
    block = ("seq", (pair, (rng.choice(("and", "xor", "or", "loop")), (pair, pair)[: 1 if seed % 4 == 3 else 2]), pair))
    if block[1][1][0] == "loop":
        block = ("seq", (pair, ("loop", (pair,)), pair))
    source = draw_chart(block).source.replace(b"<userTask id", b'<userTask name="x" id')
    assert verify(source).sound
    moved = 0
    for line in lists(read_outline(load_chart(source, open_variables=True)).lines):
        steps = [one for one in line.blocks if one.shape == "step" and one.kind in ("userTask", "serviceTask")]
        flows = [one.flow for one in line.blocks if one.flow]
        for step in steps:
            for flow in rng.sample(flows, min(3, len(flows))):
                try:
                    after = apply_edit(source, MoveStep(node=step.node, to=flow), draw=False)
                except EditRefused as refused:
                    assert refused.code in ("same_place", "several_ways", "would_not_load")
                    continue
                moved += 1
                assert verify(after).sound, (step.node, flow)
    assert moved >= 3


# the picture --------------------------------------------------------------------------------------------------------


def boxes(source: bytes) -> dict[str, tuple[float, float, float, float]]:
    found = read_diagram(read_xml(source), "zh")
    return {key: (one.box.x, one.box.y, one.box.width, one.box.height) for key, one in found.shapes.items()}


def assert_drawn(source: bytes) -> None:
    """Every node and arrow of the chart is in the diagram, no node lies on another, arrows end at their nodes."""
    found = chart(source)
    diagram = read_diagram(read_xml(source), "zh")
    assert set(found.nodes) <= set(diagram.shapes) and set(found.flows) == {
        one.id for one in diagram.lines if one.style == "flow"
    }
    nodes = [
        one for one in diagram.shapes.values() if one.layer == "node" and found.nodes[one.id].kind != "boundaryEvent"
    ]
    for at, one in enumerate(nodes):
        for two in nodes[at + 1 :]:
            assert one.box.overlap(two.box) == 0, (one.id, two.id)
    for line in diagram.lines:
        flow = found.flows.get(line.id)
        if flow is not None:
            for key, (x, y) in ((flow.source, line.points[0]), (flow.target, line.points[-1])):
                box = diagram.shapes[key].box.grown(2)
                assert box.x <= x <= box.right and box.y <= y <= box.bottom, (line.id, key)


EDITS = [
    InsertStep(at="f19", name="复核证据", role="quality"),
    InsertStep(at="urgent", name="查", role="agent"),
    InsertStep(at="return_contact", name="写明缺什么", role="engineer"),
    InsertStep(at="f20", name="质检", role="quality", lane="lane_quality"),
    InsertBranch(at="f29", kind="parallel", arms=(*TWO, NewArm(name="丙"))),
    AddBoundaryTimer(node="plan", duration="PT40H", calendar="default", name="太久"),
    AddArm(gateway="multi_department", arm=NewArm(name="再说", condition='risk == "high"')),
    MoveStep(node="meeting", to="f30"),
    RemoveStep(node="sync"),
    RemoveArm(flow="to_arbiter"),
]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: type(edit).__name__)
@pytest.mark.parametrize("hand", [False, True], ids=["laid-out", "by-hand"])
def test_the_diagram_follows(edit: Edit, hand: bool) -> None:
    source = by_hand(T01_SOURCE) if hand else T01_SOURCE
    assert_drawn(source)
    assert_drawn(apply_edit(source, edit))


def test_in_a_drawing_made_by_hand_the_rest_keeps_its_place() -> None:
    source = by_hand(T01_SOURCE)
    before, after = boxes(source), boxes(apply_edit(source, InsertStep(at="f19", name="复核证据")))
    stayed = [key for key, box in before.items() if after[key] == box]
    right = [key for key, box in before.items() if after[key][0] > box[0]]
    assert len(stayed) + len(right) + 8 >= len(before) and len(stayed) > 20
    assert all(after[key][1] == box[1] for key, box in before.items())


def test_edits_are_quick() -> None:
    began = time.process_time()
    apply_edit(T01_SOURCE, InsertStep(at="f19", name="复核证据"))
    assert time.process_time() - began < 1

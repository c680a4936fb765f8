"""Automatic layout, seen by shapely (geometry) and by the OMG's own schema (what is written)."""

import random
import time
from importlib.resources import files

import pytest
from lxml import etree

from bihuan.bpmn import ChartRefused, load_chart
from bihuan.bpmn.draw import draw_svg, with_layout
from tests.bpmn.building import flows, process, public_data
from tests.bpmn.draw.charts import (
    T01,
    crossings,
    diagram_of,
    disturbed_labels,
    jumping_chart,
    loose_ends,
    overlaps,
    random_chart,
    run_through,
)


@pytest.mark.parametrize("seed", range(25))
def test_random_charts_keep_the_geometry(seed: int) -> None:
    xml = random_chart(seed, random.Random(seed).randint(4, 32))
    diagram = diagram_of(with_layout(xml))
    assert len(diagram.layer("node")) == len(etree.fromstring(xml).xpath("//@id[starts-with(., 'n')]"))
    assert len(diagram.lines) == xml.count(b"<sequenceFlow")
    assert overlaps(diagram) == []
    assert run_through(diagram) == []
    assert loose_ends(diagram) == []


@pytest.mark.parametrize("seed", range(25))
def test_lanes_hold_their_nodes(seed: int) -> None:
    diagram = diagram_of(with_layout(random_chart(seed, 18)))
    for lane in diagram.layer("lane"):
        for ref in lane.element:
            assert lane.box.contains(diagram.shapes[(ref.text or "").strip()].box)


@pytest.mark.parametrize("seed", range(12))
def test_arrows_run_at_right_angles_and_forwards_to_the_right(seed: int) -> None:
    diagram = diagram_of(with_layout(random_chart(seed, 20)))
    for line in diagram.lines:
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in line.pieces), line.id
    plain = diagram_of(
        with_layout(process("".join(f'<userTask id="{key}"/>' for key in "abcd") + flows("a>b", "b>c", "c>d", "d>b")))
    )
    lefts = [plain.shapes[key].box.x for key in "abcd"]
    assert lefts == sorted(lefts)


def test_the_same_chart_gets_the_same_picture() -> None:
    xml = random_chart(3, 30)
    assert with_layout(xml) == with_layout(xml)
    once = with_layout(xml)
    assert with_layout(once) == once
    assert draw_svg(once) == draw_svg(once)


def test_nothing_but_the_diagram_changes() -> None:
    xml = T01.read_bytes()
    again = with_layout(xml)
    start, end = b"<bpmndi:BPMNDiagram", b"</bpmndi:BPMNDiagram>"
    assert again[: again.index(start)] == xml[: xml.index(start)]
    assert again[again.index(end) :] == xml[xml.index(end) :]
    before, after = (_model(one) for one in (xml, again))
    assert before == after


def _model(xml: bytes) -> tuple[object, ...]:
    from bihuan.bpmn.decisions import parse_decision

    table = parse_decision((T01.parent / "priority.dmn").read_bytes())
    chart = load_chart(xml, decisions={"priority": table})
    return (
        chart.nodes,
        chart.flows,
        chart.lanes,
        chart.phases,
        chart.variables,
        chart.scopes,
        chart.purpose,
        chart.owner,
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
def test_comments_and_encodings_stay(encoding: str) -> None:
    body = process('<!-- 说明 &lt;BPMNDiagram --><startEvent id="开始"/><endEvent id="b"/>' + flows("开始>b")).decode()
    xml = f'<?xml version="1.0" encoding="{encoding}"?>\n{body}'.encode(encoding)
    laid = with_layout(xml)
    assert "<!-- 说明 &lt;BPMNDiagram -->" in laid.decode(encoding)
    assert diagram_of(laid).shapes.keys() == {"开始", "b"}
    assert with_layout(laid) == laid


def test_what_is_written_is_valid_by_the_schema() -> None:
    folder = files("SpiffWorkflow.bpmn.parser.schema")
    schema = etree.XMLSchema(etree.parse(str(folder.joinpath("BPMN20.xsd"))))
    for xml in (random_chart(1, 20), random_chart(2, 12)):
        plain = xml.replace(b'<process id="p" isExecutable="true" >', b'<process id="p">')
        root = etree.fromstring(with_layout(plain))
        assert schema.validate(root), schema.error_log


def test_sub_processes_are_frames_around_their_inside() -> None:
    inner = '<startEvent id="s"/><userTask id="t"/><endEvent id="e"/>' + flows("s>t", "t>e")
    body = f'<userTask id="a"/><subProcess id="sub" name="内部">{inner}</subProcess><endEvent id="z"/>'
    body += '<boundaryEvent id="late" attachedToRef="sub"/><userTask id="b"/>' + flows("a>sub", "sub>z", "late>b")
    diagram = diagram_of(with_layout(process(body)))
    assert all(diagram.shapes["sub"].box.contains(diagram.shapes[key].box) for key in "ste")
    event, host = diagram.shapes["late"].box, diagram.shapes["sub"].box
    assert abs(event.middle[1] - host.bottom) < 0.01 and host.x < event.x and event.right < host.right
    assert overlaps(diagram) == [] and loose_ends(diagram) == [] and run_through(diagram) == []


def test_return_arrows_keep_out_of_the_main_line() -> None:
    body = "".join(f'<userTask id="{key}"/>' for key in "abcd") + flows("a>b", "b>c", "c>d")
    body += '<sequenceFlow id="r" sourceRef="d" targetRef="a" bihuan:kind="return"/>'
    diagram = diagram_of(with_layout(process(body)))
    main = diagram.shapes["b"].box
    assert all(not main.y < y < main.bottom for line in diagram.lines if line.id == "r" for _, y in line.points[1:-1])


def test_public_reference_models_keep_the_geometry() -> None:
    for path in sorted(public_data("bpmn_miwg").glob("*.bpmn")):
        diagram = diagram_of(with_layout(path.read_bytes()))
        assert overlaps(diagram) == [], path.name
        foreign = [pair for pair in run_through(diagram) if diagram.shapes[pair[1]].layer == "node"]
        assert foreign == [], path.name


def test_every_public_scenario_chart_can_be_drawn() -> None:
    charts = sorted(public_data("bpmn_scenarios").glob("*.bpmn"))
    assert len(charts) > 100
    for path in charts:
        diagram = diagram_of(with_layout(path.read_bytes()))
        assert overlaps(diagram) == [], path.name


def test_a_hundred_nodes_take_little_time() -> None:
    xml = random_chart(7, 100)
    begin = time.process_time()
    with_layout(xml)
    assert time.process_time() - begin < 2.5  # far above what it takes: machines differ


@pytest.mark.parametrize(("lanes", "hop", "most"), [(3, 1, 8), (4, 3, 20), (5, 2, 20), (6, 3, 2), (8, 3, 16)])
def test_a_way_that_jumps_between_lanes_goes_to_the_right(lanes: int, hop: int, most: int) -> None:
    begin = time.process_time()
    xml = with_layout(jumping_chart(100, lanes, hop))
    assert time.process_time() - begin < 2.0
    diagram = diagram_of(xml)
    assert crossings(diagram) <= most
    assert overlaps(diagram) == [] and run_through(diagram) == [] and loose_ends(diagram) == []
    columns = [diagram.shapes[f"n{number}"].box.middle[0] for number in range(100)]
    assert all(two > one - 60 for one, two in zip(columns, columns[1:], strict=False))  # up, down or right, never back
    pool = [shape.box for shape in diagram.layer("lane")]
    assert max(box.bottom for box in pool) < 120 * lanes  # nothing piles up within a lane


def test_dense_charts_cross_no_more_than_they_did() -> None:
    found = [crossings(diagram_of(with_layout(random_chart(seed, 60)))) for seed in (2, 3, 5, 8)]
    assert sum(found) <= 370


@pytest.mark.parametrize("text", [b"<x/>", process("")])
def test_a_chart_with_nothing_to_draw_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match="nothing to draw"):
        with_layout(text)


@pytest.mark.parametrize("text", [b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", b"<x>", b""])
def test_unsafe_xml_is_refused(text: bytes) -> None:
    with pytest.raises(ChartRefused):
        with_layout(text)
    with pytest.raises(ChartRefused):
        draw_svg(text)


def test_the_shipped_chart_is_a_picture_to_print() -> None:
    diagram = diagram_of(T01.read_bytes())
    pool = diagram.shapes["pool_T01"].box
    assert pool.width <= 2600 and pool.height <= 1160
    assert overlaps(diagram) == [] and run_through(diagram) == [] and loose_ends(diagram) == []
    assert disturbed_labels(diagram) == []
    assert crossings(diagram) <= 13

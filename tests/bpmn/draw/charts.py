"""Charts to draw: random ones, one with every element, and what the pictures are measured with."""

import random
from pathlib import Path

import shapely

from bihuan.bpmn.draw.diagram import Diagram, Line, read_diagram
from bihuan.bpmn.draw.geometry import Box
from bihuan.bpmn.draw.labels import place_labels
from bihuan.bpmn.xml.reader import read_xml
from tests.bpmn.building import flows, process

T01 = Path(__file__).resolve().parents[3] / "bihuan" / "flows" / "gallery" / "T01" / "chart.bpmn"
_KINDS = ("userTask", "serviceTask", "exclusiveGateway", "parallelGateway", "intermediateThrowEvent", "userTask")


def random_chart(seed: int, size: int) -> bytes:
    """Nodes of all sizes in up to four lanes and three phases, arrows mostly forwards, some back, all named."""
    rng = random.Random(seed)
    kinds = ["startEvent", *(rng.choice(_KINDS) for _ in range(size - 2)), "endEvent"]
    pairs = {(number, number + 1) for number in range(size - 1) if rng.random() < 0.8}
    for _ in range(size // 2):
        one, two = sorted(rng.sample(range(size), 2))
        pairs.add((two, one) if rng.random() < 0.25 and one > 0 and two < size - 1 else (one, two))
    lanes = rng.randint(0, 4)
    phases = rng.choice((0, 3))
    body = _lanes(rng, size, lanes)
    for number, kind in enumerate(kinds):
        phase = f' bihuan:phase="p{number * phases // size}"' if phases and rng.random() < 0.8 else ""
        body += f'<{kind} id="n{number}" name="{"步骤" * rng.randint(1, 3)}{number}"{phase}/>'
    for one, two in sorted(pairs):
        back = ' bihuan:kind="return"' if two < one else ""
        name = rng.choice(("", "是", "同意并继续", "退回"))
        body += f'<sequenceFlow id="f{one}_{two}" sourceRef="n{one}" targetRef="n{two}" name="{name}"{back}/>'
    said = "".join(f'<bihuan:phase id="p{number}" name="阶段{number}"/>' for number in range(phases))
    return process(body, said)


def _lanes(rng: random.Random, size: int, lanes: int) -> str:
    inside: list[list[int]] = [[] for _ in range(lanes)]
    for number in range(size):
        if lanes:
            inside[rng.randrange(lanes)].append(number)
    return _lane_set(inside)


def _lane_set(inside: list[list[int]]) -> str:
    return (
        '<laneSet id="set">'
        + "".join(
            f'<lane id="l{lane}" name="角色{lane}">'
            + "".join(f"<flowNodeRef>n{number}</flowNodeRef>" for number in numbers)
            + "</lane>"
            for lane, numbers in enumerate(inside)
        )
        + "</laneSet>"
        if inside
        else ""
    )


def jumping_chart(size: int, lanes: int, hop: int) -> bytes:
    """One way through all nodes, each `hop` lanes from the last one (round the end); every fifth may send back."""
    inside: list[list[int]] = [[] for _ in range(lanes)]
    body = ""
    for number in range(size):
        inside[number * hop % lanes].append(number)
        kind = "startEvent" if not number else "endEvent" if number == size - 1 else "userTask"
        kind = "exclusiveGateway" if kind == "userTask" and number % 5 == 4 else kind
        body += f'<{kind} id="n{number}" name="步骤{number}"/>'
        if kind == "exclusiveGateway":
            body += f'<sequenceFlow id="r{number}" sourceRef="n{number}" targetRef="n{number - 3}" name="退回" '
            body += 'bihuan:kind="return"/>'
    return process(_lane_set(inside) + body + flows(*(f"n{one}>n{one + 1}" for one in range(size - 1))))


def diagram_of(xml: bytes) -> Diagram:
    """The diagram of a chart that has one."""
    return read_diagram(read_xml(xml), "zh")


def shape_of(box: Box) -> shapely.Polygon:
    """As shapely sees it."""
    return shapely.box(box.x, box.y, box.right, box.bottom)


def line_of(line: Line) -> shapely.LineString:
    """As shapely sees it."""
    return shapely.LineString(line.points)


def overlaps(diagram: Diagram) -> list[tuple[str, str]]:
    """Pairs of nodes that overlap; a boundary event and its host, a frame and what stands in it do not count."""
    shapes = [shape for shape in diagram.layer("node", "frame") if shape.kind != "boundaryEvent"]
    found = []
    for number, one in enumerate(shapes):
        for two in shapes[number + 1 :]:
            common = shape_of(one.box).intersection(shape_of(two.box)).area
            inside = one.box.contains(two.box) or two.box.contains(one.box)
            if common > 0.01 and not (inside and "frame" in (one.layer, two.layer)):
                found.append((one.id, two.id))
    return found


def run_through(diagram: Diagram) -> list[tuple[str, str]]:
    """Arrows with the nodes that they run through: those at their ends touch them in a point of the border alone."""
    found = []
    for line in diagram.lines:
        way = line_of(line)
        for shape in diagram.layer("node"):
            hosts = (shape.id,) if shape.kind != "boundaryEvent" else (shape.id, shape.element.get("attachedToRef"))
            inside = way.intersection(shape_of(shape.box.grown(-0.5))).length
            if inside > 0.01 and not (shape.kind == "boundaryEvent" and line.element.get("sourceRef") in hosts):
                found.append((line.id, shape.id))
    return found


def loose_ends(diagram: Diagram) -> list[str]:
    """Arrows whose first or last point is not on the border of its node."""
    found = []
    for line in diagram.lines:
        for at, name in ((0, "sourceRef"), (-1, "targetRef")):
            shape = diagram.shapes.get(line.element.get(name, ""))
            if shape is not None:
                border = shape_of(shape.box).exterior
                if border.distance(shapely.Point(line.points[at])) > 0.6:
                    found.append(line.id)
    return found


def crossings(diagram: Diagram) -> int:
    """Points where arrows cross; where they run together is none."""
    pieces = sorted({tuple(sorted(piece)) for line in diagram.lines for piece in line.pieces})
    level = [piece for piece in pieces if piece[0][1] == piece[1][1]]
    upright = [piece for piece in pieces if piece[0][0] == piece[1][0]]
    found = set()
    for one in level:
        for two in upright:
            if shapely.LineString(one).crosses(shapely.LineString(two)):
                found.add((two[0][0], one[0][1]))
    return len(found)


def disturbed_labels(diagram: Diagram) -> list[str]:
    """Texts that lie on a node, on another text or on an arrow."""
    labels = list(place_labels(diagram).values())
    found = []
    for number, label in enumerate(labels):
        area = shape_of(label.box.grown(-0.5))
        nodes = any(area.intersects(shape_of(shape.box)) for shape in diagram.layer("node"))
        texts = any(area.intersects(shape_of(other.box)) for other in labels[number + 1 :])
        if nodes or texts or any(area.intersects(line_of(line)) for line in diagram.lines):
            found.append(label.id)
    return found

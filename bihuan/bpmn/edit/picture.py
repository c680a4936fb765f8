"""The diagram follows an edit: room is made where something new stands, everything else keeps its place.

A diagram that is still as our own layout drew it is simply laid out again; so is one in which the new things would lie
upon others.
"""

from typing import Final

from bihuan.bpmn.draw import with_layout
from bihuan.bpmn.draw.diagram import DI, Diagram, Shape, read_diagram
from bihuan.bpmn.draw.geometry import Box, Point
from bihuan.bpmn.draw.layout.graph import EVENT, GATEWAY, TASK
from bihuan.bpmn.edit.document import Change, Document
from bihuan.bpmn.edit.panel import Panel
from bihuan.bpmn.xml.reader import read_xml
from bihuan.bpmn.xml.vocabulary import local, reference

GAP: Final = 30.0
_DRIFT: Final = 12.0
"""Pixels by which a place may differ from our layout and still be ours (the layout itself gets better over time)."""


def arrange(source: bytes) -> bytes:
    """The file laid out anew: lanes keep their order, every other byte stays.

    Raises ChartRefused for what is no safe XML and ValueError for a chart with nothing to draw.
    """
    return with_layout(source)


def follow(before: bytes, doc: Document) -> bytes:
    """The file with a diagram that fits the edit. A file without a diagram stays without one."""
    diagram = _diagram(before)
    if diagram is None or not diagram.shapes:
        return doc.to_bytes()
    if _is_ours(before, diagram) or not _fits_in(doc, diagram):
        return with_layout(doc.to_bytes())
    return doc.to_bytes()


def _diagram(source: bytes) -> Diagram | None:
    try:
        return read_diagram(read_xml(source), "zh")
    except ValueError:
        return None


def _is_ours(source: bytes, diagram: Diagram) -> bool:
    """Whether everything still stands where our layout puts it."""
    planes = [one.get("id", "") for one in read_xml(source).iter(f"{DI}BPMNPlane")]
    if len(planes) != 1 or not planes[0].endswith("_plane") or not planes[0].startswith("di"):
        return False
    fresh = _diagram(with_layout(source))
    return fresh is not None and diagram.shapes.keys() == fresh.shapes.keys() and _near(diagram, fresh)


def _near(one: Diagram, two: Diagram) -> bool:
    boxes = ((shape.box, two.shapes[key].box) for key, shape in one.shapes.items() if shape.layer == "node")
    return all(abs(a.x - b.x) <= _DRIFT and abs(a.y - b.y) <= _DRIFT for a, b in boxes)


def _fits_in(doc: Document, diagram: Diagram) -> bool:
    """Draws what changed into the diagram as it is; False where that does not look right."""
    panel = Panel(doc.root)
    change = doc.change
    for kept, gone in change.bridged:
        panel.join(kept, gone)
    for key in change.removed:
        panel.drop(key)
    made: list[str] = []
    for key, into, out in change.inserted:
        if into not in panel.ways:
            return False
        _insert(doc, panel, key, into, out)
        made.append(key)
    for key, near in change.beside:
        if near not in panel.boxes:
            return False
        _stand_beside(doc, panel, key, near)
        made.append(key)
    for key in _routed(doc, change):
        _route(doc, panel, key)
    panel.write()
    return _is_clear(panel, diagram, made)


def _routed(doc: Document, change: Change) -> list[str]:
    """The arrows that need a way of their own."""
    found = [key for key in change.routed if key in doc.ids]
    for key, into, out in change.inserted:
        lane = doc.lane_of(key)
        ends = (reference(doc.ids[into], "sourceRef") or "", reference(doc.ids[out], "targetRef") or "")
        found += [flow for flow, end in zip((into, out), ends, strict=True) if doc.lane_of(end) is not lane]
    return list(dict.fromkeys(found))


def _size(doc: Document, panel: Panel, key: str) -> tuple[float, float]:
    """As large as others of its kind."""
    if key in panel.boxes:
        return panel.boxes[key].width, panel.boxes[key].height
    kind = local(doc.ids[key])
    same = [box for other, box in panel.boxes.items() if other in doc.ids and local(doc.ids[other]) == kind]
    if same:
        return same[0].width, same[0].height
    if kind.endswith("Event"):
        return EVENT, EVENT
    if kind.endswith("Gateway"):
        return GATEWAY, GATEWAY
    tasks = [box for other, box in panel.boxes.items() if other in doc.ids and local(doc.ids[other]).endswith("ask")]
    return (tasks[0].width, tasks[0].height) if tasks else TASK


def _insert(doc: Document, panel: Panel, key: str, into: str, out: str) -> None:
    """A node in the middle of the longest piece of an arrow, which is drawn out as far as the node needs."""
    width, height = _size(doc, panel, key)
    panel.drop(key)
    way = panel.ways[into]
    at, axis = _longest(way)
    start, end = way[at], way[at + 1]
    need = (width, height)[axis] + 2 * GAP
    cut = (start[axis] + end[axis]) / 2
    across = (start[1 - axis] + end[1 - axis]) / 2
    forward = end[axis] >= start[axis]
    panel.push(axis, cut, need)
    way = panel.ways[into]
    middle = cut + need / 2
    box = _box((middle, across) if axis == 0 else (across, middle), width, height)
    lane = doc.lane_of(key)
    band = panel.boxes.get(str(lane.get("id"))) if lane is not None else None
    if band is not None and not band.contains(box) and axis == 0:
        box = Box(box.x, band.y + (band.height - height) / 2, width, height)
        across = box.middle[1]
    panel.boxes[key] = box
    low, high = _rims(box, axis, across)
    panel.ways[into] = [*way[: at + 1], low if forward else high]
    panel.ways[out] = [high if forward else low, *way[at + 1 :]]


def _longest(way: list[Point]) -> tuple[int, int]:
    """The number of the longest piece of a way, and its direction (0 across, 1 down)."""
    lengths = [abs(b[0] - a[0]) + abs(b[1] - a[1]) for a, b in zip(way, way[1:], strict=False)]
    at = lengths.index(max(lengths))
    (x, y), (to_x, to_y) = way[at], way[at + 1]
    return at, 0 if abs(to_x - x) >= abs(to_y - y) else 1


def _box(middle: Point, width: float, height: float) -> Box:
    return Box(middle[0] - width / 2, middle[1] - height / 2, width, height)


def _rims(box: Box, axis: int, across: float) -> tuple[Point, Point]:
    """Where a way along `axis` meets a box on both sides."""
    if axis == 0:
        return (box.x, across), (box.right, across)
    return (across, box.y), (across, box.bottom)


def _stand_beside(doc: Document, panel: Panel, key: str, near: str) -> None:
    """A boundary event on the lower edge of its host; an end below its event; anything else to the right."""
    width, height = _size(doc, panel, key)
    host = panel.boxes[near]
    kind = local(doc.ids[key])
    if kind == "boundaryEvent":
        taken = sum(1 for one in doc.boundary(doc.ids[near]) if str(one.get("id")) in panel.boxes)
        x = host.right - 10 - width - taken * (width + 8)
        panel.boxes[key] = Box(x, host.bottom - height / 2, width, height)
    elif kind == "endEvent":
        panel.push(1, host.bottom + 4, height + GAP)
        panel.boxes[key] = Box(host.middle[0] - width / 2 + (GAP + width), host.bottom + GAP, width, height)
    else:
        panel.push(0, host.right + 1, width + GAP)
        panel.boxes[key] = Box(host.right + GAP, host.middle[1] - height / 2, width, height)


def _route(doc: Document, panel: Panel, key: str) -> None:
    """A new way at right angles."""
    flow = doc.ids[key]
    ends = reference(flow, "sourceRef") or "", reference(flow, "targetRef") or ""
    if ends[0] not in panel.boxes or ends[1] not in panel.boxes:
        return
    one, two = panel.boxes[ends[0]], panel.boxes[ends[1]]
    siblings = [
        other for other, way in panel.ways.items()
        if other != key and other in doc.ids and reference(doc.ids[other], "sourceRef") == ends[0] and way
    ]  # fmt: skip
    event = local(doc.ids[ends[0]]) == "boundaryEvent"
    if not siblings and not event and two.x >= one.right:
        panel.ways[key] = _across(one, two)
    elif two.y >= one.bottom and two.x > one.middle[0]:
        x, y = one.middle[0], two.middle[1]
        panel.ways[key] = [(x, one.bottom), (x, y), (two.x, y)]
    else:
        _detour(panel, key, one, two)


def _across(one: Box, two: Box) -> list[Point]:
    (_, y), (_, to_y) = one.middle, two.middle
    if abs(y - to_y) < 1:
        return [(one.right, y), (two.x, to_y)]
    x = (one.right + two.x) / 2
    return [(one.right, y), (x, y), (x, to_y), (two.x, to_y)]


def _detour(panel: Panel, key: str, one: Box, two: Box) -> None:
    """Down from the one, along below both, up to the other; what stands below makes room."""
    floor = max(one.bottom, two.bottom)
    low, high = sorted((one.middle[0], two.middle[0]))
    for way in panel.ways.values():
        for (x, y), (to_x, to_y) in zip(way, way[1:], strict=False):
            if y == to_y and floor <= y < floor + 6 * GAP and min(x, to_x) < high and max(x, to_x) > low:
                floor = max(floor, y)
    panel.push(1, floor + 4, GAP)
    y = floor + GAP
    one, two = panel.current(one), panel.current(two)
    panel.ways[key] = [(one.middle[0], one.bottom), (one.middle[0], y), (two.middle[0], y), (two.middle[0], two.bottom)]


def _is_clear(panel: Panel, before: Diagram, made: list[str]) -> bool:
    """Whether what is new lies on nothing else, and neither is crossed by ways nor crosses nodes."""
    nodes = {key: box for key, box in panel.boxes.items() if _is_node(before.shapes.get(key))}
    for key in made:
        box = panel.boxes[key]
        for other, two in nodes.items():
            if other != key and box.overlap(two) > 0 and not _on_edge(box, two):
                return False
    solid = [box for key, box in panel.boxes.items() if key in nodes or key in made]
    return not any(
        _runs_through(way, solid if key in panel.changed else [panel.boxes[one] for one in made])
        for key, way in panel.ways.items()
    )


def _runs_through(way: list[Point], boxes: list[Box]) -> bool:
    return any(box.grown(-2).crossed_by(a, b) for a, b in zip(way, way[1:], strict=False) for box in boxes)


def _is_node(shape: Shape | None) -> bool:
    return shape is not None and shape.layer == "node"


def _on_edge(event: Box, host: Box) -> bool:
    """A boundary event lies on the edge of its host."""
    return abs(event.middle[1] - host.bottom) < 1

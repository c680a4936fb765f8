"""The diagram's own elements, by what they show: boxes and ways that can be pushed apart and written back."""

from typing import Final

from lxml import etree

from bihuan.bpmn.draw.geometry import Box, Point

DI: Final = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_DC: Final = "{http://www.omg.org/spec/DD/20100524/DC}"
_WAY: Final = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
_FRAMES: Final = frozenset({"lane", "participant", "subProcess", "transaction", "adHocSubProcess", "group"})


class Panel:
    """`boxes` and `ways` by the id of what they show; `changed`: ways that differ from the file in more than place.

    `frames`: what grows when it is cut through, because others lie in it.
    """

    def __init__(self, root: etree._Element) -> None:
        planes = list(root.iter(f"{DI}BPMNPlane"))
        self.plane = planes[0]
        self.shapes = {_refers(one): one for one in self.plane.iter(f"{DI}BPMNShape")}
        self.edges = {_refers(one): one for one in self.plane.iter(f"{DI}BPMNEdge")}
        self.boxes = {key: box for key, one in self.shapes.items() if (box := _box(one.find(f"{_DC}Bounds")))}
        self.ways = {
            key: [(float(point.get("x", "0")), float(point.get("y", "0"))) for point in one.iter(_WAY)]
            for key, one in self.edges.items()
        }
        self.ways = {key: way for key, way in self.ways.items() if len(way) > 1}
        self.labels = [one for one in self.plane.iter(f"{DI}BPMNLabel") if one.find(f"{_DC}Bounds") is not None]
        self.taken = {str(one.get("id")) for one in root.iter() if isinstance(one.tag, str) and one.get("id")}
        self.frames = {
            str(one.get("id"))
            for one in root.iter()
            if isinstance(one.tag, str) and etree.QName(one).localname in _FRAMES and one.get("id") in self.shapes
        }
        self.moved: dict[Box, Box] = {}
        self._first = {key: len(way) for key, way in self.ways.items()}

    @property
    def changed(self) -> set[str]:
        """Ways that are new or have another number of bends."""
        return {key for key, way in self.ways.items() if self._first.get(key) != len(way)}

    def current(self, box: Box) -> Box:
        """Where a box has been pushed to since it was read."""
        return self.moved.get(box, box)

    def drop(self, key: str) -> None:
        """Takes a shape or an edge out."""
        self.boxes.pop(key, None)
        self.ways.pop(key, None)
        for found in (self.shapes.pop(key, None), self.edges.pop(key, None)):
            parent = found.getparent() if found is not None else None
            if found is not None and parent is not None:
                parent.remove(found)

    def join(self, kept: str, gone: str) -> None:
        """One way goes on where the other ended."""
        if kept in self.ways and gone in self.ways:
            self.ways[kept] = _straight([*self.ways[kept], *self.ways[gone]])

    def push(self, axis: int, cut: float, by: float) -> None:
        """Everything from `cut` on along an axis goes `by` further; what the cut runs through grows if it holds others."""
        self.moved = {}
        before = dict(self.boxes)
        for key, box in before.items():
            new = _pushed(box, axis, cut, by, key in self.frames)
            self.boxes[key] = new
            self.moved[box] = new
        for key, way in list(self.ways.items()):
            self.ways[key] = [_moved(point, axis, by, self._goes(point, axis, cut, before)) for point in way]
        for label in self.labels:
            bounds = label.find(f"{_DC}Bounds")
            name = ("x", "y")[axis]
            if bounds is not None and float(bounds.get(name, "0")) >= cut:
                bounds.set(name, f"{float(bounds.get(name, '0')) + by:g}")

    def _goes(self, point: Point, axis: int, cut: float, boxes: dict[str, Box]) -> bool:
        """A point moves if it lies behind the cut, but with its shape where it ends at one."""
        if point[axis] < cut:
            return False
        touched = [box for key, box in boxes.items() if key not in self.frames and _on_rim(point, box)]
        return not touched or any((box.x, box.y)[axis] >= cut for box in touched)

    def write(self) -> None:
        """Puts boxes and ways back into the file."""
        for key, box in self.boxes.items():
            shape = self.shapes.get(key)
            if shape is None:
                shape = self._made("BPMNShape", key)
                self.shapes[key] = shape
            bounds = shape.find(f"{_DC}Bounds")
            if bounds is None:
                bounds = etree.SubElement(shape, f"{_DC}Bounds")
            for name in ("x", "y", "width", "height"):
                bounds.set(name, f"{getattr(box, name):g}")
        for key, way in self.ways.items():
            self._write_way(key, way)

    def _write_way(self, key: str, way: list[Point]) -> None:
        edge = self.edges.get(key)
        if edge is None:
            edge = self.edges[key] = self._made("BPMNEdge", key)
        old = edge.findall(_WAY)
        spot = edge.index(old[0]) if old else 0
        tail = old[0].tail if old else None
        for one in old:
            edge.remove(one)
        for at, (x, y) in enumerate(way):
            point = etree.Element(_WAY)
            point.set("x", f"{x:g}")
            point.set("y", f"{y:g}")
            point.tail = tail
            edge.insert(spot + at, point)

    def _made(self, kind: str, key: str) -> etree._Element:
        made = etree.SubElement(self.plane, f"{DI}{kind}")
        name = f"{key}_di"
        while name in self.taken:
            name += "i"
        self.taken.add(name)
        made.set("id", name)
        made.set("bpmnElement", key)
        return made


def _refers(element: etree._Element) -> str:
    return element.get("bpmnElement", "").rpartition(":")[2]


def _box(bounds: etree._Element | None) -> Box | None:
    if bounds is None:
        return None
    return Box(*(float(bounds.get(name, "0")) for name in ("x", "y", "width", "height")))


def _pushed(box: Box, axis: int, cut: float, by: float, holds: bool) -> Box:
    start = (box.x, box.y)[axis]
    end = (box.right, box.bottom)[axis]
    if start >= cut:
        return box.moved(by, 0) if axis == 0 else box.moved(0, by)
    if end > cut and holds:
        return Box(box.x, box.y, box.width + by * (axis == 0), box.height + by * (axis == 1))
    return box


def _moved(point: Point, axis: int, by: float, goes: bool) -> Point:
    if not goes:
        return point
    return (point[0] + by, point[1]) if axis == 0 else (point[0], point[1] + by)


def _on_rim(point: Point, box: Box) -> bool:
    """Whether a point lies on the edge of a box, or just beside it."""
    return box.grown(1.5).contains(Box(*point, 0, 0)) and not box.grown(-1.5).contains(Box(*point, 0, 0))


def _straight(way: list[Point]) -> list[Point]:
    """Without bends that are none."""
    found = way[:1]
    for at in range(1, len(way) - 1):
        (ax, ay), (bx, by), (cx, cy) = found[-1], way[at], way[at + 1]
        if abs((bx - ax) * (cy - ay) - (by - ay) * (cx - ax)) > 1:
            found.append(way[at])
    return [*found, way[-1]]

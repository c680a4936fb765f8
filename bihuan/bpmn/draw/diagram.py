"""Reads a chart's diagram: what is where, in the order in which it is drawn."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from lxml import etree

from bihuan.bpmn.draw.geometry import Box, Point
from bihuan.bpmn.xml.vocabulary import BIHUAN, BPMN

DI: Final = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_DC: Final = "{http://www.omg.org/spec/DD/20100524/DC}"
_WAY: Final = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
_LINES: Final = {
    "sequenceFlow": "flow",
    "messageFlow": "message",
    "association": "association",
    "dataInputAssociation": "association",
    "dataOutputAssociation": "association",
}
_FRAMES: Final = frozenset({"subProcess", "transaction", "adHocSubProcess"})
_OTHERS: Final = frozenset(
    {
        "callActivity",
        "textAnnotation",
        "dataObjectReference",
        "dataStoreReference",
        "dataObject",
        "dataInput",
        "dataOutput",
    }
)

Layer: TypeAlias = Literal["pool", "lane", "group", "frame", "node"]


@dataclass(slots=True)
class Shape:
    """Something with a box. `name` is in the reader's language. `label`: where the diagram wants the name."""

    id: str
    kind: str
    layer: Layer
    element: etree._Element
    box: Box
    name: str
    label: Box | None = None
    upright: bool = False

    @property
    def named_outside(self) -> bool:
        """Whether its name stands beside it."""
        small = self.box.width < 90 or self.box.height < 40
        return self.layer == "node" and small and not self.kind.lower().endswith(("task", "activity", "annotation"))


@dataclass(slots=True)
class Line:
    """An arrow. `style` flow, message or association; `back` for a return."""

    id: str
    style: str
    element: etree._Element
    points: list[Point]
    name: str
    label: Box | None = None
    back: bool = False

    @property
    def pieces(self) -> Iterator[tuple[Point, Point]]:
        """Its straight pieces."""
        return zip(self.points, self.points[1:], strict=False)


@dataclass(slots=True)
class Diagram:
    """All that is drawn."""

    shapes: dict[str, Shape] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    def layer(self, *layers: Layer) -> list[Shape]:
        """The shapes of some layers, in document order; a frame always before what stands in it."""
        return [shape for shape in self.shapes.values() if shape.layer in layers]


def read_diagram(root: etree._Element, language: str) -> Diagram:
    """The diagram; no shapes if the file has none. Raises ``ValueError`` for coordinates that are no numbers."""
    boxes, ways = _shapes(root), _edges(root)
    diagram = Diagram()
    for element in root.iter(f"{{{BPMN}}}*"):
        key, kind = element.get("id", ""), etree.QName(element).localname
        if kind in _LINES and key in ways and len(ways[key][0]) > 1:
            points, label = ways[key]
            back = element.get(f"{{{BIHUAN}}}kind") == "return"
            diagram.lines.append(Line(key, _LINES[kind], element, points, name_of(element, language), label, back))
        elif key in boxes:
            layer = _layer(kind, boxes[key])
            if layer is not None:
                box, label = _bounds(boxes[key])
                shape = Shape(key, kind, layer, element, box, name_of(element, language), label)
                shape.upright = layer in ("pool", "lane") and boxes[key].get("isHorizontal") == "false"
                diagram.shapes[key] = shape
    return diagram


def name_of(element: etree._Element, language: str) -> str:
    """The element's name in the reader's language."""
    english = element.get(f"{{{BIHUAN}}}nameEn") if language == "en" else None
    if etree.QName(element).localname == "textAnnotation":
        return "".join(element.itertext()).strip()
    return english or element.get("name") or ""


def _layer(kind: str, shape: etree._Element) -> Layer | None:
    if kind in ("participant", "lane"):
        return "pool" if kind == "participant" else "lane"
    if kind == "group":
        return "group"
    if kind in _FRAMES:
        return "node" if shape.get("isExpanded") == "false" else "frame"
    if kind in _OTHERS or kind.lower().endswith(("task", "gateway", "event")):
        return "node"
    return None


def _number(element: etree._Element, name: str) -> float:
    value = float(element.get(name, "0"))
    if not -1e6 < value < 1e6:
        raise ValueError(f"{name} is out of bounds")
    return value


def _box(element: etree._Element | None) -> Box | None:
    if element is None:
        return None
    return Box(*(_number(element, name) for name in ("x", "y", "width", "height")))


def _shapes(root: etree._Element) -> dict[str, etree._Element]:
    found: dict[str, etree._Element] = {}
    for shape in root.iter(f"{DI}BPMNShape"):
        if shape.find(f"{_DC}Bounds") is not None:
            found.setdefault(_refers(shape), shape)
    return found


def _refers(element: etree._Element) -> str:
    return element.get("bpmnElement", "").rpartition(":")[2]


def _bounds(shape: etree._Element) -> tuple[Box, Box | None]:
    box = _box(shape.find(f"{_DC}Bounds"))
    assert box is not None
    return box, _box(shape.find(f"{DI}BPMNLabel/{_DC}Bounds"))


def _edges(root: etree._Element) -> dict[str, tuple[list[Point], Box | None]]:
    return {
        _refers(edge): (
            [(_number(point, "x"), _number(point, "y")) for point in edge.iter(_WAY)],
            _box(edge.find(f"{DI}BPMNLabel/{_DC}Bounds")),
        )
        for edge in root.iter(f"{DI}BPMNEdge")
    }

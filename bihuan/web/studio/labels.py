"""Charts on their way to the canvas: with a picture, and with places for the texts beside arrows and decisions.

The server's own drawing finds places where texts lie on nothing; the canvas would put them all in the middle.
"""

from lxml import etree

from bihuan.bpmn import ChartRefused
from bihuan.bpmn.draw import with_layout
from bihuan.bpmn.draw.diagram import DI, read_diagram
from bihuan.bpmn.draw.labels import Label, place_labels
from bihuan.bpmn.xml.reader import read_xml

_DC = "{http://www.omg.org/spec/DD/20100524/DC}"


def for_canvas(source: bytes) -> str:
    """The file with a label's place wherever it says none; a file without a picture gets one.

    What cannot be read or drawn comes back as it is: the canvas says so.
    """
    try:
        return _labelled(source)
    except (ChartRefused, ValueError):
        return source.decode("utf-8", "replace")


def _labelled(source: bytes) -> str:
    root = read_xml(source)
    diagram = read_diagram(root, "zh")
    if not diagram.shapes:
        root = read_xml(with_layout(source))
        diagram = read_diagram(root, "zh")
    places = place_labels(diagram)
    for shown in (*root.iter(f"{DI}BPMNShape"), *root.iter(f"{DI}BPMNEdge")):
        label = places.get(shown.get("bpmnElement", "").rpartition(":")[2])
        if label is not None and shown.find(f"{DI}BPMNLabel/{_DC}Bounds") is None:
            _add(shown, label)
    return etree.tostring(root, encoding="unicode")


def _add(shown: etree._Element, label: Label) -> None:
    for empty in shown.findall(f"{DI}BPMNLabel"):
        shown.remove(empty)
    place = {name: f"{value:g}" for name, value in _box(label).items()}
    etree.SubElement(etree.SubElement(shown, f"{DI}BPMNLabel"), f"{_DC}Bounds", place)


def _box(label: Label) -> dict[str, float]:
    # A little wider than measured, so that the canvas does not break the last letter off.
    return {"x": label.box.x - 4, "y": label.box.y, "width": label.box.width + 8, "height": label.box.height}

"""Puts a diagram into a chart's file and touches nothing else."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from typing import Final
from xml.parsers.expat import ParserCreate  # the reader has refused DTDs and entities before
from xml.sax.saxutils import quoteattr

from lxml import etree

from bihuan.bpmn.draw.geometry import Box, Point
from bihuan.bpmn.draw.layout import lay_out
from bihuan.bpmn.draw.layout.graph import Placed
from bihuan.bpmn.draw.layout.read import read_graph
from bihuan.bpmn.xml.reader import read_xml

_SPACES: Final = {
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}
_MARGIN: Final = 20.0


def with_layout(xml: bytes) -> bytes:
    """The chart with a new diagram in place of those it has; every other byte stays.

    Raises ``ChartRefused`` for what is no safe XML and ``ValueError`` for a chart with nothing to draw.
    """
    root = read_xml(xml)
    plane, graph = read_graph(root, lay_out)
    if not graph.nodes and not graph.pools:
        raise ValueError("the chart has nothing to draw")
    text = _diagram(root, plane, lay_out(graph))
    return _replaced(xml, text)


def _diagram(root: etree._Element, plane: str, placed: Placed) -> str:
    bound = {prefix for prefix, space in _SPACES.items() if root.nsmap.get(prefix) == space}
    spaces = "".join(f' xmlns:{prefix}="{space}"' for prefix, space in _SPACES.items() if prefix not in bound)
    taken = {element.get("id") for element in root.iter() if "BPMNDI" not in str(element.tag)}
    prefix = "di"
    while any(key and key.startswith(f"{prefix}_") for key in taken):
        prefix += "i"
    lines = [
        f'<bpmndi:BPMNDiagram{spaces} id="{prefix}_diagram">',
        f'  <bpmndi:BPMNPlane id="{prefix}_plane" bpmnElement={quoteattr(plane)}>',
        *(_shape(root, prefix, key, box) for key, box in placed.boxes.items()),
        *(_edge(prefix, key, way) for key, way in placed.ways.items()),
        "  </bpmndi:BPMNPlane>",
        "</bpmndi:BPMNDiagram>",
    ]
    return "\n  ".join(lines)


def _shape(root: etree._Element, prefix: str, key: str, box: Box) -> str:
    kinds = _kinds(root)
    more = ' isHorizontal="true"' if kinds.get(key) in ("participant", "lane") else ""
    more = ' isExpanded="true"' if kinds.get(key) in ("subProcess", "transaction", "adHocSubProcess") else more
    at = f'x="{box.x + _MARGIN:g}" y="{box.y + _MARGIN:g}" width="{box.width:g}" height="{box.height:g}"'
    return (
        f"    <bpmndi:BPMNShape id={quoteattr(f'{prefix}_{key}')} bpmnElement={quoteattr(key)}{more}>"
        f"<dc:Bounds {at}/></bpmndi:BPMNShape>"
    )


def _kinds(root: etree._Element) -> dict[str, str]:
    return {element.get("id", ""): etree.QName(element).localname for element in root.iter("{*}*")}


def _edge(prefix: str, key: str, way: list[Point]) -> str:
    points = "".join(f'<di:waypoint x="{x + _MARGIN:g}" y="{y + _MARGIN:g}"/>' for x, y in way)
    return (
        f"    <bpmndi:BPMNEdge id={quoteattr(f'{prefix}_{key}')} bpmnElement={quoteattr(key)}>"
        f"{points}</bpmndi:BPMNEdge>"
    )


def _replaced(xml: bytes, text: str) -> bytes:
    """Cuts the old diagrams out and sets the new one in, byte for byte."""
    codec = "utf-16-le" if xml.startswith(BOM_UTF16_LE) else "utf-16-be" if xml.startswith(BOM_UTF16_BE) else ""
    parser = ParserCreate(namespace_separator=" ")
    spots: list[tuple[str, int]] = []
    depth = 0

    def begin(name: str, _: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth == 2 and name == f"{_SPACES['bpmndi']} BPMNDiagram":
            spots.append(("begin", parser.CurrentByteIndex))

    def end(name: str) -> None:
        nonlocal depth
        if depth == 2 and name == f"{_SPACES['bpmndi']} BPMNDiagram":
            spots.append(("end", parser.CurrentByteIndex))
        elif depth == 1:
            spots.append(("root", parser.CurrentByteIndex))
        depth -= 1

    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.Parse(xml, True)
    return _spliced(xml, spots, text, codec)


def _spliced(xml: bytes, spots: list[tuple[str, int]], text: str, codec: str) -> bytes:
    close = ">".encode(codec or "ascii")
    pieces, at, where = [], 0, None
    for kind, spot in spots:
        if kind == "begin":
            pieces.append(xml[at:spot])
            where = len(pieces) if where is None else where
        elif kind == "end":
            at = xml.index(close, spot) + len(close)
        else:
            pieces.append(xml[at:spot])
            fresh = where is None
            where = len(pieces) if where is None else where
            text = f"  {text}\n" if fresh else text
            at = spot
    pieces.append(xml[at:])
    encoding = codec or etree.fromstring(xml).getroottree().docinfo.encoding or "utf-8"
    pieces.insert(where or 0, text.encode(encoding, "xmlcharrefreplace"))
    return b"".join(pieces)

"""Puts a diagram into a chart's file and touches nothing else."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from html import escape
from typing import Final
from xml.parsers.expat import ParserCreate  # the reader has refused DTDs and entities before

from lxml import etree

from bihuan.bpmn.draw.geometry import Box, Point
from bihuan.bpmn.draw.layout import lay_out
from bihuan.bpmn.draw.layout.graph import TASK, Placed
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
    taken = {element.get("id") for element in root.iter() if etree.QName(element).namespace != _SPACES["bpmndi"]}
    prefix = "di"
    while any(key and key.startswith(f"{prefix}_") for key in taken):
        prefix += "i"
    kinds = {element.get("id", ""): etree.QName(element).localname for element in root.iter("{*}*")}
    lines = [
        f'<bpmndi:BPMNDiagram{spaces} id="{prefix}_diagram">',
        f'  <bpmndi:BPMNPlane id="{prefix}_plane" bpmnElement={_quoted(plane)}>',
        *(_shape(kinds.get(key, ""), prefix, key, box) for key, box in placed.boxes.items()),
        *(_edge(prefix, key, way) for key, way in placed.ways.items()),
        "  </bpmndi:BPMNPlane>",
        "</bpmndi:BPMNDiagram>",
    ]
    return "\n  ".join(lines)


def _quoted(text: str) -> str:
    return f'"{escape(text)}"'


def _shape(kind: str, prefix: str, key: str, box: Box) -> str:
    more = ' isHorizontal="true"' if kind in ("participant", "lane") else ""
    if kind in ("subProcess", "transaction", "adHocSubProcess"):
        more = f' isExpanded="{str(box.height > TASK[1]).lower()}"'
    at = f'x="{box.x + _MARGIN:g}" y="{box.y + _MARGIN:g}" width="{box.width:g}" height="{box.height:g}"'
    return (
        f"    <bpmndi:BPMNShape id={_quoted(f'{prefix}_{key}')} bpmnElement={_quoted(key)}{more}>"
        f"<dc:Bounds {at}/></bpmndi:BPMNShape>"
    )


def _edge(prefix: str, key: str, way: list[Point]) -> str:
    points = "".join(f'<di:waypoint x="{x + _MARGIN:g}" y="{y + _MARGIN:g}"/>' for x, y in way)
    return f"    <bpmndi:BPMNEdge id={_quoted(f'{prefix}_{key}')} bpmnElement={_quoted(key)}>{points}</bpmndi:BPMNEdge>"


def _replaced(xml: bytes, text: str) -> bytes:
    """Cuts the old diagrams out and sets the new one in, character for character."""
    codec = _codec(xml)
    try:
        plain = xml.decode(codec).encode()
    except LookupError:
        raise ValueError(f"the encoding {codec} is not known") from None
    return _spliced(plain, _spots(plain), text).decode().encode(codec, "xmlcharrefreplace")


def _codec(xml: bytes) -> str:
    for mark, codec in ((BOM_UTF16_LE, "utf-16-le"), (BOM_UTF16_BE, "utf-16-be")):
        if xml.startswith(mark):
            return codec
    return read_xml(xml).getroottree().docinfo.encoding or "utf-8"


def _spots(plain: bytes) -> list[tuple[str, int]]:
    """Where in UTF-8 each diagram begins, where its last tag begins, and where that of the whole does."""
    parser = ParserCreate("utf-8", " ")
    spots: list[tuple[str, int]] = []
    depth = 0
    diagram = f"{_SPACES['bpmndi']} BPMNDiagram"

    def begin(name: str, _: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth == 2 and name == diagram:
            spots.append(("begin", parser.CurrentByteIndex))

    def end(name: str) -> None:
        nonlocal depth
        if depth == 2 and name == diagram:
            spots.append(("end", parser.CurrentByteIndex))
        elif depth == 1:
            spots.append(("root", parser.CurrentByteIndex))
        depth -= 1

    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.Parse(plain, True)
    return spots


def _spliced(plain: bytes, spots: list[tuple[str, int]], text: str) -> bytes:
    """The new diagram stands where the first old one stood, else last."""
    pieces: list[bytes] = []
    at, fresh = 0, True
    for kind, spot in spots:
        if kind == "end":
            at = plain.index(b">", spot) + 1
            continue
        pieces.append(plain[at:spot])
        at = spot
        if fresh:
            pieces.append((text if kind == "begin" else f"  {text}\n").encode())
            fresh = False
    return b"".join([*pieces, plain[at:]])

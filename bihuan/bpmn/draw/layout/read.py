"""From the chart's XML to what has to be placed."""

from collections.abc import Callable, Iterator
from typing import Final

from lxml import etree

from bihuan.bpmn.draw.layout.graph import EVENT, GATEWAY, SIZES, TASK, Band, Edge, Graph, Node, Placed, Style
from bihuan.bpmn.draw.text import wide, wrap
from bihuan.bpmn.xml.vocabulary import BIHUAN, BPMN, children, local, ours, reference, text_of

_HEAD: Final = 24.0
_FRAME: Final = 14.0
_ARTIFACTS: Final = frozenset({"dataObjectReference", "dataStoreReference", "textAnnotation"})
_FRAMES: Final = frozenset({"subProcess", "transaction", "adHocSubProcess"})

Layout = Callable[[Graph], Placed]
"""How the inside of a sub-process gets laid out."""


def read_graph(root: etree._Element, lay_out: Layout) -> tuple[str, Graph]:
    """The id of what the diagram's plane shows, and everything on it."""
    graph = Graph()
    processes = {one.get("id", ""): one for one in children(root, "process")}
    collaboration = next(iter(children(root, "collaboration")), None)
    drawn: set[str] = set()
    for pool in children(collaboration, "participant") if collaboration is not None else ():
        process = processes.get(reference(pool, "processRef") or "")
        drawn.add(reference(pool, "processRef") or "")
        first = len(graph.bands)
        if process is None:
            graph.bands.append(Band("", pool.get("id", ""), closed=True))
        else:
            _read_scope(process, graph, lay_out, pool.get("id", ""))
        graph.pools[pool.get("id", "")] = list(range(first, len(graph.bands)))
    for key, process in processes.items():
        if key not in drawn:
            _read_scope(process, graph, lay_out, "")
    holders = [one for one in (collaboration, *processes.values()) if one is not None]
    _read_links(root, graph)
    _read_messages(collaboration, graph)
    return (holders[0].get("id") or "") if holders else "", graph


def read_inside(frame: etree._Element, lay_out: Layout) -> Graph:
    """What stands in a sub-process."""
    graph = Graph()
    _read_scope(frame, graph, lay_out, "")
    _read_links(frame, graph)
    return graph


def _read_scope(scope: etree._Element, graph: Graph, lay_out: Layout, pool: str) -> None:
    first = len(graph.bands)
    band_of: dict[str, int] = {}
    for lanes in children(scope, "laneSet"):
        _read_lanes(lanes, graph, band_of, pool)
    phases = {
        one.get("id") or ours(one, "id"): number
        for number, one in enumerate(scope.iterfind(f"{{{BPMN}}}extensionElements/{{{BIHUAN}}}phase"))
    }
    nodes = [one for one in scope if isinstance(one.tag, str) and is_node(local(one)) and one.get("id")]
    elements = {one.get("id", ""): one for one in nodes}
    for key, element in elements.items():
        if local(element) != "boundaryEvent":
            graph.nodes[key] = _node(element, lay_out, phases.get(ours(element, "phase"), -1))
    for key, element in elements.items():
        host = graph.nodes.get(reference(element, "attachedToRef") or "")
        if local(element) == "boundaryEvent" and host is not None:
            host.attached.append(key)
            host.below = max(host.below, EVENT / 2 + 18)
            if host.kind not in _FRAMES:
                host.width = max(host.width, 40.0 * len(host.attached) + 14)
    _read_flows(scope, graph, elements)
    _fill_bands(graph, list(elements), band_of, first, pool)


def is_node(name: str) -> bool:
    """Whether elements of that name have a place of their own."""
    return name in _ARTIFACTS | _FRAMES or name == "callActivity" or name.lower().endswith(("task", "gateway", "event"))


def _read_lanes(lanes: etree._Element, graph: Graph, band_of: dict[str, int], pool: str) -> None:
    for lane in children(lanes, "lane"):
        first = len(graph.bands)
        inner = children(lane, "childLaneSet")
        for one in inner:
            _read_lanes(one, graph, band_of, pool)
        if len(graph.bands) == first:
            graph.bands.append(Band(lane.get("id", ""), pool))
        for ref in children(lane, "flowNodeRef"):
            band_of.setdefault(text_of(ref).rpartition(":")[2], first)
        graph.lanes[lane.get("id", "")] = list(range(first, len(graph.bands)))


def _fill_bands(graph: Graph, keys: list[str], band_of: dict[str, int], first: int, pool: str) -> None:
    """Every node in a band: its lane, else its neighbour's, else one more band below all lanes."""
    here = [key for key in keys if key in graph.nodes]
    known = {key: band_of[key] for key in here if key in band_of}
    links = [(edge.source, edge.target) for edge in graph.edges]
    for _ in range(len(here)):
        before = len(known)
        for source, target in links:
            for one, two in ((source, target), (target, source)):
                if one in known and two not in known:
                    known[two] = known[one]
        if len(known) == before:
            break
    if len(known) < len(here) or len(graph.bands) == first:
        graph.bands.append(Band("", pool))
    for key in here:
        graph.nodes[key].band = known.get(key, len(graph.bands) - 1)


def _node(element: etree._Element, lay_out: Layout, phase: int) -> Node:
    kind, name = local(element), element.get("name") or ""
    node = Node(element.get("id", ""), kind, *TASK, phase=phase, artifact=kind in _ARTIFACTS)
    if node.pointed:
        _pointed(node, name)
    elif kind in _FRAMES:
        _frame(node, element, lay_out, name)
    elif kind in SIZES:
        node.width, node.height = SIZES[kind]
        node.below = 16.0 if kind != "textAnnotation" and name else 0.0
    return node


def _pointed(node: Node, name: str) -> None:
    size = GATEWAY if node.kind.endswith("Gateway") else EVENT
    node.width = node.height = size
    lines = wrap(name, 7, 2)
    if lines:
        room = 14.0 * len(lines) + 4
        node.above, node.below = (room, 0.0) if size == GATEWAY else (0.0, room)
        node.before = node.after = max(0.0, max(wide(line) for line in lines) * 12 / 2 - size / 2)


def _frame(node: Node, element: etree._Element, lay_out: Layout, name: str) -> None:
    inside = read_inside(element, lay_out)
    if not inside.nodes:
        return
    node.inner = lay_out(inside)
    node.width = max(node.inner.width + 2 * _FRAME, min(wide(name), 20) * 12 + 30)
    node.height = node.inner.height + _HEAD + _FRAME


def inner_offset(node: Node) -> tuple[float, float]:
    """Where in its frame the inside of a sub-process begins."""
    inner = node.inner
    return ((node.width - inner.width) / 2 if inner else 0.0), _HEAD


def _read_flows(scope: etree._Element, graph: Graph, elements: dict[str, etree._Element]) -> None:
    for flow in children(scope, "sequenceFlow"):
        source, target = reference(flow, "sourceRef") or "", reference(flow, "targetRef") or ""
        port, source = _host(elements, source)
        if source not in graph.nodes or target not in graph.nodes or not flow.get("id"):
            continue
        kind = ours(flow, "kind")
        style: Style = "return" if kind == "return" else "flow"
        merge = f"{target} {style}"
        if any(edge.source == source and edge.merge == merge for edge in graph.edges):
            merge += f" {flow.get('id')}"
        edge = Edge(flow.get("id", ""), source, target, style, merge, port=port, refuse=kind == "refuse")
        edge.label = wide((flow.get("name") or "")[:12]) * 12
        edge.default = elements[port or source].get("default") == edge.id
        graph.edges.append(edge)


def _host(elements: dict[str, etree._Element], key: str) -> tuple[str, str]:
    """For a boundary event itself and the task it sits on; else "" and the node."""
    element = elements.get(key)
    host = reference(element, "attachedToRef") if element is not None else None
    return (key, host) if host and element is not None and local(element) == "boundaryEvent" else ("", key)


def _read_links(root: etree._Element, graph: Graph) -> None:
    """Dotted lines to notes and data, and from a compensation event to what undoes."""
    hosts = {event: key for key, node in graph.nodes.items() for event in node.attached}
    for key, source, target in _links(root):
        port = source if source in hosts else ""
        ends = hosts.get(source, source), hosts.get(target, target)
        if key and ends[0] in graph.nodes and ends[1] in graph.nodes and ends[0] != ends[1]:
            graph.edges.append(Edge(key, *ends, "association", key, port=port))


def _links(root: etree._Element) -> Iterator[tuple[str, str, str]]:
    for element in root.iter(
        f"{{{BPMN}}}association", *(f"{{{BPMN}}}data{way}Association" for way in ("Input", "Output"))
    ):
        parent = element.getparent()
        owner = parent.get("id", "") if parent is not None else ""
        if local(element) == "association":
            yield element.get("id", ""), reference(element, "sourceRef") or "", reference(element, "targetRef") or ""
        elif local(element) == "dataInputAssociation":
            yield element.get("id", ""), text_of(element.find(f"{{{BPMN}}}sourceRef")), owner
        else:
            yield element.get("id", ""), owner, text_of(element.find(f"{{{BPMN}}}targetRef"))


def _read_messages(collaboration: etree._Element | None, graph: Graph) -> None:
    hosts = {event: key for key, node in graph.nodes.items() for event in node.attached}
    for flow in children(collaboration, "messageFlow") if collaboration is not None else ():
        key = flow.get("id", "")
        ends = []
        for name in ("sourceRef", "targetRef"):
            end = reference(flow, name) or ""
            ends.append(_port(graph, end, key, name) if end in graph.pools else hosts.get(end, end))
        if key and ends[0] in graph.nodes and ends[1] in graph.nodes and ends[0] != ends[1]:
            edge = Edge(key, ends[0], ends[1], "message", key, label=wide((flow.get("name") or "")[:12]) * 12)
            graph.edges.append(edge)


def _port(graph: Graph, pool: str, flow: str, name: str) -> str:
    """A message that ends at a pool itself gets a point of its own there."""
    key = f"{flow} {name}"
    graph.nodes[key] = Node(key, "port", 0.0, 0.0, band=graph.pools[pool][0])
    return key

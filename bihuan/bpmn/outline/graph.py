"""One scope as a graph: order of reading, dominators, post-dominators. Nodes are numbers; 0 is in front of all starts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bihuan.bpmn.model import Chart, Node


@dataclass(frozen=True, slots=True)
class Edge:
    """`flow` is "" where no arrow is drawn: to a boundary event, between links, to what undoes."""

    flow: str
    source: int
    target: int
    side: bool = False


@dataclass(slots=True)
class Graph:
    """`keys[n]` is the id of node n. `order`: place of each node in a forward reading; arrows against it lead back."""

    keys: list[str]
    out: list[list[Edge]]
    into: list[list[Edge]]
    roots: list[int]
    order: list[int] = field(default_factory=list)
    above: list[int] = field(default_factory=list)
    meeting: list[int] = field(default_factory=list)

    def leads_back(self, edge: Edge) -> bool:
        """Whether the arrow leads against the order of reading."""
        return self.order[edge.source] >= self.order[edge.target]

    def forward(self, node: int) -> list[Edge]:
        """The arrows that come to a node in reading order."""
        return [edge for edge in self.into[node] if not self.leads_back(edge)]


def read_scope(chart: Chart, nodes: Sequence[Node]) -> Graph:
    """The graph of the nodes of one scope, with everything worked out. `above`: immediate dominators; `meeting`:
    immediate post-dominators when nothing interrupts (0: none)."""
    keys = ["", *(node.id for node in nodes)]
    number = {key: at for at, key in enumerate(keys)}
    graph = Graph(keys, [[] for _ in keys], [[] for _ in keys], [])
    for node in nodes:
        for edge in _edges(chart, node, number):
            graph.out[edge.source].append(edge)
            graph.into[edge.target].append(edge)
    _find_roots(graph, nodes)
    graph.out[0] = [Edge("", 0, root) for root in graph.roots]
    for edge in graph.out[0]:
        graph.into[edge.target].insert(0, edge)
    order = _reading_order([[edge.target for edge in edges] for edges in graph.out], 0)
    graph.order = _places(order, len(keys))
    graph.above = _dominators(order, [[edge.source for edge in edges] for edges in graph.into])
    graph.meeting = _meetings(graph)
    return graph


def _edges(chart: Chart, node: Node, number: dict[str, int]) -> Iterable[Edge]:
    here = number[node.id]
    for flow_id in node.outgoing:
        target = chart.flows[flow_id].target
        if target in number:
            yield Edge(flow_id, here, number[target])
    for event in node.boundary:
        if event in number:
            yield Edge("", here, number[event], side=True)
    undoes = node.kind == "boundaryEvent" and node.trigger == "compensation"
    if node.partner in number and node.partner is not None and (node.trigger == "link" or undoes):
        yield Edge("", here, number[node.partner])


def _find_roots(graph: Graph, nodes: Sequence[Node]) -> None:
    """Start events first, then what nothing leads to, then one node of each circle that nothing leads into."""
    seen: set[int] = set()
    free = [at for at, edges in enumerate(graph.into) if at and not edges]
    first = [at for at in free if nodes[at - 1].kind == "startEvent"]
    for root in (*first, *free, *range(1, len(graph.keys))):
        if root in seen:
            continue
        graph.roots.append(root)
        work = [root]
        while work:
            here = work.pop()
            if here not in seen:
                seen.add(here)
                work += [edge.target for edge in graph.out[here]]


def _reading_order(out: list[list[int]], start: int) -> list[int]:
    """Reverse postorder from `start`: everything before what it leads to, except over arrows that lead back."""
    found: list[int] = []
    seen = {start}
    work = [(start, iter(reversed(out[start])))]
    while work:
        here, rest = work[-1]
        following = next((one for one in rest if one not in seen), None)
        if following is None:
            found.append(here)
            work.pop()
        else:
            seen.add(following)
            work.append((following, iter(reversed(out[following]))))
    return found[::-1]


def _places(order: list[int], size: int) -> list[int]:
    places = [0] * size
    for place, node in enumerate(order):
        places[node] = place
    return places


def _dominators(order: list[int], into: list[list[int]]) -> list[int]:
    """Immediate dominators (Cooper, Harvey, Kennedy); of what cannot be reached -1."""
    place = {node: at for at, node in enumerate(order)}
    above = [-1] * len(into)
    above[order[0]] = order[0]
    changed = True
    while changed:
        changed = False
        for node in order[1:]:
            known = [one for one in into[node] if one in place and above[one] >= 0]
            best = known[0]
            for one in known[1:]:
                best = _common(best, one, above, place)
            if above[node] != best:
                above[node], changed = best, True
    return above


def _common(one: int, two: int, above: list[int], place: dict[int, int]) -> int:
    while one != two:
        while place[one] > place[two]:
            one = above[one]
        while place[two] > place[one]:
            two = above[two]
    return one


def _meetings(graph: Graph) -> list[int]:
    """Immediate post-dominators over drawn arrows and links; node 0 stands behind all ends."""
    size = len(graph.keys)
    ahead = [[edge.target for edge in edges if not edge.side] for edges in graph.out]
    ahead[0] = []
    behind: list[list[int]] = [[] for _ in range(size)]
    for node in range(1, size):
        for target in ahead[node]:
            behind[target].append(node)
        if not ahead[node]:
            behind[0].append(node)
    toward = [[*targets] or [0] for targets in ahead]
    found = _dominators(_reading_order(behind, 0), toward)
    return [max(0, one) for one in found]

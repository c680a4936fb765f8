"""`read_outline`: the way in."""

from collections.abc import Iterable
from typing import Final

from bihuan.bpmn.model import Chart, Flow, Node, Text
from bihuan.bpmn.outline.graph import Edge, Graph, read_scope
from bihuan.bpmn.outline.model import Arm, Block, Jump, Line, Outline, Shape, Side
from bihuan.bpmn.outline.place import Places, find_places, ways
from bihuan.bpmn.outline.words import condition_words, name_of, timer_words
from bihuan.bpmn.xml.vocabulary import GATEWAYS, SUB_PROCESSES

_DEEPEST: Final = 40
"""Arms in arms, and sub-processes in sub-processes, that are nested; deeper ones stand in a list of their own."""


def read_outline(chart: Chart) -> Outline:
    """The chart as nested lists. Every node is one block, every arrow leads to a block, is an arm, or is a jump."""
    reader = _Reader(chart)
    lines = reader.scope("", 0)
    apart: list[tuple[str, tuple[Line, ...]]] = []
    while reader.apart:
        key = reader.apart.pop(0)
        apart.append((key, reader.scope(key, 0)))
    return Outline(lines, tuple(apart))


class _Reader:
    """Reads scope by scope. A called process has the scope `PROCESS:`; `apart`: scopes still to be read."""

    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        self.scopes: dict[str, list[Node]] = {"": []}
        for node in chart.nodes.values():
            self.scopes.setdefault(_scope_of(node), []).append(node)
        self.apart = [key for key in self.scopes if key.endswith(":")]

    def scope(self, key: str, depth: int) -> tuple[Line, ...]:
        return _Scope(self, self.scopes.get(key, []), depth).lines()


def _scope_of(node: Node) -> str:
    return node.parent or node.id[: len(node.id) - len(node.element_id)]


class _Scope:
    """One scope being written out."""

    def __init__(self, reader: _Reader, nodes: list[Node], depth: int) -> None:
        self.reader = reader
        self.chart = reader.chart
        self.depth = depth
        self.graph: Graph = read_scope(self.chart, nodes)
        self.places: Places = find_places(self.chart, self.graph)
        self.starts = list(self.graph.roots)

    def lines(self) -> tuple[Line, ...]:
        found = []
        while self.starts:
            found.append(self._line(self.starts.pop(0), "", 0, self.depth))
        return tuple(found)

    def _line(self, first: int, flow: str, pending: int, depth: int) -> Line:
        """The list that begins with `first`; `pending` is what stands below the branch around it."""
        blocks: list[Block] = []
        here, edge = first, Edge(flow, 0, first)
        while True:
            below = self._below(here)
            blocks.append(self._block(here, edge.flow, below or pending, below, depth))
            following = [one for one in ways(self.graph, here) if one.target == below]
            if not below:
                return Line(tuple(blocks), self._end(here, pending))
            # Behind a branch no single arrow leads on: its arms do.
            edge = following[0] if len(ways(self.graph, here)) == 1 else Edge("", here, below)
            here = below

    def _below(self, here: int) -> int:
        """What the list goes on with behind a node; 0 if it ends there."""
        if here in self.places.below:
            return self.places.below[here]
        edges = ways(self.graph, here)
        return edges[0].target if len(edges) == 1 and self._stands_here(edges[0]) else 0

    def _stands_here(self, edge: Edge) -> bool:
        return self.places.behind.get(edge.target) is edge

    def _end(self, here: int, pending: int) -> Jump | None:
        edges = ways(self.graph, here)
        return self._jump(edges[0], pending) if len(edges) == 1 else None

    def _jump(self, edge: Edge, pending: int, *, drawn: bool = True) -> Jump:
        target = self.chart.nodes[self.graph.keys[edge.target]]
        below = edge.target == pending
        where = self.graph.leads_back(edge)
        return Jump(
            edge.flow if drawn else "", target.id, name_of(target), "below" if below else "back" if where else "on"
        )

    def _block(self, here: int, flow: str, pending: int, below: int, depth: int) -> Block:
        node = self.chart.nodes[self.graph.keys[here]]
        edges = ways(self.graph, here)
        many = len(edges) > 1
        return Block(
            node=node.id,
            shape=_shape(node, many),
            kind=node.kind,
            name=name_of(node),
            flow=flow,
            criterion=node.ext.criterion[0] if node.ext.criterion else Text(""),
            by_person=node.ext.choice,
            arms=tuple(self._arm(edge, pending, depth) for edge in edges) if many else (),
            meets=self.graph.keys[below] if many and below else "",
            sides=tuple(self._side(edge, pending, depth) for edge in self.graph.out[here] if edge.side),
            inside=self._inside(node, depth),
        )

    def _inside(self, node: Node, depth: int) -> tuple[Line, ...]:
        if node.kind not in SUB_PROCESSES:
            return ()
        if depth >= _DEEPEST:
            self.reader.apart.append(node.id)
            return ()
        return self.reader.scope(node.id, depth + 1)

    def _arm(self, edge: Edge, pending: int, depth: int) -> Arm:
        flow = self.chart.flows[edge.flow]
        return Arm(
            flow.id,
            Text(flow.name, flow.name_en),
            condition_of(self.chart, flow),
            flow.is_default,
            flow.kind,
            self._behind(edge, pending, depth),
        )

    def _behind(self, edge: Edge, pending: int, depth: int) -> Line:
        """The list behind an arrow that is said elsewhere."""
        if not self._stands_here(edge):
            return Line((), self._jump(edge, pending, drawn=False))
        if depth >= _DEEPEST:
            self.starts.append(edge.target)
            return Line((), self._jump(edge, pending, drawn=False))
        return self._line(edge.target, "", pending, depth + 1)

    def _side(self, edge: Edge, pending: int, depth: int) -> Side:
        event = self.chart.nodes[self.graph.keys[edge.target]]
        block = self._line(edge.target, "", pending, depth + 1) if depth < _DEEPEST else self._later(edge)
        return Side(
            event.id, name_of(event), event_words(event), event.interrupting, event.trigger == "compensation", block
        )

    def _later(self, edge: Edge) -> Line:
        self.starts.append(edge.target)
        return Line((), self._jump(edge, 0, drawn=False))


def _shape(node: Node, many: bool) -> Shape:
    if node.kind == "startEvent":
        return "start"
    if many:
        return "branch"
    if node.kind in GATEWAYS and len(node.incoming) > 1:
        return "join"
    return "end" if node.kind == "endEvent" else "step"


def condition_of(chart: Chart, flow: Flow) -> Text:
    """When an arrow is taken, in words."""
    return condition_words(chart, flow.test, None if flow.is_default else flow.condition)


def event_words(event: Node) -> Text:
    """What an event waits for or says."""
    told = event.event
    if told is not None and told.timer is not None:
        return timer_words(told.timer)
    if told is not None and told.condition is not None:
        return Text(told.condition.text, told.condition.text)
    name = (told.name if told is not None else "") or ""
    return Text(name, name)


def flows_of(lines: Iterable[Line]) -> list[str]:
    """Every arrow of some lists, in reading order, each as often as it is said."""
    found: list[str] = []
    work: list[Line] = [*lines][::-1]
    while work:
        line = work.pop()
        found += [line.jump.flow] if line.jump and line.jump.flow else []
        for block in line.blocks:
            found += [block.flow] if block.flow else []
            found += [arm.flow for arm in block.arms]
            work += [*(arm.line for arm in block.arms), *(side.line for side in block.sides), *block.inside]
    return found

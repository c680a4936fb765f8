"""Where each node stands in the lists: below the branch whose arms meet in it, or behind the arrow that leads to it."""

from dataclasses import dataclass, field
from typing import Final

from bihuan.bpmn.model import Chart, Flow
from bihuan.bpmn.outline.graph import Edge, Graph

_LONGEST: Final = 500
"""Nodes of an arm's main line that are looked at for where it meets the others."""


@dataclass(slots=True)
class Places:
    """`behind[n]`: the arrow behind which node n stands. `below[n]`: what stands below branch n (0: nothing).

    A node stands in exactly one of the two; roots in neither.
    """

    behind: dict[int, Edge] = field(default_factory=dict)
    below: dict[int, int] = field(default_factory=dict)


def find_places(chart: Chart, graph: Graph) -> Places:
    """A place for every node."""
    places = Places()
    order = sorted(range(1, len(graph.keys)), key=lambda node: graph.order[node])
    taken = _meet(chart, graph, order, places)
    depth = {0: 0}
    for node in order:
        if node in taken:
            depth[node] = depth[taken[node]]
        else:
            edge = min(graph.forward(node), key=lambda one: (depth[one.source], *_rank(chart, graph, one)))
            depth[node] = depth[edge.source] + (edge.side or len(graph.out[edge.source]) > 1)
            if edge.source:
                places.behind[node] = edge
    _flatten(chart, graph, order, taken, places)
    return places


def _rank(chart: Chart, graph: Graph, edge: Edge) -> tuple[bool, bool, int]:
    flow = chart.flows.get(edge.flow)
    return edge.side, flow is not None and flow.kind != "ordinary", graph.order[edge.source]


def ways(graph: Graph, node: int) -> list[Edge]:
    """The arrows out of a node, boundary events left out."""
    return [edge for edge in graph.out[node] if not edge.side]


def _meet(chart: Chart, graph: Graph, order: list[int], places: Places) -> dict[int, int]:
    """For each branch where its arms meet; gives the branch of each such node."""
    taken: dict[int, int] = {}
    for node in order:
        if len(ways(graph, node)) < 2:
            continue
        meeting = graph.meeting[node]
        if not meeting or graph.above[meeting] != node:
            meeting = _main_meeting(chart, graph, node)
        if meeting and meeting not in taken:
            taken[meeting] = node
            places.below[node] = meeting
    return taken


def _main_meeting(chart: Chart, graph: Graph, node: int) -> int:
    """Where the main lines of most arms come together, though some may end or go elsewhere; 0 if they do not."""
    counts: dict[int, int] = {}
    for edge in ways(graph, node):
        for passed in dict.fromkeys(_main_line(chart, graph, edge.target, node)):
            counts[passed] = counts.get(passed, 0) + 1
    found = [one for one, count in counts.items() if count > 1 and graph.above[one] == node]
    return min(found, key=lambda one: (-counts[one], graph.order[one]), default=0)


def _main_line(chart: Chart, graph: Graph, start: int, branch: int) -> list[int]:
    """The way that a case usually goes from `start`."""
    found: dict[int, None] = {}
    here = start
    while here not in found and here != branch and len(found) < _LONGEST:
        found[here] = None
        onwards = [edge for edge in ways(graph, here) if not graph.leads_back(edge)]
        if not onwards:
            break
        here = min(onwards, key=lambda edge: _unusual(chart.flows.get(edge.flow))).target
    return list(found)


def _unusual(flow: Flow | None) -> tuple[bool, bool]:
    return (False, False) if flow is None else (flow.kind != "ordinary", not flow.is_default)


def _flatten(chart: Chart, graph: Graph, order: list[int], taken: dict[int, int], places: Places) -> None:
    """Where the arms of a branch do not meet, the arm that holds more than all others goes on below it.

    Not where an arm leads to a place at which others meet: it would have to pass by what stands between.
    """
    size = dict.fromkeys(order, 1)
    for node in reversed(order):
        parent = taken.get(node) or (places.behind[node].source if node in places.behind else 0)
        if parent:
            size[parent] += size[node]
    for node in order:
        edges = ways(graph, node)
        waits = chart.nodes[graph.keys[node]].kind == "eventBasedGateway"
        if len(edges) < 2 or node in places.below or waits or any(_meets(graph, edge, taken) for edge in edges):
            continue
        here = [edge.target for edge in edges if places.behind.get(edge.target) is edge]
        largest = max(here, key=lambda one: size[one], default=0)
        if largest and size[largest] > sum(size[one] for one in here if one != largest):
            del places.behind[largest]
            places.below[node] = largest


def _meets(graph: Graph, edge: Edge, taken: dict[int, int]) -> bool:
    return edge.target in taken and not graph.leads_back(edge)

"""Which arrows lead back, which way is the main line, and in which column every node stands."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bihuan.bpmn.draw.layout.graph import Edge, Graph


@dataclass(slots=True)
class Ranks:
    """`columns` by node, counted over all phases; `phase_of` by column; `spine` in order; `back` ids of arrows."""

    columns: dict[str, int] = field(default_factory=dict)
    phase_of: list[int] = field(default_factory=list)
    spine: list[str] = field(default_factory=list)
    back: set[str] = field(default_factory=set)


def rank(graph: Graph) -> Ranks:
    """Columns by longest path within each phase; later phases stand wholly to the right of earlier ones."""
    _spread_phases(graph)
    ranks = Ranks()
    ranks.back = _back(graph)
    forward = [edge for edge in _flows(graph) if edge.id not in ranks.back]
    ranks.spine = _spine(graph, forward)
    least = _least(graph, forward, ranks.spine)
    local = _longest(graph, forward, least)
    _pull_right(graph, forward, least, local)
    _beside(graph, local)
    _alone(graph, local)
    base = 0
    for phase in sorted({node.phase for node in graph.nodes.values()}):
        inside = [key for key, node in graph.nodes.items() if node.phase == phase]
        width = 1 + max(local[key] for key in inside)
        ranks.columns.update({key: base + local[key] for key in inside})
        ranks.phase_of += [phase] * width
        base += width
    return ranks


def _flows(graph: Graph) -> list[Edge]:
    return [edge for edge in graph.edges if edge.style != "association" and edge.source != edge.target]


def _spread_phases(graph: Graph) -> None:
    """What names no phase stands in that of what leads to it, else of what it leads to."""
    for forwards in (True, False, True):
        for _ in range(len(graph.nodes)):
            if not _spread_once(graph, forwards):
                break
    for node in graph.nodes.values():
        node.phase = max(node.phase, 0)


def _spread_once(graph: Graph, forwards: bool) -> bool:
    changed = False
    for edge in graph.edges:
        one, two = (edge.source, edge.target) if forwards else (edge.target, edge.source)
        giver, taker = graph.nodes[one], graph.nodes[two]
        if giver.phase >= 0 > taker.phase:
            taker.phase, changed = giver.phase, True
    return changed


def _back(graph: Graph) -> set[str]:
    """Arrows to an earlier phase, returns that close a circle, and what still closes one (depth first)."""
    nodes = graph.nodes
    back = {edge.id for edge in _flows(graph) if nodes[edge.target].phase < nodes[edge.source].phase}
    inside = [edge for edge in _flows(graph) if nodes[edge.target].phase == nodes[edge.source].phase]
    plain = _successors(edge for edge in inside if edge.style == "flow")
    for edge in inside:
        if edge.style == "return" and edge.source in _reach(plain, edge.target):
            back.add(edge.id)
    rest = [edge for edge in inside if edge.id not in back]
    return back | _circles(graph, rest)


def _successors(edges: Iterable[Edge]) -> dict[str, list[Edge]]:
    found: dict[str, list[Edge]] = {}
    for edge in edges:
        found.setdefault(edge.source, []).append(edge)
    return found


def _reach(successors: dict[str, list[Edge]], start: str) -> set[str]:
    seen, todo = {start}, [start]
    while todo:
        for edge in successors.get(todo.pop(), []):
            if edge.target not in seen:
                seen.add(edge.target)
                todo.append(edge.target)
    return seen


def _circles(graph: Graph, edges: list[Edge]) -> set[str]:
    order = {"flow": 0, "return": 1, "message": 2, "association": 3}
    successors = _successors(sorted(edges, key=lambda edge: order[edge.style]))
    led_to = {edge.target for edge in edges if edge.style == "flow"}
    starts = sorted(graph.nodes, key=lambda key: (graph.nodes[key].kind != "startEvent", key in led_to))
    back: set[str] = set()
    state: dict[str, int] = {}
    for start in starts:
        if start in state:
            continue
        state[start] = 1
        stack = [(start, iter(successors.get(start, [])))]
        while stack:
            key, rest = stack[-1]
            edge = next(rest, None)
            if edge is None:
                state[key] = 2
                stack.pop()
            elif edge.target not in state:
                state[edge.target] = 1
                stack.append((edge.target, iter(successors.get(edge.target, []))))
            elif state[edge.target] == 1:
                back.add(edge.id)
    return back


def _ordered(graph: Graph, forward: list[Edge]) -> list[str]:
    """Nodes so that every forward arrow leads from an earlier to a later one."""
    waiting = dict.fromkeys(graph.nodes, 0)
    for edge in forward:
        waiting[edge.target] += 1
    successors = _successors(forward)
    ready = [key for key, count in waiting.items() if not count]
    for key in ready:
        for edge in successors.get(key, []):
            waiting[edge.target] -= 1
            if not waiting[edge.target]:
                ready.append(edge.target)
    return ready


def _spine(graph: Graph, forward: list[Edge]) -> list[str]:
    """The ordinary way through: default arrows before others, if they do not end much earlier."""
    plain = [edge for edge in forward if edge.style == "flow" and not edge.refuse and not edge.port]
    successors = _successors(plain)
    far: dict[str, int] = {}
    for key in reversed(_ordered(graph, forward)):
        far[key] = 1 + max((far[edge.target] for edge in successors.get(key, [])), default=0)
    starts = [key for key, node in graph.nodes.items() if node.kind == "startEvent"] or list(graph.nodes)
    if not starts:
        return []
    spine = [max(starts, key=lambda key: far[key])]
    while successors.get(spine[-1]):
        ways = successors[spine[-1]]
        best = max(far[edge.target] for edge in ways)
        good = [edge for edge in ways if 2 * far[edge.target] >= best]
        spine.append(next((edge for edge in good if edge.default), good[0]).target)
    return spine


def _least(graph: Graph, forward: list[Edge], spine: list[str]) -> dict[str, int]:
    """The fewest columns an arrow may span: 0 where it may run straight up or down from its source."""
    found: dict[str, int] = {}
    along = set(zip(spine, spine[1:], strict=False))
    for source, ways in _successors(forward).items():
        bands = [graph.nodes[edge.target].band for edge in ways]
        here = graph.nodes[source].band
        free = {-1, 1}
        for edge in sorted(ways, key=lambda edge: (edge.source, edge.target) not in along):
            band = graph.nodes[edge.target].band
            if edge.style == "message":
                found[edge.id] = 0
            elif band != here and bands.count(band) == 1 and _sign(band - here) in free and not edge.port:
                free.discard(_sign(band - here))
                found[edge.id] = 0
            else:
                found[edge.id] = 1
        _branches(graph, ways, along, free, found)
    return found


def _branches(
    graph: Graph, ways: list[Edge], along: set[tuple[str, str]], free: set[int], found: dict[str, int]
) -> None:
    """A decision's side branches in its own lane stand right above or below it."""
    source = graph.nodes[ways[0].source]
    if source.kind not in ("exclusiveGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"):
        return
    side = [
        edge
        for edge in ways
        if graph.nodes[edge.target].band == source.band and (edge.source, edge.target) not in along
    ]
    if 0 < len(side) <= len(free) and len(ways) > 1:
        found.update({edge.id: 0 for edge in side})


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)


def _longest(graph: Graph, forward: list[Edge], least: dict[str, int]) -> dict[str, int]:
    """Columns within the phase. A way that came down does not go up again in the same column: `least` is corrected."""
    local = dict.fromkeys(graph.nodes, 0)
    successors = _successors(forward)
    came: dict[str, list[Edge]] = {}
    for key in _ordered(graph, forward):
        turns = {-_upright(graph, edge) for edge in came.get(key, []) if local[edge.source] == local[key]} - {0}
        for edge in successors.get(key, []):
            if edge.style != "message" and _upright(graph, edge) in turns:
                least[edge.id] = 1
            if graph.nodes[edge.target].phase == graph.nodes[key].phase:
                local[edge.target] = max(local[edge.target], local[key] + least[edge.id])
                if not least[edge.id] and edge.style != "message":
                    came.setdefault(edge.target, []).append(edge)
    return local


def _upright(graph: Graph, edge: Edge) -> int:
    """Whether an arrow leads up (-1) or down (1) to another lane."""
    return _sign(graph.nodes[edge.target].band - graph.nodes[edge.source].band)


def _pull_right(graph: Graph, forward: list[Edge], least: dict[str, int], local: dict[str, int]) -> None:
    """What nothing leads to from the left stands close to what it leads to."""
    led_to = {edge.target for edge in forward if graph.nodes[edge.source].phase == graph.nodes[edge.target].phase}
    ends: dict[int, int] = {}
    for key, node in graph.nodes.items():
        ends[node.phase] = max(ends.get(node.phase, 0), local[key])
    for key, node in graph.nodes.items():
        if key in led_to or node.kind == "startEvent" or node.artifact:
            continue
        ways = [edge for edge in forward if edge.source == key]
        near = [local[edge.target] - least[edge.id] for edge in ways if graph.nodes[edge.target].phase == node.phase]
        later = any(graph.nodes[edge.target].phase > node.phase for edge in ways)
        if near or later:
            local[key] = max(local[key], min([*near, ends[node.phase]]))


def _beside(graph: Graph, local: dict[str, int]) -> None:
    """Notes and data stand in the column of what they belong to."""
    for edge in graph.edges:
        if edge.style == "association":
            one, two = graph.nodes[edge.source], graph.nodes[edge.target]
            for artifact, partner in ((one, two), (two, one)):
                if artifact.artifact and not partner.artifact:
                    artifact.band, artifact.phase = partner.band, partner.phase
                    local[artifact.id] = local[partner.id]


def _alone(graph: Graph, local: dict[str, int]) -> None:
    """What no arrow touches stands side by side."""
    touched = {key for edge in graph.edges for key in (edge.source, edge.target)}
    count: dict[int, int] = {}
    for key, node in graph.nodes.items():
        if key not in touched:
            local[key] = count.get(node.band, 0)
            count[node.band] = local[key] + 1

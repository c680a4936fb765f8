"""Ways of arrows along the grid: the cheapest by length, bends, crossings and neighbours (A*)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import Final

from bihuan.bpmn.draw.layout.graph import Edge, Graph, Node
from bihuan.bpmn.draw.layout.grid import Grid
from bihuan.bpmn.draw.layout.ranks import Ranks

RIGHT, DOWN, LEFT, UP = range(4)
_WIDE: Final = {"cell": 96.0, "gap": 22.0, "edge": 6.0}
_HIGH: Final = {"cell": 56.0, "gap": 22.0, "edge": 6.0}
_BEND, _CROSS, _BESIDE, _ON_TOP = 34.0, 46.0, 9.0, 900.0
_MERGED = 0.45
_OUT: Final = {
    "flow": (0.0, 26.0, 160.0, 26.0),
    "return": (40.0, 0.0, 60.0, 0.0),
    "message": (60.0, 0.0, 60.0, 0.0),
    "association": (20.0, 0.0, 20.0, 0.0),
}
_IN: Final = {
    "flow": (0.0, 26.0, 200.0, 26.0),
    "return": (40.0, 0.0, 60.0, 0.0),
    "message": (60.0, 0.0, 60.0, 0.0),
    "association": (20.0, 0.0, 20.0, 0.0),
}
"""What it costs to leave in a direction, and to arrive in one."""

Way = list[tuple[int, int]]


@dataclass(slots=True)
class Router:
    """Routes arrows one after the other and remembers what runs where."""

    graph: Graph
    grid: Grid
    ranks: Ranks
    width: int = 0
    blocked: set[int] = field(default_factory=set)
    along: tuple[dict[int, list[str]], dict[int, list[str]]] = field(default_factory=lambda: ({}, {}))
    sides: dict[tuple[str, int], list[tuple[str, bool]]] = field(default_factory=dict)
    ways: dict[str, list[int]] = field(default_factory=dict)
    far_x: list[float] = field(default_factory=list)
    far_y: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.width = len(self.grid.xs)
        self.blocked = {y * self.width + x for x, y in self.grid.place.values()}
        self.far_x = _distances([_WIDE[kind] for kind in self.grid.xs])
        self.far_y = _distances([_HIGH[kind] for kind in self.grid.ys])

    def all(self) -> dict[str, Way]:
        """The way of every arrow as corners in the grid, source first."""
        order = self._order()
        for edge in order:
            self._route(edge)
        for edge in order:
            self._forget(edge)
            self._route(edge)
        return {edge.id: self._corners(self.ways[edge.id]) for edge in order}

    def _order(self) -> list[Edge]:
        spine = set(zip(self.ranks.spine, self.ranks.spine[1:], strict=False))
        rank = {"flow": 1, "return": 2, "message": 3, "association": 0}

        def key(edge: Edge) -> tuple[int, float]:
            (x, y), (to_x, to_y) = self.grid.place[edge.source], self.grid.place[edge.target]
            length = abs(self.far_x[x] - self.far_x[to_x]) + abs(self.far_y[y] - self.far_y[to_y])
            first = (edge.source, edge.target) in spine
            return (-1 if first else rank[edge.style] + (edge.id in self.ranks.back)), length

        return sorted((edge for edge in self.graph.edges if edge.source != edge.target), key=key)

    # what is where -------------------------------------------------------------------------------------------

    def _note(self, edge: Edge, points: list[int], add: bool) -> None:
        for at, to in zip(points, points[1:], strict=False):
            low, sideways = min(at, to), abs(at - to) == 1
            here = self.along[0 if sideways else 1].setdefault(low, [])
            here.append(edge.merge) if add else here.remove(edge.merge)
        for node, side, leaves in (
            (edge.source, self._direction(points[0], points[1]), True),
            (edge.target, self._direction(points[-2], points[-1]) ^ 2, False),
        ):
            used = self.sides.setdefault((node, side), [])
            used.append((edge.merge, leaves)) if add else used.remove((edge.merge, leaves))

    def _forget(self, edge: Edge) -> None:
        self._note(edge, self.ways.pop(edge.id), add=False)

    def _direction(self, at: int, to: int) -> int:
        return {1: RIGHT, -1: LEFT, self.width: DOWN, -self.width: UP}[to - at]

    def _corners(self, points: list[int]) -> Way:
        turns = [
            here
            for before, here, after in zip(points, points[1:], points[2:], strict=False)
            if here - before != after - here
        ]
        return [(point % self.width, point // self.width) for point in (points[0], *turns, points[-1])]

    # costs -----------------------------------------------------------------------------------------------------

    def _side_cost(self, edge: Edge, node: Node, side: int, leaves: bool) -> float:
        cost = 0.0
        for merge, other_leaves in self.sides.get((node.id, side), []):
            if other_leaves != leaves:
                cost += 400.0 if node.pointed else 40.0
            elif merge != edge.merge or leaves:
                cost += (40.0 if leaves else 90.0) if node.pointed else 14.0
        if side == DOWN and node.attached and not (leaves and edge.port):
            cost += 120.0
        return cost

    def _starts(self, edge: Edge) -> list[float]:
        node = self.graph.nodes[edge.source]
        if edge.port:
            return [1e9, 0.0, 1e9, 1e9]
        return [_OUT[edge.style][side] + self._side_cost(edge, node, side, True) for side in range(4)]

    def _ends(self, edge: Edge) -> list[float]:
        """By the direction in which the way arrives."""
        node = self.graph.nodes[edge.target]
        return [_IN[edge.style][way] + self._side_cost(edge, node, way ^ 2, False) for way in range(4)]

    # the search --------------------------------------------------------------------------------------------------

    def _route(self, edge: Edge) -> None:
        points = self._search(edge)
        self.ways[edge.id] = points
        self._note(edge, points, add=True)

    def _search(self, edge: Edge) -> list[int]:
        start, goal = (y * self.width + x for x, y in (self.grid.place[edge.source], self.grid.place[edge.target]))
        starts, ends = self._starts(edge), self._ends(edge)
        best = {start * 4 + way: starts[way] for way in range(4)}
        before: dict[int, int] = {}
        queue = [(cost, cost, state) for state, cost in best.items()]
        heapify(queue)
        while queue:
            _, cost, state = heappop(queue)
            if cost > best[state]:
                continue
            if state // 4 == goal:
                return _back_track(before, state)
            for new, step in self._moves(edge, state, start, goal):
                total = cost + step + (ends[new % 4] if new // 4 == goal else 0.0)
                if total < best.get(new, 1e18):
                    best[new], before[new] = total, state
                    heappush(queue, (total + self._rest(new // 4, goal), total, new))
        raise ValueError(f"no way for {edge.id}")

    def _rest(self, point: int, goal: int) -> float:
        width = self.width
        return abs(self.far_x[point % width] - self.far_x[goal % width]) + abs(
            self.far_y[point // width] - self.far_y[goal // width]
        )

    def _moves(self, edge: Edge, state: int, start: int, goal: int) -> Iterator[tuple[int, float]]:
        """Every state that follows, and what the step costs."""
        point, way = divmod(state, 4)
        for new_way in range(4) if point != start else (way,):
            to = self._next(point, new_way)
            if new_way != way ^ 2 and to >= 0 and (to not in self.blocked or to == goal):
                yield to * 4 + new_way, self._step(edge, point, to, way, new_way, start, goal)

    def _next(self, point: int, way: int) -> int:
        """The neighbour in a direction, -1 where none is or nothing may run."""
        x, y = point % self.width, point // self.width
        if way in (RIGHT, LEFT):
            to_x = x + (1 if way == RIGHT else -1)
            return -1 if not 0 <= to_x < self.width or self.grid.ys[y] == "edge" else point + to_x - x
        to_y = y + (1 if way == DOWN else -1)
        return -1 if not 0 <= to_y < len(self.grid.ys) or self.grid.xs[x] == "edge" else point + (to_y - y) * self.width

    def _step(self, edge: Edge, at: int, to: int, way: int, new_way: int, start: int, goal: int) -> float:
        sideways = new_way in (RIGHT, LEFT)
        far, line = (
            (self.far_x, self.grid.ys[at // self.width]) if sideways else (self.far_y, self.grid.xs[at % self.width])
        )
        one, two = (at % self.width, to % self.width) if sideways else (at // self.width, to // self.width)
        length = abs(far[one] - far[two])
        if sideways and line == "cell" and edge.style == "return" and start != at and to != goal:
            length *= 1.7
        others = self.along[0 if sideways else 1].get(min(at, to), [])
        cost = length
        if edge.merge in others:
            cost *= _MERGED
        beside = len({other for other in others if other != edge.merge})
        if beside:
            stub = at == start or to == goal
            cost += beside * (_BESIDE if line != "cell" or stub else _ON_TOP)
        if at != start:
            cost += self._at_point(edge, at, way != new_way, sideways)
        return cost

    def _at_point(self, edge: Edge, at: int, bends: bool, sideways: bool) -> float:
        """Bending, or crossing what runs straight through."""
        if bends:
            return _BEND
        across, step = self.along[1 if sideways else 0], self.width if sideways else 1
        one, two = across.get(at - step, []), across.get(at, [])
        return _CROSS * len({other for other in one if other in two and other != edge.merge})


def _distances(sizes: list[float]) -> list[float]:
    found = [0.0]
    for one, two in zip(sizes, sizes[1:], strict=False):
        found.append(found[-1] + (one + two) / 2)
    return found


def _back_track(before: dict[int, int], state: int) -> list[int]:
    points = [state // 4]
    while state in before:
        state = before[state]
        points.append(state // 4)
    return points[::-1]

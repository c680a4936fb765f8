"""Ways of arrows along the grid: the cheapest by length, bends, crossings and neighbours (A*)."""

from collections import Counter
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
_Exit = tuple[int, int, float, bool, int, int, int]
"""A step from one point to the next: the state it leads to and that state's point, its length, whether it runs through
the middles of nodes, the piece it runs on, and the pieces on both sides of its beginning that it crosses (-1 the
second where it bends)."""


@dataclass(slots=True)
class Router:
    """Routes arrows one after the other and remembers what runs where."""

    graph: Graph
    grid: Grid
    ranks: Ranks
    width: int = 0
    blocked: set[int] = field(default_factory=set)
    along: dict[int, Counter[str]] = field(default_factory=dict)
    sides: dict[tuple[str, int], list[tuple[str, bool]]] = field(default_factory=dict)
    ways: dict[str, list[int]] = field(default_factory=dict)
    far_x: list[float] = field(default_factory=list)
    far_y: list[float] = field(default_factory=list)
    exits: dict[int, list[_Exit]] = field(default_factory=dict)

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
            here = self.along.setdefault(min(at, to) * 2 + (abs(at - to) != 1), Counter())
            here[edge.merge] += 1 if add else -1
            if not here[edge.merge]:
                del here[edge.merge]
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
        rest_x = [abs(far - self.far_x[goal % self.width]) for far in self.far_x]
        rest_y = [abs(far - self.far_y[goal // self.width]) for far in self.far_y]
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
                    y, x = divmod(new // 4, self.width)
                    heappush(queue, (total + (rest_x[x] + rest_y[y]), total, new))
        raise ValueError(f"no way for {edge.id}")

    def _moves(self, edge: Edge, state: int, start: int, goal: int) -> list[tuple[int, float]]:
        """Every state that follows, and what the step costs."""
        found = []
        first = state // 4 == start
        exits = self.exits.get(state)
        if exits is None:
            exits = self.exits[state] = self._exits(state)
        for new, to, length, middle, piece, one, two in exits:
            if (first and two < 0) or (to in self.blocked and to != goal):
                continue
            middle = middle and not first and to != goal
            cost = length * 1.7 if middle and not piece % 2 and edge.style == "return" else length
            if others := self.along.get(piece):
                cost = self._beside(edge, cost, others, middle)
            if not first:
                cost += _BEND if two < 0 else self._crossed(edge, one, two)
            found.append((new, cost))
        return found

    def _exits(self, state: int) -> list[_Exit]:
        """Where it may go from a point at which it arrived in a direction: on, or round a corner."""
        point, way = divmod(state, 4)
        found = []
        for new_way in range(4):
            to = self._next(point, new_way)
            if new_way == way ^ 2 or to < 0:
                continue
            (x, y), (to_x, to_y) = (divmod(each, self.width)[::-1] for each in (point, to))
            sideways = new_way in (RIGHT, LEFT)
            length = abs(self.far_x[x] - self.far_x[to_x]) if sideways else abs(self.far_y[y] - self.far_y[to_y])
            line = self.grid.ys[y] if sideways else self.grid.xs[x]
            one, two = ((point - self.width) * 2 + 1, point * 2 + 1) if sideways else ((point - 1) * 2, point * 2)
            if new_way != way:
                two = -1
            found.append((to * 4 + new_way, to, length, line == "cell", min(point, to) * 2 + (not sideways), one, two))
        return found

    def _next(self, point: int, way: int) -> int:
        """The neighbour in a direction, -1 where none is or nothing may run."""
        x, y = point % self.width, point // self.width
        if way in (RIGHT, LEFT):
            to_x = x + (1 if way == RIGHT else -1)
            return -1 if not 0 <= to_x < self.width or self.grid.ys[y] == "edge" else point + to_x - x
        to_y = y + (1 if way == DOWN else -1)
        return -1 if not 0 <= to_y < len(self.grid.ys) or self.grid.xs[x] == "edge" else point + (to_y - y) * self.width

    def _beside(self, edge: Edge, cost: float, others: Counter[str], middle: bool) -> float:
        """The cost of running where others run: less with its like, more beside others, most in the middle of nodes."""
        like = edge.merge in others
        return (cost * _MERGED if like else cost) + (len(others) - like) * (_ON_TOP if middle else _BESIDE)

    def _crossed(self, edge: Edge, one: int, two: int) -> float:
        """The cost of crossing what runs straight through."""
        before, behind = self.along.get(one), self.along.get(two)
        if not before or not behind:
            return 0.0
        return _CROSS * len([other for other in before if other in behind and other != edge.merge])


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

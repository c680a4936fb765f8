"""Every state that a reduced net can come to, or as many as the budget allows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from bihuan.bpmn.verify.net import START, Move, Net, bits
from bihuan.bpmn.verify.reach import joins_of

LIMIT: Final = 150_000
"""States that are looked at for one chart before the answer is "not decided"."""

_PROBED: Final = 50
"""For so many states one more is looked at beyond the limit, the latest first."""


@dataclass(slots=True)
class Budget:
    """How many states may still be looked at; `used` counts those that were."""

    left: int = LIMIT
    used: int = 0


@dataclass(frozen=True, slots=True)
class Edge:
    """A move from one state to another, by their numbers; `clash`: it put a second token where another is."""

    move: Move
    to: int
    clash: bool

    @property
    def is_sure(self) -> bool:
        """Whether what lies behind can happen just so."""
        return not self.clash and not self.move.doubt


@dataclass(slots=True)
class Space:
    """The states by number, in the order found. `parents`: how each was found first.

    `unseen`: the states of which the edges are not known.
    """

    states: list[int] = field(default_factory=list)
    edges: list[list[Edge]] = field(default_factory=list)
    parents: dict[int, tuple[int, Move] | None] = field(default_factory=dict)
    unseen: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Cluster:
    """Moves out of the same places. `calm`: no inclusive join and no guard can tell whether one of them has happened."""

    takes: int
    moves: tuple[Move, ...]
    calm: bool
    guard: int
    join: str


class Explorer:
    """Breadth first. In a state where the moves of one cluster can neither disturb others nor be disturbed, only they
    are made (a persistent set); a state whose moves lead back is looked at in full, so that nothing is put off for ever.
    """

    def __init__(self, net: Net, budget: Budget) -> None:
        self.net = net
        self.budget = budget
        self.known: dict[int, int] = {}
        self.upstream: dict[int, int] = {}
        self.makers: dict[int, list[Move]] = {}
        for move in net.moves:
            for place in bits(move.gives):
                self.makers.setdefault(place, []).append(move)
        self.depth: list[int] = []
        self.guards = 0
        for move in net.moves:
            self.guards |= move.guard
        self.reach = {place: net.reach.get(place, (0, 0)) for place in range(len(net.places))}
        self.active = 0
        for join in joins_of(net):
            if any(move.join == join.node for move in net.moves):
                self.active |= join.inputs
        self.over = self._over()
        self.loose = net.loose()
        self.groups = [group for group in net.groups.values() if group.bit_count() > 1]
        self.clusters = self._clusters()
        self.by_place: dict[int, list[_Cluster]] = {}
        for cluster in self.clusters:
            for place in bits(cluster.takes):
                self.by_place.setdefault(place, []).append(cluster)

    def run(self) -> Space:
        """The space that begins with the start marked."""
        space = Space()
        self._number(space, 1 << START, None)
        at = 0
        while at < len(space.states) and self.budget.left > 0:
            self.budget.left -= 1
            self.budget.used += 1
            self._look(space, at)
            at += 1
        self._probe(space, list(range(at, len(space.states))))
        return space

    def _probe(self, space: Space, left: list[int]) -> None:
        """Looks at some of the states that are left: furthest from the start is where a run ends, or hangs."""
        for _ in range(self.budget.used // _PROBED):
            if left:
                before = len(space.states)
                self._look(space, left.pop())
                left += range(before, len(space.states))
        space.unseen = set(left)

    def _number(self, space: Space, state: int, parent: tuple[int, Move] | None) -> int:
        if state not in self.known:
            self.known[state] = len(space.states)
            self.depth.append(0 if parent is None else self.depth[parent[0]] + 1)
            space.parents[len(space.states)] = parent
            space.states.append(state)
            space.edges.append([])
        return self.known[state]

    def _look(self, space: Space, at: int) -> None:
        """Finds the edges of one state."""
        state = space.states[at]
        if state & self.over:
            return
        for move, after, clash in self._chosen(state, self.depth[at]):
            space.edges[at].append(Edge(move, self._number(space, after, (at, move)), clash))

    def _over(self) -> int:
        """Places that say that the scope has ended.

        Not those whose token may as well stand before the end still, where nobody can tell the difference.
        """
        found = 0
        for over, before in self.net.before_over.items():
            told = self.net.frozen >> before & 1 or self._seen(before) != (0, 0)
            if told and any(move.takes == 1 << before and move.gives >> over & 1 for move in self.net.moves):
                found |= 1 << over
        return found

    def _chosen(self, state: int, deep: int) -> Sequence[tuple[Move, int, bool]]:
        able = self._able(state)
        if len(able) > 1:
            for cluster in able:
                if not self._alone(cluster, state):
                    continue
                steps = self._steps(cluster, state)
                if all(after not in self.known or self.depth[self.known[after]] > deep for _, after, _ in steps):
                    return steps
        return [step for cluster in able for step in self._steps(cluster, state)]

    def _able(self, state: int) -> list[_Cluster]:
        found: dict[int, _Cluster] = {}
        for place in bits(state):
            for cluster in self.by_place.get(place, ()):
                if cluster.guard & state or id(cluster) in found:
                    continue
                if not self._held_up(cluster, state) if cluster.join else cluster.takes & ~state == 0:
                    found[id(cluster)] = cluster
        return list(found.values())

    def _held_up(self, cluster: _Cluster, state: int) -> bool:
        waiting = cluster.takes & state
        empty = cluster.takes & ~state
        for place in bits(state & ~waiting) if empty else ():
            anything, sure = self.reach[place]
            if anything & empty and not sure & waiting:
                return True
        return False

    def _steps(self, cluster: _Cluster, state: int) -> list[tuple[Move, int, bool]]:
        rest = state & ~cluster.takes
        return [(move, rest | move.gives, self._clashes(move, rest)) for move in cluster.moves]

    def _clashes(self, move: Move, rest: int) -> bool:
        if move.double or rest & move.gives & ~self.loose:
            return True
        after = rest | move.gives
        return any((after & group).bit_count() > 1 for group in self.groups)

    def _alone(self, cluster: _Cluster, state: int) -> bool:
        """Whether it is enough to look at this cluster now: no other token can come to the places it takes from."""
        if not cluster.calm:
            return False
        single = not cluster.join and cluster.takes.bit_count() == 1 and any(one.gives for one in cluster.moves)
        return single or state & ~cluster.takes & self._upstream(cluster) == 0

    def _clusters(self) -> list[_Cluster]:
        groups: dict[tuple[int, int, str], list[Move]] = {}
        for move in self.net.moves:
            groups.setdefault((move.takes, move.guard, move.join), []).append(move)
        shared = self._shared(list(groups))
        found = []
        for (takes, guard, join), moves in groups.items():
            calm = not guard and takes not in shared and all(self._calm(move) for move in moves)
            found.append(_Cluster(takes, tuple(moves), calm, guard, join))
        return found

    @staticmethod
    def _shared(keys: list[tuple[int, int, str]]) -> set[int]:
        guarded = {takes for takes, guard, _ in keys if guard}
        return {takes for takes, _, _ in keys if any(takes & other for other in guarded)}

    def _calm(self, move: Move) -> bool:
        if (move.takes | move.gives) & self.guards:
            return False
        after = {self._seen(place) for place in bits(move.gives)} or {(0, 0)}
        before = {self._seen(place) for place in bits(move.takes)}
        if move.join:
            # Its own inputs are behind it: only what other joins can tell of them counts.
            before = {(one[0] & ~move.takes, one[1] & ~move.takes) for one in before}
        return before == after and len(before) == 1

    def _seen(self, place: int) -> tuple[int, int]:
        anything, sure = self.reach[place]
        return anything & self.active, sure & self.active

    def _upstream(self, cluster: _Cluster) -> int:
        """The places from where a token could still come to those of the cluster, by other moves than its own."""
        if id(cluster) in self.upstream:
            return self.upstream[id(cluster)]
        own = set(map(id, cluster.moves))
        found = cluster.takes
        work = list(bits(found))
        while work:
            for move in self.makers.get(work.pop(), ()):
                fresh = move.takes & ~found
                if fresh and id(move) not in own:
                    found |= fresh
                    work += bits(fresh)
        self.upstream[id(cluster)] = found
        return found

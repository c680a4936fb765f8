"""From the states of one scope to what is wrong with it."""

from collections import Counter, deque
from collections.abc import Mapping
from typing import Final

from bihuan.bpmn.verify.build import Result, Trouble
from bihuan.bpmn.verify.components import backwards, final_sets, reaching
from bihuan.bpmn.verify.explore import Edge, Space
from bihuan.bpmn.verify.net import Move, Net, Step, bits
from bihuan.bpmn.verify.replay import (
    Replay,
    Taken,
    closed_up,
    ending,
    flow_together,
    fork_of,
    left_behind,
    past,
    path_of,
    steps_of,
)
from bihuan.bpmn.verify.scopes import Plan

_MOST_CLASHES: Final = 60
"""Second tokens that are looked into; what they say repeats itself."""
_MOST_PATHS: Final = 20
"""Paths to the same trouble of which the shortest is kept."""


class Judge:
    """Looks at one space. `inner`: what is known of sub-processes and of branches judged apart, by element.

    `members`: the elements played here; `ends`: the places in which a token has come to an end event of the process.
    """

    def __init__(
        self, plan: Plan, net: Net, space: Space, inner: dict[str, Result], members: list[str], ends: int
    ) -> None:
        self.plan = plan
        self.net = net
        self.space = space
        self.inner = inner
        self.members = members
        self.ends = ends
        self.over = net.of_kind("terminate", "throw")
        self.stuck = net.of_kind("stuck")
        self.after = [{edge.to for edge in edges} for edges in space.edges]
        self.before = backwards(self.after)
        self.safe = self._safe()
        self.shown: Counter[tuple[str, tuple[str, ...]]] = Counter()

    def result(self) -> Result:
        """Everything that can be said."""
        result = Result(decided=not self.space.unseen and not self.net.partial)
        self._outcomes(result)
        result.unstopped = self._unstopped()
        for state in range(len(self.space.states)):
            for edge in self.space.edges[state]:
                result.fires |= edge.move.fires
            for place in bits(self.space.states[state] & self.net.sticky):
                result.fires |= self.net.place_fires[place]
        self._at_rest(result)
        self._clashes(result)
        self._finals(result)
        return result

    def _replay(self, steps: list[Step]) -> Replay:
        return Replay(steps, self.net.reach, self.net.groups, self.net.loose())

    def _steps(self, moves: list[Move]) -> list[Step]:
        """The steps of these moves, with what is one step of an element side by side if that can be."""
        steps = steps_of(self.net, moves)
        meets = self._replay(steps).meeting is not None
        for order in closed_up(self.net, steps):
            replay = self._replay(order)
            if replay.whole or (meets and replay.meeting is not None):
                return order
        return steps

    def _path(self, state: int, inside: Mapping[str, tuple[str, ...]] | None = None) -> tuple[str, ...]:
        """A way to a state; what has come to rest inside of elements there, or what `inside` says of it."""
        hung = {key: self.inner[key].hangs or () for key in self._hung(self.space.states[state])}
        return path_of(self._steps(self._moves_to(state)), {**hung, **(inside or {})})

    def _hung(self, marking: int) -> list[str]:
        return [self.net.places[place].what for place in bits(marking & self.net.of_kind("hung"))]

    def _is_empty(self, state: int) -> bool:
        return not self.space.states[state] & ~self.net.sticky

    def _is_good(self, state: int) -> bool:
        return self._is_empty(state) or bool(self.space.states[state] & self.over)

    def _outcomes(self, result: Result) -> None:
        terminate, throw = self.net.of_kind("terminate"), self.net.of_kind("throw")
        for number in self._surest_first():
            state = self.space.states[number]
            if result.complete is None and self._is_empty(number):
                result.complete = self._emptied(number)
                result.doubted |= {""} if number not in self.safe else set()
            for place in bits(state & terminate if result.complete is None else 0):
                result.complete = self._ended(number, place)
                result.doubted |= {""} if number not in self.safe else set()
            for place in bits(state & throw):
                what = self.net.places[place].what
                if what not in result.throws:
                    result.throws[what] = self._ended(number, place)
                    result.doubted |= {what} if number not in self.safe else set()

    def _surest_first(self) -> list[int]:
        """All states: first those that are reached without a second token anywhere."""
        return [*self.safe, *(one for one in range(len(self.space.states)) if one not in self.safe)]

    def _unstopped(self) -> tuple[str, ...] | None:
        stopped = [number for number, state in enumerate(self.space.states) if state & self.over]
        can_be = reaching(self.before, [*stopped, *self._unsure()])
        found = next((number for number in self.safe if number not in can_be), None)
        return None if found is None else self._path(found)

    def _unsure(self) -> list[int]:
        """The states that were not looked at, or behind which nothing is sure."""
        unsure = [number for number, edges in enumerate(self.space.edges) if not all(edge.is_sure for edge in edges)]
        return [*unsure, *self.space.unseen]

    def _ended(self, number: int, over: int) -> tuple[str, ...]:
        return path_of([*self._steps(self._moves_to(number)), ending(self.net, over)])

    def _emptied(self, number: int) -> tuple[str, ...]:
        """The way to a state that is over, and on to where no token is left."""
        last = [one for place in bits(self.space.states[number]) for one in self.net.place_steps[place]]
        return path_of([*self._steps(self._moves_to(number)), *(self.net.steps[one] for one in last)])

    def _safe(self) -> dict[int, tuple[int, Move] | None]:
        """The states that can be reached without a second token anywhere, each with the last step of a way there."""
        found: dict[int, tuple[int, Move] | None] = {0: None}
        work = deque([0])
        while work:
            state = work.popleft()
            for edge in self.space.edges[state]:
                if edge.is_sure and edge.to not in found:
                    found[edge.to] = (state, edge.move)
                    work.append(edge.to)
        return found

    def _moves_to(self, state: int) -> list[Move]:
        """The moves by which a state is reached, without a second token anywhere if that can be."""
        parents: Mapping[int, tuple[int, Move] | None] = self.safe if state in self.safe else self.space.parents
        found: list[Move] = []
        while (parent := parents[state]) is not None:
            found.append(parent[1])
            state = parent[0]
        return found[::-1]

    def _at_rest(self, result: Result) -> None:
        seen: set[str] = set()
        for number in self._surest_first():
            for place in bits(self.space.states[number] & self.stuck):
                what = self.net.places[place].what
                if what not in seen:
                    seen.add(what)
                    result.troubles.append(Trouble("no_path_to_end", (what,), self._path(number)))

    def _clashes(self, result: Result) -> None:
        found: dict[tuple[str, str], Trouble] = {}
        looked: set[int] = set()
        for number in sorted(self.safe):
            for edge in self.space.edges[number]:
                # More and more tokens may come to rest as well, though they do not disturb each other there.
                rests = bool(edge.move.gives & self.space.states[number] & self.stuck)
                if (edge.clash or rests) and id(edge.move) not in looked and len(looked) < _MOST_CLASHES:
                    looked.add(id(edge.move))
                    trouble = self._growth(number, edge) or (self._meeting(number, edge) if edge.clash else None)
                    if trouble is not None:
                        found.setdefault((trouble.kind, trouble.elements[0]), trouble)
        result.troubles += found.values()

    def _meeting(self, state: int, edge: Edge) -> Trouble:
        steps = self._steps([*self._moves_to(state), edge.move])
        replay = self._replay(steps)
        taken = self._held_back(replay)
        if replay.meeting is None:
            return Trouble("lack_of_synchronisation", (steps[-1].node,), path_of(taken))
        fork = left_behind(*replay.meeting)
        if fork is not None:
            return Trouble("unbounded", (fork,), path_of(taken))
        met = flow_together(*replay.meeting)
        if met is None:
            return Trouble("lack_of_synchronisation", (taken[-1].node,), path_of(taken))
        least = [one.step for one in past([*met[0].tokens, *met[1].tokens])]
        least += [met[1].step] if met[1].step.closes else []
        if any(step.gathers for step in (*least, met[1].step)) or not self._replay(least).whole:
            least = taken
        return Trouble("lack_of_synchronisation", (_where(*met),), path_of(least))

    def _held_back(self, replay: Replay) -> list[Step]:
        """The steps of a run to where two tokens meet; before they come to rest, if it would be there."""
        last: list[Taken] = []
        for token in replay.meeting or ():
            if token.made is not None and self.stuck >> token.place & 1 and len(token.made.step.gives) == 1:
                last.append(token.made)
        return [one.step for one in replay.order if one not in last]

    def _growth(self, state: int, edge: Edge) -> Trouble | None:
        """Whether a state before has come again with more tokens."""
        after = self.space.states[edge.to]
        earlier = reaching(self.before, [state]) & self.safe.keys()
        begin = min((one for one in earlier if not self.space.states[one] & ~after), default=None)
        if begin is None:
            return None
        round_ = self._round(begin)
        if round_ is None:
            return None
        first = self._moves_to(begin)
        before = self._steps(first)
        steps = [*before, *steps_of(self.net, round_)]
        replay = self._replay(steps)
        tokens = [*replay.tokens.values(), *([replay.meeting[1]] if replay.meeting else [])]
        node = fork_of(tokens, len(before)) or steps[-1].node
        return Trouble("unbounded", (node,), path_of(taken.step for taken in replay.order))

    def _round(self, begin: int) -> list[Move] | None:
        """The fewest moves from a state to one with the same tokens and more."""
        least = self.space.states[begin]
        parents: dict[int, tuple[int, Move]] = {}
        work = [begin]
        for state in work:
            for edge in self.space.edges[state]:
                after = self.space.states[edge.to]
                if least & ~after == 0 and (edge.clash or after != least):
                    return [*self._way(parents, begin, state), edge.move]
                if edge.to not in parents and edge.to != begin and not edge.clash:
                    parents[edge.to] = (state, edge.move)
                    work.append(edge.to)
        return None

    @staticmethod
    def _way(parents: dict[int, tuple[int, Move]], begin: int, state: int) -> list[Move]:
        found: list[Move] = []
        while state != begin:
            state, move = parents[state]
            found.append(move)
        return found[::-1]

    def _finals(self, result: Result) -> None:
        """What is wrong in the states from which the end can no longer be reached."""
        good = [number for number in range(len(self.space.states)) if self._is_good(number)]
        # Behind a second token nothing is sure: such a state is not called lost.
        good += self._unsure()
        lost = set(range(len(self.space.states))) - reaching(self.before, good)
        finals = final_sets(self.after, lost)
        for states in sorted(finals):
            entry = next((number for number in states if number in self.safe), None)
            if entry is None:
                continue
            if result.hangs is None:
                result.hangs = self._path(entry)
            result.stuck += self._in_final(states, entry)

    def _in_final(self, states: list[int], entry: int) -> list[Trouble]:
        moves = [edge.move for state in states for edge in self.space.edges[state]]
        marking = self.space.states[entry]
        joins = self._waiting(marking, {move.takes for move in moves})
        inner = [(key, trouble) for key in self._hung(marking) for trouble in self.inner[key].stuck]
        held = [(key, trouble) for key, trouble in inner if trouble.kind == "deadlock"]
        found: list[Trouble] = []
        if joins or held:
            elements = dict.fromkeys([*joins, *(one for _, trouble in held for one in trouble.elements)])
            kind = "improper_completion" if marking & self.ends else "deadlock"
            found += self._told(kind, tuple(elements), entry, {key: trouble.path for key, trouble in reversed(held)})
        for key, trouble in inner:
            if trouble.kind != "deadlock":
                found += self._told(trouble.kind, trouble.elements, entry, {key: trouble.path})
        kind, round_ = self._going_round(moves)
        return found + (self._told(kind, round_, entry, {}) if round_ else [])

    def _told(
        self, kind: str, elements: tuple[str, ...], entry: int, inside: Mapping[str, tuple[str, ...]]
    ) -> list[Trouble]:
        """The trouble with a path; nothing if it has been shown often enough, nearer to the start."""
        self.shown[kind, elements] += 1
        often = self.shown[kind, elements] > _MOST_PATHS
        return [] if often else [Trouble(kind, elements, self._path(entry, inside))]

    def _waiting(self, marking: int, moving: set[int]) -> list[str]:
        """The joins that have a token and never fire any more."""
        found: dict[str, None] = {}
        for move in self.net.moves:
            waits = bool(move.join) or move.takes.bit_count() > 1
            if waits and move.takes & marking and move.takes not in moving:
                found[self.net.steps[move.steps[0]].node] = None
        return sorted(found, key=self.plan.bit.__getitem__)

    def _going_round(self, moves: list[Move]) -> tuple[str, tuple[str, ...]]:
        """The elements that go on for ever, and what that is called; no elements if nothing does."""
        fires = 0
        for move in moves:
            fires |= move.fires
        moving = [key for key in self.members if self.plan.bit[key] & fires]
        elements = tuple(key for key in moving if self._comes_again(key, set(moving)))
        way_out = any(self._leads_to_end(key) for key in elements)
        return "livelock" if way_out else "loop_without_exit", elements

    def _comes_again(self, key: str, among: set[str]) -> bool:
        """Whether a way along `among` leads from an element back to itself."""
        found: set[str] = set()
        work = [key]
        while work:
            fresh = set(self.plan.targets(self.plan.nodes[work.pop()])) & among - found
            found |= fresh
            work += fresh
        return key in found

    def _leads_to_end(self, key: str) -> bool:
        return any(self.plan.nodes[one].kind == "endEvent" for one in self.plan.branch(self.plan.nodes[key]))


def _where(one: Taken, two: Taken) -> str:
    """Where two ways became one: an element, or where several links lead."""
    apart = one.step.node != two.step.node and one.step.path[-1:] == two.step.path[-1:]
    return two.step.path[-1] if apart and two.step.path else two.step.node

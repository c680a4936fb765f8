"""The shortest explanation of a case: which events the chart does not have here, which of its steps were left out.

An exact search (Dijkstra) over how far the case is and where the tokens lie, up to a stated number of states.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Final

from bihuan.bpmn.replay.net import Game, Marking

MOST_STATES: Final = 20_000
"""States looked at for one case before it is left unexplained."""
_SILENT: Final = 1
_STEP: Final = 1_000_000
"""Cost of a deviation; a silent step costs next to nothing, so that of equal explanations the straight one wins."""
_RETURN: Final = _STEP - 1_000
_STOP: Final = _STEP + 1_000
"""Of equal explanations one with a return is preferred, and one in which the case does not stop early."""


@dataclass(frozen=True, slots=True)
class Move:
    """One move. `kind`: `done` (event and chart agree), `extra` (an event alone), `skipped` (an element alone),
    `returned` (back to where this element was done before, and on from there), `silent`, or `stopped`: the case ends
    here, before `node`.

    `event`: its number in the case, -1 without; `step`: the transition, -1 without; `node`: the element.
    """

    kind: str
    event: int
    step: int
    node: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """`cost`: how many deviations; `moves`: in order. `found`: false where the search was given up."""

    cost: int
    moves: tuple[Move, ...]
    found: bool


State = tuple[int, Marking]
_Entry = tuple[int, int, int, State]


def explain(
    game: Game, trace: Sequence[tuple[str, ...]], *, whole: bool = False, most: int = MOST_STATES
) -> Explanation:
    """The cheapest explanation of a case, given for each event the elements that it can be the doing of.

    A return to a step done before is one deviation, whatever is done again after it; so is stopping early. `whole`:
    neither is known, events alone and elements alone are all that there is (an alignment in the usual sense).
    """
    return _Search(game, trace, whole, most).run()


class _Search:
    def __init__(self, game: Game, trace: Sequence[tuple[str, ...]], whole: bool, most: int) -> None:
        self.game = game
        self.trace = trace
        self.whole = whole
        self.most = most
        self.came: dict[State, tuple[State, Move]] = {}
        self.best: dict[State, int] = {}
        self.queue: list[_Entry] = []
        self.pushed = 0

    def run(self) -> Explanation:
        """Looks until a state is taken out that is the end of the case and of the chart."""
        start: State = (0, self.game.start)
        self._push(start, 0, 0)
        done: set[State] = set()
        over: State = (len(self.trace) + 1, ())
        while self.queue:
            cost, first, _, state = heappop(self.queue)
            if state in done:
                continue
            if state == over or (state[0] == len(self.trace) and self.game.is_over(state[1])):
                return Explanation((cost + _STEP // 2) // _STEP, self._moves(state), True)
            done.add(state)
            if len(done) > self.most:
                break
            self._expand(state, cost, first)
        return Explanation(0, (), False)

    def _push(self, state: State, cost: int, first: int) -> bool:
        """`first`: minus where the first deviation is: of equal explanations the one that deviates late wins."""
        known = self.best.get(state)
        if known is not None and known <= cost:
            return False
        self.best[state] = cost
        self.pushed += 1
        heappush(self.queue, (cost, first, -self.pushed, state))
        return True

    def _expand(self, state: State, cost: int, first: int) -> None:
        at, marking = state
        seen, silent = self.game.enabled(marking)
        late = first or -at - 1
        for step in silent:
            self._go(
                state, (at, self.game.fire(marking, step).marking), cost + _SILENT, first, Move("silent", -1, step, "")
            )
        if at < len(self.trace):
            self._events(state, seen, cost, first, late)
        elif not self.whole:
            self._go(state, (len(self.trace) + 1, ()), cost + _STOP, late, Move("stopped", -1, -1, ""))
        for step in seen:
            node = self.game.net.transitions[step].node
            following = (at, self.game.fire(marking, step).marking)
            self._go(state, following, cost + _STEP, late, Move("skipped", -1, step, node))

    def _events(self, state: State, seen: Sequence[int], cost: int, first: int, late: int) -> None:
        at, marking = state
        nodes = self.trace[at]
        for step in seen:
            node = self.game.net.transitions[step].node
            if node in nodes:
                self._go(
                    state, (at + 1, self.game.fire(marking, step).marking), cost, first, Move("done", at, step, node)
                )
        if not self.whole and self._is_again(at):
            for following, step, node in self._earlier(state, nodes):
                self._go(state, (at + 1, following), cost + _RETURN, late, Move("returned", at, step, node))
        extra = Move("extra", at, -1, nodes[0] if nodes else "")
        self._go(state, (at + 1, marking), cost + _STEP, late, extra)

    def _is_again(self, at: int) -> bool:
        return any(self.trace[one] == self.trace[at] for one in range(at))

    def _earlier(self, state: State, nodes: Sequence[str]) -> Iterator[tuple[Marking, int, str]]:
        """The marking behind the last doing of one of these elements, on the cheapest way to here."""
        while state in self.came:
            before, move = self.came[state]
            if move.kind in ("done", "returned") and move.node in nodes:
                yield state[1], move.step, move.node
                return
            state = before

    def _go(self, state: State, following: State, cost: int, first: int, move: Move) -> None:
        if self._push(following, cost, first):
            self.came[following] = (state, move)

    def _moves(self, state: State) -> tuple[Move, ...]:
        found = []
        while state in self.came:
            before, move = self.came[state]
            if move.kind == "stopped":
                move = Move("stopped", -1, -1, _next(self.game, before[1]))
            found.append(move)
            state = before
        return tuple(found[::-1])


def _next(game: Game, marking: Marking) -> str:
    """The first element that could be done next; "" where nothing near can."""
    known = {marking}
    work = [marking]
    for here in work:
        seen, silent = game.enabled(here)
        if seen:
            return game.net.transitions[seen[0]].node
        for step in silent:
            following = game.fire(here, step).marking
            if following not in known and len(known) < MOST_STATES:
                known.add(following)
                work.append(following)
    return ""

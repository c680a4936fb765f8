"""The shortest explanation of a case: which events the chart does not have here, which of its steps were left out.

An exact search (Dijkstra) over how far the case is and where the tokens lie, up to a stated number of states.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Final

from bihuan.bpmn.replay.net import Game, Marking

MOST_STATES: Final = 20_000
"""States looked at for one case before it is left unexplained."""
MOST_OF_A_LOG: Final = 2_000_000
"""States looked at for all cases of a log; after them each further case has `LEAST_STATES`."""
LEAST_STATES: Final = 200
_SILENT: Final = 1
_STEP: Final = 1_000_000
"""Cost of a deviation; a silent step costs next to nothing, so that of equal explanations the straight one wins."""
_AGAIN: Final = _STEP - 3_000
_SKIP: Final = _STEP - 2_000
_RETURN: Final = _STEP - 1_000
_LATE: Final = 1_500
_STOP: Final = _STEP + 1_000
"""Of equal explanations one that does the same at once again is preferred to one that leaves something out, this to one
that goes back, this to one in which something comes too late (what `_LATE` adds to its leaving out), this to one that
does too much, and this to one that stops early."""


@dataclass(frozen=True, slots=True)
class Move:
    """One move. `kind`: `done` (event and chart agree), `extra` (an event alone), `skipped` (an element alone),
    `returned` (back to where this element was done before, and on from there), `moved` (where the event was due that
    was `extra` before, or the event of an element that was `skipped` before), `silent`, or `stopped`: the case ends here,
    before `node`.

    `event`: its number in the case, -1 without; `step`: the transition, -1 without; `node`: the element.
    """

    kind: str
    event: int
    step: int
    node: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """`cost`: how many deviations; `moves`: in order. `found`: false where the search was given up.

    `looked`: states looked at.
    """

    cost: int
    moves: tuple[Move, ...]
    found: bool
    looked: int


State = tuple[int, Marking, int, str]
"""Events dealt with; where the tokens lie; the number of an event that came too early, -1 if none did; an element that
is still to come, "" if none is."""
_Entry = tuple[int, int, int, State]


def explain(
    game: Game, trace: Sequence[tuple[str, ...]], *, whole: bool = False, most: int = MOST_STATES
) -> Explanation:
    """The cheapest explanation of a case, given for each event the elements that it can be the doing of.

    One deviation are also: a return to a step done before, whatever is done again after it; an event that comes too
    early or too late (`extra` or `skipped` here, `moved` there); stopping early. `whole`: none of these is known,
    events alone and elements alone are all that there is (an alignment in the usual sense).
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
        self.last = {node: at for at, nodes in enumerate(trace) for node in nodes}

    def run(self) -> Explanation:
        """Looks until a state is taken out that is the end of the case and of the chart."""
        size = len(self.trace)
        self._push((0, self.game.start, -1, ""), 0, 0)
        done: set[State] = set()
        while self.queue:
            cost, first, _, state = heappop(self.queue)
            if state in done:
                continue
            if state[0] > size or (state[0] == size and self.game.is_over(state[1])):
                return Explanation((cost + _STEP // 2) // _STEP, self._moves(state), True, len(done))
            done.add(state)
            if len(done) > self.most:
                break
            self._expand(state, cost, first)
        return Explanation(0, (), False, len(done))

    def _push(self, state: State, cost: int, first: int) -> bool:
        """`first`: minus where the first deviation is: of equal explanations the one that deviates late wins."""
        known = self.best.get(state)
        if known is not None and known <= cost:
            return False
        self.best[state] = cost
        self.pushed += 1
        heappush(self.queue, (cost, first, -self.pushed, state))
        return True

    def _go(self, state: State, following: State, cost: int, first: int, move: Move) -> None:
        if self._push(following, cost, first):
            self.came[following] = (state, move)

    def _expand(self, state: State, cost: int, first: int) -> None:
        at, marking, early, due = state
        seen, silent = self.game.enabled(marking)
        late = first or -at - 1
        urgent = next((step for step in silent if step in self.game.urgent), None)
        if urgent is not None:
            self._silent(state, urgent, cost, first)
            return
        wanted = self._wanted(state)
        for step in silent:
            if wanted is None or step in wanted:
                self._silent(state, step, cost, first)
        if at < len(self.trace):
            self._event(state, seen, cost, first, late)
        elif not self.whole:
            self._go(state, (at + 1, (), -1, ""), cost + _STOP, late, Move("stopped", -1, -1, ""))
        for step in seen:
            if wanted is None or step in wanted:
                self._element(state, step, cost, first, late)

    def _silent(self, state: State, step: int, cost: int, first: int) -> None:
        at, marking, early, due = state
        following = (at, self.game.fire(marking, step).marking, early, due)
        self._go(state, following, cost + _SILENT, first, Move("silent", -1, step, ""))

    def _wanted(self, state: State) -> frozenset[int] | None:
        """The steps worth taking now: those that lead to the next event, or to what came too early; None: any.

        The others can as well come later, where they lead to something.
        """
        at, marking, early, _ = state
        game = self.game
        if at == len(self.trace) and self.whole:
            return None
        if at < len(self.trace):
            wanted = game.leading_to(game.steps_of(self.trace[at]), silent=False)
        else:
            wanted = game.leading_to((), (game.net.sink,)) if game.may_end_silently(marking) else frozenset()
        if early < 0:
            return wanted
        held = game.steps_of(self.trace[early])
        return wanted.union(held, game.leading_to(held, silent=False))

    def _event(self, state: State, seen: Sequence[int], cost: int, first: int, late: int) -> None:
        """The next event: done as the chart has it, again behind a return, as what was still to come, or alone."""
        at, marking, early, due = state
        nodes = self.trace[at]
        for step in seen:
            node = self.game.net.transitions[step].node
            if node in nodes:
                following = (at + 1, self.game.fire(marking, step).marking, early, due)
                self._go(state, following, cost, first, Move("done", at, step, node))
        if due in nodes:
            self._go(state, (at + 1, marking, early, ""), cost + _LATE, first, Move("moved", at, -1, due))
        if not self.whole:
            self._return(state, cost, late)
        kept = early if self.whole or not nodes else at
        alone = Move("extra", at, -1, nodes[0] if nodes else "")
        self._go(state, (at + 1, marking, kept, due), cost + _STEP, late, alone)

    def _element(self, state: State, step: int, cost: int, first: int, late: int) -> None:
        """An element of the chart without an event: what came too early, or left out, for good or for now."""
        at, marking, early, due = state
        node = self.game.net.transitions[step].node
        behind = self.game.fire(marking, step).marking
        move = Move("skipped", -1, step, node)
        if early >= 0 and node in self.trace[early]:
            self._go(state, (at, behind, -1, due), cost, first, Move("moved", early, step, node))
        comes = not self.whole and self.last.get(node, -1) >= at
        self._go(state, (at, behind, early, node if comes else due), cost + _SKIP, late, move)

    def _return(self, state: State, cost: int, late: int) -> None:
        """Back to behind the last doing of the element, as it was on the cheapest way to here."""
        at, _, early, due = state
        nodes = self.trace[at]
        if nodes not in self.trace[:at]:
            return
        here = state
        while here in self.came:
            before, move = self.came[here]
            if move.kind in ("done", "returned") and move.node in nodes:
                following = (at + 1, here[1], early, due)
                price = _AGAIN if nodes == self.trace[at - 1] else _RETURN
                self._go(state, following, cost + price, late, Move("returned", at, move.step, move.node))
                return
            here = before

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

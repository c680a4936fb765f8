"""Token replay: what has to be put in by force, and what is left over, to play a case on a chart.

Silent steps are searched exactly: the shortest way to what enables the next event, else the shortest to where the
fewest tokens are missing.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bihuan.bpmn.replay.explain import Move
from bihuan.bpmn.replay.net import Game, Marking

MOST_MARKINGS: Final = 5_000
"""Markings looked at for one event before the best so far is taken."""


@dataclass(slots=True)
class Counts:
    """Tokens made, taken, missing and remaining. `cut`: some search was given up."""

    produced: int = 0
    consumed: int = 0
    missing: int = 0
    remaining: int = 0
    cut: bool = False

    @property
    def fits(self) -> bool:
        """Whether nothing was missing or remained."""
        return not self.missing and not self.remaining

    @property
    def fitness(self) -> float:
        """Half of what was not missing, half of what did not remain, as shares."""
        return fitness(self.produced, self.consumed, self.missing, self.remaining)


def fitness(produced: int, consumed: int, missing: int, remaining: int) -> float:
    """0.5 (1 - missing / consumed) + 0.5 (1 - remaining / produced); 1 of nothing."""
    if not produced or not consumed:
        return 1.0
    return 0.5 * (1 - missing / consumed) + 0.5 * (1 - remaining / produced)


@dataclass(frozen=True, slots=True)
class _Stride:
    """What one event does: silent steps, then its own, all in `steps`."""

    marking: Marking
    produced: int
    consumed: int
    missing: int
    cut: bool
    steps: tuple[int, ...] = ()
    remaining: int = 0


class Player:
    """Replays cases on one game; a stride once found is known for every case."""

    def __init__(self, game: Game, *, most: int = MOST_MARKINGS) -> None:
        self.game = game
        self.most = most
        self.ends_apart = _ends_apart(game, min(most, 1_000))
        self._strides: dict[tuple[Marking, tuple[str, ...]], _Stride] = {}
        self._ends: dict[Marking, _Stride] = {}

    def play(self, trace: Sequence[tuple[str, ...]], *, running: bool = False) -> Counts:
        """Replays one case: for each event the elements that it can be the doing of; () is in no chart, and no step.

        `running`: the case is still open, so that its end is not asked for.
        """
        counts = Counts(produced=1)
        marking = self.game.start
        for nodes in trace:
            if nodes:
                marking = self._add(counts, self._stride(marking, nodes))
        if not running:
            self._add(counts, self._end(marking))
        return counts

    def steps(self, trace: Sequence[tuple[str, ...]]) -> list[tuple[int, ...]]:
        """The steps of a case: for each event the silent ones before it and its own (none for what is in no chart)."""
        marking = self.game.start
        found: list[tuple[int, ...]] = []
        for nodes in trace:
            stride = self._stride(marking, nodes) if nodes else None
            found.append(stride.steps if stride else ())
            marking = stride.marking if stride else marking
        return found

    def counted(self, moves: Sequence[Move]) -> Counts:
        """The counts of a case that fits, by the moves that explain it."""
        produced, consumed = self._counted(self.game.start, [move.step for move in moves])
        return Counts(produced=produced + 1, consumed=consumed + 1)

    def _add(self, counts: Counts, stride: _Stride) -> Marking:
        counts.produced += stride.produced
        counts.consumed += stride.consumed
        counts.missing += stride.missing
        counts.remaining += stride.remaining
        counts.cut |= stride.cut
        return stride.marking

    def _stride(self, marking: Marking, nodes: tuple[str, ...]) -> _Stride:
        known = self._strides.get((marking, nodes))
        if known is None:
            known = self._strides[marking, nodes] = self._find(marking, nodes)
        return known

    def _find(self, marking: Marking, nodes: tuple[str, ...]) -> _Stride:
        game = self.game
        steps = game.steps_of(nodes)
        best: tuple[int, Marking, int] | None = None
        search = Silent(game, marking, self.most, game.leading_to(steps))
        for here in search:
            for at in steps:
                lacking = len(game.lacking(here, at)) or int(not game.can(here, at))
                if best is None or lacking < best[0]:
                    best = (lacking, here, at)
            if best is not None and best[0] == 0:
                break
        if best is None:
            return _Stride(marking, 0, 0, 0, False)
        missing, here, at = best
        before = search.way(here)
        if missing:
            here, further = self._nearer(here, game.lacking(here, at), game.net.transitions[at].takes)
            before += further
        fired = game.fire(tuple(sorted((*here, *game.lacking(here, at)))), at)
        produced, consumed = self._counted(marking, before)
        taken = (*before, at)
        return _Stride(fired.marking, produced + fired.produced, consumed + fired.consumed, missing, search.cut, taken)

    def _nearer(self, marking: Marking, wanted: Sequence[int], kept: Sequence[int]) -> tuple[Marking, tuple[int, ...]]:
        """Tokens moved by silent steps towards places where tokens are missing, as far as they go; nearest first.

        None is taken out of the places that are `kept`, and no step is taken twice.
        """
        ways = [way for place in wanted for one in sorted(set(marking)) if (way := self.game.way(one, place))]
        steps = list(dict.fromkeys(at for way in sorted(ways, key=len) for at in way))
        free = [at for at in steps if set(kept).isdisjoint(self.game.net.transitions[at].takes)]
        taken: list[int] = []
        while ready := [at for at in free if at not in taken and self.game.can(marking, at)]:
            marking = self.game.fire(marking, ready[0]).marking
            taken.append(ready[0])
        return marking, tuple(taken)

    def _counted(self, marking: Marking, steps: Sequence[int]) -> tuple[int, int]:
        """Tokens made and taken by steps that can be taken one after the other."""
        produced = consumed = 0
        for at in steps:
            fired = self.game.fire(marking, at)
            marking, produced, consumed = fired.marking, produced + fired.produced, consumed + fired.consumed
        return produced, consumed

    def _end(self, marking: Marking) -> _Stride:
        known = self._ends.get(marking)
        if known is None:
            known = self._ends[marking] = self._finish(marking)
        return known

    def _finish(self, marking: Marking) -> _Stride:
        sink = self.game.net.sink
        best: tuple[int, Marking] | None = None
        search = Silent(self.game, marking, self.most, None if self.ends_apart else self.game.leading_to((), (sink,)))
        for here in search:
            wrong = self._remaining(here) + (sink not in here) if self.ends_apart else int(sink not in here)
            if best is None or wrong < best[0]:
                best = (wrong, here)
            if wrong == 0:
                break
        here = marking if best is None else best[1]
        steps = search.way(here)
        if sink not in here:
            here, further = self._nearer(here, (sink,), ())
            steps += further
        produced, consumed = self._counted(marking, steps)
        missing = int(sink not in here)
        return _Stride(here, produced, consumed + 1, missing, search.cut, steps, self._remaining(here))

    def _remaining(self, marking: Marking) -> int:
        ended = marking.count(self.game.net.sink)
        # Where the chart lets several branches end by themselves, each end is one of its ends.
        return len(marking) - (ended if self.ends_apart else min(ended, 1))


def _ends_apart(game: Game, most: int) -> bool:
    """Whether more than one branch can come to an end of its own, as far as so many markings show."""
    sink = game.net.sink
    work = [game.start]
    known = {game.start}
    while work and len(known) < most:
        marking = work.pop()
        if marking.count(sink) > 1:
            return True
        for at in (one for each in game.enabled(marking) for one in each):
            following = game.fire(marking, at).marking
            if following not in known:
                known.add(following)
                work.append(following)
    return False


class Silent:
    """The markings that silent steps (`only` these, where given) lead to, nearest first; at most so many."""

    def __init__(self, game: Game, marking: Marking, most: int, only: frozenset[int] | None = None) -> None:
        self.game = game
        self.most = most
        self.only = only
        self.cut = False
        self._queue = deque([marking])
        self._came: dict[Marking, tuple[Marking, int] | None] = {marking: None}

    def __iter__(self) -> "Silent":
        return self

    def __next__(self) -> Marking:
        if not self._queue:
            raise StopIteration
        marking = self._queue.popleft()
        for at in self.game.enabled(marking)[1]:
            if self.only is not None and at not in self.only:
                continue
            following = self.game.fire(marking, at).marking
            if following in self._came:
                continue
            if len(self._came) >= self.most:
                self.cut = True
                break
            self._came[following] = (marking, at)
            self._queue.append(following)
        return marking

    def way(self, marking: Marking) -> tuple[int, ...]:
        """The steps that lead to a marking that was given."""
        found = []
        while (came := self._came[marking]) is not None:
            marking, at = came
            found.append(at)
        return tuple(found[::-1])

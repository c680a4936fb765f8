"""A chart as a net of places and transitions, and the token game on it.

A marking is the sorted tuple of the places that hold a token (a place twice: two tokens).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Marking: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Transition:
    """A step. `node`: the element that it is the doing of; "" for a step that leaves nothing in a log.

    It takes one token from each of `takes`, puts one into each of `gives`, needs every place of `guard` to be empty
    and empties those of `clears`.
    """

    takes: tuple[int, ...]
    gives: tuple[int, ...]
    node: str = ""
    guard: frozenset[int] = frozenset()
    clears: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Fired:
    """What a step did: the marking behind it, and how many tokens it took and made."""

    marking: Marking
    consumed: int
    produced: int


@dataclass(frozen=True, slots=True)
class Net:
    """A net. It begins with one token in `source` and is over with one in `sink`."""

    transitions: tuple[Transition, ...]
    source: int
    sink: int


class Game:
    """The token game of a net. Remembers what it found: the same marking is asked for again and again."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.start: Marking = (net.source,)
        self.end: Marking = (net.sink,)
        self.of_node: dict[str, tuple[int, ...]] = {}
        self._by_place: dict[int, list[int]] = {}
        self._free: list[int] = []
        self._enabled: dict[Marking, tuple[tuple[int, ...], tuple[int, ...]]] = {}
        self._fired: dict[tuple[Marking, int], Fired] = {}
        self._ways: dict[int, dict[int, tuple[int, ...]]] = {}
        self._silent_from: dict[int, list[int]] = {}
        self._leading: dict[tuple[tuple[int, ...], tuple[int, ...], bool], frozenset[int]] = {}
        self._may_end: dict[Marking, bool] = {}
        self.urgent = _urgent(net.transitions)
        for at, one in enumerate(net.transitions):
            self._by_place.setdefault(one.takes[0], []).append(at) if one.takes else self._free.append(at)
            for place in () if one.node else one.takes:
                self._silent_from.setdefault(place, []).append(at)
            if one.node:
                self.of_node[one.node] = (*self.of_node.get(one.node, ()), at)

    def enabled(self, marking: Marking) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The steps that can be taken: those that are an element's doing, and the silent ones."""
        known = self._enabled.get(marking)
        if known is None:
            able = [at for at in self._candidates(marking) if self.can(marking, at)]
            seen = tuple(at for at in able if self.net.transitions[at].node)
            known = self._enabled[marking] = seen, tuple(at for at in able if not self.net.transitions[at].node)
        return known

    def _candidates(self, marking: Marking) -> Iterable[int]:
        yield from self._free
        for place in dict.fromkeys(marking):
            yield from self._by_place.get(place, ())

    def can(self, marking: Marking, at: int) -> bool:
        """Whether the step can be taken."""
        one = self.net.transitions[at]
        return not self.lacking(marking, at) and not (one.guard and any(place in one.guard for place in marking))

    def lacking(self, marking: Marking, at: int) -> tuple[int, ...]:
        """The places in which the step misses a token."""
        left = list(marking)
        missing = []
        for place in self.net.transitions[at].takes:
            if place in left:
                left.remove(place)
            else:
                missing.append(place)
        return tuple(missing)

    def fire(self, marking: Marking, at: int) -> Fired:
        """Takes the step; the tokens it needs have to be there."""
        known = self._fired.get((marking, at))
        if known is not None:
            return known
        one = self.net.transitions[at]
        left = list(marking)
        for place in one.takes:
            left.remove(place)
        kept = [place for place in left if place not in one.clears] if one.clears else left
        consumed = len(one.takes) + len(left) - len(kept)
        found = Fired(tuple(sorted([*kept, *one.gives])), consumed, len(one.gives))
        self._fired[marking, at] = found
        return found

    def way(self, source: int, target: int) -> tuple[int, ...]:
        """The fewest silent steps from one place to another, if no other token were needed; () if there are none."""
        ways = self._ways.get(source)
        if ways is None:
            ways = self._ways[source] = {source: ()}
            work = [source]
            for here in work:
                for at in self._silent_from.get(here, ()):
                    for place in self.net.transitions[at].gives:
                        if place not in ways:
                            ways[place] = (*ways[here], at)
                            work.append(place)
        return ways.get(target, ())

    def leading_to(self, steps: Sequence[int], places: Sequence[int] = (), *, silent: bool = True) -> frozenset[int]:
        """The steps that can have a part in making one of these possible, or in bringing tokens to these places.

        The others only take tokens away, or can as well come later. `silent`: of the silent ones.
        """
        key = tuple(steps), tuple(places), silent
        known = self._leading.get(key)
        if known is None:
            known = self._leading[key] = frozenset(self._lead(*key))
        return known

    def _lead(self, steps: Sequence[int], places: Sequence[int], silent: bool) -> set[int]:
        transitions = self.net.transitions
        filled = {*places, *(place for at in steps for place in transitions[at].takes)}
        emptied = {place for at in steps for place in transitions[at].guard | transitions[at].clears}
        others = {at for at, one in enumerate(transitions) if not (silent and one.node)}
        found: set[int] = set()
        while new := {at for at in others - found if _helps(transitions[at], filled, emptied)}:
            found |= new
            filled.update(place for at in new for place in transitions[at].takes)
            emptied.update(place for at in new for place in transitions[at].guard | transitions[at].clears)
        return found

    def may_end_silently(self, marking: Marking) -> bool:
        """False where silent steps surely do not lead to the end, not even if tokens were never used up."""
        known = self._may_end.get(marking)
        if known is None:
            known = self._may_end[marking] = self._reaches_sink(marking)
        return known

    def _reaches_sink(self, marking: Marking) -> bool:
        places = set(marking)
        left = [one for one in self.net.transitions if not one.node]
        while self.net.sink not in places:
            able = [one for one in left if places.issuperset(one.takes)]
            if not able:
                return False
            left = [one for one in left if not places.issuperset(one.takes)]
            places.update(place for one in able for place in one.gives)
        return True

    def is_over(self, marking: Marking) -> bool:
        """Whether nothing is left but what says that the end was reached."""
        return bool(marking) and marking[0] == marking[-1] == self.net.sink

    def steps_of(self, nodes: Sequence[str]) -> tuple[int, ...]:
        """The steps that are the doing of one of these elements."""
        return tuple(at for node in nodes for at in self.of_node.get(node, ()))


def _helps(one: Transition, filled: set[int], emptied: set[int]) -> bool:
    return not (filled.isdisjoint(one.gives) and emptied.isdisjoint(one.takes) and emptied.isdisjoint(one.clears))


def _urgent(transitions: Sequence[Transition]) -> frozenset[int]:
    """Silent steps that can just as well be taken at once: nothing else takes these tokens or asks for these places."""
    takers = Counter(place for one in transitions for place in one.takes)
    asked = {place for one in transitions for place in one.guard | one.clears}
    return frozenset(
        at
        for at, one in enumerate(transitions)
        if not (one.node or one.guard or one.clears)
        and one.takes
        and all(takers[place] == 1 for place in one.takes)
        and asked.isdisjoint(one.takes + one.gives)
    )

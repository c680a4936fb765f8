"""A short run that enters a given element."""

from collections import deque
from typing import Final

from bihuan.bpmn.verify.net import START, Net, Step, bits, mask
from bihuan.bpmn.verify.reach import joins_of, set_reach
from bihuan.bpmn.verify.replay import Replay, path_of

_SEARCHED: Final = 3_000
"""States that are searched for a run where the short cut gives none."""


class Ways:
    """Made before the net is reduced; afterwards it gives ways on its own."""

    def __init__(self, net: Net) -> None:
        set_reach(net, joins_of(net))
        self.reach = dict(net.reach)
        self.steps = list(net.steps)
        for split in net.splits:
            takes = tuple(bits(split.takes))
            self.steps += [
                Step(split.node, split.path, takes, tuple(one.place for one in chosen), split.fires)
                for chosen in split.selections()
            ]
        self.after: dict[int, list[Step]] = {}
        for step in self.steps:
            for place in step.takes:
                self.after.setdefault(place, []).append(step)
        self.maker: dict[int, Step] = {}
        self.entering: dict[str, Step] = {}
        self.known: dict[str, tuple[str, ...] | None] = {}
        self._spread()

    def to(self, element: str) -> tuple[str, ...] | None:
        """The elements entered on a way to `element`, itself the last; None if none was found."""
        if element not in self.known:
            steps = self._derived(element, some=True) or self._derived(element, some=False) or self._searched(element)
            path = path_of(steps) if steps else ()
            self.known[element] = path[: path.index(element) + 1] if element in path else None
        return self.known[element]

    def _spread(self) -> None:
        """Notes for each place the step by which a token comes there first, if no step had to wait for choices."""
        work = deque([START])
        marked = {START}
        while work:
            for step in self.after.get(work.popleft(), ()):
                if not step.gathers and not all(place in marked for place in step.takes):
                    continue
                for element in step.path:
                    self.entering.setdefault(element, step)
                for place in step.gives:
                    if place not in marked:
                        marked.add(place)
                        self.maker[place] = step
                        work.append(place)

    def _derived(self, element: str, *, some: bool) -> list[Step] | None:
        """The steps that lead to the element, if they make a run. `some`: an inclusive join waits for one token only."""
        last = self.entering.get(element)
        if last is None:
            return None
        order: list[Step] = []
        done: set[int] = set()
        work: list[tuple[Step, bool]] = [(last, False)]
        while work:
            step, ready = work.pop()
            if ready:
                order.append(step)
            elif id(step) not in done:
                done.add(id(step))
                work.append((step, True))
                makers = [self.maker[place] for place in step.takes if place in self.maker]
                work += [(one, False) for one in (makers[:1] if step.gathers and some else makers)[::-1]]
        return order if Replay(order, self.reach, {}).whole else None

    def _searched(self, element: str) -> list[Step] | None:
        """Breadth first through states, second tokens left out of account."""
        start = frozenset({START})
        parents: dict[frozenset[int], tuple[frozenset[int], Step] | None] = {start: None}
        work = deque([start])
        while work and len(parents) < _SEARCHED:
            state = work.popleft()
            for step in {id(one): one for place in state for one in self.after.get(place, ())}.values():
                if not self._is_able(step, state):
                    continue
                if element in step.path:
                    return [*self._back(parents, state), step]
                after = state.difference(step.takes).union(step.gives)
                if after not in parents:
                    parents[after] = (state, step)
                    work.append(after)
        return None

    def _is_able(self, step: Step, state: frozenset[int]) -> bool:
        if state.issuperset(step.takes):
            return True
        return step.gathers and not self._is_held_up(step, state)

    def _is_held_up(self, step: Step, state: frozenset[int]) -> bool:
        waiting = mask(place for place in step.takes if place in state)
        empty = mask(step.takes) & ~waiting
        others = (self.reach.get(place, (0, 0)) for place in state if place not in step.takes)
        return any(anything & empty and not sure & waiting for anything, sure in others)

    @staticmethod
    def _back(parents: dict[frozenset[int], tuple[frozenset[int], Step] | None], state: frozenset[int]) -> list[Step]:
        found: list[Step] = []
        while (parent := parents[state]) is not None:
            state, step = parent
            found.append(step)
        return found[::-1]

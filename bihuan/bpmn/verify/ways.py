"""A short run that enters a given element."""

from collections import deque
from typing import Final

from bihuan.bpmn.verify.net import START, Net, Step, bits
from bihuan.bpmn.verify.replay import Replay, path_of

_SEARCHED: Final = 3_000
"""States that are searched for a run where the short cut gives none."""


class Ways:
    """Made before the net is reduced; afterwards it gives ways on its own."""

    def __init__(self, net: Net) -> None:
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
            steps = self._derived(element) or self._searched(element)
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

    def _derived(self, element: str) -> list[Step] | None:
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
                work += [(one, False) for one in (makers[:1] if step.gathers else makers)[::-1]]
        return order if Replay(order).whole else None

    def _searched(self, element: str) -> list[Step] | None:
        """Breadth first through states, second tokens left out of account."""
        start = frozenset({START})
        parents: dict[frozenset[int], tuple[frozenset[int], Step] | None] = {start: None}
        work = deque([start])
        while work and len(parents) < _SEARCHED:
            state = work.popleft()
            for step in {id(one): one for place in state for one in self.after.get(place, ())}.values():
                if not step.gathers and not state.issuperset(step.takes):
                    continue
                if element in step.path:
                    return [*self._back(parents, state), step]
                after = state.difference(step.takes).union(step.gives)
                if after not in parents:
                    parents[after] = (state, step)
                    work.append(after)
        return None

    @staticmethod
    def _back(parents: dict[frozenset[int], tuple[frozenset[int], Step] | None], state: frozenset[int]) -> list[Step]:
        found: list[Step] = []
        while (parent := parents[state]) is not None:
            state, step = parent
            found.append(step)
        return found[::-1]

"""Ways that are drawn instead of decided by data: the engine asks as it asks any condition, and a tape answers.

`advance` stays a function of its arguments and of what is on the tape. The tape also notes what was asked, so that a
step can be remembered together with the draws that led to it (`machine`).
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import accumulate
from typing import Final

from bihuan.bpmn.expressions import Expression, Lookup
from bihuan.bpmn.expressions.tree import Literal
from bihuan.bpmn.model import Chart, Flow, Node

_UNDECIDED: Final = -1


class Group:
    """The arrows of one split. A draw is a number: the arrow's place, or with `several` the set of places as bits.

    `weights` of one way are in proportion; with `several`, each is the probability of its arrow by itself. `never_none`:
    if the draw takes no arrow, one of all is taken.
    `slot`: which uniform number of a case answers here.
    """

    __slots__ = ("_never_none", "_upto", "node", "several", "slot", "weights")

    def __init__(
        self, node: str, weights: tuple[float, ...], *, several: bool, slot: int = 0, never_none: bool = False
    ) -> None:
        self.node = node
        self.weights = weights
        self.several = several
        self.slot = slot
        self._never_none = never_none
        total = sum(weights)
        self._upto = [one / total for one in accumulate(weights)][:-1] if not several else []

    def draw(self, u: float) -> int:
        """The draw that a uniform number stands for."""
        if not self.several:
            return bisect_right(self._upto, u)
        found = 0
        for place, weight in enumerate(self.weights):
            # What is left of a uniform number after one answer is uniform again.
            if u < weight:
                found |= 1 << place
                u = u / weight
            else:
                u = (u - weight) / (1.0 - weight)
        return found if found or not self._never_none else 1 << int(u * len(self.weights))


class Tape:
    """Answers the draws of one step: first those given, then by asking `source`. `asked` is what was asked, in order."""

    def __init__(self) -> None:
        self.given: tuple[int, ...] = ()
        self.asked: list[Group] = []
        self.answers: list[int] = []
        self.source: Callable[[Group], int] | None = None

    def begin(self, given: tuple[int, ...], source: Callable[[Group], int]) -> None:
        """A new step."""
        self.given, self.source = given, source
        self.asked, self.answers = [], []

    def ask(self, group: Group) -> int:
        """The answer to the next draw."""
        place = len(self.asked)
        self.asked.append(group)
        if place < len(self.given):
            answer = self.given[place]
        elif self.source is None:
            raise RuntimeError(f"nobody draws at {group.node}")
        else:
            answer = self.source(group)
        self.answers.append(answer)
        return answer


class _Passage:
    """One token's way through a split: drawn when its first arrow is asked, then known to the others."""

    __slots__ = ("_group", "_tape", "now")

    def __init__(self, tape: Tape, group: Group) -> None:
        self._tape, self._group = tape, group
        self.now = _UNDECIDED

    def begin(self) -> None:
        """Another token comes."""
        self.now = self._tape.ask(self._group)

    def takes(self, place: int) -> bool:
        """Whether the token takes this arrow."""
        return bool(self.now >> place & 1) if self._group.several else self.now == place


class Drawn(Expression):
    """Stands in for the condition of an arrow."""

    __slots__ = ("_first", "_passage", "_place")

    def __init__(self, passage: _Passage, place: int, *, first: bool) -> None:
        super().__init__("true", Literal(True))
        self._passage, self._place, self._first = passage, place, first

    def test(self, lookup: Lookup) -> bool:
        """Whether the arrow is taken."""
        if self._first:
            self._passage.begin()
        return self._passage.takes(self._place)


def with_draws(chart: Chart, groups: Mapping[str, Group], tape: Tape) -> Chart:
    """The chart with the ways of these splits drawn. Everything else, and what a draw leads to, stays the engine's."""
    nodes: dict[str, Node] = dict(chart.nodes)
    flows: dict[str, Flow] = dict(chart.flows)
    for node_id, group in groups.items():
        node = chart.nodes[node_id]
        passage = _Passage(tape, group)
        asked = [flow_id for flow_id in node.outgoing if not flows[flow_id].is_default]
        for flow_id in asked:
            test = Drawn(passage, node.outgoing.index(flow_id), first=flow_id == asked[0])
            flows[flow_id] = replace(flows[flow_id], test=test)
        nodes[node_id] = replace(node, split=True)
    return replace(chart, nodes=nodes, flows=flows)

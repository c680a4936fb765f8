"""Which arrows into inclusive joins a token can still come to: what the joins' rule (BPMN 2.0, 13.4.3) asks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bihuan.bpmn.verify.net import Net, bits, mask


@dataclass(frozen=True, slots=True)
class Join:
    """An inclusive join: its element, and the bits of the places before it."""

    node: str
    inputs: int


def joins_of(net: Net) -> list[Join]:
    """The inclusive joins of a net."""
    found = {step.node: mask(step.takes) for step in net.steps if step.gathers}
    return [Join(node, inputs) for node, inputs in found.items()]


def set_reach(net: Net, joins: Iterable[Join]) -> None:
    """Fills `net.reach`: for each place the inputs of joins that its token can come to, and those that count for (ii).

    Ways that go through the join itself do not count; nor, for (ii), those by which a running activity is left through
    a non-interrupting event.
    """
    own = {join.node: join.inputs for join in joins}
    before = _before(net)
    anything = {one: 1 << one for inputs in own.values() for one in bits(inputs)}
    work = list(anything)
    while work:
        place = work.pop()
        for through, takes in before.get(place, ()):
            found = anything[place] & ~own.get(through, 0)
            for one in takes:
                known = anything.get(one, 0)
                if found & ~known:
                    anything[one] = known | found
                    work.append(one)
    sure = dict(anything)
    for place, (leaving, _) in net.ways_out.items():
        sure[place] = 0
        for one in leaving:
            sure[place] |= anything.get(one, 0)
    net.reach = {place: (found, sure[place]) for place, found in anything.items()}


def _ways(net: Net) -> Iterator[tuple[str, Iterable[int], Iterable[int]]]:
    for step in net.steps:
        if not any(place in net.ways_out for place in step.takes):
            yield step.node if step.gathers else "", step.takes, step.gives
    for split in net.splits:
        yield "", bits(split.takes), [one.place for one in split.branches()]
    for place, (leaving, besides) in net.ways_out.items():
        yield "", (place,), (*leaving, *besides)


def _before(net: Net) -> dict[int, list[tuple[str, Iterable[int]]]]:
    found: dict[int, list[tuple[str, Iterable[int]]]] = {}
    for join, takes, gives in _ways(net):
        listed = tuple(takes)
        for place in gives:
            found.setdefault(place, []).append((join, listed))
    return found

"""Silent steps melted into their neighbours, so that what is counted does not depend on how the chart is written down.

Two rules of series fusion, until neither applies: a silent step that alone empties the place which one step alone
fills becomes part of that step; the same the other way round. Before, places are dropped whose tokens can do nothing but
vanish.
"""

from collections import Counter
from dataclasses import replace

from bihuan.bpmn.replay.net import Transition


def reduced(transitions: list[Transition], frozen: frozenset[int]) -> tuple[Transition, ...]:
    """The same behaviour with fewer silent steps. Places in `frozen` (guards and the like refer to them) stay."""
    found = _without_ends(transitions)
    while _fuse_once(found, frozen):
        pass
    return tuple(found)


def _without_ends(transitions: list[Transition]) -> list[Transition]:
    found = list(transitions)
    while True:
        takers = Counter(place for one in found for place in one.takes)
        ends = [
            one
            for one in found
            if _is_plain(one) and not one.gives and len(one.takes) == 1 and takers[one.takes[0]] == 1
        ]
        if not ends:
            return found
        gone = {one.takes[0] for one in ends}
        rest = [one for one in found if one not in ends]
        found = [replace(one, gives=tuple(place for place in one.gives if place not in gone)) for one in rest]


def _fuse_once(found: list[Transition], frozen: frozenset[int]) -> bool:
    fills = Counter(place for one in found for place in one.gives)
    empties = Counter(place for one in found for place in one.takes)
    single = {place for place in fills if fills[place] == 1 and empties[place] == 1 and place not in frozen}
    for at, one in enumerate(found):
        if _is_plain(one) and len(one.takes) == 1 and one.takes[0] in single:
            if _into_producer(found, at, one):
                return True
    for at, one in enumerate(found):
        if _is_plain(one) and len(one.gives) == 1 and one.gives[0] in single:
            if _into_consumer(found, at, one):
                return True
    return False


def _is_plain(one: Transition) -> bool:
    return not one.node and not one.guard and not one.clears


def _into_producer(found: list[Transition], at: int, one: Transition) -> bool:
    place = one.takes[0]
    maker = next(other for other, each in enumerate(found) if place in each.gives)
    if maker == at:
        return False
    rest = tuple(each for each in found[maker].gives if each != place)
    found[maker] = replace(found[maker], gives=tuple(sorted((*rest, *one.gives))))
    del found[at]
    return True


def _into_consumer(found: list[Transition], at: int, one: Transition) -> bool:
    place = one.gives[0]
    taker = next(other for other, each in enumerate(found) if place in each.takes)
    if taker == at or found[taker].guard:
        return False
    rest = tuple(each for each in found[taker].takes if each != place)
    found[taker] = replace(found[taker], takes=tuple(sorted((*rest, *one.takes))))
    del found[at]
    return True

"""A run played step by step with tokens that remember where they come from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bihuan.bpmn.verify.net import START, Move, Net, Step, bits, mask


@dataclass(frozen=True, slots=True, eq=False)
class Token:
    """A token in a place; `made` is the step that put it there, with the tokens that it took."""

    place: int
    made: "Taken | None"


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """A step as it was taken in a run. `at`: its place in the run."""

    at: int
    step: Step
    tokens: tuple[Token, ...]


def steps_of(net: Net, moves: Iterable[Move]) -> list[Step]:
    """The steps of a run, one after the other; those that end the scope are left out: they may come last of all."""
    steps = (net.steps[number] for move in moves for number in move.steps)
    return [step for step in steps if not any(place in net.before_over for place in step.gives)]


def closed_up(net: Net, steps: Sequence[Step]) -> list[list[Step]]:
    """The same run with the two halves of one element's step side by side: the first put off, or the second put forward.

    Both are tried by whoever asks, as either may be in the way of what happened in between.
    """
    found: list[list[Step]] = []
    for late in (True, False):
        order = list(steps)
        for half in steps:
            place = next((one for one in half.gives if net.places[one].kind == "inside"), None)
            if place is not None and START not in half.takes:
                _bring_together(order, half, place, late=late)
        found.append(order)
    return found


def _bring_together(order: list[Step], half: Step, place: int, *, late: bool) -> None:
    """Moves one half; the same element may come several times."""
    for first in range(len(order)):
        if order[first] is not half:
            continue
        second = next((at for at in range(first + 1, len(order)) if place in order[at].takes), None)
        if second is None or second == first + 1:
            continue
        if late:
            order.insert(second - 1, order.pop(first))
        else:
            order.insert(first + 1, order.pop(second))


def ending(net: Net, over: int) -> Step:
    """The step by which the scope is over."""
    return next(step for step in net.steps if over in step.gives)


def path_of(steps: Iterable[Step], inside: Mapping[str, tuple[str, ...]] | None = None) -> tuple[str, ...]:
    """The elements in the order in which they are entered.

    What begins with an element stands right behind it, what else is entered inside stands where the inside is over.
    `inside`: the same for elements that are still open.
    """
    path: list[str] = []
    begun: dict[str, int] = {}
    for step in steps:
        if step.closes:
            path += step.inside[begun.pop(step.closes, 0) :]
        path += step.path
        if step.opens:
            begun[step.opens] = len(step.begins)
            path += step.begins
    for element, entered in (inside or {}).items():
        path += entered[begun.get(element, 0) :]
    return tuple(path)


class Replay:
    """Plays `steps` until two tokens meet in a place, one is missing, or all are taken.

    `reach`, `groups` (of the net): an inclusive join that something holds up does not fire then; an activity that runs
    twice is a meeting, two tokens in one of the places `loose` (`net.loose`) are none.
    `tokens`: what lies where in the end; `meeting`: the two tokens that met; `order`: the steps as taken.
    """

    def __init__(
        self, steps: Sequence[Step], reach: Mapping[int, tuple[int, int]], groups: Mapping[str, int], loose: int = 0
    ) -> None:
        self.loose = loose
        self.reach = reach
        self.run_of = {place: key for key, group in groups.items() for place in bits(group)}
        self.tokens: dict[int, Token] = {START: Token(START, None)}
        self.meeting: tuple[Token, Token] | None = None
        self.order: list[Taken] = []
        for at, step in enumerate(steps):
            if not self._take(at, step):
                break
        self.whole = len(self.order) == len(steps)

    def _take(self, at: int, step: Step) -> bool:
        there = [place for place in step.takes if place in self.tokens]
        if not there or (len(there) < len(step.takes) and not step.gathers) or self._held_up(step, there):
            return False
        taken = Taken(at, step, tuple(self.tokens.pop(place) for place in there))
        self.order.append(taken)
        for place in step.gives:
            token = Token(place, taken)
            other = self._beside(place)
            if other is not None and self.meeting is None:
                self.meeting = (other, token)
            self.tokens.setdefault(place, token)
        return self.meeting is None

    def _beside(self, place: int) -> Token | None:
        """A token that may not be there together with one in `place`."""
        if self.loose >> place & 1:
            return None
        run = self.run_of.get(place)
        same = (one for one in self.tokens if run is not None and self.run_of.get(one) == run)
        return self.tokens.get(place if run is None else next(same, place))

    def _held_up(self, step: Step, there: list[int]) -> bool:
        if not step.gathers or len(there) == len(step.takes):
            return False
        waiting = mask(there)
        empty = mask(step.takes) & ~waiting
        others = (self.reach.get(place, (0, 0)) for place in self.tokens if place not in step.takes)
        return any(anything & empty and not sure & waiting for anything, sure in others)


def past(tokens: Iterable[Token]) -> list[Taken]:
    """The steps without which these tokens would not be there, in order."""
    found: dict[int, Taken] = {}
    work = list(tokens)
    while work:
        made = work.pop().made
        if made is not None and made.at not in found:
            found[made.at] = made
            work += made.tokens
    return [found[at] for at in sorted(found)]


def flow_together(first: Token, second: Token) -> tuple[Taken, Taken] | None:
    """The steps by which the ways of two tokens in one place became one: of one element, from different places.

    Not before the first token was made, if the second comes from there too.
    """
    behind = {taken.at for taken in past([second])}
    while first.made is not None and second.made is not None and first.made is not second.made:
        one, two = first.made, second.made
        if one.at in behind or {token.place for token in one.tokens} != {token.place for token in two.tokens}:
            return one, two
        pairs = [(each, other) for each in one.tokens for other in two.tokens if each.place == other.place]
        different = [pair for pair in pairs if pair[0] is not pair[1]]
        if not different:
            return None
        first, second = different[0]
    return None


def left_behind(first: Token, second: Token) -> str | None:
    """The element from which `second` went on and came round again, by itself, while `first` stayed; None if it did not.

    What comes round by itself can do so for ever, and leaves one more token each time.
    """
    met = flow_together(first, second)
    if met is None:
        return None
    way = past(met[1].tokens)
    round_ = {met[0]}
    for taken in way:
        if taken.at > met[0].at and any(token.made in round_ for token in taken.tokens):
            if not all(token.made in round_ for token in taken.tokens):
                return None
            round_.add(taken)
    if len(round_) == 1 and met[0] not in way:
        return None
    before = {taken.at for taken in way}
    common = [taken for taken in past([first]) if taken.at in before]
    return common[-1].step.node


def fork_of(tokens: Iterable[Token], since: int) -> str | None:
    """The element that, after step number `since`, made more tokens out of one, of which several are still there."""
    behind: dict[int, set[int]] = {}
    forks: dict[int, Taken] = {}
    for number, token in enumerate(tokens):
        for taken in past([token]):
            if taken.at >= since and len(taken.step.gives) > 1:
                behind.setdefault(taken.at, set()).add(number)
                forks[taken.at] = taken
    several = [at for at, found in behind.items() if len(found) > 1]
    return forks[max(several)].step.node if several else None

"""The token game of one scope as a net: places (bits of an int), steps of the drawing, and transitions made of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

START: Final = 0
"""The place that is marked before anything begins."""
MANY: Final = 10
"""Conditions at an inclusive split beyond which its selections are not all written out."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a token can be. `what` is an arrow's id, or of a running or stuck state the element's.

    `kind`: start, arrow, inside (between the arrows of one element), run, hung (a sub-process that will never go on),
    stuck (in an element without arrow out), terminate, throw (an end event that ends the scope; never taken from).
    """

    kind: str
    what: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the drawing. `path`: the elements entered by it, in order; `fires`: bits of the elements executed.

    `opens`: the element whose inside begins by it, `begins` what is entered there at once; `closes`: the element whose
    inside is over by it, `inside` what was entered there. (Only where the inside is played by itself.)
    `doubt`: the inside is only over by a run in which two tokens met.
    An inclusive join (`gathers`) takes whatever is there of `takes`, once nothing holds it up.
    """

    node: str
    path: tuple[str, ...]
    takes: tuple[int, ...]
    gives: tuple[int, ...]
    fires: int = 0
    gathers: bool = False
    guard: int = 0
    opens: str = ""
    begins: tuple[str, ...] = ()
    closes: str = ""
    inside: tuple[str, ...] = ()
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """Steps taken as one. `double`: it puts a second token somewhere by itself. `guard`: places that must be empty.

    `join`: the inclusive join (its element's id) whose inputs are `takes`. `doubt`: as of its steps.
    """

    takes: int
    gives: int
    steps: tuple[int, ...]
    fires: int
    double: bool = False
    guard: int = 0
    join: str = ""
    doubt: bool = False


@dataclass(slots=True)
class Branch:
    """One way out of an inclusive split: where its token comes to, by which further steps."""

    place: int
    steps: tuple[int, ...] = ()
    fires: int = 0


@dataclass(slots=True)
class Split:
    """An inclusive split whose selections are not written out yet: all of `always`, any of `maybe`, else `default`."""

    node: str
    takes: int
    path: tuple[str, ...]
    fires: int
    always: list[Branch]
    maybe: list[Branch]
    default: Branch | None

    def branches(self) -> list[Branch]:
        """All ways out."""
        return [*self.always, *self.maybe, *([self.default] if self.default else [])]

    @property
    def is_large(self) -> bool:
        """Whether there are too many selections to write them all out."""
        return len(self.maybe) > MANY

    def selections(self) -> Iterator[list[Branch]]:
        """Every selection that can happen, the smallest first; of a large split those of one way and of all."""
        if not self.always and self.default is not None:
            yield [self.default]
        most = 1 << len(self.maybe)
        some = [0, *(1 << at for at in range(len(self.maybe))), most - 1] if self.is_large else range(most)
        order = sorted(some, key=lambda bits: (bits.bit_count(), bits))
        for bits in order:
            chosen = [*self.always, *(one for at, one in enumerate(self.maybe) if bits >> at & 1)]
            if chosen:
                yield chosen


@dataclass(slots=True)
class Net:
    """What `build` makes.

    `frozen`: places that reductions leave alone. `reach`: see `reach.py`. `ways_out`: for running activities the arrows
    by which their token may leave, and those of non-interrupting events. `partial`: some behaviour is left out.
    `groups`: for running activities all places that mean one run of it, where there are several.
    `before_over`: of places that say that the scope is over, from where one comes there.
    `sticky`: places from which a token is only taken away, which nobody waits for; `place_fires`: what is executed by
    a token that comes to such a place; `place_steps`: some steps by which it is taken away.
    """

    places: list[Place] = field(default_factory=lambda: [Place("start", "")])
    steps: list[Step] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    splits: list[Split] = field(default_factory=list)
    frozen: int = 0
    sticky: int = 0
    partial: bool = False
    place_fires: dict[int, int] = field(default_factory=dict)
    place_steps: dict[int, tuple[int, ...]] = field(default_factory=dict)
    reach: dict[int, tuple[int, int]] = field(default_factory=dict)
    ways_out: dict[int, tuple[tuple[int, ...], tuple[int, ...]]] = field(default_factory=dict)
    before_over: dict[int, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)

    def place(self, kind: str, what: str) -> int:
        """A new place."""
        self.places.append(Place(kind, what))
        return len(self.places) - 1

    def over(self, kind: str, what: str, before: int) -> int:
        """A new place that says that the scope is over, come to from the place `before`."""
        self.before_over[len(self.places)] = before
        return self.place(kind, what)

    def step(self, step: Step) -> int:
        """A new step that is no move of its own."""
        self.steps.append(step)
        return len(self.steps) - 1

    def add(self, step: Step) -> None:
        """A new step, and the move that is just this step."""
        number = self.step(step)
        gives = mask(step.gives)
        double = gives.bit_count() < len(step.gives)
        join = step.node if step.gathers else ""
        self.moves.append(Move(mask(step.takes), gives, (number,), step.fires, double, step.guard, join, step.doubt))

    def loose(self) -> int:
        """Where several tokens may come to rest one after the other without ever having met.

        That is behind inclusive joins only: before anything else the first could have waited for the second.
        """
        found = mask(place for step in self.steps if step.gathers for place in step.gives)
        return found & self.of_kind("stuck")

    def of_kind(self, *kinds: str) -> int:
        """The bits of all places of these kinds."""
        return mask(at for at, place in enumerate(self.places) if place.kind in kinds)


def mask(places: Iterable[int]) -> int:
    """The bits of these places."""
    found = 0
    for place in places:
        found |= 1 << place
    return found


def bits(marking: int) -> Iterator[int]:
    """The places in a marking."""
    while marking:
        low = marking & -marking
        yield low.bit_length() - 1
        marking ^= low

"""Who is given a step: pure choices over people who may have it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WEIGHTS: Mapping[str, int] = {"P1": 4, "P2": 3, "P3": 2, "P4": 1}
"""What an open step weighs, by the priority of its issue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A person who may have the step. ``steps``: how many are open in the person's hands, ``weight``: what they weigh;
    ``skill``: how well the person knows such issues, 0: not."""

    user: int
    steps: int = 0
    weight: int = 0
    skill: int = 0


def within_capacity(found: Sequence[Candidate], capacity: int) -> list[Candidate]:
    """Those who may get one more; 0: no bound."""
    return [each for each in found if not capacity or each.steps < capacity]


def in_turn(found: Sequence[Candidate], last: int) -> Candidate | None:
    """The next one after ``last`` in the order of ids, then from the front again."""
    ordered = sorted(found, key=lambda each: each.user)
    return next((each for each in ordered if each.user > last), ordered[0] if ordered else None)


def least_loaded(found: Sequence[Candidate], last: int) -> Candidate | None:
    """Whose steps weigh least; of equals the one whose turn it is."""
    least = min((each.weight for each in found), default=0)
    return in_turn([each for each in found if each.weight == least], last)


def most_skilled(found: Sequence[Candidate], last: int) -> Candidate | None:
    """Who knows it best; of equals the least loaded. Nobody who knows it: nobody is chosen."""
    best = max((each.skill for each in found), default=0)
    return least_loaded([each for each in found if each.skill == best], last) if best else None


CHOICES = {"turn": in_turn, "load": least_loaded, "skill": most_skilled}
"""The methods that choose somebody; under the others people choose."""


def choose(method: str, found: Sequence[Candidate], *, capacity: int, last: int) -> Candidate | None:
    """The person, or None: the step then waits in its pool."""
    choice = CHOICES.get(method)
    return choice(within_capacity(found, capacity), last) if choice is not None else None

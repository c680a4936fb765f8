"""Two people change the same thing: which of the later one's wishes collide. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Collision:
    """A field that somebody else has changed since it was read: as it is now, and as it was wanted."""

    field: str
    theirs: str
    mine: str


def apart(
    wanted: Mapping[str, str | None], read: Mapping[str, str], current: Mapping[str, str]
) -> tuple[dict[str, str | None], list[Collision]]:
    """What is really wanted, and what of it collides.

    A field left as it was read is not wanted (None), so it takes nothing back that somebody else changed. One that was
    changed collides when it is now neither as it was read nor as it is wanted.
    """
    real: dict[str, str | None] = {}
    collisions = []
    for field, mine in wanted.items():
        before = read.get(field)
        real[field] = None if mine is None or mine == before else mine
        theirs = current.get(field, "")
        if mine is not None and real[field] is not None and before is not None and theirs not in (before, mine):
            collisions.append(Collision(field, theirs, mine))
    return real, collisions

"""Random numbers that belong to a case and a place, not to the order in which things happen.

Every place that draws (an element's duration, a split …) has a stream of its own, seeded by the run's seed, the
replication and the place's name; the n-th case takes the n-th number of each. So two scenarios with one seed face the
same customers, who bring the same work: the difference between them is the scenario's (common random numbers).
"""

import hashlib
from random import Random
from typing import Final

_MASK: Final = (1 << 64) - 1
_GOLDEN: Final = 0x9E3779B97F4A7C15


def stream(seed: int, replication: int, place: str) -> Random:
    """The numbers of one place."""
    text = f"{seed}/{replication}/{place}".encode()
    return Random(int.from_bytes(hashlib.sha256(text).digest()[:16]))  # noqa: S311 - a simulation keeps no secret


def mixed(key: int, visit: int) -> float:
    """A uniform number in [0, 1) for the `visit`-th time that a place is asked by one case (splitmix64)."""
    z = (key + visit * _GOLDEN) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return ((z ^ (z >> 31)) >> 11) * 2.0**-53


def place_key(seed: int, replication: int, place: str) -> int:
    """What `mixed` is keyed with at a place, together with the number of the case."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{replication}/{place}/again".encode()).digest()[:8])

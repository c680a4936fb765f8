"""How sure a mean is: intervals that hold the true one in 95 of 100 runs."""

import math
from collections.abc import Sequence
from statistics import fmean, stdev
from typing import Final

_TABLE: Final = (
    12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281,
    2.2010, 2.1788, 2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860,
    2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423,
)  # fmt: skip
_NORMAL: Final = 1.959963984540054


def t975(degrees: int) -> float:
    """The value that Student's t stays below in 97.5 of 100 cases; ValueError below one degree of freedom."""
    if degrees < 1:
        raise ValueError("one value tells nothing about its spread")
    if degrees <= len(_TABLE):
        return _TABLE[degrees - 1]
    z, n = _NORMAL, float(degrees)
    first = (z**3 + z) / (4 * n)
    second = (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n * n)
    return z + first + second + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * n**3)


def interval(values: Sequence[float], centre: float | None = None) -> list[float] | None:
    """The 95 % interval of the mean of these values, around `centre` if given; None for fewer than two."""
    if len(values) < 2:
        return None
    middle = fmean(values) if centre is None else centre
    half = t975(len(values) - 1) * stdev(values) / math.sqrt(len(values))
    return [middle - half, middle + half]

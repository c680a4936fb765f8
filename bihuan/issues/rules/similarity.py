"""How alike two texts are, without a dictionary: by the pairs of neighbours that they share."""

import unicodedata

from bihuan.core.text import fold

_SEEN = 4000


def _pairs(text: str) -> frozenset[str]:
    letters = [c for c in fold(text[:_SEEN]) if unicodedata.category(c)[0] in "LN"]
    return frozenset(a + b for a, b in zip(letters, letters[1:], strict=False))


def likeness(one: str, other: str) -> float:
    """From 0 (nothing in common) to 1 (the same): Jaccard's index of the pairs of neighbouring letters and figures.

    Word order, signs and spaces hardly matter; traditional and simplified characters are the same.
    """
    left, right = _pairs(one), _pairs(other)
    if not left or not right:
        return 0.0
    return len(left & right) / len(left | right)

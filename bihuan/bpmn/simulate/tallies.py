"""Figures that grow with what is measured and not with how often: sums by batch, and shares by size."""

import math
from collections import Counter
from typing import Final

EXACT: Final = 20_000
"""Up to so many values are kept as they are; beyond, each by its size class, half a per cent wide."""
_CLASS: Final = math.log(1.005)
_ZERO: Final = -(10**6)


class Tally:
    """Values of one kind. `raw` takes new ones; `fold` adds them up; `close_batch` ends a batch.

    `batches`: (how many, their sum), one for each batch.
    """

    __slots__ = ("_classes", "_count", "_exact", "_sum", "batches", "largest", "raw")

    def __init__(self) -> None:
        self.raw: list[float] = []
        self.batches: list[tuple[float, float]] = []
        self.largest = 0.0
        self._count = 0
        self._sum = 0.0
        self._exact: list[float] = []
        self._classes: Counter[int] | None = None

    def fold(self) -> None:
        """Adds up what has come."""
        raw = self.raw
        if not raw:
            return
        self._count += len(raw)
        self._sum += sum(raw)
        self.largest = max(self.largest, max(raw))
        if self._classes is None:
            self._exact += raw
            if len(self._exact) > EXACT:
                self._sort_in()
        else:
            self._classes.update(map(_class_of, raw))
        raw.clear()

    def close_batch(self) -> None:
        """What comes from now on belongs to the next batch."""
        self.fold()
        self.batches.append((float(self._count), self._sum))
        self._count, self._sum = 0, 0.0

    def _sort_in(self) -> None:
        self._classes = Counter(map(_class_of, self._exact))
        self._exact = []

    def merge(self, other: "Tally") -> None:
        """Takes the values of another in, as further batches."""
        self.batches += other.batches
        self.largest = max(self.largest, other.largest)
        self._exact += other._exact
        if self._classes is None and other._classes is None and len(self._exact) <= EXACT:
            return
        if self._classes is None:
            self._sort_in()
        elif self._exact:
            self._classes.update(map(_class_of, self._exact))
            self._exact = []
        if self._classes is not None and other._classes is not None:
            self._classes.update(other._classes)

    def quantile(self, share: float) -> float:
        """The value that `share` of all do not exceed; 0 where there are none."""
        if self._classes is None:
            ordered = sorted(self._exact)
            return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0
        left = share * self._classes.total()
        for size in sorted(self._classes):
            left -= self._classes[size]
            if left <= 0:
                return 0.0 if size == _ZERO else math.exp(size * _CLASS)
        return self.largest

    def within(self, limit: float) -> float:
        """How many values are at most `limit`."""
        if self._classes is None:
            return float(sum(value <= limit for value in self._exact))
        size = _class_of(limit)
        return float(sum(count for one, count in self._classes.items() if one <= size))


def _class_of(value: float) -> int:
    return round(math.log(value) / _CLASS) if value > 0.0 else _ZERO

"""How many people are needed: a search over their number, every number facing the same issues."""

from collections.abc import Iterator
from typing import Final, Literal

from bihuan.studio.rehearsing.figures import Figure

Verdict = Literal["enough", "unsure", "short"]
_CEILING: Final = 500


def verdict(figure: Figure, goal: float) -> Verdict:
    """Whether the share reaches the goal: unsure where the interval holds both answers, or there is none."""
    if figure.low is None or figure.high is None:
        return "unsure"
    if figure.low >= goal:
        return "enough"
    return "short" if figure.high < goal else "unsure"


class Search:
    """`run` yields numbers of people; before it goes on, the share that each gives stands in `tried`.

    `known`: what the present number gives. More people are never worse, so that halving finds the smallest number; its
    neighbours are tried too.
    """

    def __init__(self, role: str, now: int, goal: float, known: Figure) -> None:
        self.role, self.now, self.goal = role, now, goal
        self.tried = {now: known}
        self.need: int | None = None

    def run(self) -> Iterator[int]:
        """The numbers to try, one after the other."""
        low, high = 0, self.now
        if not self._is_enough(high):
            low, high = high, min(_CEILING, high * 3 + 10)
            yield from self._new(high)
            if not self._is_enough(high):
                yield from self._new(self.now + 1)
                return
        while high - low > 1:
            middle = self._between(low, high)
            yield from self._new(middle)
            low, high = (low, middle) if self._is_enough(middle) else (middle, high)
        self.need = high
        for near in (high - 1, high + 1):
            if near >= 1:
                yield from self._new(near)

    def answer(self) -> dict[str, object]:
        """`need`: the smallest number that is surely enough; None where none of those tried is. `tried`: by number."""
        tried = [
            {"people": people, "verdict": verdict(one, self.goal), **one.to_json()}
            for people, one in sorted(self.tried.items())
        ]
        return {"role": self.role, "now": self.now, "need": self.need, "tried": tried}

    def _is_enough(self, people: int) -> bool:
        return verdict(self.tried[people], self.goal) == "enough"

    def _new(self, people: int) -> Iterator[int]:
        if people not in self.tried:
            yield people

    def _between(self, low: int, high: int) -> int:
        """Near the present number first: the answer is seldom far, and hopeless numbers take longest."""
        if low == self.now:
            return low + max(1, (high - low) // 4)
        if high == self.now:
            return high - max(1, (high - low) // 4)
        return (low + high) // 2

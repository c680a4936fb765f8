"""What will happen, in order of time; at one instant in the order in which it was noted."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappush
from itertools import count
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from bihuan.bpmn.simulate.cases import Work
    from bihuan.bpmn.simulate.crews import Crew

Happening = Callable[[float, object], None]
"""Called with the instant, and with what it is about."""

_What = TypeVar("_What")


class Agenda:
    """`heap` and `tick` are open so that the most frequent entries cost no call; an entry is (when, tick, act, what)."""

    __slots__ = ("finish", "heap", "tick", "wake")

    def __init__(self, finish: Callable[[float, Work], None], wake: Callable[[float, Crew], None]) -> None:
        self.heap: list[tuple[float, int, Happening, object]] = []
        self.tick = count().__next__
        self.finish = cast("Happening", finish)
        self.wake = cast("Happening", wake)

    def note(self, when: float, act: Callable[[float, _What], None], what: _What) -> None:
        """`act(when, what)` will happen."""
        heappush(self.heap, (when, self.tick(), cast("Happening", act), what))

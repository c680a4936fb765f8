"""What the worker does again and again. Apps register their ticks in ``AppConfig.ready``."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tick:
    """``run(now)`` does one bounded portion and returns how many things it did; 0 lets the worker sleep ``every``.

    It may run in several workers at once and may be killed at any point.
    """

    name: str
    every: float
    run: Callable[[datetime], int]


_ticks: dict[str, Tick] = {}


def register_tick(tick: Tick) -> None:
    """Adds a tick; the same name twice is a mistake of the programmer."""
    if tick.name in _ticks:
        raise ValueError(f"tick {tick.name} is registered twice")
    _ticks[tick.name] = tick


def registered_ticks() -> tuple[Tick, ...]:
    """All ticks in the order of registration."""
    return tuple(_ticks.values())


def each_alone(things: Iterable[T], act: Callable[[T], int], *, what: str) -> int:
    """Does ``act`` to one thing after the other, each an operation of its own; the sum of what they return. One that fails
    is logged under ``what`` and does not hold up the others."""
    done = 0
    for thing in things:
        try:
            done += act(thing)
        except Exception:
            log.exception("%s: %s failed", what, thing)
    return done

"""What the worker does again and again. Apps register their ticks in ``AppConfig.ready``."""

import logging
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

T = TypeVar("T", bound=Hashable)
_PAUSE = timedelta(minutes=10)
_passed_by: dict[tuple[str, Hashable], datetime] = {}
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


def ahead(limit: int) -> int:
    """How many due things to look for where ``limit`` are to be done: some of them may have to be passed by."""
    return limit * 10


def each_alone(things: Iterable[T], act: Callable[[T], int], *, what: str, now: datetime, limit: int) -> int:
    """Does ``act`` to one thing after the other, each an operation of its own; the sum of what they return.

    One that fails is logged under ``what`` and does not hold up the others: this process passes it by for ten minutes, so
    that things that fail again and again do not fill every portion. ``limit``: how many are done at most.
    """
    done = tried = 0
    for thing in things:
        if tried == limit:
            break
        if _passed_by.get((what, thing), now) > now:
            continue
        tried += 1
        try:
            done += act(thing)
            _passed_by.pop((what, thing), None)
        except Exception:
            log.exception("%s: %s failed", what, thing)
            _pass_by((what, thing), now)
    return done


def _pass_by(key: tuple[str, Hashable], now: datetime) -> None:
    for old in [each for each, until in _passed_by.items() if until <= now]:
        del _passed_by[old]
    _passed_by[key] = now + _PAUSE

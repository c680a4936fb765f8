"""What the rooms above hear from the calendars, in the transaction in which it happens."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CalendarChanged:
    """A calendar has a new version. ``previous_id`` is None for its first one.

    ``loaded_years`` are those whose official days were not loaded in the previous version and are now: deadlines
    that were provisional for one of them can be settled. ``recount``: whoever made the change wants what is open
    counted anew; what is closed stays as it is.
    """

    key: str
    previous_id: int | None
    version_id: int
    loaded_years: frozenset[int]
    recount: bool = False


Listener = Callable[[CalendarChanged, datetime], None]

_listeners: dict[str, Listener] = {}


def listen(name: str, listener: Listener) -> None:
    """Registers ``listener(change, now)``; the same name twice is a mistake of the programmer."""
    if name in _listeners:
        raise ValueError(f"listener {name} is registered twice")
    _listeners[name] = listener


def stop_listening(name: str) -> None:
    """Undoes `listen`; for tests."""
    del _listeners[name]


def announce(change: CalendarChanged, now: datetime) -> None:
    """Tells all listeners; an error of one of them undoes the change."""
    for listener in tuple(_listeners.values()):
        listener(change, now)

"""Settings that every step asks for (people, calendars, charts) are kept in each process, and are never stale.

A trigger of the database gives a stamp a new value, never used before, in the transaction that changes a setting. Who
keeps something asks for the stamps first, by one small query: whoever sees the new rows sees the new stamp. Within one
operation the stamps are read once, so that all of it sees the same settings.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar, overload

from django.db import connection, transaction

from bihuan.core.rows import Asked, Prepared, ask, gathered, is_gathering

T = TypeVar("T")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
Stamps = dict[str, int]
_ALL = Prepared("SELECT key, value FROM core_stamp")


class _Held:
    """The stamps of an operation, once they were read."""

    __slots__ = ("stamps",)

    def __init__(self) -> None:
        self.stamps: Stamps | None = None


_held: ContextVar[_Held | None] = ContextVar("stamps_held", default=None)


def stamps() -> Stamps:
    """The stamps by key, as the operation first saw them, else now. A key never stamped is left out."""
    held = _held.get()
    if held is None:
        return dict(_ALL.rows())
    if held.stamps is None:
        held.stamps = dict(_ALL.rows())
    return held.stamps


@contextmanager
def held() -> Iterator[None]:
    """Within it stamps are read once; inside another one nothing changes."""
    if _held.get() is not None:
        yield
        return
    token = _held.set(_Held())
    try:
        yield
    finally:
        _held.reset(token)


@overload
def ask_first(one: Asked[A], /) -> tuple[list[A]]: ...
@overload
def ask_first(one: Asked[A], two: Asked[B], /) -> tuple[list[A], list[B]]: ...
@overload
def ask_first(one: Asked[A], two: Asked[B], three: Asked[C], /) -> tuple[list[A], list[B], list[C]]: ...
def ask_first(*asked: Asked[Any]) -> tuple[list[Any], ...]:
    """``rows.ask`` at the beginning of an operation: the stamps come with the answer, read after what was locked."""
    held = _held.get()
    if held is None or held.stamps is not None:
        return ask(*asked)
    *found, stamped = ask(*asked, _ALL.of())
    held.stamps = dict(stamped)
    return tuple(found)


@contextmanager
def operation() -> Iterator[None]:
    """One transaction in which the stamps are read once and rows are written together: around operations that every
    step goes through. Within another one it is a part of that: when it is refused, all of it is."""
    outermost = not connection.in_atomic_block
    with transaction.atomic(savepoint=not is_gathering()), held(), gathered(commit=outermost):
        yield


class Kept(Generic[T]):
    """What a process keeps of settings: loaded again when their stamp is another."""

    def __init__(self, key: str, load: Callable[[], T]) -> None:
        self._key = key
        self._load = load
        self._kept: tuple[str, int, T] | None = None

    def get(self) -> T:
        """As it is now. No query within an operation that has read the stamps, but after a change."""
        # The name keeps apart databases that one process talks to in turn.
        name, stamp = str(connection.settings_dict["NAME"]), stamps().get(self._key, 0)
        kept = self._kept
        if kept is not None and kept[:2] == (name, stamp):
            return kept[2]
        found = self._load()
        self._kept = (name, stamp, found)
        return found

"""Watches a mailbox: stays connected, hears of new mail at once, comes back after every failure."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from bihuan.channels.kinds.email.failures import TemporaryFailure
from bihuan.channels.kinds.email.hosts import Resolve, company_address
from bihuan.channels.kinds.email.imap_client import Connection
from bihuan.channels.kinds.email.imap_poller import (
    Account,
    Cursor,
    Handlers,
    Limits,
    Polled,
    connected,
    poll_connection,
)

FIRST_PAUSE = 5.0
LONGEST_PAUSE = 900.0
# Some providers drop connections that idle for ten minutes; RFC 2177 asks for less than 29.
LONGEST_IDLE = 540.0


@dataclass(slots=True)
class _Pauses:
    """How long to wait after failures: twice as long each time, with some randomness so that many mailboxes do not
    come back at once."""

    first: float
    chance: Random = field(default_factory=Random)
    failures: int = 0

    def next(self) -> float:
        pause = min(LONGEST_PAUSE, self.first * 2.0 ** min(self.failures, 20))
        self.failures += 1
        return pause * self.chance.uniform(0.8, 1.2)


def watch_mailbox(
    account: Account,
    read_cursor: Callable[[], Cursor],
    handlers: Handlers,
    *,
    stop: threading.Event,
    clock: Callable[[], datetime],
    on_state: Callable[[Polled | TemporaryFailure], None],
    limits: Limits | None = None,
    resolve: Resolve = company_address,
    interval: float = 60.0,
    first_pause: float = FIRST_PAUSE,
) -> None:
    """Polls until ``stop`` is set: when the server tells of new mail, otherwise every ``interval`` seconds.

    ``on_state`` hears what each poll did, and every failure; after one it waits ``first_pause`` seconds, later longer,
    up to a quarter of an hour. The lock is held while connected; who does not get it asks again after ``interval``.
    Errors of the caller's own functions (but for those of ``on_mail``) come out.
    """
    watch = _Watch(account, read_cursor, handlers, stop, clock, on_state, limits or Limits(), resolve, interval)
    pauses = _Pauses(first_pause)
    while not stop.is_set():
        try:
            if not watch.session(pauses):
                on_state(Polled(cursor=read_cursor(), busy=True))
                stop.wait(interval)
        except TemporaryFailure as failure:
            on_state(failure)
            stop.wait(pauses.next())


@dataclass(frozen=True, slots=True)
class _Watch:
    """What one watch needs."""

    account: Account
    read_cursor: Callable[[], Cursor]
    handlers: Handlers
    stop: threading.Event
    clock: Callable[[], datetime]
    on_state: Callable[[Polled | TemporaryFailure], None]
    limits: Limits
    resolve: Resolve
    interval: float

    def session(self, pauses: _Pauses) -> bool:
        """Connects and stays; False when somebody else watches this mailbox."""
        with self.handlers.lock() as mine:
            if mine:
                with connected(self.account, resolve=self.resolve, largest=self.limits.largest) as connection:
                    self._stay(connection, pauses)
            return mine

    def _stay(self, connection: Connection, pauses: _Pauses) -> None:
        while not self.stop.is_set():
            polled = poll_connection(
                connection, self.read_cursor(), self.handlers, now=self.clock(), limits=self.limits
            )
            self.on_state(polled)
            pauses.failures = 0
            if not polled.left:
                self._rest(connection)

    def _rest(self, connection: Connection) -> None:
        """Waits for new mail."""
        if not connection.wait(LONGEST_IDLE, self.stop):
            self.stop.wait(self.interval)
            if not self.stop.is_set():
                connection.refresh()

"""Rooms above hang in here: who carries a public message to the customer, who keeps a closed case, who hears answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bihuan.core.actor import Actor
from bihuan.issues.models import Entry, Issue

Outbox = Callable[[Entry, bool], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDone:
    """A step was completed with this data, in the same transaction."""

    issue: Issue
    node: str
    outcome: str
    data: Mapping[str, object]
    actor: Actor
    now: datetime


StepListener = Callable[[StepDone], None]
_outboxes: list[Outbox] = []
_listeners: list[StepListener] = []


def register_outbox(outbox: Outbox) -> None:
    """``outbox(entry, automatic)`` is called for each public message, inside the transaction that wrote it."""
    if not callable(outbox):
        raise TypeError("an outbox is called with an entry and whether it is automatic")
    _outboxes.append(outbox)


def send_out(entry: Entry, *, automatic: bool) -> None:
    """Hands a public message to whoever carries it."""
    for outbox in _outboxes:
        outbox(entry, automatic)


def register_step_listener(listener: StepListener) -> None:
    """``listener(done)`` is called after each completed step, inside its transaction."""
    if not callable(listener):
        raise TypeError("a listener is called with StepDone")
    _listeners.append(listener)


def step_done(done: StepDone) -> None:
    """Tells the listeners."""
    for listener in _listeners:
        listener(done)

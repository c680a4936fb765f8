"""Rooms above hang in here: who carries a public message to the customer, who hears of completed steps, who may stop
one, who has a link to add below a message."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bihuan.core.actor import Actor
from bihuan.issues.models import Entry, Issue

Outbox = Callable[[Entry, bool], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDone:
    """A step was completed with this data, in the same transaction.

    ``issue`` is the row as it will be stored; ``groups`` are the parts of the form that the step filled in.
    """

    issue: Issue
    node: str
    groups: tuple[str, ...]
    outcome: str
    data: Mapping[str, object]
    actor: Actor
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StepAttempt:
    """Somebody of the house is about to complete a step; ``closes``: the chart ended by it, so the issue would close."""

    issue: Issue
    work_item_id: int
    node: str
    outcome: str
    closes: bool
    actor: Actor
    now: datetime


@dataclass(frozen=True, slots=True)
class MessageLink:
    """A link below a message on its way to the customer; never stored with it, so that nobody in the house has it."""

    words: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeChange:
    """``merged`` goes on in ``survivor`` from now on, or (``undone``) by itself again; both as they will be stored."""

    survivor: Issue
    merged: Issue
    undone: bool
    actor: Actor
    now: datetime


MergeFollower = Callable[[MergeChange], None]
StepListener = Callable[[StepDone], None]
StepGuard = Callable[[StepAttempt], None]
LinkProvider = Callable[[Entry, datetime], MessageLink | None]
_outboxes: list[Outbox] = []
_listeners: list[StepListener] = []
_guards: list[StepGuard] = []
_links: list[LinkProvider] = []
_merge_followers: list[MergeFollower] = []


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


def register_step_guard(guard: StepGuard) -> None:
    """``guard(attempt)`` raises a refusal that names what stands in the way; it is asked before a step is completed, and
    once more with ``closes`` when the issue would close by it, inside the transaction that is then taken back."""
    if not callable(guard):
        raise TypeError("a guard is called with StepAttempt")
    _guards.append(guard)


def ask_guards(attempt: StepAttempt) -> None:
    """Refuses where a guard does."""
    for guard in _guards:
        guard(attempt)


def register_message_link(provider: LinkProvider) -> None:
    """``provider(entry, now)`` gives the link that belongs below an outgoing message, or None; in any language that is
    active."""
    if not callable(provider):
        raise TypeError("a provider is called with an entry and an instant")
    _links.append(provider)


def links_below(entry: Entry, *, now: datetime) -> list[MessageLink]:
    """The links to add below a message while it is being sent."""
    return [link for provider in _links if (link := provider(entry, now)) is not None]


def register_merge_follower(follower: MergeFollower) -> None:
    """``follower(change)`` is called inside the transaction of a merge, and of taking one back: topics that keep rows of
    their own at issues bring them along, each once."""
    if not callable(follower):
        raise TypeError("a follower is called with MergeChange")
    _merge_followers.append(follower)


def merge_changed(change: MergeChange) -> None:
    """Tells the followers."""
    for follower in _merge_followers:
        follower(change)

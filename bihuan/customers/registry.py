"""Rooms above hang in here: whose customers a person may see, what else follows a customer that is merged, what else is
known of a person and must go when he demands it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db.models import Model, QuerySet

from bihuan.core.actor import Actor


class Reach(Protocol):
    """``reach(actor)``: a query of the ids of the customers with something that the actor may see."""

    def __call__(self, actor: Actor) -> "QuerySet[Model, object]": ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Union:
    """One customer becomes another's: ``gone`` into ``survivor``. ``contacts`` are those that came over; ``since`` is
    when."""

    survivor_id: int
    gone_id: int
    contacts: Sequence[int]
    since: datetime
    actor: Actor
    now: datetime


class Follower(Protocol):
    """Rows of a room above that belong to a customer. Joins the caller's transaction."""

    key: str

    def follow(self, union: Union) -> list[int]:
        """Gives the rows of ``gone`` to ``survivor``; returns their ids."""

    def go_back(self, union: Union, ids: Sequence[int]) -> int:
        """Gives back those ids, and what came since by one of the contacts; returns how many."""


class Holder(Protocol):
    """Personal data that a room above keeps. Joins the caller's transaction."""

    key: str

    def tell(self, contact_id: int) -> list[dict[str, object]]:
        """All of it about this person, in plain values, for the copy that he gets."""

    def obstacles(self, contact_id: int) -> list[str]:
        """Why it must be kept for the time being: sentences for the one who handles the demand."""

    def erase(self, contact_id: int, now: datetime) -> Mapping[str, int]:
        """Takes out what names or quotes the person and keeps what is counted; how many rows of what."""


_reaches: list[Reach] = []
_followers: dict[str, Follower] = {}
_holders: dict[str, Holder] = {}


def register_reach(reach: Reach) -> None:
    """Adds a way by which a person may see a customer."""
    if not callable(reach):
        raise TypeError("a reach is called with an actor")
    _reaches.append(reach)


def reaches() -> Sequence[Reach]:
    """All of them."""
    return _reaches


def register_follower(follower: Follower) -> None:
    """Adds what follows a merged customer."""
    if not all(callable(getattr(follower, name, None)) for name in ("follow", "go_back")):
        raise TypeError("a follower follows and goes back")
    _followers[follower.key] = follower


def followers() -> Sequence[Follower]:
    """All of them."""
    return tuple(_followers.values())


def register_holder(holder: Holder) -> None:
    """Adds a keeper of personal data."""
    if not all(callable(getattr(holder, name, None)) for name in ("tell", "obstacles", "erase")):
        raise TypeError("a holder tells, names obstacles and erases")
    _holders[holder.key] = holder


def holders() -> Sequence[Holder]:
    """All of them."""
    return tuple(_holders.values())

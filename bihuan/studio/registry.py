"""Rooms above hang in here: who rings the bell of a member of staff. Registered once, in ``AppConfig.ready``."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol


class Bell(Protocol):
    """Tells people of something they should look at. ``code`` is worded where it is shown, with ``params`` in its
    places, in the reader's language; ``params["draft"]`` is the id of the draft, ``params["chart"]`` the key of the chart that it
    is about."""

    def __call__(
        self, *, user_ids: Sequence[int], code: str, params: Mapping[str, object], now: datetime
    ) -> object: ...


_bells: list[Bell] = []


def register_bell(bell: Bell) -> None:
    """``bell`` is called inside the transaction that made it happen."""
    if not callable(bell):
        raise TypeError("a bell is called with user_ids, code, params and now")
    _bells.append(bell)


def ring(user_ids: Iterable[int | None], code: str, params: Mapping[str, object], now: datetime) -> None:
    """Tells these people, each once; nothing where there is nobody to tell."""
    people = [user for user in dict.fromkeys(user_ids) if user is not None]
    if people:
        for bell in _bells:
            bell(user_ids=people, code=code, params=params, now=now)

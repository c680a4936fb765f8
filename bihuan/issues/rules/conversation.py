"""What of a conversation is news to somebody who writes, and how long a reply can be taken back. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

HOLDS = (0, 5, 10, 30)
"""Seconds that a person may choose from."""
DEFAULT_HOLD = 10
WATCHED = 12
"""So many of the latest public lines a composer has before it; older ones are never news."""


@dataclass(frozen=True, slots=True)
class Said:
    """A public line of the timeline: its place, and who of the house wrote it (None: the customer)."""

    id: int
    at: datetime
    author_id: int | None


def news(latest: Sequence[Said], seen: Collection[int], writer: int | None) -> list[int]:
    """Which of the latest public lines (newest first) the writer has not seen, the oldest first.

    What the writer wrote is no news; nor is what is older than everything that was seen, where as much as is watched was.
    Ids alone do not tell: they are given out in blocks, so a later line may have a lower one.
    """
    known = [line for line in latest if line.id in seen]
    since = min((line.at for line in known), default=None)
    fresh = [
        line.id
        for line in latest
        if line.id not in seen
        and (writer is None or line.author_id != writer)
        and not (since is not None and len(seen) >= WATCHED and line.at < since)
    ]
    return fresh[::-1]


def read_seen(text: str) -> frozenset[int]:
    """The ids in a form's field; what is no id is left out."""
    parts = text.split(",")[: WATCHED * 2]
    return frozenset(int(part) for part in parts if part.isdecimal() and len(part) < 19)


def hold_of(chosen: int | None, most: int) -> int:
    """Seconds that a reply is held: the person's choice, else the default, and never more than the company's maximum."""
    return max(0, min(DEFAULT_HOLD if chosen is None else chosen, most))

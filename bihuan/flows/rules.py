"""The life of a published version as a table, and who takes part in a pilot."""

import hashlib
from collections.abc import Collection, Mapping
from typing import Final

# (stage, act) → stage; what is not named is refused.
MOVES: Final[Mapping[tuple[str, str], str]] = {
    ("pilot", "adjust"): "pilot",
    ("pilot", "promote"): "published",
    ("pilot", "stop"): "retired",
    ("published", "retire"): "retired",
}
ACTS: Final = ("adjust", "promote", "stop", "retire")


def share_of(token: str, subject: str) -> int:
    """A number from 0 to 99 that is always the same for the same subject under the same token."""
    return int.from_bytes(hashlib.sha256(f"{token}\0{subject}".encode()).digest()[:8]) % 100


def takes_part(
    *, percent: int | None, departments: Collection[int], mine: Collection[int], token: str, subject: str
) -> bool:
    """Whether a new instance runs on the pilot: by its departments, else by its subject's share."""
    if departments:
        return not set(departments).isdisjoint(mine)
    return percent is not None and share_of(token, subject) < percent

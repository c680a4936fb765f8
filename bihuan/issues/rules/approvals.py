"""Approvals as pure rules: whose turn it is, what a round came to, and what exactly is being approved."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SINGLE, ANY, ALL, VOTE, SEQUENTIAL = "single", "any", "all", "vote", "sequential"
MODES = (SINGLE, ANY, ALL, VOTE, SEQUENTIAL)
"""One decides · the first of several decides · all must agree · so many must agree · all must agree, one after another."""
APPROVE, REJECT = "approve", "reject"
APPROVED, REJECTED = "approved", "rejected"
BEFORE, AFTER = "before", "after"
MOST = 30
"""People who decide in one round at most."""


@dataclass(frozen=True, slots=True)
class Seat:
    """One who decides. ``host``: the seat that this one was added to (加签), ``place`` before or after it; None for a seat
    of its own. ``decision``: approve, reject, or "" as long as there is none."""

    key: int
    decision: str = ""
    host: int | None = None
    place: str = ""


Group = Sequence[Seat]


def groups(seats: Iterable[Seat]) -> list[Group]:
    """The seats as they count: each seat of its own with those added to it, in the order in which they decide. A group
    has one voice."""
    known = list(seats)
    hosts = [seat for seat in known if seat.host is None]

    def of(host: Seat, place: str) -> list[Seat]:
        return [seat for seat in known if seat.host == host.key and seat.place == place]

    return [[*of(host, BEFORE), host, *of(host, AFTER)] for host in hosts]


def voice(group: Group) -> str:
    """What a group says: it agrees when all in it do, and refuses as soon as one does."""
    decisions = [seat.decision for seat in group]
    if REJECT in decisions:
        return REJECT
    return APPROVE if all(decisions) else ""


def needed(mode: str, wanted: str, seats: int) -> int:
    """How many of so many seats must agree. ``wanted`` of a vote: a number, or a share such as ``60%`` (rounded up).

    Never fewer than one and never more than there are: leave or self-approval must not make a vote unwinnable.
    """
    if mode in (SINGLE, ANY):
        return 1
    if mode != VOTE:
        return max(1, seats)
    number = int(wanted.rstrip("%") or 0)
    if wanted.endswith("%"):
        number = -(-number * seats // 100)
    return max(1, min(number, seats))


def is_share(text: str) -> bool:
    """Whether this says how many must agree in a vote: 1 to 99 people, or 1% to 100%."""
    number = text.removesuffix("%")
    if not (number.isascii() and number.isdecimal() and len(number) <= 3):
        return False
    return 1 <= int(number) <= (100 if text.endswith("%") else 99)


def outcome(mode: str, quorum: int, seats: Iterable[Seat]) -> str:
    """``approved``, ``rejected``, or "" as long as the round is open.

    A single or an any-sign goes by the first voice. All and sequential: one refusal is enough. A vote is over as soon as
    ``quorum`` agree, or as soon as they no longer can.
    """
    voices = [voice(group) for group in groups(seats)]
    agreed, refused = voices.count(APPROVE), voices.count(REJECT)
    if mode in (SINGLE, ANY):
        return APPROVED if agreed else REJECTED if refused else ""
    if mode == VOTE:
        if agreed >= quorum:
            return APPROVED
        return REJECTED if len(voices) - refused < quorum else ""
    if refused:
        return REJECTED
    return APPROVED if voices and agreed == len(voices) else ""


def waiting(mode: str, quorum: int, seats: Iterable[Seat]) -> set[int]:
    """Keys of the seats whose turn it is; none when the round is over."""
    known = list(seats)
    if outcome(mode, quorum, known):
        return set()
    turn: list[int] = []
    for group in groups(known):
        following = next((seat for seat in group if not seat.decision), None)
        if following is None or voice(group):
            continue
        turn.append(following.key)
        if mode == SEQUENTIAL:
            break
    return set(turn)


# -- what is approved ------------------------------------------------------------------------------------------------

Parts = Mapping[str, str]
"""``FORM.field`` → a digest of what stands there: enough to tell what changed, and nothing of the content itself."""


def _digest(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def content(
    records: Mapping[str, Mapping[str, object]], form: str, own: Mapping[str, Iterable[str]]
) -> dict[str, dict[str, object]]:
    """What an approval is about: what stands in its form but for the opinions of approvals themselves (``own``: their
    fields by form); where that is nothing, or it has no form, everything filled in so far. Blank fields do not count."""
    kept: dict[str, dict[str, object]] = {}
    for code, data in records.items():
        opinions = set(own.get(code, ()))
        filled = {name: value for name, value in data.items() if name not in opinions and value not in (None, "", [])}
        if filled:
            kept[code] = filled
    return {form: kept[form]} if form in kept else kept


def parts(found: Mapping[str, Mapping[str, object]]) -> dict[str, str]:
    """The parts of a content. A file counts by its id, which always stands for the same bytes."""
    return {f"{code}.{name}": _digest(value) for code, data in found.items() for name, value in data.items()}


def fingerprint(found: Parts) -> str:
    """The hash of a content, whatever the order of its parts."""
    return hashlib.sha256("\n".join(f"{key}={found[key]}" for key in sorted(found)).encode()).hexdigest()


def changed(before: Parts, after: Parts) -> list[str]:
    """The parts that differ, by name."""
    return sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))

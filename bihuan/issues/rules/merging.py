"""What a merged issue brings to the clocks of the one that goes on: the earliest start, the strictest due time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bihuan.issues.rules.clocks import FIRST, NEXT, RESOLUTION

Span = tuple[datetime, datetime]
ANSWERS = frozenset({FIRST, NEXT})
"""Any answer stops either of them, so one stands for the other."""
BROUGHT = (FIRST, NEXT, RESOLUTION)
"""Kinds that follow into the survivor. What a department or an approver owes belongs to a step, which stands still."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """An open clock as it was when its issue was merged: since when it ran, when it stood, when it is used up."""

    start: datetime
    pauses: tuple[Span, ...]
    due: datetime


def to_document(promise: Promise) -> dict[str, object]:
    """As JSON."""
    return {
        "start": promise.start.isoformat(),
        "pauses": [[start.isoformat(), end.isoformat()] for start, end in promise.pauses],
        "due": promise.due.isoformat(),
    }


def from_document(document: Mapping[str, object]) -> Promise:
    """What ``to_document`` wrote."""
    pauses = document.get("pauses")
    spans = [(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in pauses or ()]  # type: ignore[attr-defined]
    return Promise(
        start=datetime.fromisoformat(str(document["start"])),
        pauses=tuple(spans),
        due=datetime.fromisoformat(str(document["due"])),
    )


def concern(kind: str, brought: Mapping[str, Promise]) -> list[Promise]:
    """Those of an issue's promises that a clock of the kind stands for from now on."""
    kinds = ANSWERS if kind in ANSWERS else {kind}
    return [promise for each, promise in brought.items() if each in kinds]


def earliest(
    own_start: datetime, own_pauses: Sequence[Span], brought: Iterable[Promise]
) -> tuple[datetime, list[Span]]:
    """Since when the clock runs, and the pauses from before its own start that then count: those of whoever began first,
    as far as they lie before. Its own pauses stay; they come after."""
    first = min(brought, key=lambda each: each.start, default=None)
    if first is None or first.start >= own_start:
        return own_start, list(own_pauses)
    before = [(start, min(end, own_start)) for start, end in first.pauses if start < own_start]
    return first.start, [*before, *own_pauses]


def strictest(brought: Iterable[Promise]) -> datetime | None:
    """The earliest due time among them; None of none."""
    return min((each.due for each in brought), default=None)

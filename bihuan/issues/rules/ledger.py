"""The ledger of time: every second of an issue belongs to exactly one holder.

At any instant the second belongs, in this order, to the customer (a token waits for them, or the leading step is
paused for them), to closed hours (the leading holder's calendar is closed), to the person or department that holds
the leading step, or to nobody (only a date is waited for). The leading step is the earliest opened of the main flow.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

Intervals = Callable[[datetime, datetime], Sequence[tuple[datetime, datetime]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A holder had a step from ``start`` to ``end`` (None: still). ``label`` is for people."""

    start: datetime
    end: datetime | None
    kind: str  # person | department
    key: str
    label: str
    main: bool = True
    step: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Something was waited for: ``holder`` customer, department or nobody."""

    start: datetime
    end: datetime | None
    holder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of one holder. ``others`` held steps at the same time."""

    start: datetime
    end: datetime
    kind: str  # person | department | customer | closed | nobody
    key: str
    label: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """How much of the whole one holder had."""

    kind: str
    key: str
    label: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """``segments`` lie edge to edge from ``start`` to ``end``; ``shares`` add up to ``total_seconds`` exactly."""

    start: datetime
    end: datetime
    open: bool
    segments: tuple[Piece, ...]
    shares: tuple[Share, ...]
    total_seconds: float


@dataclass(frozen=True, slots=True)
class Labels:
    """Words of the holders that have no name."""

    customer: str
    closed: str
    nobody: str


def _covers(start: datetime, end: datetime | None, left: datetime, right: datetime) -> bool:
    return start <= left and (end is None or end >= right)


def _edges(start: datetime, end: datetime, spans: Iterable[tuple[datetime, datetime | None]]) -> list[datetime]:
    edges = {start, end}
    for left, right in spans:
        edges.update(edge for edge in (left, right) if edge is not None and start < edge < end)
    return sorted(edges)


def _piece(
    left: datetime,
    right: datetime,
    holds: Sequence[Hold],
    waits: Sequence[Waiting],
    pauses: Sequence[tuple[datetime, datetime | None, int]],
    is_open: bool,
    labels: Labels,
) -> Piece:
    held = [hold for hold in holds if _covers(hold.start, hold.end, left, right)]
    held.sort(key=lambda hold: (not hold.main, hold.step))
    lead = held[0] if held else None
    waiting = {wait.holder for wait in waits if _covers(wait.start, wait.end, left, right)}
    paused = lead is not None and any(
        step == lead.step and _covers(start, end, left, right) for start, end, step in pauses
    )
    others = tuple(dict.fromkeys(hold.label for hold in held[1:]))
    if paused or (lead is None and "customer" in waiting):
        return Piece(start=left, end=right, kind="customer", key="", label=labels.customer, others=others)
    if lead is None:
        return Piece(start=left, end=right, kind="nobody", key="", label=labels.nobody)
    if not is_open:
        return Piece(start=left, end=right, kind="closed", key="", label=labels.closed)
    return Piece(start=left, end=right, kind=lead.kind, key=lead.key, label=lead.label, others=others)


def _joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    joined: list[Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        same = last is not None and (last.kind, last.key, last.others) == (piece.kind, piece.key, piece.others)
        if last is not None and same and last.end == piece.start:
            joined[-1] = Piece(
                start=last.start, end=piece.end, kind=last.kind, key=last.key, label=last.label, others=last.others
            )
        else:
            joined.append(piece)
    return tuple(joined)


def build_ledger(
    *,
    start: datetime,
    end: datetime,
    is_open: bool,
    holds: Sequence[Hold],
    waits: Sequence[Waiting],
    pauses: Sequence[tuple[datetime, datetime | None, int]],
    intervals: Intervals,
    labels: Labels,
) -> Ledger:
    """The ledger from ``start`` to ``end``. ``intervals(a, b)`` are the open hours between two instants."""
    working = list(intervals(start, end)) if end > start else []
    spans = [(hold.start, hold.end) for hold in holds] + [(wait.start, wait.end) for wait in waits]
    spans += [(left, right) for left, right, _step in pauses]
    spans += [(left, right) for left, right in working]
    edges = _edges(start, end, spans)
    pieces, at = [], 0
    for left, right in zip(edges, edges[1:], strict=False):
        while at < len(working) and working[at][1] <= left:
            at += 1
        open_now = at < len(working) and working[at][0] <= left
        pieces.append(_piece(left, right, holds, waits, pauses, open_now, labels))
    segments = _joined(pieces)
    totals: dict[tuple[str, str, str], float] = defaultdict(float)
    for piece in segments:
        totals[piece.kind, piece.key, piece.label] += (piece.end - piece.start).total_seconds()
    shares = [Share(kind, key, label, seconds) for (kind, key, label), seconds in totals.items()]
    shares.sort(key=lambda share: -share.seconds)
    return Ledger(
        start=start,
        end=end,
        open=is_open,
        segments=segments,
        shares=tuple(shares),
        total_seconds=(end - start).total_seconds(),
    )

"""The ledger of time: every microsecond of an issue belongs to exactly one holder.

At any instant the time belongs, the first that applies:

0. to nobody, while the whole issue stood (suspended, or merged into another one and taken out again later);
1. to the customer, while the leading step is paused for them, or a token waits for them and nobody has a step;
2. to nobody, while only a date is waited for;
3. to closed hours, while the calendar of the leading step is closed;
4. to the person or the department that has the leading step.

The leading step is the earliest opened of the main flow; who else has a step then is listed beside it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

Intervals = Callable[[datetime, datetime], Sequence[tuple[datetime, datetime]]]
"""The open hours of a calendar between two instants, in order and without overlaps."""

Span = tuple[datetime, datetime]
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A holder had a step from ``start`` to ``end`` (None: still). ``label`` is for people.

    ``step`` numbers the steps in the order in which they opened; ``calendar`` names the calendar of the step's
    deadline (0: the company's).
    """

    start: datetime
    end: datetime | None
    kind: str  # person | department
    key: str
    label: str
    main: bool = True
    step: int = 0
    calendar: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Something was waited for: ``holder`` customer, department or nobody."""

    start: datetime
    end: datetime | None
    holder: str


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock of a step stood from ``start`` to ``end`` (None: still), because of the customer."""

    start: datetime
    end: datetime | None
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of one holder. ``others`` had steps at the same time."""

    start: datetime
    end: datetime
    kind: str  # person | department | customer | closed | nobody
    key: str
    label: str
    others: tuple[str, ...] = ()

    @property
    def micros(self) -> int:
        """Its length in microseconds."""
        return (self.end - self.start) // _TICK


@dataclass(frozen=True, slots=True)
class Share:
    """How much of the whole one holder had."""

    kind: str
    key: str
    label: str
    micros: int

    @property
    def seconds(self) -> float:
        """The same in seconds."""
        return self.micros / 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """``segments`` lie edge to edge from ``start`` to ``end``; the ``micros`` of ``shares`` add up to those of the whole
    exactly, whatever the issue went through."""

    start: datetime
    end: datetime
    open: bool
    segments: tuple[Piece, ...]
    shares: tuple[Share, ...]

    @property
    def total_micros(self) -> int:
        """The whole in microseconds."""
        return (self.end - self.start) // _TICK

    @property
    def total_seconds(self) -> float:
        """The whole in seconds."""
        return self.total_micros / 1_000_000


@dataclass(frozen=True, slots=True)
class Labels:
    """Words of the holders that have no name."""

    customer: str
    closed: str
    nobody: str
    suspended: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that the ledger is computed from. ``calendars`` holds at least the one named 0. ``suspended``: when the whole
    issue stood."""

    holds: Sequence[Hold]
    waits: Sequence[Waiting] = ()
    pauses: Sequence[Pause] = ()
    suspended: Sequence[tuple[datetime, datetime | None]] = ()
    calendars: dict[int, Intervals]


def _covers(start: datetime, end: datetime | None, at: datetime) -> bool:
    return start <= at and (end is None or at < end)


class _Hours:
    """Open hours of several calendars over one span, each asked once."""

    def __init__(self, facts: Facts, start: datetime, end: datetime) -> None:
        wanted = {hold.calendar if hold.calendar in facts.calendars else 0 for hold in facts.holds} | {0}
        self._open: dict[int, list[Span]] = {
            name: list(facts.calendars[name](start, end)) if end > start else [] for name in wanted
        }
        self._at = dict.fromkeys(self._open, 0)

    def edges(self) -> Iterable[datetime]:
        for spans in self._open.values():
            for span in spans:
                yield from span

    def is_open(self, name: int, at: datetime) -> bool:
        """Whether it is open; to be asked with instants that only grow."""
        key = name if name in self._open else 0
        spans, index = self._open[key], self._at[key]
        while index < len(spans) and spans[index][1] <= at:
            index += 1
        self._at[key] = index
        return index < len(spans) and spans[index][0] <= at


def _edges(facts: Facts, hours: _Hours, start: datetime, end: datetime) -> list[datetime]:
    edges = {start, end, *hours.edges()}
    spans = [(hold.start, hold.end) for hold in facts.holds] + [(wait.start, wait.end) for wait in facts.waits]
    for left, right in (*spans, *facts.suspended, *((pause.start, pause.end) for pause in facts.pauses)):
        edges.add(left)
        if right is not None:
            edges.add(right)
    return sorted(edge for edge in edges if start <= edge <= end)


def _leading(facts: Facts, at: datetime) -> list[Hold]:
    held = [hold for hold in facts.holds if _covers(hold.start, hold.end, at)]
    return sorted(held, key=lambda hold: (not hold.main, hold.step))


def _piece(facts: Facts, hours: _Hours, labels: Labels, left: datetime, right: datetime) -> Piece:
    if any(_covers(begin, end, left) for begin, end in facts.suspended):
        return Piece(start=left, end=right, kind="nobody", key="suspended", label=labels.suspended)
    held = _leading(facts, left)
    lead = held[0] if held else None
    others = tuple(dict.fromkeys(hold.label for hold in held[1:]))
    if lead is None:
        waiting = {wait.holder for wait in facts.waits if _covers(wait.start, wait.end, left)}
        kind, label = ("customer", labels.customer) if "customer" in waiting else ("nobody", labels.nobody)
        return Piece(start=left, end=right, kind=kind, key="", label=label)
    if any(pause.step == lead.step and _covers(pause.start, pause.end, left) for pause in facts.pauses):
        return Piece(start=left, end=right, kind="customer", key="", label=labels.customer, others=others)
    if not hours.is_open(lead.calendar, left):
        return Piece(start=left, end=right, kind="closed", key="", label=labels.closed)
    return Piece(start=left, end=right, kind=lead.kind, key=lead.key, label=lead.label, others=others)


def _joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Neighbours of the same holders become one."""
    joined: list[Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if last is not None and (last.kind, last.key, last.others) == (piece.kind, piece.key, piece.others):
            joined[-1] = Piece(
                start=last.start, end=piece.end, kind=last.kind, key=last.key, label=last.label, others=last.others
            )
        else:
            joined.append(piece)
    return tuple(joined)


def build_ledger(*, start: datetime, end: datetime, is_open: bool, facts: Facts, labels: Labels) -> Ledger:
    """The ledger from ``start`` to ``end`` (no earlier). ``is_open``: the issue goes on after ``end``."""
    hours = _Hours(facts, start, end)
    edges = _edges(facts, hours, start, end)
    pieces = [
        _piece(facts, hours, labels, left, right) for left, right in zip(edges, edges[1:], strict=False) if left < right
    ]
    segments = _joined(pieces)
    totals: dict[tuple[str, str, str], int] = defaultdict(int)
    for piece in segments:
        totals[piece.kind, piece.key, piece.label] += piece.micros
    shares = [Share(kind, key, label, micros) for (kind, key, label), micros in totals.items()]
    shares.sort(key=lambda share: -share.micros)
    return Ledger(start=start, end=end, open=is_open, segments=segments, shares=tuple(shares))

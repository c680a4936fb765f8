"""A deadline clock that runs in working time and can be paused."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from itertools import pairwise

from bihuan.worktime.calendar import Calendar, amount_micros, from_micros, plain_seconds, to_micros
from bihuan.worktime.errors import BadAmount, BadInstant

Pause = tuple[datetime, datetime | None]
"""From and to; None = still paused."""

_Micros = tuple[int, int | None]


class SegmentKind(StrEnum):
    """What the time of a segment was."""

    WORKED = "worked"
    CLOSED = "closed"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of one kind, in UTC. ``paused`` is open time that a pause took; a pause in closed time is closed."""

    start: datetime
    end: datetime
    kind: SegmentKind

    @property
    def seconds(self) -> int | float:
        """Length in seconds."""
        return plain_seconds(to_micros(self.end) - to_micros(self.start))


@dataclass(frozen=True, slots=True)
class Clock:
    """``seconds`` of working time in ``calendar`` from ``started_at`` on, less what the pauses take.

    Pauses may overlap: together they are one (they are kept as given). ``earlier`` holds the calendars that were in
    force before the present one, each with the instant until which, in order; `changed` fills it. So a change of
    target or calendar keeps what has been used and paused.

    :raises BadAmount: negative seconds
    :raises BadInstant: an instant without zone, or a pause that ends before it begins
    """

    calendar: Calendar
    seconds: int | float
    started_at: datetime
    pauses: Sequence[Pause] = ()
    earlier: Sequence[tuple[datetime, Calendar]] = ()

    def __post_init__(self) -> None:
        amount_micros(self.seconds)
        to_micros(self.started_at)
        object.__setattr__(self, "pauses", tuple((start, end) for start, end in self.pauses))
        object.__setattr__(self, "earlier", tuple(self.earlier))
        for start, end in self.pauses:
            if to_micros(start) > to_micros(end if end is not None else start):
                raise BadInstant("pause", f"暂停的结束 {end} 早于开始", f"a pause ends at {end}, before it begins")
        if any(to_micros(a) > to_micros(b) for (a, _), (b, _) in pairwise(self.earlier)):
            raise BadInstant("earlier", "先前的日历没有按时间排列", "the earlier calendars are not in order of time")

    # Questions

    def used(self, now: datetime) -> int | float:
        """Working seconds that count against the target up to ``now``."""
        return plain_seconds(self._used(to_micros(now)))

    def paused_seconds(self, now: datetime) -> int | float:
        """Working seconds that pauses have taken up to ``now``; a pause in closed time takes nothing."""
        taken = (one for one in self.segments(now) if one.kind is SegmentKind.PAUSED)
        return plain_seconds(sum(to_micros(one.end) - to_micros(one.start) for one in taken))

    def is_paused(self, now: datetime) -> bool:
        """Whether a pause holds at ``now``."""
        moment = to_micros(now)
        return any(start <= moment and (end is None or moment < end) for start, end in self._merged())

    def remaining(self, now: datetime) -> int | float:
        """Working seconds left at ``now``; negative by how much the target is overrun."""
        return plain_seconds(amount_micros(self.seconds) - self._used(to_micros(now)))

    def due_at(self, now: datetime) -> datetime:
        """When the target is used up, if a pause that is open at ``now`` ended now (so it moves while paused).

        Where it has been used up already, the instant at which that was.

        :raises NoTimeLeft: the calendar never reaches it
        """
        moment = to_micros(now)
        due = self._reach(amount_micros(self.seconds), self._merged(open_until=moment))
        assert due is not None, "only an open pause leaves the due time open"
        return due

    def warn_at(self, percent: int | float) -> datetime | None:
        """When that share of the target is used up: percent of working time, not of the hours on the wall.

        None while it depends on when an open pause ends.
        """
        if percent < 0:
            raise BadAmount("percent", f"百分比 {percent} 不能为负", f"{percent} percent is negative")
        return self._reach(round(amount_micros(self.seconds) * percent / 100), self._merged())

    def segments(self, now: datetime) -> tuple[Segment, ...]:
        """All time from the start to ``now`` without gap or overlap, in order: the rows of a ledger.

        The worked segments sum to `used`; all together sum to the time that has passed.
        """
        until = to_micros(now)
        pieces: list[tuple[int, int, SegmentKind]] = []
        for calendar, start, end in self._legs():
            stop = until if end is None else min(end, until)
            if start < stop:
                pieces += self._leg_pieces(calendar, start, stop)
        joined: list[tuple[int, int, SegmentKind]] = []
        for start, end, kind in pieces:
            if joined and joined[-1][1] == start and joined[-1][2] is kind:
                joined[-1] = (joined[-1][0], end, kind)
            else:
                joined.append((start, end, kind))
        return tuple(Segment(from_micros(start), from_micros(end), kind) for start, end, kind in joined)

    # Changes: a new clock each

    def pause(self, at: datetime) -> "Clock":
        """The clock paused from ``at`` on; a pause that is already open goes on (pause after pause is one)."""
        return self if self.is_paused(at) else replace(self, pauses=(*self.pauses, (at, None)))

    def resume(self, at: datetime) -> "Clock":
        """The clock with all open pauses ended at ``at``."""
        return replace(self, pauses=tuple((start, at if end is None else end) for start, end in self.pauses))

    def changed(self, *, at: datetime, seconds: int | float | None = None, calendar: Calendar | None = None) -> "Clock":
        """The clock with another target or calendar from ``at`` on; what is used and paused by then stays."""
        clock = self if seconds is None else replace(self, seconds=seconds)
        if calendar is None or calendar == self.calendar:
            return clock
        return replace(clock, calendar=calendar, earlier=(*self.earlier, (at, self.calendar)))

    # Inside

    def _merged(self, open_until: int | None = None) -> tuple[_Micros, ...]:
        """The pauses in order, those that overlap or touch as one; an open one may be taken to end at an instant."""
        spans: list[_Micros] = []
        for since, until in self.pauses:
            begin = to_micros(since)
            finish = open_until if until is None else to_micros(until)
            spans.append((begin, None if finish is None else max(begin, finish)))
        merged: list[_Micros] = []
        for start, end in sorted(spans, key=lambda span: span[0]):
            last = merged[-1] if merged else None
            if last is None or (last[1] is not None and start > last[1]):
                merged.append((start, end))
            elif last[1] is not None:
                merged[-1] = (last[0], None if end is None else max(end, last[1]))
        return tuple(merged)

    def _legs(self) -> Iterator[tuple[Calendar, int, int | None]]:
        start = to_micros(self.started_at)
        for until, calendar in self.earlier:
            end = max(start, to_micros(until))
            yield calendar, start, end
            start = end
        yield self.calendar, start, None

    def _runs(self, until: int) -> Iterator[tuple[Calendar, int, int]]:
        """The stretches up to ``until`` in which the clock runs."""
        for calendar, start, end in self._legs():
            stop = until if end is None else min(end, until)
            for begin, finish in _outside(self._merged(), start, stop):
                if finish is not None and begin < finish:
                    yield calendar, begin, finish

    def _used(self, until: int) -> int:
        return sum(calendar.micros_between(start, end) for calendar, start, end in self._runs(until))

    def _reach(self, amount: int, pauses: Sequence[_Micros]) -> datetime | None:
        if amount == 0:
            return self.started_at.astimezone(UTC)
        for calendar, start, end in self._legs():
            for begin, finish in _outside(pauses, start, end):
                if finish is not None:
                    worked = calendar.micros_between(begin, finish)
                    if worked < amount:
                        amount -= worked
                        continue
                return from_micros(calendar.add_micros(begin, amount))
        return None

    def _leg_pieces(self, calendar: Calendar, start: int, stop: int) -> Iterator[tuple[int, int, SegmentKind]]:
        cursor = start
        for opens, closes in calendar.intervals(from_micros(start), from_micros(stop)):
            begin, end = to_micros(opens), to_micros(closes)
            if cursor < begin:
                yield cursor, begin, SegmentKind.CLOSED
            yield from self._open_pieces(begin, end)
            cursor = end
        if cursor < stop:
            yield cursor, stop, SegmentKind.CLOSED

    def _open_pieces(self, start: int, end: int) -> Iterator[tuple[int, int, SegmentKind]]:
        cursor = start
        for begin, finish in _outside(self._merged(), start, end):
            if cursor < begin:
                yield cursor, begin, SegmentKind.PAUSED
            if finish is not None:
                yield begin, finish, SegmentKind.WORKED
                cursor = finish
        if cursor < end:
            yield cursor, end, SegmentKind.PAUSED


def _outside(pauses: Sequence[_Micros], start: int, end: int | None) -> Iterator[_Micros]:
    """The parts of [start, end) outside the merged pauses, in order; an end of None is open."""
    cursor = start
    for begin, finish in pauses:
        if end is not None and begin >= end:
            break
        if begin > cursor:
            yield cursor, begin
        if finish is None:
            return
        cursor = max(cursor, finish)
    if end is None or cursor < end:
        yield cursor, end

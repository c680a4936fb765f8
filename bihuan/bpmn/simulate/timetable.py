"""Working time of a calendar for a clock that only goes forward: seconds since the run's first instant, as floats.

What is asked most (is it open now, how much has been worked, when is an amount reached) costs a comparison or two
while nothing opens or closes; `Calendar` is asked for a few weeks at a time.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta

from bihuan.worktime import Calendar

_AHEAD = timedelta(days=28)

Leave = tuple[datetime, datetime]
"""From and to: not at work although the calendar is open."""


class Always:
    """Open round the clock.

    `turn`: when `open` changes next. `base`: what has been worked by `now` is `base + now` while open, else `base`.
    Whoever reads them first calls `move(now)` when `now >= turn`.
    """

    __slots__ = ("base", "open", "turn")

    def __init__(self) -> None:
        self.turn = math.inf
        self.open = True
        self.base = 0.0

    def move(self, now: float) -> None:
        """Goes forward to `now`, which is never earlier than before."""

    def worked(self, now: float) -> float:
        """Working seconds from the first instant to `now`, which is not before the last `now`."""
        return now

    def add(self, now: float, seconds: float) -> float:
        """When `seconds` of working time have passed since `now`: at closing time exactly, not at the next opening."""
        return now + seconds

    def worked_at(self, when: float) -> float:
        """As `worked`, for any instant from now on; does not go forward."""
        return when


class Timetable(Always):
    """The open hours of a calendar, without those that `leave` takes away."""

    __slots__ = ("_calendar", "_closes", "_first", "_i", "_leave", "_opens", "_until", "_upto")

    def __init__(self, calendar: Calendar, first: datetime, leave: Sequence[Leave] = ()) -> None:
        self._calendar = calendar
        self._first = first
        self._leave = sorted(leave)
        self._until = first
        # A first interval without length before all others, so that there is always one behind us.
        self._opens = [-1.0]
        self._closes = [-1.0]
        self._upto = [0.0]
        self._i = 0
        self.turn = 0.0
        self.open = False
        self.base = 0.0
        self.move(0.0)

    def move(self, now: float) -> None:
        """Goes forward to `now`."""
        while self._opens[-1] <= now:
            self._extend()
        i = self._i = bisect_right(self._opens, now, self._i) - 1
        self.open = now < self._closes[i]
        if self.open:
            self.turn = self._closes[i]
            self.base = self._upto[i] - self._opens[i]
        else:
            self.turn = self._opens[i + 1]
            self.base = self._upto[i] + self._closes[i] - self._opens[i]

    def worked(self, now: float) -> float:
        """Working seconds from the first instant to `now`."""
        if now >= self.turn:
            self.move(now)
        return self.base + now if self.open else self.base

    def worked_at(self, when: float) -> float:
        """As `worked`, for any instant from now on; does not go forward."""
        while self._opens[-1] <= when:
            self._extend()
        i = bisect_right(self._opens, when, self._i) - 1
        return self._upto[i] + min(when, self._closes[i]) - self._opens[i]

    def add(self, now: float, seconds: float) -> float:
        """When that much working time has passed since `now`."""
        if now >= self.turn:
            self.move(now)
        end = now + seconds
        if (self.open and end <= self.turn) or seconds <= 0.0:
            return end
        target = seconds + (self.base + now if self.open else self.base)
        while self._upto[-1] < target:
            self._extend()
        i = bisect_left(self._upto, target, self._i) - 1
        return self._opens[i] + target - self._upto[i]

    def _extend(self) -> None:
        """Asks for the next weeks, and forgets what lies far behind."""
        if self._i > 2_000:
            behind = self._i - 1
            del self._opens[:behind], self._closes[:behind], self._upto[:behind]
            self._i -= behind
        start = self._until
        found = list(self._calendar.intervals(start, start + _AHEAD))
        if not found:  # holidays for weeks on end, or a calendar that is over: then NoTimeLeft says so
            start = self._calendar.next_open(start)
            found = list(self._calendar.intervals(start, start + _AHEAD))
        self._until = start + _AHEAD
        for opens, closes in found:
            for begin, end in self._without_leave(opens, closes):
                self._append((begin - self._first).total_seconds(), (end - self._first).total_seconds())

    def _without_leave(self, opens: datetime, closes: datetime) -> list[Leave]:
        pieces: list[Leave] = []
        for begin, end in self._leave:
            if opens < begin < closes:
                pieces.append((opens, begin))
            if begin < closes and end > opens:
                opens = max(opens, end)
        if opens < closes:
            pieces.append((opens, closes))
        return pieces

    def _append(self, begin: float, end: float) -> None:
        self._upto.append(self._upto[-1] + self._closes[-1] - self._opens[-1])
        self._opens.append(begin)
        self._closes.append(end)

"""Open time of whole years, prepared so that a question costs a few binary searches.

Time runs in whole microseconds since 1970-01-01T00:00Z and is cut into UTC days: they are always 24 hours long and
never repeat, whatever the zone does. An instant is open when the wall clock of the calendar's zone then shows a
time inside a window of the local date it then shows. That definition needs no rule for hours that a clock jump
leaves out or repeats.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo

from bihuan.worktime.hours import Hours, Windows

MICRO = 1_000_000
DAY = 86_400
DAY_MICRO = DAY * MICRO
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
FIRST_YEAR, LAST_YEAR = 3, 9997
"""Years that are calculated; the margin keeps local dates inside what Python's dates can show."""

Span = tuple[int, int]


class DayPattern:
    """Open spans of a UTC day, in microseconds after its start."""

    __slots__ = ("ends", "starts", "upto")

    def __init__(self, spans: tuple[Span, ...]) -> None:
        self.starts = [start for start, _ in spans]
        self.ends = [end for _, end in spans]
        self.upto = [0]
        for start, end in spans:
            self.upto.append(self.upto[-1] + end - start)

    def worked(self, moment: int) -> int:
        """Open time before a moment of the day."""
        index = bisect_right(self.starts, moment) - 1
        if index < 0:
            return 0
        return self.upto[index] + min(moment, self.ends[index]) - self.starts[index]


def year_start(year: int) -> int:
    """Microseconds of 1 January, 00:00 UTC."""
    return (date(year, 1, 1).toordinal() - EPOCH_ORDINAL) * DAY_MICRO


class YearTable:
    """One UTC year: a pattern for every day and the open time before each."""

    __slots__ = ("before", "first", "patterns", "total")

    def __init__(self, first: int, patterns: list[DayPattern]) -> None:
        self.first = first
        self.patterns = patterns
        self.before = [0]
        for pattern in patterns:
            self.before.append(self.before[-1] + pattern.upto[-1])
        self.total = self.before[-1]

    def worked(self, instant: int) -> int:
        """Open time from the start of the year to an instant in it."""
        day, moment = divmod(instant - self.first, DAY_MICRO)
        return self.before[day] + self.patterns[day].worked(moment)

    def is_open(self, instant: int) -> bool:
        """Whether an instant of the year is open."""
        day, moment = divmod(instant - self.first, DAY_MICRO)
        pattern = self.patterns[day]
        span = bisect_right(pattern.starts, moment) - 1
        return span >= 0 and moment < pattern.ends[span]

    def reach(self, amount: int) -> int:
        """The earliest instant by which ``0 < amount <= total`` has passed since the start of the year."""
        day = bisect_left(self.before, amount) - 1
        pattern = self.patterns[day]
        rest = amount - self.before[day]
        span = bisect_left(pattern.upto, rest) - 1
        return self.first + day * DAY_MICRO + pattern.starts[span] + rest - pattern.upto[span]

    def resume(self, amount: int) -> int:
        """The latest instant by which no more than ``0 <= amount < total`` has passed: where work goes on."""
        day = bisect_right(self.before, amount) - 1
        pattern = self.patterns[day]
        rest = amount - self.before[day]
        span = bisect_right(pattern.upto, rest) - 1
        return self.first + day * DAY_MICRO + pattern.starts[span] + rest - pattern.upto[span]

    def spans(self, start: int, end: int) -> Iterator[Span]:
        """Open spans of the year's days that touch [start, end), not clipped."""
        first_day = max(0, (start - self.first) // DAY_MICRO)
        last_day = min(len(self.patterns), -((self.first - end) // DAY_MICRO))
        for day in range(first_day, last_day):
            base = self.first + day * DAY_MICRO
            pattern = self.patterns[day]
            for opened, closed in zip(pattern.starts, pattern.ends, strict=True):
                yield base + opened, base + closed


def merge(spans: Iterator[Span]) -> Iterator[Span]:
    """Joins neighbours that touch; the spans come in order."""
    current: Span | None = None
    for start, end in spans:
        if current is not None and start <= current[1]:
            current = (current[0], max(end, current[1]))
        else:
            if current is not None:
                yield current
            current = (start, end)
    if current is not None:
        yield current


class YearBuilder:
    """Makes year tables of one calendar; equal days share their pattern."""

    __slots__ = ("_patterns", "_shared", "hours", "zone")

    def __init__(self, zone: tzinfo, hours: Hours) -> None:
        self.zone = zone
        self.hours = hours
        self._patterns: dict[tuple[Windows, Windows, int], DayPattern] = {}
        self._shared: dict[tuple[Span, ...], DayPattern] = {}

    def build(self, year: int) -> YearTable:
        """The table of a year."""
        first = date(year, 1, 1).toordinal() - EPOCH_ORDINAL
        days = date(year + 1, 1, 1).toordinal() - EPOCH_ORDINAL - first
        offsets = [self.offset((first + day) * DAY) for day in range(days + 1)]
        # No zone has ever changed its offset twice within three days, so equal offsets mean that none changed.
        patterns = [
            self._steady(first + day, offsets[day]) if offsets[day] == offsets[day + 1] else self._jump(first + day)
            for day in range(days)
        ]
        return YearTable(first * DAY_MICRO, patterns)

    def offset(self, second: int) -> int:
        """Seconds that the zone's clocks are ahead of UTC at an instant."""
        shift = (EPOCH + timedelta(seconds=second)).astimezone(self.zone).utcoffset()
        return (shift.days * DAY + shift.seconds) if shift is not None else 0

    def pieces(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """[start, end) in seconds, cut where the offset changes: (from, to, offset)."""
        offset = self.offset(start)
        if end - start <= 1 or self.offset(end - 1) == offset:
            yield start, end, offset
            return
        low, high = start, end - 1
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.offset(middle) == offset else (low, middle)
        yield start, high, offset
        yield from self.pieces(high, end)

    def open_spans(self, start: int, end: int, only: date | None = None) -> list[Span]:
        """Open spans inside [start, end), all in seconds; of one local date if ``only`` names it."""
        found = [
            span
            for begin, stop, offset in self.pieces(start, end)
            for span in self._piece_spans(begin, stop, offset, only)
        ]
        return list(merge(iter(sorted(found))))

    def _piece_spans(self, begin: int, stop: int, offset: int, only: date | None) -> Iterator[Span]:
        for local_day in range((begin + offset) // DAY, (stop + offset - 1) // DAY + 1):
            day = date.fromordinal(local_day + EPOCH_ORDINAL)
            if only is not None and day != only:
                continue
            base = local_day * DAY - offset
            for opens, closes in self.hours.on(day):
                if base + closes > begin and base + opens < stop:
                    yield max(base + opens, begin), min(base + closes, stop)

    def _steady(self, utc_day: int, offset: int) -> DayPattern:
        shift = offset % DAY
        day = date.fromordinal(utc_day + offset // DAY + EPOCH_ORDINAL)
        hours = self.hours
        key = (hours.on(day), hours.on(day + timedelta(days=1)) if shift else (), shift)
        pattern = self._patterns.get(key)
        if pattern is None:
            spans = [(opens - shift, closes - shift) for opens, closes in key[0]]
            spans += [(opens - shift + DAY, closes - shift + DAY) for opens, closes in key[1]]
            clipped = [(max(opens, 0), min(closes, DAY)) for opens, closes in spans if closes > 0 and opens < DAY]
            pattern = self._patterns[key] = self._share(list(merge(iter(clipped))))
        return pattern

    def _jump(self, utc_day: int) -> DayPattern:
        start = utc_day * DAY
        spans = self.open_spans(start, start + DAY)
        return self._share([(opens - start, closes - start) for opens, closes in spans])

    def _share(self, spans: list[Span]) -> DayPattern:
        key = tuple((opens * MICRO, closes * MICRO) for opens, closes in spans)
        pattern = self._shared.get(key)
        if pattern is None:
            pattern = self._shared[key] = DayPattern(key)
        return pattern

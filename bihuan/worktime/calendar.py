"""A working calendar and the arithmetic on its open time."""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bihuan.worktime import parse
from bihuan.worktime.errors import BadAmount, BadInstant, NoTimeLeft
from bihuan.worktime.hours import Hours, Windows
from bihuan.worktime.table import (
    DAY_MICRO,
    EPOCH,
    EPOCH_ORDINAL,
    FIRST_YEAR,
    LAST_YEAR,
    MICRO,
    Span,
    YearBuilder,
    YearTable,
    merge,
    year_start,
)

_KEPT_YEARS = 64
_STEADY_YEAR = 2100  # published zone rules name single dates up to 2087; after that they repeat with the calendar
_FAR_YEARS = 50
_LAST = year_start(LAST_YEAR + 1) - 1
_MAX_WORKDAYS = 100_000
NEW_YEAR_NOTICE = (12, 25)
"""From this day of December on, the official days of New Year belong to the notice of the following year."""


class Interval(NamedTuple):
    """An uninterrupted open time, in UTC; ``end`` is not part of it."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Coverage:
    """``years``: whose official days matter for a span; ``missing``: those of them that are not loaded."""

    years: tuple[int, ...]
    missing: tuple[int, ...]

    @property
    def complete(self) -> bool:
        """Whether all official days that matter are known."""
        return not self.missing


def to_micros(instant: datetime) -> int:
    """Microseconds since 1970 in UTC; refuses an instant without a zone."""
    if instant.utcoffset() is None:
        raise BadInstant("naive", f"时间 {instant} 没有时区", f"the time {instant} has no time zone")
    passed = instant - EPOCH
    return (passed.days * 86_400 + passed.seconds) * MICRO + passed.microseconds


def from_micros(micros: int) -> datetime:
    """The instant in UTC."""
    return EPOCH + timedelta(microseconds=micros)


def amount_micros(seconds: int | float) -> int:
    """An amount of time in microseconds; refuses what is negative or not a number."""
    if isinstance(seconds, float) and not math.isfinite(seconds):
        raise BadAmount("not_finite", f"时长 {seconds} 不是数", f"the amount {seconds} is not a number")
    micros = round(seconds * MICRO)
    if micros < 0:
        raise BadAmount("negative", f"时长 {seconds} 秒不能为负", f"the amount of {seconds} seconds is negative")
    return micros


def plain_seconds(micros: int) -> int | float:
    """Seconds: whole ones as int, others as float."""
    whole, rest = divmod(micros, MICRO)
    return micros / MICRO if rest else whole


def _out_of_range() -> BadInstant:
    years = f"{FIRST_YEAR}–{LAST_YEAR}"
    return BadInstant("out_of_range", f"只能计算 {years} 年之间的时间", f"only the years {years} are calculated")


def _no_time_left() -> NoTimeLeft:
    return NoTimeLeft("no_time_left", "日历从此再没有工作时间", "from there on the calendar has no more working time")


def _year_of(micros: int) -> int:
    try:
        year = date.fromordinal(micros // DAY_MICRO + EPOCH_ORDINAL).year
    except (ValueError, OverflowError):
        raise _out_of_range() from None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _out_of_range()
    return year


class Calendar:
    """Immutable; equal when the descriptions are equal. All instants given must have a zone, all returned are in UTC.

    An instant is open when the wall clock of ``zone`` shows a time within a window of the date that it shows;
    windows hold their start and not their end.
    """

    __slots__ = ("_builder", "_periods", "_regular", "_tables", "_totals", "digest", "hours", "loaded_years", "zone")

    def __init__(self, zone: ZoneInfo, hours: Hours, loaded_years: frozenset[int] | None) -> None:
        self.zone = zone
        self.hours = hours
        self.loaded_years = loaded_years
        text = json.dumps(self.to_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        self.digest = hashlib.sha256(text.encode()).hexdigest()
        self._regular = hours.opens_regularly()
        self._builder = YearBuilder(zone, hours)
        self._tables: dict[int, YearTable] = {}
        self._totals: dict[int, int] = {}
        self._periods: dict[int, int] = {}

    @classmethod
    def from_dict(cls, description: Mapping[str, object]) -> "Calendar":
        """Reads ``{"timezone", "week", "holidays", "shifts"}`` and the optional words.

        ``week``: weekday (mon … sun) → list of ["HH:MM", "HH:MM"]; "24:00" may end a window. ``holidays``: dates.
        ``shifts``: date → windows, beats the week and the holidays; an empty list closes the day. Optional:
        ``loaded_years`` (years whose official days are in), ``seasons`` ``[{"from": "05-01", "to": "09-30",
        "week"}]``, ``rotation`` ``{"starts": a Monday, "weeks": [week, …]}``; ``key``, ``name``, ``name_en``,
        ``note`` are ignored.

        :raises BadCalendar: what is wrong and where; code ``no_working_time`` for a calendar that never opens
        """
        given = parse.mapping(description, "description")
        zone = parse.parse_zone(given.get("timezone"))
        return cls(zone, parse.parse_hours(given), parse.parse_years(given.get("loaded_years")))

    def to_dict(self) -> dict[str, object]:
        """The canonical description; ``from_dict`` of it gives an equal calendar."""
        return parse.describe(self.zone, self.hours, self.loaded_years)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Calendar) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"Calendar({self.zone.key}, {self.digest[:12]})"

    def __reduce__(self) -> tuple[object, tuple[dict[str, object]]]:
        return (Calendar.from_dict, (self.to_dict(),))

    # Amounts

    def add(self, start: datetime, seconds: int | float) -> datetime:
        """The earliest instant by which that much working time has passed since ``start``.

        At closing time exactly, not at the next opening; a start in closed time counts from the next opening;
        0 gives the start itself.

        :raises BadAmount: negative or not a number
        :raises NoTimeLeft: the calendar never reaches the amount
        """
        return from_micros(self.add_micros(to_micros(start), amount_micros(seconds)))

    def between(self, start: datetime, end: datetime) -> int | float:
        """Working seconds from ``start`` to ``end``; 0 if the end is not later. A float only for split seconds."""
        return plain_seconds(self.micros_between(to_micros(start), to_micros(end)))

    def add_micros(self, begin: int, amount: int) -> int:
        """`add` in whole microseconds since 1970."""
        year = _year_of(begin)
        if amount == 0:
            return begin
        if amount > _LAST - begin:
            raise _out_of_range()
        year, rest = self._find(year, amount + self._table(year).worked(begin), at_most=True)
        return self._table(year).reach(rest)

    def micros_between(self, begin: int, stop: int) -> int:
        """`between` in whole microseconds since 1970."""
        first, last = _year_of(begin), _year_of(stop)
        if begin >= stop:
            return 0
        whole = self._years_total(first, last) if last > first else 0
        return whole + self._table(last).worked(stop) - self._table(first).worked(begin)

    def next_open(self, instant: datetime) -> datetime:
        """The instant itself if it is open, otherwise the next opening.

        :raises NoTimeLeft: it never opens again
        """
        begin = to_micros(instant)
        year = _year_of(begin)
        year, rest = self._find(year, self._table(year).worked(begin), at_most=False)
        return from_micros(self._table(year).resume(rest))

    def _find(self, year: int, amount: int, *, at_most: bool) -> tuple[int, int]:
        """The year in which the amount, counted from the start of ``year``, is reached (passed if not at_most)."""
        passed = 0
        while amount > (total := self._total(year)) or (amount == total and not at_most):
            amount -= total
            year += 1
            passed += 1
            self._refuse_if_over(year)
            if passed >= _FAR_YEARS and year > self._steady_after():
                passed = 0
                year, amount = self._leap(year, amount)
        return year, amount

    def _steady_after(self) -> int:
        return max(self.hours.last_special_year(), _STEADY_YEAR)

    def _refuse_if_over(self, year: int) -> None:
        if not self._regular and year > self.hours.last_special_year() + 1:
            raise _no_time_left()

    def _leap(self, year: int, amount: int) -> tuple[int, int]:
        """Passes over whole periods, in which all hours and clock changes repeat."""
        period = self.hours.period_years()
        if year + period > LAST_YEAR:
            return year, amount
        total = self._period_total(period)
        if total == 0:  # the only hours lie where a clock jump leaves them out
            raise _no_time_left()
        leaps = max(0, amount - 1) // total
        return year + leaps * period, amount - leaps * total

    def _period_total(self, period: int) -> int:
        if period not in self._periods:
            first = self._steady_after() + 1
            if first + period > LAST_YEAR:
                raise _out_of_range()
            self._periods[period] = sum(self._total(year) for year in range(first, first + period))
        return self._periods[period]

    def _years_total(self, first: int, last: int) -> int:
        """Open time of the years from ``first`` up to and without ``last``."""
        period = self.hours.period_years()
        leaps = max(0, (last - max(first, self._steady_after() + 1)) // period)
        whole = leaps * self._period_total(period) if leaps else 0
        return whole + sum(self._total(year) for year in range(first, last - leaps * period))

    def _total(self, year: int) -> int:
        total = self._totals.get(year)
        return self._table(year).total if total is None else total

    def _table(self, year: int) -> YearTable:
        table = self._tables.get(year)
        if table is None:
            if not FIRST_YEAR <= year <= LAST_YEAR:
                raise _out_of_range()
            table = self._builder.build(year)
            if len(self._tables) >= _KEPT_YEARS:
                self._tables = {}
            self._tables[year] = table
            self._totals[year] = table.total
        return table

    # Instants and days

    def is_open(self, instant: datetime) -> bool:
        """Whether work goes on at the instant."""
        moment = to_micros(instant)
        return self._table(_year_of(moment)).is_open(moment)

    def intervals(self, start: datetime, end: datetime) -> tuple[Interval, ...]:
        """The open times within [start, end), in order, joined where they touch."""
        begin, stop = to_micros(start), to_micros(end)
        if begin >= stop:
            return ()
        return tuple(Interval(from_micros(a), from_micros(b)) for a, b in merge(self._spans(begin, stop)))

    def _spans(self, begin: int, stop: int) -> Iterator[Span]:
        for year in range(_year_of(begin), _year_of(stop) + 1):
            for opens, closes in self._table(year).spans(begin, stop):
                if closes > begin and opens < stop:
                    yield max(opens, begin), min(closes, stop)

    def hours_on(self, day: date) -> Windows:
        """The windows of a local date, in seconds after midnight by the wall clock."""
        return self.hours.on(day)

    def is_workday(self, day: date) -> bool:
        """Whether a local date has working time."""
        return bool(self.hours.on(day))

    def local_date(self, instant: datetime) -> date:
        """The date in the calendar's zone."""
        _year_of(to_micros(instant))
        return instant.astimezone(self.zone).date()

    def workdays_from(self, day: date) -> Iterator[date]:
        """Working days from a date on, the date itself included; ends when none is left."""
        if not self._regular:
            yield from sorted(one for one, windows in self.hours.shifts.items() if windows and one >= day)
            return
        limit = date(LAST_YEAR, 12, 31)
        while day <= limit:
            if self.hours.on(day):
                yield day
            day += timedelta(days=1)

    def end_of_workday(self, start: datetime, n: int) -> datetime:
        """Closing time of the n-th working day after the day of ``start``, which is itself not counted.

        0 means the day of ``start`` (当日), or the next working day where it has no working time left.

        :raises BadAmount: ``n`` is negative or beyond 100,000
        :raises NoTimeLeft: the calendar has not so many working days left
        """
        if not 0 <= n <= _MAX_WORKDAYS:
            raise BadAmount("workdays", f"工作日数 {n} 超出范围", f"{n} working days are out of range")
        today = self.local_date(start)
        days = self.workdays_from(today if n == 0 else today + timedelta(days=1))
        for day in islice(days, max(0, n - 1), None):
            closing = self.closing(day)
            if closing is not None and closing > start:
                return closing
        raise _no_time_left()

    def closing(self, day: date) -> datetime | None:
        """The end of the last working time of a local date; None where it has none."""
        midnight = (day.toordinal() - EPOCH_ORDINAL) * 86_400
        # No zone has ever been 24 hours away from UTC, so these three days hold the whole local date.
        spans = self._builder.open_spans(midnight - 86_400, midnight + 2 * 86_400, only=day)
        return from_micros(spans[-1][1] * MICRO) if spans else None

    def covers(self, start: datetime, end: datetime) -> Coverage:
        """Which years' official days matter for a span, and which of them are not loaded.

        A calendar without ``loaded_years`` depends on none, so nothing is missing.
        """
        first, last = sorted((self.local_date(start), self.local_date(end)))
        until = last.year + ((last.month, last.day) >= NEW_YEAR_NOTICE)
        years = tuple(range(first.year, until + 1))
        loaded = self.loaded_years
        return Coverage(years, () if loaded is None else tuple(year for year in years if year not in loaded))

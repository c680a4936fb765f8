"""Which hours are open on a local date: the calendar's rules without any time zone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

Window = tuple[int, int]
"""Seconds of wall time after local midnight, start included, end excluded; the end may be 86,400 ("24:00")."""

Windows = tuple[Window, ...]
Week = tuple[Windows, Windows, Windows, Windows, Windows, Windows, Windows]
"""Monday to Sunday."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOSED: Windows = ()


@dataclass(frozen=True, slots=True)
class Season:
    """Other hours every year from one (month, day) to another, both included; may run over New Year."""

    first: tuple[int, int]
    last: tuple[int, int]
    week: Week

    def holds(self, day: date) -> bool:
        """Whether the day lies in the season."""
        here = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= here <= self.last
        return here >= self.first or here <= self.last


@dataclass(frozen=True, slots=True)
class Rotation:
    """Weeks that take turns (big and small weeks, shifts). ``starts`` is a Monday on which the first one begins."""

    starts: date
    weeks: tuple[Week, ...]

    def week_on(self, day: date) -> Week:
        """The week whose turn it is."""
        return self.weeks[(day.toordinal() - self.starts.toordinal()) // 7 % len(self.weeks)]


@dataclass(frozen=True, slots=True)
class Hours:
    """Rules in order of force: shifts, holidays, season, rotation, week."""

    week: Week
    holidays: frozenset[date]
    shifts: Mapping[date, Windows]
    seasons: tuple[Season, ...] = ()
    rotation: Rotation | None = None

    def week_on(self, day: date) -> Week:
        """The weekly hours in force on a day."""
        for season in self.seasons:
            if season.holds(day):
                return season.week
        return self.week if self.rotation is None else self.rotation.week_on(day)

    def regular(self, day: date) -> Windows:
        """The hours that the day would have without holidays and shifts."""
        return self.week_on(day)[day.weekday()]

    def on(self, day: date) -> Windows:
        """The hours of the day."""
        special = self.shifts.get(day)
        if special is not None:
            return special
        return CLOSED if day in self.holidays else self.regular(day)

    def opens_regularly(self) -> bool:
        """Whether there are hours that come again for ever."""
        # Every month and day falls on every weekday in the course of 400 years, so one leap year shows all seasons.
        firsts = {
            next((season for season in self.seasons if season.holds(day)), None)
            for day in (date(2024, 1, 1) + timedelta(days=n) for n in range(366 if self.seasons else 1))
        }
        weeks = [season.week for season in firsts if season is not None]
        if None in firsts:
            weeks += self.rotation.weeks if self.rotation else (self.week,)
        return any(windows for week in weeks for windows in week)

    def ever_opens(self) -> bool:
        """Whether there is any working time at all."""
        return self.opens_regularly() or any(self.shifts.values())

    def last_special_year(self) -> int:
        """The last year with a holiday or shift; 0 if there is none."""
        return max((day.year for day in (*self.holidays, *self.shifts)), default=0)

    def period_years(self) -> int:
        """After how many years the regular hours fall on the same dates again.

        The Gregorian calendar repeats after 400 years, which are 20,871 whole weeks.
        """
        turns = len(self.rotation.weeks) if self.rotation else 1
        return 400 * turns

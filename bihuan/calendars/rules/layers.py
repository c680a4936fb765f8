"""How the week, the official days and the company's own days become one calendar."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from bihuan.worktime import Calendar, parse
from bihuan.worktime.hours import WEEKDAYS, Hours, Windows

HOLIDAY, WORKDAY, CUSTOM = "holiday", "workday", "custom"


@dataclass(frozen=True, slots=True)
class Day:
    """A special day. ``hours`` as in a calendar's description; None where the kind says it all."""

    date: date
    kind: str
    name: str = ""
    hours: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A calendar's regular hours, as they are stored. ``make_up_like`` is a weekday: mon … sun."""

    timezone: str
    week: object
    seasons: object = field(default_factory=list)
    rotation: object = None
    make_up_like: str = "mon"

    def description(self) -> dict[str, object]:
        """The regular part of the calendar's description."""
        plain: dict[str, object] = {"timezone": self.timezone, "week": self.week}
        if self.seasons:
            plain["seasons"] = self.seasons
        if self.rotation:
            plain["rotation"] = self.rotation
        return plain


def make_up_hours(hours: Hours, day: date, like: str) -> Windows:
    """The hours of a make-up workday: those of the weekday it works like, in the week in force on that date.

    Where that weekday has none, the day's own; where it has none either, those of the first weekday that has.
    """
    week = hours.week_on(day)
    for windows in (week[WEEKDAYS.index(like)], week[day.weekday()], *week):
        if windows:
            return windows
    return ()


def combine(
    plan: Plan, *, official: Iterable[Day], company: Iterable[Day], loaded_years: Iterable[int] | None
) -> Calendar:
    """One calendar of all layers. Later layers win: week, official days, the company's days (correctness 25).

    ``loaded_years`` is None for a calendar that no official days count in.

    :raises BadCalendar: the stored hours are wrong, or nothing is ever open
    """
    regular = parse.read_hours(plan.description())
    holidays: set[date] = set()
    shifts: dict[date, Windows] = {}
    for day in (*official, *company):
        holidays.discard(day.date)
        shifts.pop(day.date, None)
        if day.kind == HOLIDAY:
            holidays.add(day.date)
        elif day.hours is not None:
            shifts[day.date] = parse.parse_windows(day.hours, f"shifts.{day.date}")
        else:
            shifts[day.date] = make_up_hours(regular, day.date, plan.make_up_like)
    description: Mapping[str, object] = {
        **plan.description(),
        "holidays": [day.isoformat() for day in sorted(holidays)],
        "shifts": {day.isoformat(): parse.describe_windows(windows) for day, windows in sorted(shifts.items())},
        **({} if loaded_years is None else {"loaded_years": sorted(loaded_years)}),
    }
    return Calendar.from_dict(description)

"""When something that comes again and again is due: a pure calculation on a working calendar."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop

from bihuan.worktime import Calendar

EVERY = {"day": gettext_noop("每天"), "week": gettext_noop("每周"), "month": gettext_noop("每月")}
REST = {"same": gettext_noop("照常"), "skip": gettext_noop("跳过"), "next": gettext_noop("改到下一个工作日")}
"""What becomes of a day on which nobody works."""
_YEARS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """``every``: day, week or month. ``weekday``: 0 Monday to 6 (of weeks); ``day``: 1 to 31 of a month, its last one where
    the month is shorter. ``at``: the local time of day."""

    every: str
    weekday: int = 0
    day: int = 1
    at: time = time(9)
    rest: str = "next"


def _last_of(month: date) -> int:
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return (following - timedelta(days=1)).day


def _falls(rule: Rule, day: date) -> bool:
    if rule.every == "week":
        return day.weekday() == rule.weekday
    if rule.every == "month":
        return day.day == min(rule.day, _last_of(day))
    return True


def _days(rule: Rule, calendar: Calendar, first: date) -> Iterator[date]:
    """The days from ``first`` on, each once. What moves to the next working day may come from a day before ``first``."""
    shown: date | None = None
    day, end = first - timedelta(days=31), first + timedelta(days=366 * _YEARS)
    while day < end:
        if _falls(rule, day):
            found = _placed(rule, calendar, day)
            if found is not None and found >= first and (shown is None or found > shown):
                shown = found
                yield found
        day += timedelta(days=1)


def _placed(rule: Rule, calendar: Calendar, day: date) -> date | None:
    if rule.rest == "same" or calendar.is_workday(day):
        return day
    return None if rule.rest == "skip" else next(iter(islice(calendar.workdays_from(day), 1)), None)


def coming(rule: Rule, calendar: Calendar, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """The instants strictly after ``after``, for three years ahead. A local time that a change of the clocks skips counts an
    hour later; one that comes twice counts once."""
    for day in _days(rule, calendar, after.astimezone(zone).date()):
        found = datetime.combine(day, rule.at, zone)
        if found > after:
            yield found


def next_after(rule: Rule, calendar: Calendar, zone: ZoneInfo, after: datetime) -> datetime | None:
    """The first of them."""
    return next(coming(rule, calendar, zone, after), None)

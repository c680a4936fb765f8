"""Stretches of days by name, in the company's zone: today, this month …"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop

PERIODS = {
    "today": gettext_noop("今天"),
    "yesterday": gettext_noop("昨天"),
    "last_7": gettext_noop("近 7 天"),
    "last_14": gettext_noop("近 14 天"),
    "last_30": gettext_noop("近 30 天"),
    "last_90": gettext_noop("近 90 天"),
    "this_week": gettext_noop("本周"),
    "last_week": gettext_noop("上周"),
    "this_month": gettext_noop("本月"),
    "last_month": gettext_noop("上月"),
    "this_year": gettext_noop("今年"),
    "next_7": gettext_noop("今后 7 天"),
}
"""Weeks begin on Monday. ``last_7`` are today and the six days before; ``next_7`` today and the six days to come."""


def _month(day: date, shift: int) -> date:
    month = day.year * 12 + day.month - 1 + shift
    return date(month // 12, month % 12 + 1, 1)


def _days(name: str, today: date) -> tuple[date, date]:
    """First day, and the day after the last one."""
    monday = today - timedelta(days=today.weekday())
    tomorrow = today + timedelta(days=1)
    if name.startswith("last_") and name[5:].isdecimal():
        return tomorrow - timedelta(days=int(name[5:])), tomorrow
    return {
        "today": (today, tomorrow),
        "yesterday": (today - timedelta(days=1), today),
        "this_week": (monday, monday + timedelta(days=7)),
        "last_week": (monday - timedelta(days=7), monday),
        "this_month": (_month(today, 0), _month(today, 1)),
        "last_month": (_month(today, -1), _month(today, 0)),
        "this_year": (date(today.year, 1, 1), date(today.year + 1, 1, 1)),
        "next_7": (today, today + timedelta(days=7)),
    }[name]


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The instant with which the day begins there, in UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def bounds(name: str, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first instant of the period and the first one after it; ``name`` is one of ``PERIODS``."""
    first, after = _days(name, now.astimezone(zone).date())
    return midnight(first, zone), midnight(after, zone)

"""Reading calendars. They are no secret: everybody in the company may see them, so no actor is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.translation import gettext_noop

from bihuan.calendars.models import CalendarDay, CalendarVersion, CalendarYear, WorkCalendar
from bihuan.calendars.rules.coverage import NO_CALENDAR, Finding, missing_years
from bihuan.core.errors import NotFound
from bihuan.core.stamps import Kept
from bihuan.worktime import Calendar

_KEPT = 512
_compiled: dict[tuple[str, int], Calendar] = {}


class UnknownCalendar(NotFound):
    code = "unknown_calendar"
    text = gettext_noop("没有“%(key)s”这个工作日历。")


@dataclass(frozen=True, slots=True)
class CurrentVersion:
    """The version of a calendar that new deadlines are counted in."""

    key: str
    version_id: int
    number: int
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class LoadedYear:
    """The official days of a year, where they came from and when."""

    year: int
    source: str
    loaded_at: datetime


@dataclass(frozen=True, slots=True)
class ListedDay:
    """A special day as it is shown: of the region (official) or of the company."""

    date: date
    kind: str
    name: str
    hours: object
    official: bool


def _remember(version_id: int, calendar: Calendar) -> Calendar:
    if len(_compiled) >= _KEPT:
        _compiled.clear()
    _compiled[_cache_key(version_id)] = calendar
    return calendar


def _cache_key(version_id: int) -> tuple[str, int]:
    # Versions never change, so they may stay; the name keeps apart databases that one process talks to in turn.
    return str(connection.settings_dict["NAME"]), version_id


def calendar_for_version(version_id: int) -> Calendar:
    """The calendar as it was in a version. No query when this process has seen the version before.

    :raises UnknownCalendar: no such version
    """
    known = _compiled.get(_cache_key(version_id))
    if known is not None:
        return known
    data = CalendarVersion.objects.filter(pk=version_id).values_list("data", flat=True).first()
    if data is None:
        raise UnknownCalendar(params={"key": f"#{version_id}"})
    return _remember(version_id, Calendar.from_dict(data))


def _load_newest() -> dict[str, tuple[int, int]]:
    rows = CalendarVersion.objects.order_by("calendar__key", "-number").distinct("calendar__key")
    return {key: (pk, number) for key, pk, number in rows.values_list("calendar__key", "pk", "number")}


_newest = Kept("calendars", _load_newest)


def current_version(key: str) -> CurrentVersion:
    """The version in force.

    :raises UnknownCalendar: no such calendar
    """
    row = _newest.get().get(key)
    if row is None:
        raise UnknownCalendar(params={"key": key})
    return CurrentVersion(key, row[0], row[1], calendar_for_version(row[0]))


def calendar(key: str) -> Calendar:
    """The calendar in force.

    :raises UnknownCalendar: no such calendar
    """
    return current_version(key).calendar


def provisional(key: str, start: datetime, due: datetime) -> bool:
    """Whether a span touches a year whose official days matter to the calendar and are not loaded."""
    return not calendar(key).covers(start, due).complete


def provisional_in_version(version_id: int, start: datetime, due: datetime) -> bool:
    """The same, judged by what was loaded when a version was made."""
    return not calendar_for_version(version_id).covers(start, due).complete


def year_coverage(region: str) -> tuple[LoadedYear, ...]:
    """The loaded years of a region, in order."""
    rows = CalendarYear.objects.filter(region=region).order_by("year")
    return tuple(LoadedYear(row.year, row.source, row.loaded_at) for row in rows)


def coverage_findings(now: datetime) -> list[Finding]:
    """What is missing, for every region that some calendar follows; empty = nothing.

    The present year is an error, from November on the next one a warning. Year and month are those of the zone in
    which the region's calendars are kept.
    """
    zones = dict(WorkCalendar.objects.order_by("-pk").values_list("region", "timezone"))
    if not zones:
        return [NO_CALENDAR]
    loaded: dict[str, list[int]] = {}
    for region, year in CalendarYear.objects.values_list("region", "year"):
        loaded.setdefault(region, []).append(year)
    return [
        finding
        for region, zone in sorted(zones.items())
        if region
        for finding in missing_years(region, loaded.get(region, []), now.astimezone(ZoneInfo(zone)).date())
    ]


def work_calendars() -> Sequence[WorkCalendar]:
    """All calendars by key."""
    return list(WorkCalendar.objects.order_by("key"))


def work_calendar(key: str) -> WorkCalendar:
    """The stored calendar with that key.

    :raises UnknownCalendar: no such calendar
    """
    one = WorkCalendar.objects.filter(key=key).first()
    if one is None:
        raise UnknownCalendar(params={"key": key[:64]})
    return one


def special_days(key: str, first: date, last: date) -> list[ListedDay]:
    """The special days of a calendar from ``first`` to ``last``; the company's own come instead of official ones."""
    one = work_calendar(key)
    span = CalendarDay.objects.filter(date__range=(first, last))
    official = span.filter(calendar=None, region=one.region) if one.region else span.none()
    chosen = {row.date: row for row in (*official, *span.filter(calendar=one))}
    return [
        ListedDay(day, row.kind, row.name, row.hours, row.calendar_id is None) for day, row in sorted(chosen.items())
    ]


def forget_compiled() -> None:
    """Drops what this process remembers; for tests that empty the database."""
    _compiled.clear()

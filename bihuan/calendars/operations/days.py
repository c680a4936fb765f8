"""Special days: official ones from files, the company's own one by one."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from bihuan.calendars.models import CalendarDay, CalendarVersion, CalendarYear, DayKind, WorkCalendar
from bihuan.calendars.operations.errors import BadDay, CannotImport, InBoth, NoSuchDay
from bihuan.calendars.operations.versions import lock_calendars, publish_region, publish_version, require_editor
from bihuan.calendars.queries import UnknownCalendar
from bihuan.calendars.rules.files import BadFile, Notice
from bihuan.calendars.rules.holiday_cn import read_holiday_cn
from bihuan.calendars.rules.ics import Unmarked, is_ics, read_ics
from bihuan.calendars.rules.layers import Day
from bihuan.calendars.rules.sheet import is_sheet, read_sheet
from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.worktime import BadCalendar, parse

MAX_BYTES = 2 * 1024 * 1024
MOST_DAYS = 62
_YEARS = range(1949, 2200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did. ``left_out``: names of events that say neither day off nor workday; ``wrong_rows``: rows of a
    sheet that were not taken, and why. ``days``: all that were taken."""

    loaded_years: tuple[int, ...]
    holidays: int
    workdays: int
    removed: int
    left_out: tuple[str, ...]
    changed_calendars: tuple[str, ...]
    wrong_rows: tuple[tuple[int, InBoth], ...] = ()
    days: tuple[Day, ...] = ()


def _refuse_file(zh: str, en: str) -> CannotImport:
    return CannotImport(params={"why": InBoth(zh, en)})


@dataclass(frozen=True, slots=True)
class _Read:
    notices: list[Notice]
    left_out: tuple[str, ...] = ()
    wrong_rows: tuple[tuple[int, InBoth], ...] = ()


def _read_any(content: bytes, unmarked: Unmarked) -> _Read:
    if is_sheet(content):
        notices, wrong = read_sheet(content)
        return _Read(notices, wrong_rows=tuple((number, InBoth(zh, en)) for number, zh, en in wrong))
    if is_ics(content):
        return _Read(*read_ics(content, unmarked))
    return _Read(read_holiday_cn(content))


def _read(content: bytes, unmarked: Unmarked) -> _Read:
    if len(content) > MAX_BYTES:
        raise _refuse_file("文件超过 2 MB", "the file is larger than 2 MB")
    try:
        return _read_any(content, unmarked)
    except BadFile as error:
        refused = CannotImport(params={"why": InBoth(error.zh, error.en)})
        refused.code = error.code
        raise refused from error


@transaction.atomic
def import_days(
    *,
    actor: Actor,
    now: datetime,
    region: str,
    content: bytes,
    source: str,
    unmarked: Unmarked = Unmarked.ASK,
    recount: bool = False,
) -> Imported:
    """Takes the official days of a region from a file: holiday-cn JSON, an iCalendar feed or a spreadsheet.

    In a feed, events marked 班, 补 or 上班 are workdays. ``unmarked`` says what becomes of events that say neither.
    The years that the file covers count as loaded; calendars of the region get new versions where days changed.

    :raises Forbidden: the actor may not change settings
    :raises CannotImport: the file is not readable, empty, contradicts itself (code says which); nothing is changed
    """
    require_editor(actor)
    if not region or len(region) > 16 or not region.isalnum():
        raise _refuse_file(f"地区 {region!r} 不对", f"the region {region!r} is wrong")
    read = _read(content, unmarked)
    notices = read.notices
    lock_calendars()
    removed = store_notices(region, notices, source=source, now=now)
    years = tuple(notice.year for notice in notices if notice.complete)
    audit.record(
        actor=actor,
        action="calendar.imported",
        object_type="calendar_year",
        object_id=None,
        now=now,
        detail={"region": region, "years": list(years), "source": source[:300]},
    )
    changed = publish_region(region, actor=actor, now=now, recount=recount)
    days = [day for notice in notices for day in notice.days]
    off = sum(day.kind == DayKind.HOLIDAY for day in days)
    return Imported(
        loaded_years=years,
        holidays=off,
        workdays=len(days) - off,
        removed=removed,
        left_out=read.left_out,
        changed_calendars=tuple(changed),
        wrong_rows=read.wrong_rows,
        days=tuple(days),
    )


def store_notices(region: str, notices: list[Notice], *, source: str, now: datetime) -> int:
    """Writes official days; a later notice for a date wins. Returns how many days no longer hold."""
    removed = 0
    for notice in notices:
        rows = [
            CalendarDay(
                region=region, notice_year=notice.year, date=day.date, kind=day.kind, name=day.name, hours=day.hours
            )
            for day in notice.days
        ]
        dates = [row.date for row in rows]
        official = CalendarDay.objects.filter(calendar=None, region=region)
        if notice.replaces:
            removed += official.filter(notice_year=notice.year).exclude(date__in=dates).delete()[0]
        official.filter(date__in=dates).delete()
        CalendarDay.objects.bulk_create(rows)
        if notice.complete:
            CalendarYear.objects.update_or_create(
                region=region, year=notice.year, defaults={"source": source[:300], "loaded_at": now}
            )
    return removed


def _calendar(key: str) -> WorkCalendar:
    one = WorkCalendar.objects.filter(key=key).first()
    if one is None:
        raise UnknownCalendar(params={"key": key})
    return one


def _kind(kind: str) -> DayKind:
    try:
        return DayKind(kind)
    except ValueError as error:
        raise BadDay(params={"why": InBoth("请选择放假还是上班", "choose day off or workday")}) from error


def _hours(kind: DayKind, hours: object) -> object:
    if kind is DayKind.HOLIDAY:
        if hours is not None:
            raise BadDay(params={"why": InBoth("放假不能有工作时间", "a day off has no working hours")})
        return None
    if hours is None:
        if kind is DayKind.CUSTOM:
            raise BadDay(params={"why": InBoth("请填写工作时间", "the working hours are missing")})
        return None
    try:
        return parse.describe_windows(parse.parse_windows(hours, "hours"))
    except BadCalendar as error:
        raise BadDay(params={"why": InBoth(error.zh, error.en)}) from error


def _dates(first: date, last: date | None) -> list[date]:
    count = (last - first).days + 1 if last is not None else 1
    if not 1 <= count <= MOST_DAYS or first.year not in _YEARS:
        why = InBoth(
            f"一次最多设 {MOST_DAYS} 天，结束不能早于开始", f"at most {MOST_DAYS} days at once, the end after the start"
        )
        raise BadDay(params={"why": why})
    return [first + timedelta(days=n) for n in range(count)]


@transaction.atomic
def set_company_day(
    *,
    actor: Actor,
    now: datetime,
    calendar: str,
    date: date,
    kind: str,
    hours: object = None,
    name: str = "",
    until: date | None = None,
    recount: bool = False,
) -> CalendarVersion:
    """Sets what a date is in one calendar, or all dates to ``until``; it beats the week and the official days
    (correctness 25).

    ``holiday``: closed. ``workday``: open with ``hours``, or without them as a make-up workday. ``custom``: open
    with ``hours``, for half days and special hours.

    :raises Forbidden: the actor may not change settings
    :raises UnknownCalendar: no calendar of that key
    :raises BadDay: the hours are wrong or do not fit the kind
    :raises BadHours: the calendar would never open
    """
    require_editor(actor)
    kept = _kind(kind)
    windows = _hours(kept, hours)
    lock_calendars()
    one = _calendar(calendar)
    dates = _dates(date, until)
    CalendarDay.objects.filter(calendar=one, date__in=dates).delete()
    words = name.replace("\x00", "").strip()[:100]
    CalendarDay.objects.bulk_create(
        CalendarDay(calendar=one, date=each, kind=kept.value, hours=windows, name=words) for each in dates
    )
    audit.record(
        actor=actor,
        action="calendar.day_set",
        object_type="work_calendar",
        object_id=one.pk,
        now=now,
        detail={
            "key": calendar,
            "date": date.isoformat(),
            "until": dates[-1].isoformat(),
            "kind": kept.value,
            "hours": windows,
        },
    )
    return publish_version(one, actor=actor, now=now, recount=recount)


@transaction.atomic
def clear_company_day(
    *, actor: Actor, now: datetime, calendar: str, date: date, recount: bool = False
) -> CalendarVersion:
    """Takes the company's own setting of a date away: the official day or the week holds again.

    :raises NoSuchDay: the company has set nothing for that date
    """
    require_editor(actor)
    lock_calendars()
    one = _calendar(calendar)
    if not CalendarDay.objects.filter(calendar=one, date=date).delete()[0]:
        raise NoSuchDay(params={"date": date.isoformat()})
    audit.record(
        actor=actor,
        action="calendar.day_cleared",
        object_type="work_calendar",
        object_id=one.pk,
        now=now,
        detail={"key": calendar, "date": date.isoformat()},
    )
    return publish_version(one, actor=actor, now=now, recount=recount)

"""What the pages of a calendar show: a year as twelve months, a deadline worked out step by step."""

import calendar as months
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.calendars import queries
from bihuan.calendars.queries import ListedDay
from bihuan.calendars.rules.words import write_windows
from bihuan.core.errors import Refused
from bihuan.web.ui.environment import in_language
from bihuan.web.ui.filters import duration
from bihuan.worktime import Calendar, WorktimeError, parse
from bihuan.worktime.phrases import parse_phrase

_MOST_ROWS = 40
FIRST, LAST = 2000, 2100
WEEKDAYS = (
    gettext_noop("周一"), gettext_noop("周二"), gettext_noop("周三"), gettext_noop("周四"), gettext_noop("周五"),
    gettext_noop("周六"), gettext_noop("周日"),
)  # fmt: skip
_MARKS = {"holiday": gettext_noop("休"), "workday": gettext_noop("班"), "custom": gettext_noop("特")}


class CannotWorkOut(Refused):
    code = "cannot_work_out"
    text = gettext_noop("%(why)s。")


@dataclass(frozen=True, slots=True)
class DayCell:
    """A day of a month's grid. ``kind``: open, closed, holiday, workday, custom; ``mark``: the sign that goes with it."""

    date: date
    kind: str
    mark: str
    about: str
    own: bool
    today: bool


def day_words(calendar: Calendar, day: date, special: ListedDay | None) -> str:
    """What a day is: 周一 08:00-12:00 14:00-18:00 · 厂庆."""
    hours = write_windows(parse.describe_windows(calendar.hours_on(day))) or _("不上班")
    parts = [f"{day:%Y-%m-%d}", _(WEEKDAYS[day.weekday()]), hours]
    if special is not None:
        parts.append(special.name or _(_MARKS[special.kind]))
        parts.append(_("法定") if special.official else _("公司自定"))
    return " ".join(parts)


def year_view(key: str, year: int, today: date) -> list[dict[str, object]]:
    """The twelve months as weeks of cells; None where another month lies."""
    calendar = queries.calendar(key)
    special = {one.date: one for one in queries.special_days(key, date(year, 1, 1), date(year, 12, 31))}
    grid = months.Calendar()
    return [
        {
            "name": _("%(n)s 月") % {"n": month},
            "weeks": [
                [_cell(calendar, day, special.get(day), today) if day.month == month else None for day in week]
                for week in grid.monthdatescalendar(year, month)
            ],
        }
        for month in range(1, 13)
    ]


def _cell(calendar: Calendar, day: date, special: ListedDay | None, today: date) -> DayCell:
    kind = special.kind if special is not None else "open" if calendar.is_workday(day) else "closed"
    mark = _(_MARKS[special.kind]) if special is not None else ""
    own = special is not None and not special.official
    return DayCell(day, kind, mark, day_words(calendar, day, special), own, day == today)


def workdays_in(calendar: Calendar, year: int) -> int:
    """How many days of the year have working time."""
    first = date(year, 1, 1)
    return sum(calendar.is_workday(first + timedelta(days=n)) for n in range(366 if months.isleap(year) else 365))


def worked_out(key: str, start_text: str, amount: str) -> dict[str, object]:
    """The deadline that words mean from a time on, and which day gives how much of it.

    Refuses ``CannotWorkOut``: no time, no deadline, or one that the calendar never reaches.
    """
    calendar = queries.calendar(key)
    try:
        start = datetime.fromisoformat(start_text.strip()[:30])
    except ValueError as error:
        raise CannotWorkOut(params={"why": _("请填写开始的日期和时间")}) from error
    start = start if start.tzinfo else start.replace(tzinfo=calendar.zone)
    try:
        due = parse_phrase(amount).due(calendar, start)
        rows = _rows(calendar, start, due)
    except WorktimeError as error:
        raise CannotWorkOut(params={"why": in_language(error.zh, error.en)}) from error
    return {
        "due": due,
        "zone": calendar.zone.key,
        "due_words": _local(due, calendar.zone),
        "start_words": _local(start, calendar.zone),
        "total": duration(calendar.between(start, due)),
        "rows": rows[:_MOST_ROWS],
        "more": max(0, len(rows) - _MOST_ROWS),
        "missing": calendar.covers(start, due).missing,
    }


def _local(instant: datetime, zone: ZoneInfo) -> str:
    local = instant.astimezone(zone)
    return f"{local:%Y-%m-%d} {_(WEEKDAYS[local.weekday()])} {local:%H:%M}"


def _rows(calendar: Calendar, start: datetime, due: datetime) -> list[dict[str, object]]:
    """A row for each day with working time in between, and one for each stretch of days without."""
    rows: list[dict[str, object]] = []
    used = 0.0
    day, last = calendar.local_date(start), calendar.local_date(due)
    while day <= last and len(rows) < _MOST_ROWS * 4:
        opens = datetime.combine(day, datetime.min.time(), calendar.zone)
        closes = datetime.combine(day + timedelta(days=1), datetime.min.time(), calendar.zone)
        spans = calendar.intervals(max(start, opens), min(due, closes))
        seconds = sum((span.end - span.start).total_seconds() for span in spans)
        used += seconds
        if seconds:
            rows.append(_worked(calendar, day, [(span.start, span.end) for span in spans], seconds, used))
        elif rows and rows[-1]["closed"]:
            rows[-1]["until"] = f"{day:%m-%d}"
        else:
            rows.append({"closed": True, "day": _day(day), "until": "", "spans": "", "counts": "", "sum": ""})
        day += timedelta(days=1)
    return rows


def _day(day: date) -> str:
    return f"{day:%m-%d} {_(WEEKDAYS[day.weekday()])}"


def _worked(
    calendar: Calendar, day: date, spans: list[tuple[datetime, datetime]], seconds: float, used: float
) -> dict[str, object]:
    zone = calendar.zone
    return {
        "closed": False,
        "day": _day(day),
        "until": "",
        "spans": "、".join(f"{a.astimezone(zone):%H:%M}–{b.astimezone(zone):%H:%M}" for a, b in spans),
        "counts": duration(seconds),
        "sum": duration(used),
    }

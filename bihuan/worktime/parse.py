"""From the plain description of a calendar to its rules, and back. Everything wrong is refused with its place."""

import re
from collections.abc import Mapping
from datetime import date
from typing import NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bihuan.worktime.errors import BadCalendar
from bihuan.worktime.hours import WEEKDAYS, Hours, Rotation, Season, Week, Window, Windows

KEYS = frozenset({"timezone", "week", "holidays", "shifts", "loaded_years", "seasons", "rotation"})
LABELS = frozenset({"key", "name", "name_en", "note"})
"""Words that may stand in a description without meaning anything for the arithmetic."""

DAY_SECONDS = 86_400
MAX_TURNS = 12
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH_DAY = re.compile(r"([0-9]{2})-([0-9]{2})")


def refuse(code: str, where: str, zh: str, en: str) -> NoReturn:
    """Raises `BadCalendar` naming the place in the description."""
    raise BadCalendar(code, f"日历的 {where}：{zh}", f"calendar, {where}: {en}")


def mapping(value: object, where: str) -> Mapping[str, object]:
    """The value as an object with text keys."""
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        refuse("shape", where, "应当是一个对象", "must be an object")
    return value


def sequence(value: object, where: str) -> list[object]:
    """The value as a list."""
    if not isinstance(value, (list, tuple)):
        refuse("shape", where, "应当是一个列表", "must be a list")
    return list(value)


def only(given: Mapping[str, object], known: frozenset[str], where: str) -> None:
    """Refuses words that nobody would read: a slip of the pen must not give a wrong deadline."""
    unknown = sorted(set(given) - known)
    if unknown:
        refuse("unknown_word", where, f"不认识的字段 {unknown[0]!r}", f"unknown word {unknown[0]!r}")


def parse_zone(value: object) -> ZoneInfo:
    """An IANA time zone."""
    if not isinstance(value, str):
        refuse("timezone", "timezone", "缺少时区", "a time zone is needed")
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        refuse("timezone", "timezone", f"没有 {value!r} 这个时区", f"there is no time zone {value!r}")


def parse_date(value: object, where: str) -> date:
    """A date written YYYY-MM-DD."""
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    refuse("date", where, f"{value!r} 不是 YYYY-MM-DD 格式的日期", f"{value!r} is no date of the form YYYY-MM-DD")


def parse_time(value: object, where: str) -> int:
    """A wall time "HH:MM" or "HH:MM:SS" up to "24:00", as seconds after midnight."""
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match:
        hour, minute, second = (int(part or 0) for part in match.groups())
        seconds = hour * 3600 + minute * 60 + second
        if minute < 60 and second < 60 and seconds <= DAY_SECONDS:
            return seconds
    refuse("time", where, f"{value!r} 不是 HH:MM 格式的时间", f"{value!r} is no time of the form HH:MM")


def _window(value: object, where: str) -> Window:
    pair = sequence(value, where)
    if len(pair) != 2:
        refuse("window", where, "时段应当是 [开始, 结束]", "a window is [start, end]")
    start, end = parse_time(pair[0], where), parse_time(pair[1], where)
    if start >= end:
        refuse(
            "window",
            where,
            f"结束 {pair[1]} 应当晚于开始 {pair[0]}；跨夜的时段请分成到 24:00 和次日 00:00 起两段",
            f"the end {pair[1]} must be later than the start {pair[0]}; "
            "split hours over midnight into one window up to 24:00 and one from 00:00 of the next day",
        )
    return start, end


def parse_windows(value: object, where: str) -> Windows:
    """The windows of a day in order; those that overlap or touch become one."""
    merged: list[Window] = []
    for start, end in sorted(_window(one, f"{where}[{n}]") for n, one in enumerate(sequence(value, where))):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def parse_week(value: object, where: str) -> Week:
    """Hours by weekday; a weekday that is not named is closed."""
    given = mapping(value, where)
    only(given, frozenset(WEEKDAYS), where)
    mon, tue, wed, thu, fri, sat, sun = (parse_windows(given.get(day, []), f"{where}.{day}") for day in WEEKDAYS)
    return mon, tue, wed, thu, fri, sat, sun


def _month_day(value: object, where: str) -> tuple[int, int]:
    match = _MONTH_DAY.fullmatch(value) if isinstance(value, str) else None
    if match:
        month, day = int(match[1]), int(match[2])
        try:
            date(2024, month, day)  # a leap year, so that 02-29 may be named
        except ValueError:
            match = None
        else:
            return month, day
    refuse("date", where, f"{value!r} 不是 MM-DD 格式的日期", f"{value!r} is no day of the form MM-DD")


def _season(value: object, where: str) -> Season:
    given = mapping(value, where)
    only(given, frozenset({"from", "to", "week", "name"}), where)
    return Season(
        first=_month_day(given.get("from"), f"{where}.from"),
        last=_month_day(given.get("to"), f"{where}.to"),
        week=parse_week(given.get("week"), f"{where}.week"),
    )


def _rotation(value: object) -> Rotation | None:
    if value is None:
        return None
    given = mapping(value, "rotation")
    only(given, frozenset({"starts", "weeks"}), "rotation")
    starts = parse_date(given.get("starts"), "rotation.starts")
    if starts.weekday() != 0:
        refuse("rotation", "rotation.starts", "应当是星期一", "must be a Monday")
    weeks = sequence(given.get("weeks"), "rotation.weeks")
    if not 2 <= len(weeks) <= MAX_TURNS:
        refuse("rotation", "rotation.weeks", f"应当有 2 至 {MAX_TURNS} 周", f"needs 2 to {MAX_TURNS} weeks")
    return Rotation(starts, tuple(parse_week(week, f"rotation.weeks[{n}]") for n, week in enumerate(weeks)))


def parse_years(value: object) -> frozenset[int] | None:
    """The years whose official days are loaded; None if the calendar does not depend on any."""
    if value is None:
        return None
    years = sequence(value, "loaded_years")
    for year in years:
        if not isinstance(year, int) or isinstance(year, bool) or not 1 <= year <= 9999:
            refuse("year", "loaded_years", f"{year!r} 不是年份", f"{year!r} is no year")
    return frozenset(year for year in years if isinstance(year, int))


def read_hours(given: Mapping[str, object]) -> Hours:
    """The rules, whether or not they ever open."""
    only(given, KEYS | LABELS, "description")
    holidays = sequence(given.get("holidays", []), "holidays")
    shifts = mapping(given.get("shifts", {}), "shifts")
    seasons = sequence(given.get("seasons", []), "seasons")
    return Hours(
        week=parse_week(given.get("week"), "week"),
        holidays=frozenset(parse_date(day, f"holidays[{n}]") for n, day in enumerate(holidays)),
        shifts={parse_date(day, "shifts"): parse_windows(one, f"shifts.{day}") for day, one in shifts.items()},
        seasons=tuple(_season(one, f"seasons[{n}]") for n, one in enumerate(seasons)),
        rotation=_rotation(given.get("rotation")),
    )


def parse_hours(given: Mapping[str, object]) -> Hours:
    """The rules; refuses a calendar that never opens."""
    hours = read_hours(given)
    if not hours.ever_opens():
        refuse("no_working_time", "week", "没有任何工作时间", "there is no working time at all")
    return hours


def _time_text(seconds: int) -> str:
    hour, rest = divmod(seconds, 3600)
    minute, second = divmod(rest, 60)
    return f"{hour:02}:{minute:02}" + (f":{second:02}" if second else "")


def describe_windows(windows: Windows) -> list[list[str]]:
    """Windows as they stand in a description."""
    return [[_time_text(start), _time_text(end)] for start, end in windows]


def describe_week(week: Week) -> dict[str, list[list[str]]]:
    """A week as it stands in a description."""
    return {name: describe_windows(windows) for name, windows in zip(WEEKDAYS, week, strict=True)}


def describe(zone: ZoneInfo, hours: Hours, loaded_years: frozenset[int] | None) -> dict[str, object]:
    """The canonical description: equal calendars have equal descriptions."""
    plain: dict[str, object] = {
        "timezone": zone.key,
        "week": describe_week(hours.week),
        "holidays": [day.isoformat() for day in sorted(hours.holidays)],
        "shifts": {day.isoformat(): describe_windows(hours.shifts[day]) for day in sorted(hours.shifts)},
    }
    if hours.seasons:
        plain["seasons"] = [
            {
                "from": f"{one.first[0]:02}-{one.first[1]:02}",
                "to": f"{one.last[0]:02}-{one.last[1]:02}",
                "week": describe_week(one.week),
            }
            for one in hours.seasons
        ]
    if hours.rotation:
        plain["rotation"] = {
            "starts": hours.rotation.starts.isoformat(),
            "weeks": [describe_week(week) for week in hours.rotation.weeks],
        }
    if loaded_years is not None:
        plain["loaded_years"] = sorted(loaded_years)
    return plain

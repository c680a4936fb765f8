"""Deadlines in words: 当日, 次日, 3 个工作日, 2 小时, 15 日内, 每周五前, 月末 and their English twins.

Days of the calendar ("15 日内", "15 days") end as the Civil Code counts them (articles 201 and 203): the first day does
not count, a last day without work moves to the next working day, and the end is that day's closing time.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bihuan.worktime.calendar import Calendar
from bihuan.worktime.errors import NoTimeLeft, WorktimeError

Due = Callable[[Calendar, datetime], datetime]
_SEARCHED_PERIODS = 60
_DIGITS = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_WEEKDAYS = {
    "一": 0,
    "二": 1,
    "三": 2,
    "四": 3,
    "五": 4,
    "六": 5,
    "日": 6,
    "天": 6,
    "monday": 0,
    "tuesday": 1,
    "wednesday": 2,
    "thursday": 3,
    "friday": 4,
    "saturday": 5,
    "sunday": 6,
}


class BadPhrase(WorktimeError):
    """The words are no deadline."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A deadline in words. ``text`` is what was written."""

    text: str
    _due: Due

    def due(self, calendar: Calendar, start: datetime) -> datetime:
        """The instant, in UTC, for something that begins at ``start``."""
        return self._due(calendar, start)


def number(text: str) -> int:
    """12, 三, 十五, 二十, 两."""
    if text.isascii():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + (_DIGITS[ones] if ones else 0)


def _workdays(n: int) -> Due:
    return lambda calendar, start: calendar.end_of_workday(start, n)


def _seconds(amount: int) -> Due:
    return lambda calendar, start: calendar.add(start, amount)


def _calendar_days(n: int) -> Due:
    def due(calendar: Calendar, start: datetime) -> datetime:
        last = calendar.local_date(start) + timedelta(days=n)
        for day in calendar.workdays_from(last):
            closing = calendar.closing(day)
            if closing is not None:
                return closing
        raise NoTimeLeft("no_time_left", "之后没有工作日", "there is no working day after that")

    return due


def _last_closing(calendar: Calendar, begin: date, end: date) -> datetime | None:
    for back in range((end - begin).days + 1):
        day = end - timedelta(days=back)
        closing = calendar.closing(day) if calendar.is_workday(day) else None
        if closing is not None:
            return closing
    return None


def _period_end(period: Callable[[date, int], tuple[date, date]], first: int = 0) -> Due:
    """Closing time of the last working day of the first period in which it lies ahead."""

    def due(calendar: Calendar, start: datetime) -> datetime:
        today = calendar.local_date(start)
        for turn in range(first, first + _SEARCHED_PERIODS):
            closing = _last_closing(calendar, *period(today, turn))
            if closing is not None and closing > start:
                return closing
        raise NoTimeLeft("no_time_left", "之后没有工作日", "there is no working day after that")

    return due


def _week_until(weekday: int) -> Callable[[date, int], tuple[date, date]]:
    def period(today: date, turn: int) -> tuple[date, date]:
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=turn)
        return monday, monday + timedelta(days=weekday)

    return period


def _months(size: int, until_day: int = 31) -> Callable[[date, int], tuple[date, date]]:
    """Periods of 1, 3 or 12 months, up to a day of their last month."""

    def period(today: date, turn: int) -> tuple[date, date]:
        begin = (today.year * 12 + today.month - 1) // size * size + turn * size
        last = begin + size - 1
        year, month = divmod(last, 12)
        end = date(year, month + 1, min(until_day, monthrange(year, month + 1)[1]))
        return date(begin // 12, begin % 12 + 1, 1), end

    return period


def _by_weekday(next_week: str | None, day: str) -> Due:
    return _period_end(_week_until(_WEEKDAYS[day]), first=1 if next_week else 0)


def _monthly(day: int) -> Due:
    if not 1 <= day <= 31:
        raise BadPhrase("phrase", f"没有每月 {day} 日", f"there is no day {day} of a month")
    return _period_end(_months(1, day))


def _hours(hours: str, half: str | None, minutes: str | None) -> Due:
    return _seconds(number(hours) * 3600 + (1800 if half else 0) + (number(minutes) * 60 if minutes else 0))


_N = r"([0-9]{1,4}|[一二三四五六七八九]?十[一二三四五六七八九]?|[零一二两三四五六七八九])"
_DAY = "(monday|tuesday|wednesday|thursday|friday|saturday|sunday)"

# Each rule takes the groups of its pattern.
_RULES: tuple[tuple[str, Callable[..., Due]], ...] = (
    (r"(?:当|本)(?:日|天|个?工作日)|今[日天]", lambda: _workdays(0)),
    (r"today|(?:the )?same day|end of (?:the )?(?:working )?day", lambda: _workdays(0)),
    (r"[次翌明]日|[明第]二?天|[次下]一?个?工作日|tomorrow|(?:the )?next (?:working )?day", lambda: _workdays(1)),
    (rf"{_N}个?工作日", lambda n: _workdays(number(n))),
    (r"([0-9]{1,4}) ?(?:working|business) days?", lambda n: _workdays(int(n))),
    (rf"{_N}个?(?:自然)?[天日]", lambda n: _calendar_days(number(n))),
    (r"([0-9]{1,4}) ?(?:calendar )?days?", lambda n: _calendar_days(int(n))),
    (rf"{_N}个?(半)?(?:工作)?小时(?:{_N}分钟?)?", _hours),
    (rf"{_N}分钟?", lambda n: _seconds(number(n) * 60)),
    (r"半个?(?:工作)?小时|half an hour", lambda: _seconds(1800)),
    (r"([0-9]{1,4}) ?(?:working )?hours?", lambda n: _seconds(int(n) * 3600)),
    (r"([0-9]{1,4}) ?minutes?", lambda n: _seconds(int(n) * 60)),
    (r"(?:每|本|这|(下))?个?(?:周|星期|礼拜)([一二三四五六日天])", _by_weekday),
    (rf"(next )?{_DAY}", _by_weekday),
    (rf"(?:每|本|当)?个?月{_N}[日号]", lambda n: _monthly(number(n))),
    (r"[每本当]?个?月(?:末|底)|(?:the )?end of (?:the )?month", lambda: _period_end(_months(1))),
    (r"[每本当]?季度?(?:末|底)|(?:the )?end of (?:the )?quarter", lambda: _period_end(_months(3))),
    (r"[每本当]?年度?(?:末|底)|(?:the )?end of (?:the )?year", lambda: _period_end(_months(12))),
)
_COMPILED = tuple((re.compile(pattern), make) for pattern, make in _RULES)
_FRAME = re.compile(r"(?:在|于|within |by |before )?(.*?)(?:之?以?内|之?以?前|下班)*(?:完成)?")
_MAX_LENGTH = 60


def parse_phrase(text: str) -> Phrase:
    """The deadline that the words mean. Hours and minutes are working time.

    :raises BadPhrase: the words are no deadline
    """
    plain = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).strip().lower())
    plain = re.sub(r" ?([^\x00-\x7f]) ?", r"\1", plain)
    frame = _FRAME.fullmatch(plain) if len(plain) <= _MAX_LENGTH else None
    for pattern, make in _COMPILED:
        match = pattern.fullmatch(frame[1]) if frame else None
        if match:
            return Phrase(text, make(*match.groups()))
    raise BadPhrase(
        "phrase",
        f"看不懂期限「{text[:_MAX_LENGTH]}」，可以写 当日、次日、3 个工作日、2 小时、每周五前、月末",
        f"“{text[:_MAX_LENGTH]}” is no deadline; write for example: today, next day, 3 working days, 2 hours, "
        "by Friday, end of month",
    )

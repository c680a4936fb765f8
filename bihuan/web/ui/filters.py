"""Formats of durations, instants, money, names: the words that pages print. Zone: the reader's (the active one)."""

import re
import unicodedata
from datetime import datetime, timedelta
from decimal import Decimal
from zlib import crc32

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.issues.queries import MOST_COUNTED

HOUR = 3600
DAY = 24 * HOUR
WORKDAY = 8 * HOUR
_TONES = ("orange", "green", "blue", "cyan", "purple", "gold")


def duration(seconds: float, day: int = DAY) -> str:
    """A length of time in at most two units: 不到 1 分, 38 分, 1 小时 05 分, 2 天 3 小时.

    ``day``: seconds that make a day (``WORKDAY`` for working time of an eight-hour calendar).
    """
    whole = int(abs(seconds))
    if whole < 60:
        return _("不到 1 分")
    if whole < min(HOUR, day):
        return _minutes(whole // 60)
    if whole < day:
        hours, minutes = divmod(whole // 60, 60)
        return _hours_minutes(hours, f"{minutes:02d}") if minutes else _hours(hours)
    days, rest = divmod(whole, day)
    if days < 10 and rest >= HOUR:
        return _days_hours(days, rest // HOUR)
    return _("%(d)s 天") % {"d": days}


def clock_words() -> dict[str, str]:
    """The sentences above with open places, for the clocks that run on in the browser."""
    return {
        "left": _("剩 %(t)s") % {"t": "{t}"},
        "over": _("超时 %(t)s") % {"t": "{t}"},
        "under": _("不到 1 分"),
        "minutes": _minutes("{m}"),
        "hours": _hours("{h}"),
        "hoursMinutes": _hours_minutes("{h}", "{m}"),
        "days": _("%(d)s 天") % {"d": "{d}"},
        "daysHours": _days_hours("{d}", "{h}"),
    }


def _minutes(minutes: int | str) -> str:
    return _("%(m)s 分") % {"m": minutes}


def _hours(hours: int | str) -> str:
    return _("%(h)s 小时") % {"h": hours}


def _hours_minutes(hours: int | str, minutes: str) -> str:
    return _("%(h)s 小时 %(m)s 分") % {"h": hours, "m": minutes}


def _days_hours(days: int | str, hours: int | str) -> str:
    return _("%(d)s 天 %(h)s 小时") % {"d": days, "h": hours}


def limit(seconds: float, day: int = WORKDAY) -> str:
    """A limit as it was set: 15 分, 4 工作小时, 3 工作日; in a calendar that never closes 4 小时, 3 天."""
    whole = int(seconds)
    if day >= DAY or whole < HOUR or whole % HOUR:
        return duration(whole, day)
    if whole >= 2 * day and whole % day == 0:
        return ngettext("%(d)d 工作日", "%(d)d 工作日", whole // day) % {"d": whole // day}
    return ngettext("%(h)d 工作小时", "%(h)d 工作小时", whole // HOUR) % {"h": whole // HOUR}


def left(seconds: float, day: int = WORKDAY) -> str:
    """What is left of a limit, or by how much it is overrun: 剩 38 分, 超时 26 分."""
    words = duration(seconds, day)
    return _("剩 %(t)s") % {"t": words} if seconds >= 0 else _("超时 %(t)s") % {"t": words}


def instant(value: datetime) -> str:
    """2026-11-21 14:05."""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")


def date(value: datetime) -> str:
    """2026-11-21."""
    return timezone.localtime(value).strftime("%Y-%m-%d")


def time_of_day(value: datetime) -> str:
    """14:05."""
    return timezone.localtime(value).strftime("%H:%M")


def moment(value: datetime, now: datetime) -> str:
    """The shortest form that is clear today: 14:05, else 11-19, else 2025-11-19."""
    there, here = timezone.localtime(value), timezone.localtime(now)
    if there.date() == here.date():
        return there.strftime("%H:%M")
    return there.strftime("%m-%d" if there.year == here.year else "%Y-%m-%d")


def full_moment(value: datetime, now: datetime) -> str:
    """As ``moment`` with the time of day always there: 14:05, 11-19 14:05, 2025-11-19 14:05."""
    there, short = timezone.localtime(value), moment(value, now)
    return short if ":" in short else f"{short} {there.strftime('%H:%M')}"


def due(value: datetime, now: datetime) -> str:
    """14:43 截止."""
    return _("%(t)s 截止") % {"t": full_moment(value, now)}


def ago(value: datetime, now: datetime) -> str:
    """刚刚, 3 分钟前, 2 小时前, 昨天 14:05, else date and time."""
    seconds = (now - value).total_seconds()
    if 0 <= seconds < 60:
        return _("刚刚")
    if 0 <= seconds < HOUR:
        return ngettext("%(n)d 分钟前", "%(n)d 分钟前", int(seconds // 60)) % {"n": seconds // 60}
    there, here = timezone.localtime(value), timezone.localtime(now)
    if there.date() == here.date() and seconds >= 0:
        return ngettext("%(n)d 小时前", "%(n)d 小时前", int(seconds // HOUR)) % {"n": seconds // HOUR}
    if there.date() == here.date() - timedelta(days=1):
        return _("昨天 %(t)s") % {"t": there.strftime("%H:%M")}
    return full_moment(value, now)


def weekday(value: datetime) -> str:
    """周五."""
    names = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
    return names[timezone.localtime(value).weekday()]


def day_line(value: datetime, now: datetime) -> str:
    """The line between two days of a timeline: 今天 11 月 20 日 周五."""
    there, here = timezone.localtime(value), timezone.localtime(now)
    words = {"m": there.month, "d": there.day, "w": weekday(value), "y": there.year}
    if there.date() == here.date():
        return _("今天 %(m)d 月 %(d)d 日 %(w)s") % words
    if there.date() == here.date() - timedelta(days=1):
        return _("昨天 %(m)d 月 %(d)d 日 %(w)s") % words
    if there.year == here.year:
        return _("%(m)d 月 %(d)d 日 %(w)s") % words
    return _("%(y)d 年 %(m)d 月 %(d)d 日 %(w)s") % words


def money(value: Decimal | float) -> str:
    """¥1,234.00."""
    amount = Decimal(str(value)).quantize(Decimal("0.01"))
    return f"-¥{-amount:,}" if amount < 0 else f"¥{amount:,}"


def money_words(value: Decimal | float) -> str:
    """The amount in capital numerals (大写), as contracts and receipts want it; figures beyond 16 digits."""
    import cn2an  # a tenth of a second that most processes never need

    try:
        return str(cn2an.an2cn(str(Decimal(str(value)).quantize(Decimal("0.01"))), "rmb"))
    except ValueError:
        return money(value)


def number(value: float) -> str:
    """1,284."""
    return f"{value:,}"


def capped(value: int) -> str:
    """A counter: exact up to 999, 「999+」 above, where nobody counts on."""
    return f"{MOST_COUNTED}+" if value > MOST_COUNTED else str(value)


def mask_phone(value: str) -> str:
    """138****1234: of every digit run long enough to be a telephone number only head and tail stay."""

    def hide(match: re.Match[str]) -> str:
        digits = match.group()
        head, tail = (3, 4) if len(digits) >= 11 else (1, 2)
        return digits[:head] + "*" * (len(digits) - head - tail) + digits[-tail:]

    return re.sub(r"\d{6,}", hide, value)


def file_size(size: int) -> str:
    """412 KB; powers of 1024."""
    if size < 1024:
        return f"{size} B"
    amount = size / 1024
    for unit in ("KB", "MB", "GB"):
        if amount < 1024 or unit == "GB":
            return f"{amount:.0f} {unit}" if amount >= 10 else f"{amount:.1f} {unit}"
        amount /= 1024
    raise AssertionError("unreachable")


def initial(name: str) -> str:
    """The sign on a person's or company's round picture: the first letter or character that can be read."""
    for sign in unicodedata.normalize("NFC", name):
        if unicodedata.category(sign)[0] in "LN":
            return sign.upper()
    return "?"


def tone(name: str) -> str:
    """A colour class that stays with the name."""
    return _TONES[crc32(name.encode("utf-8", "surrogatepass")) % len(_TONES)]


FILTERS = {
    "duration": duration,
    "left": left,
    "limit": limit,
    "instant": instant,
    "date": date,
    "time_of_day": time_of_day,
    "moment": moment,
    "full_moment": full_moment,
    "due": due,
    "ago": ago,
    "weekday": weekday,
    "day_line": day_line,
    "money": money,
    "money_words": money_words,
    "number": number,
    "capped": capped,
    "mask_phone": mask_phone,
    "file_size": file_size,
    "initial": initial,
    "tone": tone,
}

"""Hours and weeks as people write them: ``周一至周五 08:00-12:00 14:00-18:00``, and back."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from bihuan.calendars.rules.files import BadFile
from bihuan.worktime.hours import WEEKDAYS

Windows = list[list[str]]
_DAYS = "一二三四五六日"
_WINDOW = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—~至]\s*(\d{1,2}):(\d{2})")
_DAY = rf"(?:周|星期)([{_DAYS}天])"
_SPAN = re.compile(rf"{_DAY}(?:\s*[-–—~至到]\s*{_DAY})?")
_ENGLISH = re.compile(r"\b(mon|tue|wed|thu|fri|sat|sun)[a-z]*\b", re.IGNORECASE)
_SEASON = re.compile(r"(\d{1,2})-(\d{1,2})\s*[-–—~至到]\s*(\d{1,2})-(\d{1,2})\s*[:：]?\s*(.+)")
_MOST = 2000


class BadWords(BadFile):
    """The text names no hours."""


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text[:_MOST]).strip()


def _refuse(text: str) -> BadWords:
    shown = text.strip()[:40]
    return BadWords(
        "bad_words",
        f"看不懂“{shown}”，请写成 周一至周五 08:00-12:00 14:00-18:00",
        f"“{shown}” is not understood; write 周一至周五 08:00-12:00 14:00-18:00, or Mon-Fri 08:00-12:00",
    )


def read_windows(text: str) -> Windows:
    """The windows of a day; empty text = closed.

    :raises BadWords: something else stands there
    """
    plain = _plain(text)
    found = [[f"{int(a):02}:{b}", f"{int(c):02}:{d}"] for a, b, c, d in _WINDOW.findall(plain)]
    if _WINDOW.sub("", plain).strip(" ,，、;；"):
        raise _refuse(text)
    return found


def write_windows(windows: Sequence[Sequence[str]]) -> str:
    """The text that `read_windows` reads."""
    return " ".join(f"{start}-{end}" for start, end in windows)


def _in_chinese(text: str) -> str:
    return _ENGLISH.sub(lambda match: "周" + _DAYS[WEEKDAYS.index(match[1].lower())], text)


def _named_days(first: str, last: str) -> list[str]:
    start = _DAYS.index("日" if first == "天" else first)
    end = _DAYS.index("日" if last == "天" else last) if last else start
    return [WEEKDAYS[(start + n) % 7] for n in range((end - start) % 7 + 1)]


def read_week(text: str) -> dict[str, Windows]:
    """The hours of a week; days that are not named are closed. Parts are divided by semicolons.

    :raises BadWords: a part is no days with hours, or a day stands twice
    """
    week: dict[str, Windows] = {}
    for part in re.split(r"[;；\n]", _in_chinese(_plain(text))):
        if not part.strip():
            continue
        days = [day for first, last in _SPAN.findall(part) for day in _named_days(first, last)]
        windows = read_windows(_SPAN.sub("", part).strip(" ,，、:"))
        if not days or not windows or any(day in week for day in days):
            raise _refuse(part)
        week.update(dict.fromkeys(days, windows))
    return week


def write_week(week: Mapping[str, Sequence[Sequence[str]]]) -> str:
    """The text that `read_week` reads; days of equal hours that follow each other are joined."""
    parts: list[tuple[list[int], str]] = []
    for number, day in enumerate(WEEKDAYS):
        hours = write_windows(week.get(day) or ())
        if hours and parts and parts[-1][1] == hours and parts[-1][0][-1] == number - 1:
            parts[-1][0].append(number)
        elif hours:
            parts.append(([number], hours))
    return "；".join(f"{_span(days)} {hours}" for days, hours in parts)


def _span(days: list[int]) -> str:
    first, last = f"周{_DAYS[days[0]]}", f"周{_DAYS[days[-1]]}"
    return first if len(days) == 1 else f"{first}至{last}"


def read_seasons(text: str) -> list[dict[str, object]]:
    """One season a line: ``05-01 至 09-30 周一至周五 08:00-12:00 14:30-18:30``.

    :raises BadWords: a line is none
    """
    found: list[dict[str, object]] = []
    for line in _plain(text).splitlines():
        if not line.strip():
            continue
        match = _SEASON.fullmatch(line.strip())
        if match is None:
            raise _refuse(line)
        first, last = (f"{int(match[n]):02}-{int(match[n + 1]):02}" for n in (1, 3))
        found.append({"from": first, "to": last, "week": read_week(match[5])})
    return found


def write_seasons(seasons: Sequence[Mapping[str, object]]) -> str:
    """The text that `read_seasons` reads."""
    return "\n".join(f"{one['from']} 至 {one['to']} {write_week(_week(one['week']))}" for one in seasons)


def _week(value: object) -> Mapping[str, Sequence[Sequence[str]]]:
    return value if isinstance(value, Mapping) else {}


def read_rotation(starts: str, text: str) -> dict[str, object] | None:
    """Weeks that take turns, one a line, from a Monday on; None for an empty text.

    :raises BadWords: a line is no week
    """
    weeks = [read_week(line) for line in _plain(text).splitlines() if line.strip()]
    return {"starts": starts.strip(), "weeks": weeks} if weeks else None


def write_rotation(rotation: Mapping[str, object] | None) -> tuple[str, str]:
    """Monday and text that `read_rotation` reads."""
    weeks = rotation.get("weeks") if rotation else None
    lines = [write_week(_week(week)) for week in weeks] if isinstance(weeks, list) else []
    return str(rotation["starts"]) if rotation else "", "\n".join(lines)

"""Holiday feeds in iCalendar format (RFC 5545). Events named 班, 补 or 上班 are workdays, not days off."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bihuan.calendars.rules.files import BadFile, Notice, unique_days
from bihuan.calendars.rules.layers import HOLIDAY, WORKDAY, Day

COMPLETE_FROM = 7
"""A feed that names at least so many days off in a year is taken to say all of it; a tail of a year has fewer."""

_MAX_EVENTS = 5000
_MAX_DAYS = 31
_OFF_IN_SPITE_OF_WORDS = re.compile(r"补休|補休|补假|補假|免上班|不上班|休班")
_WORK = re.compile(r"班|补|補|make-?up|work(ing)?[ -]?day", re.IGNORECASE)
_OFF = re.compile(r"休|放假|假期|holiday|day off", re.IGNORECASE)
_NAME_NOISE = re.compile(r"\s*[（(【\[]?(休|班|补班|補班|上班|放假|假期)[）)】\]]?\s*$|\s*第\s*\d+\s*天.*$")
_PROPERTY = re.compile(r'([A-Za-z0-9-]+)((?:;[^:;="]+=(?:"[^"]*"|[^:;"]*))*):(.*)', re.DOTALL)
_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{6}))?")
_DURATION = re.compile(r"P(?:([0-9]{1,3})W)?(?:([0-9]{1,3})D)?")


class Unmarked(StrEnum):
    """What to do with events that say neither that one works nor that one does not."""

    ASK = "ask"
    HOLIDAY = "holiday"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Event:
    """An event by its dates, and whether they are worked (None: it does not say)."""

    name: str
    first: date
    days: int
    worked: bool | None


def is_ics(content: bytes) -> bool:
    """Whether the file is a calendar feed."""
    return content.lstrip(b"\xef\xbb\xbf \r\n\t")[:15].upper() == b"BEGIN:VCALENDAR"


def worked(summary: str) -> bool | None:
    """Whether an event of that name is a workday; None if it does not say."""
    if _OFF_IN_SPITE_OF_WORDS.search(summary):
        return False
    if _WORK.search(summary):
        return True
    # 调休 alone may mean the day off or the day worked for it.
    return False if _OFF.search(summary.replace("调休", "").replace("調休", "")) else None


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile("bad_ics", "文件的字符编码无法识别", "the character encoding of the file is unknown")


def _properties(text: str) -> Iterator[tuple[str, str]]:
    """Names and values of the unfolded lines; parameters do not matter here."""
    unfolded = re.sub(r"\r?\n[ \t]", "", text)
    for line in unfolded.splitlines():
        match = _PROPERTY.fullmatch(line)
        if match:
            yield match[1].upper(), match[3].strip()


def _events(text: str) -> Iterator[dict[str, str]]:
    event: dict[str, str] | None = None
    for name, value in _properties(text):
        if (name, value.upper()) == ("BEGIN", "VEVENT"):
            event = {}
        elif (name, value.upper()) == ("END", "VEVENT") and event is not None:
            yield event
            event = None
        elif event is not None:
            event.setdefault(name, value)


def _date(value: str, name: str) -> tuple[date, bool]:
    """A local date, and whether a time after midnight stands behind it. Times in UTC have no date of their own."""
    match = _DATE.fullmatch(value)
    try:
        if match:
            return date(int(match[1]), int(match[2]), int(match[3])), int(match[4] or 0) > 0
    except ValueError:
        pass
    raise BadFile("bad_ics", f"事件「{name}」的日期 {value!r} 不对", f"the event “{name}” has a wrong date {value!r}")


def _length(event: dict[str, str], first: date, name: str) -> int:
    days = 1
    if "DTEND" in event:
        last, started = _date(event["DTEND"], name)
        days = max(1, (last - first).days + started)
    elif "DURATION" in event:
        match = _DURATION.fullmatch(event["DURATION"])
        days = int(match[1] or 0) * 7 + int(match[2] or 0) if match else 0
    if not 1 <= days <= _MAX_DAYS or "RRULE" in event:
        raise BadFile(
            "bad_ics",
            f"事件「{name}」太长或带有重复规则，无法当作节假日",
            f"the event “{name}” is too long or repeats, and cannot be taken as a holiday",
        )
    return days


def _event(raw: dict[str, str]) -> Event | None:
    name = re.sub(r"\\(.)", r"\1", raw.get("SUMMARY", "")).strip()
    says = {"ALTERNATE-WORKDAY": True, "WORK-HOLIDAY": False}.get(raw.get("X-APPLE-SPECIAL-DAY", "").upper())
    says = worked(name) if says is None else says
    if raw.get("STATUS", "").upper() == "CANCELLED":
        return None
    if says is None and ("RRULE" in raw or not _DATE.fullmatch(raw.get("DTSTART", ""))):
        return Event(name, date.min, 0, None)  # festivals that come every year, appointments: not ours to read
    first, _ = _date(raw.get("DTSTART", ""), name)
    return Event(name, first, _length(raw, first, name), says)


def read_ics(content: bytes, unmarked: Unmarked) -> tuple[list[Notice], tuple[str, ...]]:
    """The notices by year, and the names of the events that were left out.

    :raises BadFile: codes bad_ics, contradiction; ``unmarked`` if there are events that say neither and ASK is set
    """
    raw = list(_events(_text(content)))
    if not raw or len(raw) > _MAX_EVENTS:
        raise BadFile("bad_ics", "文件里没有事件，或者太多", "there are no events in the file, or too many")
    events = [event for event in map(_event, raw) if event is not None]
    unclear = tuple(dict.fromkeys(event.name for event in events if event.worked is None))
    if unclear and unmarked is Unmarked.ASK:
        shown = "、".join(unclear[:8])
        raise BadFile(
            "unmarked",
            f"有 {len(unclear)} 个事件没有注明休或班（{shown}）。请选择当作放假或者略过",
            f"{len(unclear)} events say neither day off nor workday ({shown}). Choose to take them as days off or "
            "to leave them out",
        )
    taken = [event for event in events if event.worked is not None or (unmarked is Unmarked.HOLIDAY and event.days)]
    left_out = tuple(name for name in unclear if name not in {event.name for event in taken})
    return _by_year(taken), left_out


def _by_year(events: list[Event]) -> list[Notice]:
    years: defaultdict[int, list[Day]] = defaultdict(list)
    for event in events:
        for day in (event.first + timedelta(days=n) for n in range(event.days)):
            name = _NAME_NOISE.sub("", event.name)[:100] or event.name[:100]
            years[day.year].append(Day(day, WORKDAY if event.worked else HOLIDAY, name))
    if not years:
        raise BadFile("bad_ics", "文件里没有放假或上班的日子", "there is no day off and no workday in the file")
    notices = []
    for year, listed in sorted(years.items()):
        days = unique_days(listed)
        off = sum(day.kind == HOLIDAY for day in days)
        notices.append(Notice(year, days, complete=off >= COMPLETE_FROM, replaces=False))
    return notices

"""ISO 8601 durations, instants and repetitions, as timers and deadlines write them."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

_DURATION = re.compile(
    r"P(?=.)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=.)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)(?:\.\d+)?S)?)?",
    re.ASCII,
)
_UNITS = {"weeks": 604_800, "days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}
_CYCLE = re.compile(r"R(?P<count>\d*)/(?P<rest>.+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cycle:
    """`R3/PT10M`: how often (None = without end) and every how long (ISO 8601 duration)."""

    count: int | None
    every: str


def seconds_of(text: str) -> int | None:
    """The seconds in an ISO 8601 duration, parts of a second dropped.

    None if `text` is none, or one of years or months, which have no fixed length.
    """
    match = _DURATION.fullmatch(text)
    if match is None or match["years"] or match["months"]:
        return None
    return sum(int(match[unit] or 0) * seconds for unit, seconds in _UNITS.items())


def parse_duration(text: str) -> int:
    """The seconds in an ISO 8601 duration; ValueError where `seconds_of` gives None."""
    seconds = seconds_of(text)
    if seconds is None:
        raise ValueError(f"{text!r} is no ISO 8601 duration of fixed length")
    return seconds


def parse_date(text: str, zone: tzinfo = UTC) -> datetime:
    """The aware instant of an ISO 8601 date or date and time; without an offset it is meant in `zone`.

    A date alone is its first moment. ValueError for anything else.
    """
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is not None else found.replace(tzinfo=zone)


def is_loose(text: str) -> bool:
    """Whether `text` is a duration in years or months, which have no fixed length."""
    match = _DURATION.fullmatch(text)
    return match is not None and bool(match["years"] or match["months"])


def is_duration(text: str) -> bool:
    """Whether `text` is an ISO 8601 duration with a fixed length."""
    return seconds_of(text) is not None


def is_instant(text: str) -> bool:
    """Whether `text` is an ISO 8601 date, or date and time (without an offset: local time of whoever runs it)."""
    try:
        parse_date(text)
    except ValueError:
        return False
    return True


def cycle_of(text: str) -> Cycle | None:
    """`Rn/DURATION` or `R/DURATION`; None if `text` is neither (repetitions with a start or an end are not run)."""
    match = _CYCLE.fullmatch(text)
    if match is None or not is_duration(match["rest"]):
        return None
    count = int(match["count"]) if match["count"] else None
    if count is not None and count < 1:
        return None
    return Cycle(count, match["rest"])


def is_timer_value(kind: str, text: str) -> bool:
    """Whether `text` is an ISO 8601 literal for that kind of timer (date, duration or cycle)."""
    if kind == "date":
        return is_instant(text)
    return is_duration(text) if kind == "duration" else cycle_of(text) is not None

"""The oracle: a walker that knows nothing of tables. It looks at the wall clock tick by tick."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

Description = dict[str, object]
NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _windows(description: Description, day: datetime) -> object:
    text = day.strftime("%Y-%m-%d")
    shifts = description.get("shifts", {})
    assert isinstance(shifts, dict)
    if text in shifts:
        return shifts[text]
    holidays = description.get("holidays", [])
    assert isinstance(holidays, list)
    if text in holidays:
        return []
    week = description["week"]
    assert isinstance(week, dict)
    return week.get(NAMES[day.weekday()], [])


def opened(description: Description, instant: datetime) -> bool:
    """Whether the wall clock shows an open time; texts of equal length compare like times."""
    wall = instant.astimezone(ZoneInfo(str(description["timezone"])))
    shown = wall.strftime("%H:%M:%S")
    windows = _windows(description, wall)
    assert isinstance(windows, list)
    return any(full(start) <= shown < full(end) for start, end in windows)


def full(time: str) -> str:
    """HH:MM as HH:MM:SS."""
    return time if time.count(":") == 2 else f"{time}:00"


def ticks(start: datetime, tick: int) -> Iterator[datetime]:
    """Instants from start on, a tick apart, in UTC so that no jump disturbs them."""
    instant = start.astimezone(UTC)
    while True:
        yield instant
        instant += timedelta(seconds=tick)


def walk_between(description: Description, start: datetime, end: datetime, tick: int = 60) -> int:
    """Open seconds in [start, end), counted tick by tick."""
    total = 0
    for instant in ticks(start, tick):
        if instant >= end:
            return total
        total += tick if opened(description, instant) else 0
    raise AssertionError


def walk_add(description: Description, start: datetime, seconds: int, tick: int = 60, limit: int = 200_000) -> datetime:
    """The earliest tick by which the amount has passed."""
    left = seconds
    for number, instant in enumerate(ticks(start, tick)):
        if left <= 0:
            return instant
        assert number < limit, "the walker gave up"
        left -= tick if opened(description, instant) else 0
    raise AssertionError

"""The event log of a rehearsal: one row for each piece of work, as a live log has them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final, NamedTuple

COLUMNS: Final = ("case", "element", "activity", "resource", "enabled", "start", "end")


class Entry(NamedTuple):
    """A piece of work that was completed; instants in seconds since the run's first."""

    case: int
    element: str
    activity: str
    resource: str
    enabled: float
    start: float
    end: float


Row = tuple[str, str, str, str, str, str, str]


def row_writer(first: datetime, zone: tzinfo = UTC) -> Callable[[Entry], Row]:
    """Turns entries of a run that begins at `first` into rows with ISO 8601 instants in `zone`."""

    def instant(seconds: float) -> str:
        return (first + timedelta(seconds=seconds)).astimezone(zone).isoformat(timespec="milliseconds")

    def row(entry: Entry) -> Row:
        return (
            str(entry.case),
            entry.element,
            entry.activity,
            entry.resource,
            instant(entry.enabled),
            instant(entry.start),
            instant(entry.end),
        )

    return row

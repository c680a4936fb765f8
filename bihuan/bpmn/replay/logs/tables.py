"""Logs of rows with named columns: CSV and JSON."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO, Final

from bihuan.bpmn.replay.logs.gather import Gatherer, seconds
from bihuan.bpmn.replay.logs.model import Log, LogError

_NAMES: Final = {
    "case": ("case", "caseid", "case:concept:name", "case:id", "traceid", "ticketid", "instance", "caseconcept:name"),
    "element": ("element", "elementid", "node", "nodeid"),
    "activity": ("activity", "concept:name", "activityid", "activityname", "task", "event", "eventname", "name"),
    "resource": ("resource", "org:resource", "user", "actor", "person"),
    "enabled": ("enabled", "enabledtime", "enabledtimestamp", "scheduled"),
    "start": ("start", "starttime", "starttimestamp", "startdate", "begin"),
    "end": (
        "end", "endtime", "endtimestamp", "enddate", "complete", "completetime", "completetimestamp", "completed",
        "time:timestamp", "timestamp", "time", "date",
    ),
    "lifecycle": ("lifecycle:transition", "lifecycle", "lifecycletransition", "transition"),
}  # fmt: skip
"""What columns are called elsewhere, in small letters without spaces, `_` and `-`; the first that is there counts."""
_LONGEST_FIELD: Final = 1_000_000


def columns(header: Sequence[str]) -> dict[str, int]:
    """Which column is what; LogError where the case, or what was done, has none."""
    plain = [name.lower().translate(str.maketrans("", "", " _-\ufeff")) for name in header]
    found = {what: plain.index(name) for what, names in _NAMES.items() for name in reversed(names) if name in plain}
    if "case" not in found or not {"element", "activity"} & found.keys():
        raise LogError(f"no columns for the case and the activity among: {', '.join(header)[:200]}")
    return found


def read_csv(stream: IO[bytes]) -> Log:
    """A CSV log in UTF-8 with a header; comma, semicolon or tab. LogError when it is none."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    csv.field_size_limit(_LONGEST_FIELD)
    try:
        first = text.readline()
        rows = csv.reader(text, delimiter=_delimiter(first))
        header = next(csv.reader([first], delimiter=_delimiter(first)), [])
        return _read(header, rows)
    except (UnicodeDecodeError, csv.Error) as error:
        raise LogError(f"no CSV in UTF-8: {error}") from None


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)


def _read(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Log:
    places = columns(header)
    reader = _Reader(places)
    one = reader.moment if "lifecycle" in places and not {"enabled", "start"} & places.keys() else reader.work
    for row in rows:
        if row:
            one(row)
    return reader.gatherer.done()


class _Reader:
    """Reads the rows of a table."""

    def __init__(self, places: Mapping[str, int]) -> None:
        self.gatherer = Gatherer()
        self.least = max(places[one] for one in places if one in ("case", "element", "activity")) + 1
        self.case = places["case"]
        self.element, self.activity = places.get("element", -1), places.get("activity", -1)
        self.resource, self.lifecycle = places.get("resource", -1), places.get("lifecycle", -1)
        self.times = tuple(places.get(one, -1) for one in ("enabled", "start", "end"))
        self.labels: dict[tuple[str, str], int] = {}
        self.resources: dict[str, str] = {}

    def work(self, row: Sequence[str]) -> None:
        """A row that tells a whole piece of work."""
        label = self._label(row)
        if label is None:
            return
        enabled, start, end = (self._time(row, at) for at in self.times)
        self.gatherer.work(row[self.case], label, enabled, start, end, self._resource(row))

    def moment(self, row: Sequence[str]) -> None:
        """A row that tells one moment of it."""
        label = self._label(row)
        if label is None:
            return
        lifecycle = row[self.lifecycle] if self.lifecycle < len(row) else ""
        self.gatherer.moment(row[self.case], label, lifecycle, self._time(row, self.times[2]), self._resource(row))

    def _label(self, row: Sequence[str]) -> int | None:
        if len(row) < self.least:
            self.gatherer.log.leave_out("too short")
            return None
        key = (row[self.element] if self.element >= 0 else "", row[self.activity] if self.activity >= 0 else "")
        found = self.labels.get(key)
        if found is None:
            if not key[0].strip() and not key[1].strip():
                self.gatherer.log.leave_out("no activity")
                return None
            found = self.labels[key] = self.gatherer.label(*key)
        if not row[self.case]:
            self.gatherer.log.leave_out("no case")
            return None
        return found

    def _time(self, row: Sequence[str], at: int) -> float | None:
        if at < 0 or at >= len(row) or not row[at]:
            return None
        found = seconds(row[at])
        if found is None:
            self.gatherer.log.leave_out("a time that cannot be read")
        return found

    def _resource(self, row: Sequence[str]) -> str:
        if self.resource < 0 or self.resource >= len(row):
            return ""
        return self.resources.setdefault(row[self.resource], row[self.resource])


def read_json(document: object) -> Log:
    """A list of events, or an object with the list `events`; columns named as in CSV. LogError when it is none."""
    events = document.get("events") if isinstance(document, dict) else document
    if not isinstance(events, list) or not all(isinstance(one, dict) for one in events):
        raise LogError("no list of events")
    header = list(dict.fromkeys(str(name) for one in events for name in one))
    return _read(header, _rows(header, events))


def _rows(header: Sequence[str], events: Iterable[Mapping[str, object]]) -> Iterator[list[str]]:
    for event in events:
        yield [_text(event.get(name)) for name in header]


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else json.dumps(value)

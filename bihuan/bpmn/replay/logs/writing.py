"""Logs for other tools: CSV, XES and OCEL 2.0. Reading them again gives the same log.

In XES and OCEL one event is one piece of work that is done, dated by its end; when it began stands beside it
(`start_timestamp`, as others write it). Open work is what has begun: events `schedule` and `start`.
"""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO, Final

from lxml import etree

from bihuan.bpmn.replay.logs.model import Done, Log

COLUMNS: Final = ("case", "element", "activity", "resource", "enabled", "start", "end")
_XES: Final = {
    "Concept": ("concept", "http://www.xes-standard.org/concept.xesext"),
    "Lifecycle": ("lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
    "Organizational": ("org", "http://www.xes-standard.org/org.xesext"),
    "Time": ("time", "http://www.xes-standard.org/time.xesext"),
}
_CASE: Final = "case"


def _time(seconds: float | None) -> str:
    return "" if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()


def _rows(log: Log) -> Iterator[tuple[str, list[Done]]]:
    for case, done in log.cases.items():
        yield case, [*done, *log.open.get(case, ())]


def write_csv(log: Log, stream: IO[bytes]) -> None:
    """Our own columns, UTF-8."""
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for case, rows in _rows(log):
        for row in rows:
            label = log.labels[row.label]
            times = map(_time, (row.enabled, row.start, row.end))
            writer.writerow((case, label.element, label.activity, row.resource, *times))
    text.detach()


def _moments(row: Done) -> Iterator[tuple[str, float | None, dict[str, str]]]:
    """The events of a piece of work: lifecycle, when, and the times beside it."""
    if row.end is not None or (row.start is None and row.enabled is None):
        yield "complete", row.end, {"start": _time(row.start), "enabled": _time(row.enabled)}
        return
    if row.enabled is not None:
        yield "schedule", row.enabled, {}
    if row.start is not None:
        yield "start", row.start, {}


def write_xes(log: Log, stream: IO[bytes]) -> None:
    """XES 1.0, a trace a case."""
    with etree.xmlfile(stream, encoding="utf-8") as file:
        file.write_declaration()
        with file.element("log", {"xes.version": "1.0", "xes.features": ""}):
            for name, (prefix, uri) in _XES.items():
                file.write(etree.Element("extension", name=name, prefix=prefix, uri=uri))
            for case, rows in _rows(log):
                file.write(_trace(log, case, rows))


def _trace(log: Log, case: str, rows: list[Done]) -> etree._Element:
    trace = etree.Element("trace")
    _put(trace, "string", "concept:name", case)
    for row in rows:
        label = log.labels[row.label]
        for lifecycle, at, beside in _moments(row):
            event = etree.SubElement(trace, "event")
            _put(event, "string", "concept:name", label.activity or label.element)
            _put(event, "string", "lifecycle:transition", lifecycle)
            _put(event, "string", "org:resource", row.resource)
            _put(event, "string", "element", label.element)
            _put(event, "date", "time:timestamp", _time(at))
            for name, value in beside.items():
                _put(event, "date", f"{name}_timestamp", value)
    return trace


def _put(parent: etree._Element, kind: str, key: str, value: str) -> None:
    if value:
        etree.SubElement(parent, kind, key=key, value=value)


def write_ocel(log: Log, stream: IO[bytes]) -> None:
    """OCEL 2.0 in JSON with one type of object, the case."""
    attributes = [{"name": name, "type": "string"} for name in ("element", "resource", "lifecycle")]
    attributes += [{"name": name, "type": "time"} for name in ("start", "enabled")]
    types = dict.fromkeys(label.activity or label.element for label in log.labels)
    kind = log.case_type or _CASE
    document = {
        "objectTypes": [{"name": kind, "attributes": []}],
        "eventTypes": [{"name": name, "attributes": attributes} for name in types],
        "objects": [{"id": case, "type": kind, "attributes": [], "relationships": []} for case in log.cases],
        "events": list(_events(log)),
    }
    stream.write(json.dumps(document, ensure_ascii=False).encode())


def _events(log: Log) -> Iterator[dict[str, object]]:
    number = 0
    for case, rows in _rows(log):
        for row in rows:
            label = log.labels[row.label]
            for lifecycle, at, beside in _moments(row):
                number += 1
                said = {"element": label.element, "resource": row.resource, "lifecycle": lifecycle, **beside}
                yield {
                    "id": f"e{number}",
                    "type": label.activity or label.element,
                    "time": _time(at),
                    "attributes": [{"name": name, "value": value} for name, value in said.items() if value],
                    "relationships": [{"objectId": case, "qualifier": _CASE}],
                }

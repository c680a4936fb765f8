"""OCEL 2.0 in JSON: events with many objects, seen as the cases of one kind of object."""

from collections import Counter
from collections.abc import Iterator

from bihuan.bpmn.replay.logs.gather import Gatherer, seconds
from bihuan.bpmn.replay.logs.model import Log, LogError


def is_ocel(document: object) -> bool:
    """Whether a JSON document looks like OCEL 2.0."""
    return isinstance(document, dict) and {"events", "objects", "objectTypes"} <= document.keys()


def read_ocel(document: object, case_type: str | None = None) -> Log:
    """The log of the objects of one type.

    By default the type with which most events have exactly one object, of equals the one with more objects. An event
    with several objects of the type is an event of each; one without any is left out. LogError when it is no OCEL or
    has no such type.
    """
    if not isinstance(document, dict):
        raise LogError("no OCEL")
    types = {str(one["id"]): str(one["type"]) for one in _objects(document, "objects") if {"id", "type"} <= one.keys()}
    events = [(one, _related(one)) for one in _objects(document, "events")]
    names = tuple(dict.fromkeys(types.values()))
    chosen = case_type or _best(types, [objects for _, objects in events])
    if chosen not in names and (names or case_type):
        raise LogError(f"no objects of type {chosen!r}; there are: {', '.join(names)}")
    gatherer = Gatherer()
    for event, objects in events:
        _event(event, [one for one in objects if types.get(one) == chosen], gatherer)
    log = gatherer.done()
    log.case_type, log.case_types = chosen, names
    return log


def _objects(document: dict[str, object], name: str) -> Iterator[dict[str, object]]:
    found = document.get(name)
    if not isinstance(found, list):
        raise LogError(f"no list of {name}")
    for one in found:
        if not isinstance(one, dict):
            raise LogError(f"{name}: not an object: {one!r:.40}")
        yield one


def _related(event: dict[str, object]) -> list[str]:
    found = event.get("relationships")
    listed = found if isinstance(found, list) else []
    return list(dict.fromkeys(str(one["objectId"]) for one in listed if isinstance(one, dict) and "objectId" in one))


def _best(types: dict[str, str], related: list[list[str]]) -> str:
    alone: Counter[str] = Counter()
    for objects in related:
        counted = Counter(types[one] for one in objects if one in types)
        alone.update(kind for kind, count in counted.items() if count == 1)
    sizes = Counter(types.values())
    return min(sizes, key=lambda kind: (-alone[kind], -sizes[kind], kind), default="")


def _event(event: dict[str, object], cases: list[str], gatherer: Gatherer) -> None:
    if not cases:
        gatherer.log.leave_out("no object of the case's type")
        return
    said = _attributes(event)
    label = gatherer.label(said.get("element", ""), str(event.get("type") or ""))
    at = seconds(str(event.get("time") or ""))
    for case in cases:
        if said.get("start") or said.get("enabled"):
            enabled, start = seconds(said.get("enabled", "")), seconds(said.get("start", ""))
            gatherer.work(case, label, enabled, start, at, said.get("resource", ""))
        else:
            gatherer.moment(case, label, said.get("lifecycle", ""), at, said.get("resource", ""))


def _attributes(event: dict[str, object]) -> dict[str, str]:
    found = event.get("attributes")
    listed = found if isinstance(found, list) else []
    pairs = ((str(one.get("name", "")), one.get("value")) for one in listed if isinstance(one, dict))
    return {name.rpartition(":")[2]: value for name, value in pairs if isinstance(value, str)}

"""The only code that changes a State. One applier for each type and version of event.

A released applier is never edited: a change of meaning is a new version of the event beside the old one.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias, cast

from bihuan.bpmn.engine.events import (
    EndedEvent,
    Entered,
    Event,
    IncidentRaised,
    Joined,
    Left,
    Migrated,
    OfNumber,
    OfScope,
    Parked,
    Passed,
    Remembered,
    Skipped,
    Started,
    Subscribed,
    TimerSet,
    Undone,
    VariablesSet,
)
from bihuan.bpmn.engine.records import Act, Done, Incident
from bihuan.bpmn.engine.state import ROOT, State

__all__ = ["APPLIERS", "Event", "apply", "entered", "left", "passed"]

Applier: TypeAlias = Callable[[State, Mapping[str, object]], None]


def _started(state: State, event: Started) -> None:
    state.process = event["process"]


def entered(state: State, event: Entered) -> None:
    """Applies `entered` version 1."""
    number = event["id"]
    act: Act = {"id": number, "node": event["node"], "scope": event["scope"]}
    if "index" in event:
        act["index"] = event["index"]
    if "values" in event:
        act["v"] = event["values"]
    if "mi" in event:
        act["mi"] = event["mi"]
        if "items" in event:
            act["items"] = event["items"]
    if "comp" in event:
        act["comp"] = event["comp"]
    state.acts[number] = act
    state.next = number + 1
    if "count" in event:
        _count(state, event["node"])


def passed(state: State, event: Passed) -> None:
    """Applies `passed` version 1."""
    if "count" in event:
        _count(state, event["node"])
    if "end" in event and event["node"] not in state.end_nodes:
        state.end_nodes = (*state.end_nodes, event["node"])


def _count(state: State, node: str) -> None:
    state.times[node] = state.times.get(node, 0) + 1


def left(state: State, event: Left) -> None:
    """Applies `left` version 1."""
    number = event["id"]
    del state.acts[number]
    if state.done:
        state.done = {key: one for key, one in state.done.items() if one["scope"] != number}


def _nothing(state: State, event: Skipped) -> None:
    """Skipped and jumped only tell the history; what they lead to are events of their own."""


def _parked(state: State, event: Parked) -> None:
    key = (event["scope"], event["node"])
    waiting = state.joins.get(key, {})
    state.joins[key] = {**waiting, event["flow"]: waiting.get(event["flow"], 0) + 1}


def _joined(state: State, event: Joined) -> None:
    key = (event["scope"], event["node"])
    waiting = {flow: count - (flow in event["flows"]) for flow, count in state.joins[key].items()}
    left = {flow: count for flow, count in waiting.items() if count}
    if left:
        state.joins[key] = left
    else:
        del state.joins[key]
    if "count" in event:
        _count(state, event["node"])


def _emptied(state: State, event: OfScope) -> None:
    scope = event["scope"]
    state.joins = {key: flows for key, flows in state.joins.items() if key[0] != scope}


def _taken_over(state: State, event: OfScope) -> None:
    scope = event["scope"]
    if scope == ROOT:
        state.off = True
    else:
        state.acts[scope] = {**state.acts[scope], "off": True}


def _variables_set(state: State, event: VariablesSet) -> None:
    scope = event["scope"]
    if scope == ROOT:
        state.variables.update(event["values"])
        return
    act = state.acts[scope]
    state.acts[scope] = {**act, "v": {**act.get("v", {}), **event["values"]}}


def _timer_set(state: State, event: TimerSet) -> None:
    timer = event["timer"]
    state.timers[timer["id"]] = timer
    state.next = timer["id"] + 1


def _timer_cleared(state: State, event: OfNumber) -> None:
    del state.timers[event["id"]]


def _subscribed(state: State, event: Subscribed) -> None:
    sub = event["sub"]
    state.subs[sub["id"]] = sub
    state.next = sub["id"] + 1


def _unsubscribed(state: State, event: OfNumber) -> None:
    del state.subs[event["id"]]


def _instance_done(state: State, event: OfNumber) -> None:
    act = state.acts[event["id"]]
    multi = act["mi"]
    state.acts[event["id"]] = {**act, "mi": {"n": multi["n"], "done": multi["done"] + 1}}


def _incident_raised(state: State, event: IncidentRaised) -> None:
    incident = event["incident"]
    state.incidents[incident["id"]] = incident
    state.next = incident["id"] + 1


def _incident_cleared(state: State, event: OfNumber) -> None:
    del state.incidents[event["id"]]


def _remembered(state: State, event: Remembered) -> None:
    if "absorbs" in event:
        state.done = {key: one for key, one in state.done.items() if one["scope"] != event["absorbs"]}
    record = event["record"]
    state.done[record["id"]] = record
    state.next = max(state.next, record["id"] + 1)


def _undone(state: State, event: Undone) -> None:
    gone = set(event["ids"])
    state.done = {key: one for key, one in state.done.items() if key not in gone}


def _ended(state: State, event: EndedEvent) -> None:
    state.how = event["how"]
    state.done = {}


def _migrated(state: State, event: Migrated) -> None:
    names = event["names"]
    state.acts = {key: {**one, "node": names.get(one["node"], one["node"])} for key, one in state.acts.items()}
    state.timers = {key: {**one, "node": names.get(one["node"], one["node"])} for key, one in state.timers.items()}
    state.subs = {key: {**one, "node": names.get(one["node"], one["node"])} for key, one in state.subs.items()}
    state.joins = {
        (scope, names.get(node, node)): {names.get(flow, flow): count for flow, count in flows.items()}
        for (scope, node), flows in state.joins.items()
    }
    state.incidents = {key: _renamed(one, names) for key, one in state.incidents.items()}
    state.done = {key: _renamed_done(one, names) for key, one in state.done.items()}
    times: dict[str, int] = {}
    for node, count in state.times.items():
        renamed = names.get(node, node)
        times[renamed] = times.get(renamed, 0) + count
    state.times = times


def _renamed(incident: Incident, names: dict[str, str]) -> Incident:
    entries = [
        [what, scope, names.get(str(target), target), names.get(detail, detail) if isinstance(detail, str) else detail]
        for what, scope, target, detail in incident["entries"]
    ]
    return {**incident, "node": names.get(incident["node"], incident["node"]), "entries": entries}


def _renamed_done(record: Done, names: dict[str, str]) -> Done:
    renamed: Done = {**record, "node": names.get(record["node"], record["node"])}
    if "inside" in record:
        renamed["inside"] = [_renamed_done(one, names) for one in record["inside"]]
    return renamed


APPLIERS: Final[dict[tuple[object, object], Applier]] = {
    ("started", 1): cast("Applier", _started),
    ("entered", 1): cast("Applier", entered),
    ("passed", 1): cast("Applier", passed),
    ("left", 1): cast("Applier", left),
    ("skipped", 1): cast("Applier", _nothing),
    ("parked", 1): cast("Applier", _parked),
    ("joined", 1): cast("Applier", _joined),
    ("emptied", 1): cast("Applier", _emptied),
    ("taken_over", 1): cast("Applier", _taken_over),
    ("variables_set", 1): cast("Applier", _variables_set),
    ("timer_set", 1): cast("Applier", _timer_set),
    ("timer_cleared", 1): cast("Applier", _timer_cleared),
    ("subscribed", 1): cast("Applier", _subscribed),
    ("unsubscribed", 1): cast("Applier", _unsubscribed),
    ("instance_done", 1): cast("Applier", _instance_done),
    ("incident_raised", 1): cast("Applier", _incident_raised),
    ("incident_cleared", 1): cast("Applier", _incident_cleared),
    ("remembered", 1): cast("Applier", _remembered),
    ("undone", 1): cast("Applier", _undone),
    ("ended", 1): cast("Applier", _ended),
    ("jumped", 1): cast("Applier", _nothing),
    ("incident_skipped", 1): cast("Applier", _incident_cleared),
    ("migrated", 1): cast("Applier", _migrated),
}


def apply(state: State, event: Mapping[str, object]) -> None:
    """Changes `state` by one event; ValueError for an event that no applier knows."""
    applier = APPLIERS.get((event.get("type"), event.get("v")))
    if applier is None:
        raise ValueError(f"no applier for event {event.get('type')!r} version {event.get('v')!r}")
    applier(state, event)

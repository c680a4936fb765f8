"""Errors and escalations: who catches them, from the inside outwards."""

from dataclasses import dataclass

from bihuan.bpmn.engine.behaviours.boundary import fire_boundary, fire_event_sub
from bihuan.bpmn.engine.records import Act
from bihuan.bpmn.engine.run import Run
from bihuan.bpmn.engine.scopes import key_of
from bihuan.bpmn.engine.state import ROOT
from bihuan.bpmn.model import Node


@dataclass(frozen=True, slots=True)
class _Catcher:
    event: Node
    place: int
    called: Act | None


def throw_from_activity(run: Run, kind: str, code: str | None, act: Act) -> bool:
    """Throws at an activity: its own boundary events come first. False if nobody catches."""
    found = _at_boundary(run, kind, code, act) or _outwards(run, kind, code, act["scope"], act)
    return _fire(run, found)


def throw_from_scope(run: Run, kind: str, code: str | None, scope: int) -> bool:
    """Throws inside a scope. False if nobody catches."""
    return _fire(run, _outwards(run, kind, code, scope, None))


def _fire(run: Run, found: _Catcher | None) -> bool:
    if found is None:
        return False
    if found.event.kind == "boundaryEvent":
        fire_boundary(run, found.event, run.state.acts[found.place], found.called)
    else:
        fire_event_sub(run, found.event, found.place)
    return True


def _outwards(run: Run, kind: str, code: str | None, scope: int, came_from: Act | None) -> _Catcher | None:
    called: Act | None = None
    while True:
        found = _in_event_subs(run, kind, code, scope, came_from)
        if found is not None or scope == ROOT:
            return found
        act = run.state.acts[scope]
        if run.nodes[act["node"]].called is not None and "mi" not in act:
            called = act
        found = _at_boundary(run, kind, code, act, called)
        if found is not None:
            return found
        if "mi" in act or run.nodes[act["node"]].loop is None:
            called = None
        came_from, scope = act, act["scope"]


def _at_boundary(run: Run, kind: str, code: str | None, act: Act, called: Act | None = None) -> _Catcher | None:
    node = run.nodes[act["node"]]
    if "index" in act:
        # The boundary events of a multi-instance belong to its body, which comes next on the way out.
        return None
    event = _best(run, kind, code, node.boundary)
    return None if event is None else _Catcher(event, act["id"], called)


def _in_event_subs(run: Run, kind: str, code: str | None, scope: int, came_from: Act | None) -> _Catcher | None:
    key = key_of(run, scope)
    off = run.state.off if scope == ROOT else run.state.acts[scope].get("off", False)
    if key is None or off:
        return None
    inside = None if came_from is None else came_from["node"]
    starts = tuple(sub.start for sub in run.chart.scopes[key].event_subs if sub.node != inside)
    event = _best(run, kind, code, starts)
    return None if event is None else _Catcher(event, scope, None)


def _best(run: Run, kind: str, code: str | None, events: tuple[str, ...]) -> Node | None:
    every: Node | None = None
    for event_id in events:
        event = run.nodes[event_id]
        if event.trigger != kind or event.event is None:
            continue
        if event.event.name is None:
            every = every or event
        elif event.event.name == code:
            return event
    return every

"""Compensation: undoing what has completed, by the handlers that the chart draws for it."""

from collections.abc import Iterable

from bihuan.bpmn.engine.arming import set_arms
from bihuan.bpmn.engine.behaviours.boundary import fire_boundary
from bihuan.bpmn.engine.records import Act, Done
from bihuan.bpmn.engine.run import Run, Stuck
from bihuan.bpmn.engine.scopes import cancel_inside, scope_arms
from bihuan.bpmn.engine.state import ROOT
from bihuan.bpmn.model import Node


def throw(run: Run, node: Node, scope: int, by: str | None, then: str) -> bool:
    """Undoes what the throw `node` is about. False if it need not wait: there is nothing to undo, or it says so."""
    activity = node.event.activity if node.event is not None else None
    records = _records(run, scope, activity)
    if node.event is not None and not node.event.waits:
        _undo(run, node, scope, None, records, "nothing")
        return False
    return _undo(run, node, scope, by, records, then)


def cancel_transaction(run: Run, node: Node, scope: int, by: str | None) -> None:
    """A cancel end event: the transaction stops, what completed in it is undone, it leaves by its cancel event."""
    while scope != ROOT and run.nodes[run.state.acts[scope]["node"]].kind != "transaction":
        scope = run.state.acts[scope]["scope"]
    if scope == ROOT:
        raise Stuck("no_transaction", f"{node.id} is in no transaction")
    cancel_inside(run, scope)
    run.disarm(scope, "startEvent")
    records = [one for one in run.state.done.values() if one["scope"] == scope]
    if not _undo(run, node, scope, by, records, "cancel"):
        leave_cancelled(run, scope)


def leave_cancelled(run: Run, scope: int) -> None:
    """The transaction, all undone, leaves by its cancel boundary event."""
    act = run.state.acts[scope]
    if "index" in act:
        act = run.state.acts[act["scope"]]
    for event_id in run.nodes[act["node"]].boundary:
        if run.nodes[event_id].trigger == "cancel":
            fire_boundary(run, run.nodes[event_id], act)
            return
    raise Stuck("no_cancel_event", f"{act['node']} has no cancel boundary event")


def resume(run: Run, act: Act) -> None:
    """All handlers of a compensation are done."""
    node = run.nodes[act["node"]]
    run.close(act, "completed")
    then = act["comp"]["then"]
    if then == "leave":
        run.leave(node, act["scope"])
    elif then in ("end", "nothing"):
        run.check.add(act["scope"])
    else:
        leave_cancelled(run, act["scope"])


def _records(run: Run, scope: int, activity: str | None) -> list[Done]:
    scopes = {scope}
    here = scope
    # An event sub-process speaks for the scope it stands in.
    while here != ROOT and (run.nodes[run.state.acts[here]["node"]].event_sub or activity is not None):
        here = run.state.acts[here]["scope"]
        scopes.add(here)
    found = [one for one in run.state.done.values() if one["scope"] in scopes]
    return [one for one in found if activity is None or one["node"] == activity]


def _undo(run: Run, node: Node, scope: int, by: str | None, records: list[Done], then: str) -> bool:
    plan = [step for record in reversed(records) for step in _steps(run, record)]
    if not plan:
        return False
    waiting = run.open(node, scope, by, comp={"then": then})
    run.emit({"type": "undone", "v": 1, "ids": [one["id"] for one in records]})
    for target, record in plan:
        if target.event_sub:
            _begin_event_sub(run, target, waiting, record.get("inside", []))
        else:
            run.agenda.append(("begin", waiting, target.id, None))
    return True


def _steps(run: Run, record: Done) -> Iterable[tuple[Node, Done]]:
    """The handlers that undo one record, last completed first."""
    node = run.nodes[record["node"]]
    if "mi" not in record:
        for target in _handlers(run, node):
            yield target, record
            return
    for inner in reversed(record.get("inside", [])):
        yield from _steps(run, inner)


def _handlers(run: Run, node: Node) -> Iterable[Node]:
    for event_id in node.boundary:
        event = run.nodes[event_id]
        if event.trigger == "compensation" and event.partner is not None:
            yield run.nodes[event.partner]
    if node.id in run.chart.scopes:
        for sub in run.chart.scopes[node.id].event_subs:
            if run.nodes[sub.start].trigger == "compensation":
                yield run.nodes[sub.node]


def _begin_event_sub(run: Run, node: Node, waiting: int, inside: list[Done]) -> None:
    arms = scope_arms(run, node, node.id, waiting)
    number = run.open(node, waiting, None)
    set_arms(run, arms, number)
    for record in inside:
        run.emit({"type": "remembered", "v": 1, "record": {**record, "scope": number}})
    start = next(sub for sub in run.chart.scopes[node.parent or ""].event_subs if sub.node == node.id).start
    run.passed(run.nodes[start], number, None)
    run.leave(run.nodes[start], number)

"""Opening, emptying and ending scopes; cancelling what is in them."""

from collections import deque

from bihuan.bpmn.engine.arming import Arm, arms_of_scope, set_arms
from bihuan.bpmn.engine.effects import CancelService, CloseWorkItem, Ended
from bihuan.bpmn.engine.records import Act
from bihuan.bpmn.engine.run import Run, Stuck
from bihuan.bpmn.engine.state import ROOT
from bihuan.bpmn.model import Chart, Node

_ASKED = frozenset({"serviceTask", "sendTask", "scriptTask", "businessRuleTask", "receiveTask"})


def key_of(run: Run, scope: int) -> str | None:
    """The key of a scope's contents in `chart.scopes`; None for activations that only group others."""
    if scope == ROOT:
        return run.state.process
    act = run.state.acts[scope]
    if "mi" in act or "comp" in act:
        return None
    node = run.nodes[act["node"]]
    return node.called or (node.id if node.id in run.chart.scopes else None)


def home_of(chart: Chart, node: Node) -> str:
    """The key in `chart.scopes` of the scope that `node` lies in."""
    if node.parent is not None:
        return node.parent
    # The ids of a called process carry `PROCESS:` in front, and its own key is `PROCESS:PROCESS`.
    prefix = node.id.removesuffix(node.element_id)
    return prefix + prefix[:-1] if prefix else chart.process_id


def begin_inside(run: Run, scope: int, key: str, arms: list[Arm]) -> None:
    """Tokens begin in a scope just opened."""
    set_arms(run, arms, scope)
    entries = run.chart.scopes[key].entries
    for node_id in entries:
        run.agenda.append(("begin", scope, node_id, None))
    if not entries:
        run.check.add(scope)


def scope_arms(run: Run, node: Node, key: str, place: int) -> list[Arm]:
    """What the event sub-processes inside need, as seen from `place`."""
    return arms_of_scope(run, key, run.lookup(place)) if run.chart.scopes[key].event_subs else []


def is_empty(run: Run, scope: int) -> bool:
    """Whether no token is left in a scope: not at rest, not on its way, not at a join, not stuck."""
    state = run.state
    return not (
        any(act["scope"] == scope for act in state.acts.values())
        or any(entry[1] == scope for entry in run.agenda)
        or any(key[0] == scope for key in state.joins)
        or any(one["scope"] == scope and "act" not in one for one in state.incidents.values())
    )


def cancel_inside(run: Run, scope: int) -> None:
    """Removes every token in a scope, with all that is inside them."""
    state = run.state
    for act in [one for one in state.acts.values() if one["scope"] == scope]:
        cancel(run, act)
    run.agenda = deque(entry for entry in run.agenda if entry[1] != scope)
    if any(key[0] == scope for key in state.joins):
        run.emit({"type": "emptied", "v": 1, "scope": scope})
    for incident in [one for one in state.incidents.values() if one["scope"] == scope and "act" not in one]:
        run.clear_incident(incident["id"])


def cancel(run: Run, act: Act) -> None:
    """Removes one activation and everything inside."""
    cancel_inside(run, act["id"])
    run.close(act, "cancelled")
    node = run.nodes[act["node"]]
    if "mi" in act:
        return
    if node.kind == "userTask":
        run.effects.append(CloseWorkItem(act["id"], node.id, "cancelled"))
    elif (node.kind in _ASKED and node.message is None) or node.kind == "sendTask":
        run.effects.append(CancelService(act["id"]))


def end_instance(run: Run, how: str) -> None:
    """The instance is over."""
    cancel_inside(run, ROOT)
    run.disarm(ROOT)
    run.agenda = deque()
    run.check.clear()
    run.emit({"type": "ended", "v": 1, "how": how})
    run.effects.append(Ended(run.state.end_nodes, how))


def start_entries(run: Run, start_node: str | None) -> tuple[str, ...]:
    """Where a new instance begins; Stuck if it cannot be said."""
    scope = run.chart.scopes[run.chart.process_id]
    if start_node is not None:
        if start_node not in scope.starts:
            raise Stuck("bad_value", f"{start_node} is no start event of the process")
        return (start_node,)
    if scope.entries:
        return scope.entries if len(scope.starts) == 0 else scope.entries[:1]
    if len(scope.starts) == 1:
        return scope.starts
    raise Stuck("bad_value", "the process has no plain start event: name one of its start events")

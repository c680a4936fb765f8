"""Commands by which a person goes where the chart does not lead: each says why, and the log keeps it."""

from typing import Final

from bihuan.bpmn.engine import guards
from bihuan.bpmn.engine.behaviours import ad_hoc
from bihuan.bpmn.engine.commands import BeginActivity, CommandRefused, Jump, SkipIncident
from bihuan.bpmn.engine.effects import CancelService, ClearIncident
from bihuan.bpmn.engine.records import Act, Incident
from bihuan.bpmn.engine.run import Run
from bihuan.bpmn.engine.scopes import cancel, cancel_inside
from bihuan.bpmn.model import Node
from bihuan.bpmn.xml.vocabulary import ACTIVITIES

_DECIDING: Final = frozenset({"exclusiveGateway", "inclusiveGateway", "eventBasedGateway"})


def begin_activity(run: Run, command: BeginActivity) -> None:
    """A person begins something in an ad-hoc sub-process (again)."""
    act, node = guards.open_ad_hoc(run, command.item, command.node)
    ad_hoc.begin_again(run, act, node)


def jump(run: Run, command: Jump) -> None:
    """A token goes where no arrow leads."""
    reason = guards.given_reason(command.reason)
    act = guards.movable_token(run, command.item)
    target = guards.place_to_begin(run, run.nodes[act["node"]], command.target)
    said = {"id": act["id"], "node": act["node"], "target": target.id, "scope": act["scope"], "reason": reason}
    run.emit({"type": "jumped", "v": 1, **said})
    cancel(run, act)
    run.agenda.append(("begin", act["scope"], target.id, None))


def skip_incident(run: Run, command: SkipIncident) -> None:
    """Goes on behind what could not be done."""
    reason = guards.given_reason(command.reason)
    incident = guards.open_incident(run, command.incident)
    if "act" not in incident and len(incident["entries"]) != 1:
        raise CommandRefused("not_skippable", "several tokens go round here: retry, jump or cancel instead")
    flow = _good_flow(run, incident, command.outcome)
    event: dict[str, object] = {"type": "incident_skipped", "v": 1, "id": incident["id"], "node": incident["node"]}
    event["reason"] = reason
    if flow is not None:
        event["flow"] = flow
    run.emit(event)
    run.effects.append(ClearIncident(incident["id"]))
    if "act" in incident:
        _skip_service(run, run.state.acts[incident["act"]])
    else:
        _skip_move(run, incident, flow)


def _good_flow(run: Run, incident: Incident, outcome: str | None) -> str | None:
    node = run.nodes.get(incident["node"])
    what = "" if "act" in incident else str(incident["entries"][0][0])
    decides = node is not None and (what == "leave" or (what in ("go", "begin") and node.kind in _DECIDING))
    if not decides or node is None or len(node.outgoing) < 2:
        if outcome is not None:
            raise CommandRefused("no_such_outcome", f"{incident['node']} offers no choice")
        return node.outgoing[0] if decides and node is not None and node.outgoing else None
    if outcome is None:
        raise CommandRefused("outcome_required", f"say which way the token leaves {node.id}")
    if outcome not in node.outgoing:
        raise CommandRefused("no_such_outcome", f"{outcome} does not leave {node.id}")
    return outcome


def _skip_service(run: Run, act: Act) -> None:
    run.close(act, "cancelled")
    run.effects.append(CancelService(act["id"]))
    run.finish(run.nodes[act["node"]], act["scope"], act.get("index"))


def _skip_move(run: Run, incident: Incident, flow: str | None) -> None:
    what, _, target, detail = incident["entries"][0]
    scope = incident["scope"]
    if what == "done":
        _end_scope(run, run.state.acts[scope])
        return
    node = run.nodes[incident["node"]]
    if what == "finish":
        _finish(run, node, scope)
        return
    if what != "leave" and what != "inst":
        run.passed(node, scope, str(target) if what == "go" else None)
    if flow is not None:
        run.agenda.append(("go", scope, flow, None))
    elif node.kind in ACTIVITIES:
        run.finish(node, scope, detail if what == "inst" else None)
    else:
        run.leave(node, scope)


def _end_scope(run: Run, act: Act) -> None:
    """A scope whose results cannot be handed out, or that is not finished, is over without."""
    run.close(act, "completed")
    run.finish(run.nodes[act["node"]], act["scope"], act.get("index"))


def _finish(run: Run, node: Node, scope: int) -> None:
    """What could not be said is whether a multi-instance or ad-hoc sub-process goes on: the first is over then."""
    around = run.state.acts[scope]
    if "mi" not in around:
        run.leave(node, scope)
        return
    cancel_inside(run, scope)
    run.close(run.state.acts[scope], "completed")
    run.finish(node, around["scope"])

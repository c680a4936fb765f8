"""Event-based gateway: waits for all events behind it, the first one decides; or begins the process with one."""

from bihuan.bpmn.engine.arming import arm_for, set_arms
from bihuan.bpmn.engine.records import Act
from bihuan.bpmn.engine.run import Run
from bihuan.bpmn.engine.state import ROOT
from bihuan.bpmn.model import Node


def enter(run: Run, node: Node, scope: int, by: str | None, detail: int | str | None) -> None:
    """Arms the events; the token stays at the gateway."""
    lookup = run.lookup(scope)
    found = [arm_for(run.nodes[run.flows[flow].target], lookup) for flow in node.outgoing]
    number = run.open(node, scope, by)
    set_arms(run, [arm for arm in found if arm is not None], number)


def begin(run: Run, event: Node) -> None:
    """The process begins with `event`; behind a parallel gateway it then waits for the others too."""
    gateway = run.nodes[event.partner or ""]
    run.passed(gateway, ROOT, None)
    run.passed(event, ROOT, event.incoming[0])
    run.leave(event, ROOT)
    if event.begins == "all":
        others = [flow for flow in gateway.outgoing if run.flows[flow].target != event.id]
        run.agenda.extend(("go", ROOT, flow, None) for flow in others)


def happen(run: Run, act: Act, event: Node) -> None:
    """One of the events has come; the others are put away."""
    run.close(act, "completed")
    run.passed(event, act["scope"], event.incoming[0])
    run.leave(event, act["scope"])

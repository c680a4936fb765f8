"""Event-based gateway: waits for all events behind it; the first one decides."""

from bihuan.bpmn.engine.arming import arm_for, set_arms
from bihuan.bpmn.engine.records import Act
from bihuan.bpmn.engine.run import Run
from bihuan.bpmn.model import Node


def enter(run: Run, node: Node, scope: int, by: str | None, detail: int | str | None) -> None:
    """Arms the events; the token stays at the gateway."""
    lookup = run.lookup(scope)
    found = [arm_for(run.nodes[run.flows[flow].target], lookup) for flow in node.outgoing]
    number = run.open(node, scope, by)
    set_arms(run, [arm for arm in found if arm is not None], number)


def happen(run: Run, act: Act, event: Node) -> None:
    """One of the events has come; the others are put away."""
    run.close(act, "completed")
    run.passed(event, act["scope"], event.incoming[0])
    run.leave(event, act["scope"])

"""Boundary events and event sub-processes: what happens when their trigger comes."""

from bihuan.bpmn.engine.arming import set_arms
from bihuan.bpmn.engine.behaviours.call import copy_out
from bihuan.bpmn.engine.records import Act
from bihuan.bpmn.engine.run import Run
from bihuan.bpmn.engine.scopes import cancel, cancel_inside, scope_arms
from bihuan.bpmn.model import Node


def fire_boundary(run: Run, event: Node, act: Act, called: Act | None = None) -> None:
    """A token leaves by the event; an interrupting one removes the activity with everything inside.

    `called`: the call through which an error or escalation came, whose results are handed out first.
    """
    if called is not None:
        copy_out(run, called)
    scope = act["scope"]
    if event.interrupting:
        cancel(run, act)
    run.passed(event, scope, None)
    run.leave(event, scope)


def fire_event_sub(run: Run, start: Node, scope: int) -> int:
    """The event sub-process of `scope` that `start` belongs to begins; gives its number."""
    node = run.nodes[start.parent or ""]
    arms = scope_arms(run, node, node.id, scope)
    if start.interrupting:
        cancel_inside(run, scope)
        run.disarm(scope, "startEvent")
        run.emit({"type": "taken_over", "v": 1, "scope": scope})
    number = run.open(node, scope, None)
    set_arms(run, arms, number)
    run.passed(start, number, None)
    run.leave(start, number)
    return number

"""Intermediate throw events."""

from bihuan.bpmn.engine.behaviours import compensation
from bihuan.bpmn.engine.catching import throw_from_scope
from bihuan.bpmn.engine.effects import ThrowMessage, ThrowSignal
from bihuan.bpmn.engine.run import Run
from bihuan.bpmn.engine.signals import broadcast
from bihuan.bpmn.model import Node


def enter(run: Run, node: Node, scope: int, by: str | None, detail: int | str | None) -> None:
    """Throws, then goes on, unless what it threw has removed its own scope."""
    if node.trigger == "compensation":
        if not compensation.throw(run, node, scope, by, "leave"):
            run.passed(node, scope, by)
            run.leave(node, scope)
        return
    run.passed(node, scope, by)
    if node.trigger == "link" and node.partner is not None:
        run.agenda.append(("begin", scope, node.partner, None))
        return
    # The way on is noted first: if the throw interrupts this scope, it is struck out with everything else there.
    run.leave(node, scope)
    throw(run, node, scope)


def throw(run: Run, node: Node, scope: int) -> None:
    """Lets a message, signal or escalation out."""
    name = (node.event.name if node.event is not None else None) or ""
    if node.trigger == "message":
        run.effects.append(ThrowMessage(name, node.id, run.state.visible(run.chart, scope)))
    elif node.trigger == "signal":
        run.effects.append(ThrowSignal(name, node.id, run.state.visible(run.chart, scope)))
        broadcast(run, name)
    elif node.trigger == "escalation":
        throw_from_scope(run, "escalation", node.event.name if node.event is not None else None, scope)

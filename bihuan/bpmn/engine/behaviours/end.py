"""End events take their token; some throw or stop something first."""

from bihuan.bpmn.engine.behaviours import compensation, throw
from bihuan.bpmn.engine.catching import throw_from_scope
from bihuan.bpmn.engine.run import Run, Stuck
from bihuan.bpmn.engine.scopes import cancel_inside
from bihuan.bpmn.model import Node


def enter(run: Run, node: Node, scope: int, by: str | None, detail: int | str | None) -> None:
    """The token ends here; its scope may be over."""
    if node.trigger == "cancel":
        compensation.cancel_transaction(run, node, scope, by)
        return
    if node.trigger == "compensation" and compensation.throw(run, node, scope, by, "end"):
        return
    run.passed(node, scope, by)
    if node.trigger == "terminate":
        cancel_inside(run, scope)
    run.check.add(scope)
    if node.trigger == "error":
        _throw_error(run, node, scope)
    else:
        throw.throw(run, node, scope)


def _throw_error(run: Run, node: Node, scope: int) -> None:
    code = node.event.name if node.event is not None else None
    if not throw_from_scope(run, "error", code, scope):
        raise Stuck("uncaught_error", f"nobody catches the error {code or ''} of {node.id}")

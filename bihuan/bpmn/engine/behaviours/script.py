"""Script tasks compute an expression into a variable; without a script they wait like a service."""

from bihuan.bpmn.engine.behaviours import passing, service
from bihuan.bpmn.engine.behaviours.resting import instance_values
from bihuan.bpmn.engine.names import settable
from bihuan.bpmn.engine.run import Run, Stuck
from bihuan.bpmn.model import Node
from bihuan.bpmn.values import Values


def enter(run: Run, node: Node, scope: int, by: str | None, detail: int | str | None) -> None:
    """Computes at once; Stuck where the result may not be set."""
    if node.script is None:
        service.enter(run, node, scope, by, detail)
        return
    local = instance_values(run, node, scope, detail) if isinstance(detail, int) else {}
    result: Values = {node.result: node.script.evaluate(run.lookup(scope, local))}
    refusal = settable(run.chart, run.state, scope, result)
    if refusal is not None:
        raise Stuck(refusal.code, refusal.detail)
    passing.enter(run, node, scope, by, detail)
    run.set_variables(scope, result)

"""Business rule tasks: a decision table is asked at once; without one the task waits like a service."""

from bihuan.bpmn.engine.behaviours import passing, service
from bihuan.bpmn.engine.behaviours.resting import instance_values
from bihuan.bpmn.engine.names import settable
from bihuan.bpmn.engine.run import Run, Stuck
from bihuan.bpmn.model import Node
from bihuan.bpmn.values import Values


def enter(run: Run, node: Node, scope: int, by: str | None, detail: int | str | None) -> None:
    """Sets the outputs of the table as variables; Stuck where no rule matches."""
    if not node.ext.decision:
        service.enter(run, node, scope, by, detail)
        return
    values = run.state.visible(run.chart, scope)
    if isinstance(detail, int):
        values.update(instance_values(run, node, scope, detail))
    for name in run.chart.variables:
        values.setdefault(name, None)
    answer = run.chart.decisions[node.ext.decision].evaluate(values)
    if not answer:
        raise Stuck("no_rule_matches", f"no rule of the decision table {node.ext.decision} matches")
    outputs: Values = _columns(answer) if isinstance(answer, list) else dict(answer)
    refusal = settable(run.chart, run.state, scope, outputs)
    if refusal is not None:
        raise Stuck(refusal.code, refusal.detail)
    passing.enter(run, node, scope, by, detail)
    run.set_variables(scope, outputs)


def _columns(rows: list[Values]) -> Values:
    # A table that collects gives every output as the list of its values, rule by rule.
    return {name: [row.get(name) for row in rows] for name in rows[0]}

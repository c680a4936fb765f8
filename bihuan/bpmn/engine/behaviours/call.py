"""Call activities: the called process runs inside the same instance, with variables of its own."""

from collections.abc import Iterable

from bihuan.bpmn.engine.arming import arms_of_boundary, arms_of_scope, set_arms
from bihuan.bpmn.engine.behaviours.resting import instance_values
from bihuan.bpmn.engine.names import settable
from bihuan.bpmn.engine.records import Act
from bihuan.bpmn.engine.run import Run, Stuck
from bihuan.bpmn.engine.scopes import begin_inside
from bihuan.bpmn.expressions import Lookup, UndeclaredName
from bihuan.bpmn.model import Chart, Node, VariableMapping
from bihuan.bpmn.values import JsonValue, Values


def enter(run: Run, node: Node, scope: int, by: str | None, detail: int | str | None) -> None:
    """Copies variables in and begins the called process."""
    key = node.called or ""
    index = detail if isinstance(detail, int) else None
    local = instance_values(run, node, scope, index) if index is not None else {}
    seen = {**run.state.visible(run.chart, scope), **local}
    values = mapped(node.inputs, seen)
    watch = arms_of_boundary(run, node, run.lookup(scope)) if index is None else []
    arms = arms_of_scope(run, key, called_lookup(run.chart, key, values))
    number = run.open(node, scope, by, index, values)
    set_arms(run, watch, number)
    begin_inside(run, number, key, arms)


def mapped(mappings: Iterable[VariableMapping], seen: Values) -> Values:
    """The variables that go over: all, and single ones besides; an unset one goes over as null."""
    values: Values = {}
    for one in mappings:
        if one.source is None or one.target is None:
            values.update(seen)
        else:
            values[one.target] = seen.get(one.source)
    return values


def called_lookup(chart: Chart, key: str, values: Values) -> Lookup:
    """Names as the called process will see them."""

    def look(name: str) -> JsonValue:
        if name in values:
            return values[name]
        if name in chart.scopes[key].variables:
            return None
        raise UndeclaredName(name)

    return look


def copy_out(run: Run, act: Act) -> None:
    """Copies the called process's results to the caller; Stuck if the caller does not know such a name."""
    node = run.nodes[act["node"]]
    values = mapped(node.outputs, act.get("v", {}))
    refusal = settable(run.chart, run.state, act["scope"], values)
    if refusal is not None:
        raise Stuck(refusal.code, refusal.detail)
    run.set_variables(act["scope"], values)

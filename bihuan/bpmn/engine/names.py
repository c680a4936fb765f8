"""Which variables may be set, and to what."""

from collections.abc import Mapping

from bihuan.bpmn.engine.commands import CommandRefused
from bihuan.bpmn.engine.state import ROOT, State
from bihuan.bpmn.model import Chart, Variable
from bihuan.bpmn.values import is_json


def settable(chart: Chart, state: State, place: int, values: Mapping[str, object]) -> CommandRefused | None:
    """The reason why `values` cannot be set at `place`; None if they can."""
    for name, value in values.items():
        holder = state.holder(chart, place, name) if place != ROOT else ROOT
        variable = _declared(chart, state, holder, name)
        if variable is None and not chart.open_variables and not _is_local(state, holder, name):
            return CommandRefused("undeclared_name", f"the chart does not declare {name}")
        reason = _misfit(variable, value)
        if reason:
            return CommandRefused("bad_value", f"{name}: {reason}")
    return None


def _is_local(state: State, holder: int, name: str) -> bool:
    return holder != ROOT and name in state.acts[holder].get("v", ())


def _declared(chart: Chart, state: State, holder: int, name: str) -> Variable | None:
    if holder == ROOT:
        return chart.variables.get(name)
    called = chart.nodes[state.acts[holder]["node"]].called
    return None if called is None else chart.scopes[called].variables.get(name)


def _misfit(variable: Variable | None, value: object) -> str:
    if value is None:
        return ""
    if not is_json(value):
        return "not a plain JSON value, or too large"
    if variable is None:
        return ""
    fits = {
        "string": isinstance(value, str),
        "number": isinstance(value, (int, float)) and not isinstance(value, bool),
        "boolean": isinstance(value, bool),
        "choice": value in variable.values if isinstance(value, str) else False,
        "list": isinstance(value, list),
        "object": isinstance(value, dict),
    }
    return "" if fits[variable.type] else f"{value!r:.60} is no {variable.type}"

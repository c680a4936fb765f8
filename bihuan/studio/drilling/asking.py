"""What a step decides: an arrow that a person chooses, and values that steer the chart later."""

from collections.abc import Iterator, Mapping
from typing import Final, cast

from bihuan.bpmn import Chart, Node, Variable
from bihuan.bpmn.decisions import DecisionTable
from bihuan.bpmn.expressions import Binary, Expression, Interval, Items, Literal, Name, Tree
from bihuan.flows.forms import step_schema

Forms = Mapping[str, Mapping[str, object]]
_PLAIN: Final = frozenset({"choice", "boolean", "number", "string", "list"})


def steering(chart: Chart) -> dict[str, Variable]:
    """The declared names on which an arrow or a decision table hangs, by name."""
    names: set[str] = set()
    for flow in chart.flows.values():
        if flow.test is not None:
            names |= flow.test.names
    for table in chart.decisions.values():
        if isinstance(table, DecisionTable):
            names |= {name for one in table.inputs for name in one.expression.names}
    names |= collections(chart)
    return {name: one for name, one in chart.variables.items() if name in names and one.type in _PLAIN}


def collections(chart: Chart) -> set[str]:
    """The lists of which a step is done once for each entry."""
    loops = (node.loop for node in chart.nodes.values())
    return {loop.collection for loop in loops if loop is not None and loop.collection is not None}


def unasked(chart: Chart, forms: Forms) -> list[str]:
    """Steering names that no form, table or script fills in: what happens outside decides them."""
    inside = {name for node in chart.nodes.values() for name in fields_of(node, forms)}
    inside |= {node.result for node in chart.nodes.values()}
    for table in chart.decisions.values():
        if isinstance(table, DecisionTable):
            inside |= {one.name for one in table.outputs}
    return [name for name in steering(chart) if name not in inside]


def start_values(chart: Chart, forms: Forms) -> dict[str, object]:
    """What a practice case begins with: where nothing fills in a list, two entries to work on."""
    lists = collections(chart)
    return {name: ["1", "2"] for name in unasked(chart, forms) if name in lists}


def fields_of(node: Node, forms: Forms) -> dict[str, Mapping[str, object]]:
    """The fields that a step fills in."""
    form = forms.get(node.ext.form)
    if not node.ext.form or form is None:
        return {}
    found = step_schema(form, node.ext.groups)["properties"]
    return cast(dict[str, Mapping[str, object]], found)


def asked_values(chart: Chart, node: Node, forms: Forms) -> dict[str, list[object]]:
    """The steering values that a step fills in, each with what it may be; empty where that is not to be listed."""
    known = steering(chart)
    return {
        name: candidates(chart, known[name], field) for name, field in fields_of(node, forms).items() if name in known
    }


def candidates(chart: Chart, variable: Variable, field: Mapping[str, object]) -> list[object]:
    """Values of a steering name that make a difference."""
    options = field.get("enum")
    if variable.type == "boolean":
        return [True, False]
    if isinstance(options, list):
        return list(options)
    if variable.type == "choice":
        return list(variable.values)
    if variable.type == "number":
        return _around(_literals(chart, variable.name))
    return [[], ["—"]] if variable.type == "list" else []


def _around(found: list[object]) -> list[object]:
    numbers = sorted({one for one in found if isinstance(one, int | float) and not isinstance(one, bool)})
    values: set[int | float] = set()
    for one in numbers:
        values |= {one - 1, one, one + 1}
    return [one for one in sorted(values) if one >= 0 or min(numbers) < 0]


def _literals(chart: Chart, name: str) -> list[object]:
    """What the name is compared with anywhere in the chart."""
    tests: list[Expression] = [flow.test for flow in chart.flows.values() if flow.test is not None]
    for table in chart.decisions.values():
        if isinstance(table, DecisionTable):
            tests += [rule.test for rule in table.rules if name in rule.test.names]
    return [value for test in tests for value in _compared(test.tree, name)]


def _compared(tree: Tree, name: str) -> Iterator[object]:
    if not isinstance(tree, Binary):
        return
    sides = (tree.left, tree.right)
    if any(isinstance(side, Name) and side.path[0] == name for side in sides):
        for side in sides:
            yield from _values(side)
        return
    for side in sides:
        yield from _compared(side, name)


def _values(tree: Tree) -> Iterator[object]:
    if isinstance(tree, Literal):
        yield tree.value
    elif isinstance(tree, Items):
        for one in tree.items:
            yield from _values(one)
    elif isinstance(tree, Interval):
        yield from _values(tree.low)
        yield from _values(tree.high)

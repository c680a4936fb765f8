"""The type of a name that is used and not declared, from how it is used."""

from collections.abc import Iterable, Iterator

from bihuan.bpmn.expressions import Binary, Call, Choice, Expression, Interval, Items, Literal, Name, Tree, Unary
from bihuan.bpmn.model import Chart, Variable

_ORDERED = frozenset({"<", "<=", ">", ">=", "-", "*", "/", "%"})


def type_of(chart: Chart, elements: Iterable[str], message: str) -> Variable | None:
    """The declaration of the undeclared name that these elements share and `message` speaks of.

    None if its uses do not agree, or say nothing.
    """
    keys = list(elements)
    names = [name for name in _names(chart, keys) if f" {name} " in message]
    if len(names) != 1:
        return None
    name = names[0]
    types = {one for key in keys for one in _uses(chart, key, name)}
    if types == {"text", "string"}:
        types = {"string"}
    if len(types) != 1:
        return None
    kind = types.pop()
    return Variable(name, "string" if kind == "text" else kind, (), "", "")


def _names(chart: Chart, keys: Iterable[str]) -> list[str]:
    found: dict[str, None] = {}
    for key in keys:
        for test in _tests(chart, key):
            found.update(dict.fromkeys(sorted(test.names)))
        node = chart.nodes.get(key)
        if node is not None and node.ext.department.startswith("="):
            found[node.ext.department[1:]] = None
        if node is not None and node.event is not None and node.event.timer is not None:
            found[node.event.timer.text] = None
    return [name for name in found if name not in chart.variables]


def _tests(chart: Chart, key: str) -> list[Expression]:
    flow, node = chart.flows.get(key), chart.nodes.get(key)
    found = [flow.test] if flow is not None else []
    if node is not None and node.event is not None:
        found.append(node.event.condition)
    return [one for one in found if one is not None]


def _uses(chart: Chart, key: str, name: str) -> Iterator[str]:
    for test in _tests(chart, key):
        yield from _used(test.tree, name, boolean=True)
    node = chart.nodes.get(key)
    if node is not None and node.ext.department == f"={name}":
        yield "string"
    if node is not None and node.event is not None and node.event.timer and node.event.timer.text == name:
        yield "string"


def _used(tree: Tree, name: str, *, boolean: bool) -> Iterator[str]:
    """What each use says; `boolean`: a truth value is asked for here."""
    if isinstance(tree, Name):
        if tree.path[0] == name:
            yield "object" if len(tree.path) > 1 else "boolean" if boolean else "unknown"
    elif isinstance(tree, Unary):
        if tree.op == "-" and tree.of == Name((name,)):
            yield "number"
        else:
            yield from _used(tree.of, name, boolean=tree.op == "not")
    elif isinstance(tree, Binary):
        yield from _in_binary(tree, name)
    elif isinstance(tree, Call):
        yield from _in_call(tree, name)
    elif isinstance(tree, Choice):
        yield from _used(tree.condition, name, boolean=True)
        yield from _used(tree.then, name, boolean=boolean)
        yield from _used(tree.otherwise, name, boolean=boolean)


def _in_call(tree: Call, name: str) -> Iterator[str]:
    for one in tree.arguments:
        if one == Name((name,)) and tree.function == "len":
            yield "list"
        else:
            yield from _used(one, name, boolean=False)


def _in_binary(tree: Binary, name: str) -> Iterator[str]:
    if tree.op in ("and", "or"):
        for side in (tree.left, tree.right):
            yield from _used(side, name, boolean=True)
        return
    for one, other in ((tree.left, tree.right), (tree.right, tree.left)):
        if one != Name((name,)):
            yield from _used(one, name, boolean=False)
        elif tree.op == "in" and one is tree.right:
            yield "list"
        elif tree.op in _ORDERED:
            yield "number"
        else:
            yield _like(other)


def _like(other: Tree) -> str:
    """The type of what a name is compared with."""
    if isinstance(other, Literal):
        if isinstance(other.value, bool):
            return "boolean"
        return "number" if isinstance(other.value, (int, float)) else "text" if other.value is not None else "unknown"
    if isinstance(other, Items):
        kinds = {_like(one) for one in other.items}
        return kinds.pop() if len(kinds) == 1 else "unknown"
    return "number" if isinstance(other, Interval) else "unknown"

"""Conditions: two that can hold at once, and names that nobody declared."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, product
from math import prod
from typing import Final, TypeAlias

from bihuan.bpmn.expressions import (
    Binary,
    Expression,
    ExpressionError,
    Interval,
    Items,
    Literal,
    Name,
    Tree,
    Unary,
    lookup_in,
)
from bihuan.bpmn.model import Flow, Node
from bihuan.bpmn.values import JsonValue
from bihuan.bpmn.verify.findings import Writer
from bihuan.bpmn.verify.reading import UNREAD, Source
from bihuan.bpmn.verify.report import Finding

_MOST_CASES: Final = 3_000
_MOST_IN_ALL: Final = 60_000
"""Combinations of values that are tried for one pair of conditions, and for one chart."""
_GIVEN: Final = frozenset({"times", "loopCounter", "nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances"})

Path: TypeAlias = tuple[str, ...]


def overlaps(writer: Writer, source: Source) -> list[Finding]:
    """Exclusive gateways at which two conditions hold for the same values: then only their order decides."""
    found = []
    left = _MOST_IN_ALL
    for node in source.chart.nodes.values():
        if node.kind != "exclusiveGateway" or node.ext.choice:
            continue
        flows = [source.chart.flows[one] for one in node.outgoing]
        tested = [flow for flow in flows if flow.test and UNREAD not in flow.test.names and not flow.is_default]
        for first, second in combinations(tested, 2):
            cases = _cases(source, first, second)
            left -= len(cases)
            example = _example(first, second, cases) if left >= 0 else None
            if example is not None:
                found.append(_overlap(writer, node, first, second, example))
    return found


def _overlap(writer: Writer, node: Node, first: Flow, second: Flow, example: str) -> Finding:
    one, two = (f"“{flow.name or flow.condition}”" for flow in (first, second))
    return writer.finding(
        "condition_overlap", "warning", (node.id, first.id, second.id), None, one=one, two=two, example=example
    )


def _cases(source: Source, first: Flow, second: Flow) -> list[dict[Path, JsonValue]]:
    """Values of all names in two conditions that show every way they can come out; none if they cannot be told."""
    if first.test is None or second.test is None:
        return []
    paths = sorted(first.test.paths | second.test.paths)
    values = [_values(source, path, (first.test, second.test)) for path in paths]
    if not 0 < prod(len(one) for one in values) <= _MOST_CASES:
        return []
    return [dict(zip(paths, case, strict=True)) for case in product(*values)]


def _example(first: Flow, second: Flow, cases: Iterable[dict[Path, JsonValue]]) -> str | None:
    """The first case in which both conditions hold, in words."""
    for case in cases:
        given = _document(case)
        if first.test and second.test and _holds(first.test, given) and _holds(second.test, given):
            return ", ".join(f"{'.'.join(path)} = {value!r}" for path, value in case.items())
    return None


def _holds(test: Expression, given: Mapping[str, object]) -> bool:
    try:
        return test.test(lookup_in(given))
    except ExpressionError:
        return False


def _document(values: Mapping[Path, JsonValue]) -> dict[str, object]:
    found: dict[str, object] = {}
    for path, value in values.items():
        here = found
        for key in path[:-1]:
            deeper = here.setdefault(key, {})
            if not isinstance(deeper, dict):
                return {}
            here = deeper
        here[path[-1]] = value
    return found


def _values(source: Source, path: Path, tests: Iterable[Expression]) -> list[JsonValue]:
    """Values of a name that between them show every way the conditions can come out; [] if that is not known."""
    declared = source.chart.variables.get(path[0]) if len(path) == 1 else None
    if declared is not None and declared.type == "choice":
        return list(declared.values)
    if declared is not None and declared.type == "boolean":
        return [True, False]
    compared = [value for test in tests for value in _compared(test.tree, path)]
    if not compared or any(value is None for value in compared):
        return []
    if all(isinstance(value, bool) for value in compared):
        return [True, False]
    numbers = sorted({value for value in compared if isinstance(value, (int, float)) and not isinstance(value, bool)})
    if numbers:
        between = [(low + high) / 2 for low, high in zip(numbers, numbers[1:], strict=False)]
        return [numbers[0] - 1, *numbers, *between, numbers[-1] + 1]
    return [*dict.fromkeys(compared), "…"]


def _compared(tree: Tree, path: Path) -> Iterator[JsonValue]:
    """The literals that a name is compared with; None for anything else that is done with it."""
    if isinstance(tree, Unary):
        yield from _bare(tree.of, path) if tree.op == "not" else _used(tree, path)
    elif isinstance(tree, Binary) and tree.op in ("and", "or"):
        yield from _bare(tree.left, path)
        yield from _bare(tree.right, path)
    elif isinstance(tree, Binary):
        yield from _comparison(tree, path)
    else:
        yield from _bare(tree, path)


def _bare(tree: Tree, path: Path) -> Iterator[JsonValue]:
    if isinstance(tree, Name):
        yield from (True,) if tree.path == path else ()
    elif isinstance(tree, (Unary, Binary)):
        yield from _compared(tree, path)
    else:
        yield from _used(tree, path)


def _comparison(tree: Binary, path: Path) -> Iterator[JsonValue]:
    sides = (tree.left, tree.right)
    if Name(path) not in sides:
        yield from (None for side in sides for _ in _used(side, path))
        return
    other = tree.right if tree.left == Name(path) else tree.left
    if isinstance(other, Literal):
        yield other.value
    elif isinstance(other, Items):
        yield from (one.value if isinstance(one, Literal) else None for one in other.items)
    elif isinstance(other, Interval):
        yield from (one.value if isinstance(one, Literal) else None for one in (other.low, other.high))
    else:
        yield None


def _used(tree: Tree, path: Path) -> Iterator[JsonValue]:
    """None if the name occurs in `tree` at all."""
    if repr(Name(path)) in repr(tree):
        yield None


def unread(writer: Writer, source: Source) -> list[Finding]:
    """Conditions that our engine cannot read."""
    flows = source.chart.flows.values()
    found = [flow for flow in flows if flow.test is not None and UNREAD in flow.test.names]
    return [writer.finding("syntax", "error", (flow.source, flow.id), None) for flow in found]


def undeclared(writer: Writer, source: Source) -> list[Finding]:
    """Names in conditions, times and departments that the chart does not declare: at run time they are an incident."""
    chart = source.chart
    known = set(chart.variables) | _GIVEN | {UNREAD}
    found: dict[str, list[str]] = {}
    for flow in chart.flows.values():
        for name in sorted((flow.test.names if flow.test else frozenset()) - known):
            found.setdefault(name, []).append(flow.id)
    for node in chart.nodes.values():
        for name in sorted(_names_of(node) - known - source.local.get(node.id, frozenset())):
            found.setdefault(name, []).append(node.id)
    return [writer.finding("undeclared_name", "error", where, None, name=name) for name, where in found.items()]


def _names_of(node: Node) -> set[str]:
    found: set[str] = set()
    if node.event is not None and node.event.condition is not None:
        found |= node.event.condition.names
    if node.event is not None and node.event.timer is not None and not node.event.timer.literal:
        found.add(node.event.timer.text)
    if node.ext.department.startswith("="):
        found.add(node.ext.department[1:])
    return found

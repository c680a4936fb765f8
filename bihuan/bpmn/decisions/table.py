"""A compiled decision table and how it answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from bihuan.bpmn.decisions.cells import input_name
from bihuan.bpmn.decisions.errors import DecisionError
from bihuan.bpmn.decisions.regions import Column, columns
from bihuan.bpmn.expressions import Expression, ExpressionError, Literal, Lookup, Name, Tree, lookup_in
from bihuan.bpmn.values import JsonValue, Values

SINGLE: Final = frozenset({"UNIQUE", "ANY", "PRIORITY", "FIRST"})
"""Hit policies that give one answer."""
POLICIES: Final = SINGLE | {"RULE ORDER", "OUTPUT ORDER", "COLLECT"}
AGGREGATIONS: Final = frozenset({"SUM", "MIN", "MAX", "COUNT"})


@dataclass(frozen=True, slots=True)
class Input:
    """A column of conditions. `allowed` tests whether a value is one of the input's declared values."""

    id: str
    label: str
    type: str
    expression: Expression
    allowed: Expression | None


@dataclass(frozen=True, slots=True)
class Output:
    """A column of results. `values`: the declared values, the most important first. `default`: without a match."""

    id: str
    name: str
    label: str
    type: str
    values: tuple[JsonValue, ...]
    default: Expression | None


@dataclass(frozen=True, slots=True)
class Rule:
    """A row. `cells`: the test of each input as a tree; `test`: all of them; `outputs`: None for an empty cell."""

    id: str
    cells: tuple[Tree, ...]
    test: Expression
    outputs: tuple[Expression | None, ...]
    annotation: str
    line: int


@dataclass(frozen=True, slots=True)
class Required:
    """A decision that another asks first; its result goes by `name` there.

    The result is the value of its only output, an object of its outputs, null without a match, or a list of these.
    """

    name: str
    table: "DecisionTable"

    def result(self, lookup: Lookup) -> JsonValue:
        """What it says."""
        answer = self.table.answer(lookup)[0]
        if isinstance(answer, list):
            return [self._value(row) for row in answer]
        return self._value(answer)

    def _value(self, row: Values) -> JsonValue:
        if len(self.table.outputs) > 1:
            return row or None
        return row.get(self.table.outputs[0].name)


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A decision table. Immutable; `key` is the id of the DMN decision, `required` the decisions it asks first."""

    key: str
    name: str
    hit_policy: str
    aggregation: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    content_hash: str = ""
    required: tuple[Required, ...] = ()
    _columns: tuple[Column, ...] | None = field(init=False, compare=False, repr=False)
    _rows: tuple[Values | None, ...] = field(init=False, compare=False, repr=False)
    _names: tuple[str | None, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        allowed = [None if one.allowed is None else one.allowed.tree for one in self.inputs]
        object.__setattr__(self, "_columns", columns([rule.cells for rule in self.rules], allowed))
        object.__setattr__(self, "_rows", tuple(self.constant(rule) for rule in self.rules))
        trees = [one.expression.tree for one in self.inputs]
        plain = (tree.path[0] if isinstance(tree, Name) and len(tree.path) == 1 else None for tree in trees)
        object.__setattr__(self, "_names", tuple(plain))

    def constant(self, rule: Rule) -> Values | None:
        """The outputs of a rule of this table that says the same whatever it is asked; None for another."""
        if all(cell is None or isinstance(cell.tree, Literal) for cell in rule.outputs):
            return self._row(rule.outputs, lookup_in({}))
        return None

    def evaluate(self, values: Mapping[str, object]) -> Values | list[Values]:
        """The outputs by name: one dict for U, A, P, F and aggregated C; a list of dicts for R, O and plain C.

        Empty ({} or []) where no rule matches and no output has a default. DecisionError where the table cannot answer.
        """
        return self.answer(lookup_in(values))[0]

    def decide(self, values: Mapping[str, object]) -> tuple[Values | list[Values], tuple[int, ...]]:
        """As `evaluate`, with the numbers (from 0) of the rules that matched."""
        return self.answer(lookup_in(values))

    def answer(self, lookup: Lookup) -> tuple[Values | list[Values], tuple[int, ...]]:
        """As `decide`, with the values given by a function."""
        try:
            if self.required:
                lookup = _with({one.name: one.result(lookup) for one in self.required}, lookup)
            matching = self._quickly(lookup)
            if matching is None:
                matching = self._matching(self._inputs(lookup), lookup)
            rows = [self._said(at, lookup) for at in matching]
            return self._answer(rows, lookup), tuple(matching)
        except ExpressionError as error:
            raise DecisionError(error.code, f"{self.key}: {error.detail}") from error

    def _quickly(self, lookup: Lookup) -> list[int] | None:
        """The rules that match, read off the sets that the cells accept; None where that does not decide it."""
        if self._columns is None:
            return None
        bits = (1 << len(self.rules)) - 1
        for name, one, column in zip(self._names, self.inputs, self._columns, strict=True):
            passed = column.passed(one.expression.evaluate(lookup) if name is None else lookup(name))
            if passed < 0:
                return None
            bits &= passed
        if self.hit_policy == "FIRST":
            bits &= -bits
        found = []
        while bits:
            lowest = bits & -bits
            found.append(lowest.bit_length() - 1)
            bits ^= lowest
        return found

    def _said(self, at: int, lookup: Lookup) -> Values:
        constant = self._rows[at]
        return self._row(self.rules[at].outputs, lookup) if constant is None else constant.copy()

    def _inputs(self, lookup: Lookup) -> Values:
        found: Values = {}
        for index, one in enumerate(self.inputs):
            value = found[input_name(index)] = one.expression.evaluate(lookup)
            if value is None or one.allowed is None:
                continue
            if not one.allowed.test(_with(found, lookup)):
                raise DecisionError("bad_value", f"{self.key}: {value!r:.60} is no value of {one.expression.text}")
        return found

    def _matching(self, inputs: Values, lookup: Lookup) -> list[int]:
        look = _with(inputs, lookup)
        found: list[int] = []
        for at, rule in enumerate(self.rules):
            if rule.test.test(look):
                found.append(at)
                if self.hit_policy == "FIRST":
                    break
        return found

    def _row(self, cells: Sequence[Expression | None], lookup: Lookup) -> Values:
        return {
            output.name: None if cell is None else cell.evaluate(lookup)
            for output, cell in zip(self.outputs, cells, strict=True)
        }

    def _answer(self, rows: list[Values], lookup: Lookup) -> Values | list[Values]:
        if not rows and self.aggregation != "COUNT" and any(output.default is not None for output in self.outputs):
            default = self._row([output.default for output in self.outputs], lookup)
            return default if self.aggregation or self.hit_policy in SINGLE else [default]
        if self.aggregation:
            return self._aggregated(rows)
        if self.hit_policy in ("PRIORITY", "OUTPUT ORDER"):
            rows = sorted(rows, key=self.rank)
        if self.hit_policy not in SINGLE:
            return rows
        if self.hit_policy == "UNIQUE" and len(rows) > 1:
            raise DecisionError("several_rules", f"{self.key}: {len(rows)} rules match, but it may be only one")
        if self.hit_policy == "ANY" and any(row != rows[0] for row in rows):
            raise DecisionError("several_rules", f"{self.key}: the rules that match say different things")
        return rows[0] if rows else {}

    def rank(self, row: Values) -> tuple[int, ...]:
        """How important a row of outputs is, by the declared values: smaller comes first."""
        return tuple(
            output.values.index(row[output.name]) if row[output.name] in output.values else len(output.values)
            for output in self.outputs
        )

    def _aggregated(self, rows: list[Values]) -> Values:
        name = self.outputs[0].name
        if self.aggregation == "COUNT":
            return {name: len(rows)}
        if not rows:
            return {}
        numbers: list[Decimal] = []
        for row in rows:
            value = row[name]
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise DecisionError("cannot_evaluate", f"{self.key}: {value!r:.60} is no number to aggregate")
            numbers.append(Decimal(str(value)))
        return {name: _number(_AGGREGATE[self.aggregation](numbers))}


def _total(numbers: list[Decimal]) -> Decimal:
    return sum(numbers, Decimal(0))


_AGGREGATE: Final[dict[str, Callable[[list[Decimal]], Decimal]]] = {"SUM": _total, "MIN": min, "MAX": max}


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _with(inputs: Values, lookup: Lookup) -> Lookup:
    def look(name: str) -> JsonValue:
        return inputs[name] if name in inputs else lookup(name)

    return look

"""A compiled decision table and how it answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from bihuan.bpmn.decisions.cells import input_name
from bihuan.bpmn.decisions.errors import DecisionError
from bihuan.bpmn.expressions import Expression, ExpressionError, Lookup, Tree, lookup_in
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
class DecisionTable:
    """A decision table. Immutable; `key` is the id of the DMN decision."""

    key: str
    name: str
    hit_policy: str
    aggregation: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    content_hash: str = ""

    def evaluate(self, values: Mapping[str, object]) -> Values | list[Values]:
        """The outputs by name: one dict for U, A, P, F and aggregated C; a list of dicts for R, O and plain C.

        Empty ({} or []) where no rule matches and no output has a default. DecisionError where the table cannot answer.
        """
        return self.decide(values)[0]

    def decide(self, values: Mapping[str, object]) -> tuple[Values | list[Values], tuple[int, ...]]:
        """As `evaluate`, with the numbers (from 0) of the rules that matched."""
        lookup = lookup_in(values)
        try:
            inputs = self._inputs(lookup)
            matching = self._matching(inputs, lookup)
            rows = [self._row(rule.outputs, lookup) for rule in (self.rules[at] for at in matching)]
            return self._answer(rows, lookup), tuple(matching)
        except ExpressionError as error:
            raise DecisionError(error.code, f"{self.key}: {error.detail}") from error

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
        if self.aggregation:
            return self._aggregated(rows)
        if not rows and any(output.default is not None for output in self.outputs):
            default = self._row([output.default for output in self.outputs], lookup)
            return default if self.hit_policy in SINGLE else [default]
        if self.hit_policy in ("PRIORITY", "OUTPUT ORDER"):
            rows = sorted(rows, key=self._rank)
        if self.hit_policy not in SINGLE:
            return rows
        if self.hit_policy == "UNIQUE" and len(rows) > 1:
            raise DecisionError("several_rules", f"{self.key}: {len(rows)} rules match, but it may be only one")
        if self.hit_policy == "ANY" and any(row != rows[0] for row in rows):
            raise DecisionError("several_rules", f"{self.key}: the rules that match say different things")
        return rows[0] if rows else {}

    def _rank(self, row: Values) -> tuple[int, ...]:
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

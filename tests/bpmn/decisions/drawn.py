"""Drawn decision tables with a second meaning of their own: Python predicates, hit policies written out again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from hypothesis import strategies as st

from bihuan.bpmn.values import JsonValue

_DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
Value = bool | int | float | str | None


@dataclass(frozen=True)
class Cell:
    """A test on one value: its S-FEEL text, and what it means."""

    text: str
    accepts: Callable[[Value], bool]

    def __repr__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Drawing:
    """A table: its columns are numbers `n`, texts `t` and truths `b`; each rule says one word and one number."""

    policy: str
    aggregation: str
    rules: tuple[tuple[tuple[Cell, ...], str, int], ...]
    kinds: tuple[str, ...]
    default: int | None = None
    declared: tuple[str, ...] = ()

    def names(self) -> list[str]:
        """The names of the inputs."""
        return [f"{kind}{at}" for at, kind in enumerate(self.kinds)]

    def xml(self) -> bytes:
        """The table as DMN."""
        types = {"n": "number", "i": "integer", "t": "string", "b": "boolean"}
        columns = [
            (name, types[kind], *self._declared(at))
            for at, (name, kind) in enumerate(zip(self.names(), self.kinds, strict=True))
        ]
        outputs = [
            ("word", "string", '"high","middle","low"', '"low"' if self.default is not None else ""),
            ("number", "number", "", "" if self.default is None else str(self.default)),
        ]
        if self.aggregation:
            outputs = outputs[1:]
        rows = [
            ([cell.text for cell in cells], [f'"{word}"', str(number)][-len(outputs) :])
            for cells, word, number in self.rules
        ]
        return table(columns, outputs, rows, policy=self.policy, aggregation=self.aggregation)

    def _declared(self, at: int) -> tuple[str, ...]:
        return (self.declared[at],) if self.declared and self.declared[at] else ()

    def matching(self, values: Sequence[Value]) -> list[int]:
        """The rules that match, all of them."""
        return [
            at
            for at, (cells, _, _) in enumerate(self.rules)
            if all(cell.accepts(value) for cell, value in zip(cells, values, strict=True))
        ]

    def answer(self, values: Sequence[Value]) -> object:
        """What the standard says; "error" for a contradiction."""
        rows: list[dict[str, object]] = [
            {"word": self.rules[at][1], "number": self.rules[at][2]} for at in self.matching(values)
        ]
        default = None if self.default is None else {"word": "low", "number": self.default}
        if self.aggregation:
            return self._aggregated([self.rules[at][2] for at in self.matching(values)])
        if not rows and default is not None:
            rows = [default]
        many = {"RULE ORDER": rows, "COLLECT": rows, "OUTPUT ORDER": sorted(rows, key=_importance)}
        if self.policy in many:
            return many[self.policy]
        if self.policy == "UNIQUE" and len(rows) > 1:
            return "error"
        if self.policy == "ANY" and any(row != rows[0] for row in rows):
            return "error"
        if self.policy == "PRIORITY":
            rows = sorted(rows, key=_importance)
        return rows[0] if rows else {}

    def _aggregated(self, numbers: list[int]) -> object:
        if self.aggregation == "COUNT":
            return {"number": len(numbers)}
        if not numbers:
            return {} if self.default is None else {"number": self.default}
        if self.aggregation == "SUM":
            return {"number": sum(numbers)}
        return {"number": min(numbers) if self.aggregation == "MIN" else max(numbers)}


def _importance(row: dict[str, object]) -> int:
    return ["high", "middle", "low"].index(str(row["word"]))


def table(
    columns: Sequence[tuple[str, ...]],
    outputs: Sequence[tuple[str, ...]],
    rows: Sequence[tuple[Sequence[str], Sequence[str]]],
    *,
    policy: str = "UNIQUE",
    aggregation: str = "",
    key: str = "d",
    more: str = "",
) -> bytes:
    """A DMN file. Column: expression, type, declared values. Output: name, type, declared values, default."""
    return definitions(decision(columns, outputs, rows, policy=policy, aggregation=aggregation, key=key), more)


def definitions(*decisions: str) -> bytes:
    """A DMN file with these decisions."""
    return f'<definitions xmlns="{_DMN}" id="x" name="x" namespace="urn:x">{"".join(decisions)}</definitions>'.encode()


def decision(
    columns: Sequence[tuple[str, ...]],
    outputs: Sequence[tuple[str, ...]],
    rows: Sequence[tuple[Sequence[str], Sequence[str]]],
    *,
    policy: str = "UNIQUE",
    aggregation: str = "",
    key: str = "d",
    name: str = "",
    asks: Sequence[str] = (),
) -> str:
    """One decision."""
    parts = []
    for column in columns:
        expression, kind, declared = (*column, "", "")[:3]
        values = f"<inputValues><text>{escape(declared)}</text></inputValues>" if declared else ""
        parts.append(
            f'<input label="{escape(expression)}"><inputExpression typeRef="{kind}"><text>{escape(expression)}</text></inputExpression>{values}</input>'
        )
    for output in outputs:
        called, kind, declared, default = (*output, "", "", "")[:4]
        values = f"<outputValues><text>{escape(declared)}</text></outputValues>" if declared else ""
        values += f"<defaultOutputEntry><text>{escape(default)}</text></defaultOutputEntry>" if default else ""
        parts.append(f'<output name="{called}" typeRef="{kind}">{values}</output>')
    for at, (cells, said) in enumerate(rows):
        entries = "".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in cells)
        entries += "".join(f"<outputEntry><text>{escape(cell)}</text></outputEntry>" for cell in said)
        parts.append(f'<rule id="r{at}">{entries}</rule>')
    aggregated = f' aggregation="{aggregation}"' if aggregation else ""
    links = "".join(
        f'<informationRequirement><requiredDecision href="#{one}"/></informationRequirement>' for one in asks
    )
    return f'<decision id="{key}" name="{name or key}">{links}<decisionTable hitPolicy="{policy}"{aggregated}>{"".join(parts)}</decisionTable></decision>'


# -- drawing -----------------------------------------------------------------------------------------------------------

_ANY = Cell("-", lambda value: True)
_NULL = Cell("null", lambda value: value is None)
_TEXTS = ["a", "b", "c", "中文"]


def _same(value: Value, other: Value) -> bool:
    return isinstance(value, bool) == isinstance(other, bool) and value == other


def _one_of(values: list[Value]) -> Cell:
    return Cell(", ".join(map(_text, values)), lambda value: any(_same(value, one) for one in values))


def _none_of(values: list[Value]) -> Cell:
    return Cell(
        f"not({', '.join(map(_text, values))})",
        lambda value: value is not None and not any(_same(value, one) for one in values),
    )


def _text(value: Value) -> str:
    return (
        f'"{value}"'
        if isinstance(value, str)
        else {True: "true", False: "false"}[value]
        if isinstance(value, bool)
        else str(value)
    )


def _compared(op: str, limit: float) -> Cell:
    tests: dict[str, Callable[[float], bool]] = {
        "<": lambda one: one < limit,
        "<=": lambda one: one <= limit,
        ">": lambda one: one > limit,
        ">=": lambda one: one >= limit,
        "!=": lambda one: one != limit,
    }
    return Cell(f"{op} {limit}", lambda value: isinstance(value, (int, float)) and tests[op](value))


def _between(low: float, high: float, opened: str, closed: str) -> Cell:
    def accepts(value: Value) -> bool:
        if not isinstance(value, (int, float)):
            return False
        return (low < value or (low == value and opened == "[")) and (value < high or (high == value and closed == "]"))

    return Cell(f"{opened}{low}..{high}{closed}", accepts)


def _cells(kind: str) -> st.SearchStrategy[Cell]:
    if kind == "b":
        return st.sampled_from([_ANY, _NULL, _one_of([True]), _one_of([False]), _none_of([True])])
    if kind == "t":
        some = st.lists(st.sampled_from(_TEXTS), min_size=1, max_size=3, unique=True)
        return st.one_of(
            st.just(_ANY),
            some.map(lambda values: _one_of([*values])),
            some.map(lambda values: _none_of([*values])),
            st.just(_NULL),
        )
    numbers: st.SearchStrategy[float] = (
        st.integers(-1, 7) if kind == "i" else st.one_of(st.integers(-1, 7), st.sampled_from([0.5, 2.25, 6.5]))
    )
    some_numbers = st.lists(numbers, min_size=1, max_size=3, unique=True)
    return st.one_of(
        st.just(_ANY),
        some_numbers.map(lambda values: _one_of([*values])),
        some_numbers.map(lambda values: _none_of([*values])),
        st.builds(_compared, st.sampled_from(["<", "<=", ">", ">=", "!="]), numbers),
        st.builds(_between, numbers, numbers, st.sampled_from("[("), st.sampled_from("])")),
    )


POLICIES = [
    ("UNIQUE", ""),
    ("ANY", ""),
    ("PRIORITY", ""),
    ("FIRST", ""),
    ("RULE ORDER", ""),
    ("OUTPUT ORDER", ""),
    ("COLLECT", ""),
    ("COLLECT", "SUM"),
    ("COLLECT", "MIN"),
    ("COLLECT", "MAX"),
    ("COLLECT", "COUNT"),
]


@st.composite
def drawings(
    draw: st.DrawFn,
    kinds: str = "ntb",
    policies: Sequence[tuple[str, str]] = tuple(POLICIES),
    most: int = 6,
    declared: dict[str, str] | None = None,
) -> Drawing:
    """A table."""
    policy, aggregation = draw(st.sampled_from(list(policies)))
    columns = tuple(draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=3)))
    rule = st.tuples(st.tuples(*map(_cells, columns)), st.sampled_from(["high", "middle", "low"]), st.integers(0, 2))
    rules = tuple(draw(st.lists(rule, min_size=1, max_size=most)))
    default = draw(st.sampled_from([None, None, 9])) if declared is None else None
    return Drawing(
        policy, aggregation, rules, columns, default, tuple((declared or {}).get(kind, "") for kind in columns)
    )


def values_for(kinds: Sequence[str]) -> st.SearchStrategy[tuple[Value, ...]]:
    """Inputs of these kinds, sometimes missing."""
    pools: dict[str, list[Value]] = {
        "n": [None, -2, -1, 0, 0.5, 1, 2, 2.25, 2.5, 3, 4, 5.0, 6, 6.5, 7, 8, 0.1 + 0.2, 1e14],
        "i": [None, *range(-3, 10)],
        "t": [None, "a", "b", "c", "中文", "z", ""],
        "b": [None, True, False],
    }
    return st.tuples(*(st.sampled_from(pools[kind]) for kind in kinds))


def named(drawing: Drawing, values: Sequence[Value]) -> dict[str, JsonValue]:
    """The values by name."""
    return dict(zip(drawing.names(), values, strict=True))

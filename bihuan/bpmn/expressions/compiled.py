"""Tree to something that runs: zen text in which every name is an alias, with the values looked up by us.

Names are looked up here and not by zen, for three reasons: zen turns an unknown name into null without a word, it
knows only ASCII names, and it converts the whole context at every evaluation.
"""

import json
from collections.abc import Callable, Mapping
from typing import Final, Protocol, TypeAlias, cast

import zen

from bihuan.bpmn.expressions.errors import ExpressionError
from bihuan.bpmn.expressions.parser import parse
from bihuan.bpmn.expressions.tree import Binary, Call, Choice, Interval, Items, Literal, Name, Tree, Unary
from bihuan.bpmn.values import JsonValue

Lookup: TypeAlias = Callable[[str], JsonValue]
"""Gives the value of a name, or raises UndeclaredName."""


_MOST_KNOWN: Final = 256
_UNKNOWN: Final = object()
_SMALL: Final = frozenset({int, bool, type(None)})
_SHORT: Final = 64
"""Characters up to which a text is worth keeping."""


class _Zen(Protocol):
    def evaluate(self, context: Mapping[str, object] | None = None) -> object: ...


class UndeclaredName(ExpressionError):
    """An expression uses a name that the chart does not declare (or, in an open chart, that is not set)."""

    def __init__(self, name: str) -> None:
        super().__init__("undeclared_name", f"the name {name} is not declared", f"名称 {name} 未声明")
        self.name = name


def lookup_in(values: Mapping[str, object]) -> Lookup:
    """A Lookup that knows exactly the names of `values`."""

    def look(name: str) -> JsonValue:
        try:
            return cast("JsonValue", values[name])
        except KeyError:
            raise UndeclaredName(name) from None

    return look


class Expression:
    """A compiled expression. Immutable; safe to share between threads.

    `text` is the source, `tree` its tree, `names` the root names it uses, `paths` the names with their members.
    """

    __slots__ = ("_inputs", "_known", "_only", "_zen", "names", "paths", "text", "tree")

    def __init__(self, text: str, tree: Tree) -> None:
        writer = _Writer()
        source = writer.write(tree)
        self.text = text
        self.tree = tree
        self._inputs = tuple((alias, *key) for key, alias in writer.inputs.items())
        plain = len(self._inputs) == 1 and len(self._inputs[0][1]) == 1 and not self._inputs[0][2]
        self._only = self._inputs[0][1][0] if plain else None
        # An expression is a function of its inputs: what it gave for the last few is kept.
        self._known: dict[tuple[object, ...], object] = {}
        self.paths = frozenset(path for _, path, _ in self._inputs if path)
        self.names = frozenset(path[0] for path in self.paths)
        try:
            self._zen = cast("_Zen", zen.compile_expression(source))
        except Exception as error:
            raise ExpressionError("syntax", f"cannot compile {text!r}", f"无法编译 “{text}”") from error

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    def evaluate(self, lookup: Lookup) -> JsonValue:
        """The value; whole numbers come back as int. ExpressionError if it cannot be had (UndeclaredName for names)."""
        # True, 1 and 1.0 are the same key of a dict and not the same to zen: types are part of the key.
        if self._only is not None:
            value = lookup(self._only)
            if not _is_small(value):
                return self._calculate([value])
            values = [value]
            key: tuple[object, ...] = (value.__class__, value)
        else:
            values = [_length(_member(lookup, path), path) if measure else _member(lookup, path)
                      for _, path, measure in self._inputs]  # fmt: skip
            if not all(map(_is_small, values)):
                return self._calculate(values)
            key = (*map(type, values), *values)
        found = self._known.get(key, _UNKNOWN)
        return self._learn(key, values) if found is _UNKNOWN else cast("JsonValue", found)

    def _learn(self, key: tuple[object, ...], values: list[JsonValue]) -> JsonValue:
        result = self._calculate(values)
        if not isinstance(result, (list, dict)):
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[key] = result
        return result

    def _calculate(self, values: list[JsonValue]) -> JsonValue:
        context = {alias: value for (alias, _, _), value in zip(self._inputs, values, strict=True)}
        try:
            result = self._zen.evaluate(context)
        except Exception as error:
            raise ExpressionError(
                "cannot_evaluate",
                f"cannot evaluate {self.text!r}: {_reason(error)}",
                f"无法计算 “{self.text}”,请检查各名称的值",
            ) from error
        return _plain(result)

    def test(self, lookup: Lookup) -> bool:
        """The value of a condition; ExpressionError `not_boolean` for anything but true and false."""
        result = self.evaluate(lookup)
        if result is True or result is False:
            return result
        raise ExpressionError(
            "not_boolean", f"{self.text!r} gives neither true nor false", f"“{self.text}” 的结果不是“是/否”"
        )


def compile_expression(text: str, *, equals: bool = False) -> Expression:
    """Parses and compiles `text`; ExpressionError when it is not in our language.

    `equals` allows `=` for equality (decision tables).
    """
    return Expression(text.strip(), parse(text, equals=equals))


def _member(lookup: Lookup, path: tuple[str, ...]) -> JsonValue:
    value = lookup(path[0])
    for key in path[1:]:
        if value is None:
            return None
        if not isinstance(value, dict):
            dotted = ".".join(path)
            raise ExpressionError("cannot_evaluate", f"{dotted}: no object there", f"{dotted} 不是对象的成员")
        value = value.get(key)
    return value


def _is_small(value: JsonValue) -> bool:
    return value.__class__ in _SMALL or (isinstance(value, str) and len(value) <= _SHORT)


def _length(value: JsonValue, path: tuple[str, ...]) -> int:
    # zen counts the bytes of a text; people count its characters.
    if isinstance(value, (str, list)):
        return len(value)
    dotted = ".".join(path)
    raise ExpressionError("cannot_evaluate", f"{dotted} has no length", f"{dotted} 没有长度")


def _plain(value: object) -> JsonValue:
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    return cast("JsonValue", value)


def _reason(error: Exception) -> str:
    line = str(error).partition("\n")[0]
    try:
        found = json.loads(line)
    except ValueError:
        return "wrong kind of value"
    return str(found.get("source", "wrong kind of value")) if isinstance(found, dict) else "wrong kind of value"


class _Writer:
    """Writes a tree out as zen text. `inputs` collects (path, measured) → alias."""

    def __init__(self) -> None:
        self.inputs: dict[tuple[tuple[str, ...], bool], str] = {}

    def write(self, tree: Tree) -> str:
        if isinstance(tree, Literal):
            return self._literal(tree)
        if isinstance(tree, Name):
            return self._input(tree.path, measure=False)
        if isinstance(tree, Unary):
            return f"({tree.op} ({self.write(tree.of)}))"
        if isinstance(tree, Binary):
            return f"({self.write(tree.left)} {tree.op} {self.write(tree.right)})"
        return self._compound(tree)

    def _compound(self, tree: Items | Interval | Call | Choice) -> str:
        if isinstance(tree, Items):
            return f"[{', '.join(self.write(one) for one in tree.items)}]"
        if isinstance(tree, Interval):
            opened, closed = "(" if tree.low_open else "[", ")" if tree.high_open else "]"
            return f"{opened}{self.write(tree.low)}..{self.write(tree.high)}{closed}"
        if isinstance(tree, Choice):
            return f"({self.write(tree.condition)} ? {self.write(tree.then)} : {self.write(tree.otherwise)})"
        if tree.function == "len":
            argument = tree.arguments[0]
            if not isinstance(argument, Name):
                raise ExpressionError("syntax", "len() takes a name", "len() 只能用于名称")
            return self._input(argument.path, measure=True)
        return f"{tree.function}({', '.join(self.write(one) for one in tree.arguments)})"

    def _input(self, path: tuple[str, ...], *, measure: bool) -> str:
        return self.inputs.setdefault((path, measure), f"n{len(self.inputs)}")

    @staticmethod
    def _literal(tree: Literal) -> str:
        value = tree.value
        if value is None or isinstance(value, bool):
            return {None: "null", True: "true", False: "false"}[value]
        if isinstance(value, str):
            return f'"{value}"' if '"' not in value else f"'{value}'"
        return f"({value})" if value < 0 else f"{value}"

"""What cells accept, as sets of atoms: parts of an input's values within which no cell tells two values apart.

Cells compare the input with literals alone (most do). Then the literals cut all values into finitely many atoms, and a
cell is a set of atoms, kept as the bits of an int. Asking a table and proving something about it both work on these.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from bihuan.bpmn.expressions import Binary, Interval, Literal, Name, Tree, Unary
from bihuan.bpmn.values import JsonValue

Number: TypeAlias = int | float
Scalar: TypeAlias = bool | int | float | str | None

_ORDER: Final[dict[str, Callable[[Number, Number], bool]]] = {
    "<": lambda value, limit: value < limit,
    "<=": lambda value, limit: value <= limit,
    ">": lambda value, limit: value > limit,
    ">=": lambda value, limit: value >= limit,
}
_LARGEST: Final = 10**15
_SMALLEST: Final = 1e-9


def is_number(value: object) -> bool:
    """Whether it is a number in the sense of a table: true and false are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def literals(trees: Iterable[Tree]) -> Iterator[Scalar]:
    """Every literal that the cells compare with, as it comes."""
    for tree in trees:
        if isinstance(tree, Literal):
            yield tree.value
        elif isinstance(tree, Binary):
            yield from literals((tree.left, tree.right))
        elif isinstance(tree, Unary):
            yield from literals((tree.of,))
        elif isinstance(tree, Interval):
            yield from literals((tree.low, tree.high))


def is_ordered(tree: Tree) -> bool:
    """Whether the cell asks for larger or smaller: only a number has an answer to that."""
    if isinstance(tree, Unary):
        return is_ordered(tree.of)
    if isinstance(tree, Binary):
        return tree.op in _ORDER or tree.op == "in" or is_ordered(tree.left) or is_ordered(tree.right)
    return False


@dataclass(frozen=True, slots=True)
class Axis:
    """The atoms of one input, numbered: below the first of `cuts`, the cut, between it and the next … above the last;
    each of `texts`, any other text; true; false; null."""

    cuts: tuple[Number, ...]
    texts: tuple[str, ...]

    @staticmethod
    def of(trees: Iterable[Tree]) -> "Axis":
        """The axis that the literals of these cells cut."""
        found = list(literals(trees))
        cuts = {value for value in found if isinstance(value, (int, float)) and not isinstance(value, bool)}
        return Axis(tuple(sorted(cuts)), tuple(sorted({value for value in found if isinstance(value, str)})))

    @property
    def first_text(self) -> int:
        """The atom of the first text."""
        return 2 * len(self.cuts) + 1

    @property
    def other_text(self) -> int:
        """The atom of a text that no cell names."""
        return self.first_text + len(self.texts)

    @property
    def size(self) -> int:
        """How many atoms there are; the last three are true, false and null."""
        return self.other_text + 4

    @property
    def everything(self) -> int:
        """The set of all atoms."""
        return (1 << self.size) - 1

    @property
    def numbers(self) -> int:
        """The set of the atoms that are numbers."""
        return (1 << self.first_text) - 1

    @property
    def all_texts(self) -> int:
        """The set of the atoms that are texts."""
        return (1 << self.other_text + 1) - 1 & ~self.numbers

    def atom(self, value: Scalar) -> int:
        """The atom that holds the value."""
        if value is None:
            return self.size - 1
        if isinstance(value, bool):
            return self.size - (3 if value else 2)
        if isinstance(value, str):
            at = bisect_left(self.texts, value)
            return self.first_text + at if at < len(self.texts) and self.texts[at] == value else self.other_text
        at = bisect_left(self.cuts, value)
        return 2 * at + (at < len(self.cuts) and self.cuts[at] == value)

    def accepted(self, tree: Tree) -> int | None:
        """The atoms that the cell accepts; None where it compares with more than literals.

        A number asked of a text (`> 5`) accepts no text; a table that is asked so answers with an error instead.
        """
        if isinstance(tree, Literal):
            return self.everything if tree.value is True else 0 if tree.value is False else None
        if isinstance(tree, Unary) and tree.op == "not":
            inner = self.accepted(tree.of)
            return None if inner is None else self.everything & ~inner
        if isinstance(tree, Binary):
            return self._joined(tree) if tree.op in ("and", "or") else self._compared(tree)
        return None

    def _joined(self, tree: Binary) -> int | None:
        left, right = self.accepted(tree.left), self.accepted(tree.right)
        if left is None or right is None:
            return None
        return left & right if tree.op == "and" else left | right

    def _compared(self, tree: Binary) -> int | None:
        if not isinstance(tree.left, Name):
            return None
        if isinstance(tree.right, Interval):
            return self._within(tree.right)
        if not isinstance(tree.right, Literal):
            return None
        value = tree.right.value
        if tree.op in ("==", "!="):
            here = 1 << self.atom(value)
            return here if tree.op == "==" else self.everything & ~here
        if tree.op not in _ORDER or isinstance(value, (bool, str)) or value is None:
            return None
        return self._side(tree.op, value)

    def _side(self, op: str, limit: Number) -> int:
        at, found = self.atom(limit), 0
        for atom in range(self.first_text):
            found |= _ORDER[op](atom, at) << atom
        return found

    def _within(self, interval: Interval) -> int | None:
        low, high = interval.low, interval.high
        if not isinstance(low, Literal) or not isinstance(high, Literal):
            return None
        ends = [one.value for one in (low, high)]
        if any(isinstance(end, (bool, str)) or end is None for end in ends):
            return None
        above = self._side(">" if interval.low_open else ">=", _number(ends[0]))
        return above & self._side("<" if interval.high_open else "<=", _number(ends[1]))


def _number(value: Scalar) -> Number:
    if isinstance(value, (bool, str)) or value is None:
        raise TypeError("no number")
    return value


class Column:
    """One input of a table, ready to be asked: the rules that a value passes, as the bits of an int.

    `rules`: by atom; -1 where the value is none of the input's declared ones.
    """

    __slots__ = ("_bits", "_cuts", "_false", "_null", "_only_numbers", "_other", "_texts", "_true")

    def __init__(self, axis: Axis, rules: list[int], *, only_numbers: bool) -> None:
        self._cuts = axis.cuts
        self._bits = rules[: axis.first_text]
        self._texts = dict(zip(axis.texts, rules[axis.first_text :], strict=False))
        self._other, self._true, self._false, self._null = rules[axis.other_text :]
        self._only_numbers = only_numbers

    def passed(self, value: JsonValue) -> int:
        """The rules whose cell accepts the value; -1 where the expression engine has to be asked."""
        kind = value.__class__
        if kind is int or kind is float:
            return self._number(value)  # type: ignore[arg-type]
        if value is None:
            return self._null
        if self._only_numbers:
            return -1
        if kind is str:
            return self._texts.get(value, self._other)  # type: ignore[arg-type]
        if kind is bool:
            return self._true if value else self._false
        return -1

    def _number(self, value: Number) -> int:
        # The engine calculates with decimals: a number that a float does not hold exactly is left to it.
        if value.__class__ is float and len(repr(value)) > 16:
            return -1
        if not (-_LARGEST < value < _LARGEST and (value == 0 or not -_SMALLEST < value < _SMALLEST)):
            return -1
        cuts = self._cuts
        at = bisect_left(cuts, value)
        return self._bits[2 * at + (at < len(cuts) and cuts[at] == value)]


def columns(cells: list[tuple[Tree, ...]], allowed: list[Tree | None]) -> tuple[Column, ...] | None:
    """One column an input, from the cells of each rule; None where some cell compares with more than literals."""
    found = []
    for at, values in enumerate(allowed):
        trees = [row[at] for row in cells]
        column = _column(trees, values)
        if column is None:
            return None
        found.append(column)
    return tuple(found)


def _column(trees: list[Tree], values: Tree | None) -> Column | None:
    every = [*trees, values] if values is not None else trees
    axis = Axis.of(every)
    sets = [axis.accepted(tree) for tree in trees]
    # A missing value is not measured against the declared ones.
    declared = axis.everything if values is None else axis.accepted(values)
    if declared is None or any(one is None for one in sets):
        return None
    declared |= 1 << axis.size - 1
    rules = []
    for atom in range(axis.size):
        bits = sum((one or 0) >> atom & 1 and 1 << rule for rule, one in enumerate(sets))
        rules.append(bits if declared >> atom & 1 else -1)
    return Column(axis, rules, only_numbers=any(map(is_ordered, every)))

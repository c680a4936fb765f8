"""The space of all inputs of a table, cut into boxes: which rules reach where."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Final

from bihuan.bpmn.decisions.regions import Axis, Number, Scalar
from bihuan.bpmn.decisions.table import DecisionTable, Input
from bihuan.bpmn.expressions import Tree

_WHOLE: Final = frozenset({"integer", "int", "long", "short"})
_NUMERIC: Final = _WHOLE | {"number", "double", "decimal", "float"}
MOST_VISITS: Final = 50_000
"""Places of the space looked at by one question; beyond that it stays open."""


class _TooLarge(Exception):
    """The space has too many parts for an exact answer."""


@dataclass(frozen=True, slots=True)
class Side:
    """One dimension: an input expression, whatever number of columns ask it.

    `domain`: the atoms that the table has to deal with; `reach`: with null, which can come too. `regions`: by rule, the
    atoms it accepts there, None where the cell compares with more than literals. `classes`: (rules, atoms) of the parts
    of `reach` that the same rules accept; a rule with an unclear cell counts as accepting everything.
    """

    text: str
    axis: Axis
    domain: int
    reach: int
    regions: tuple[int | None, ...]
    classes: tuple[tuple[int, int], ...]

    def describe(self, atoms: int) -> str:
        """The atoms as an S-FEEL cell."""
        if atoms & self.domain == self.domain:
            return "-"
        atoms &= self.reach
        return ", ".join((*self._intervals(atoms), *self._texts(atoms), *self._words(atoms)))

    def example(self, atoms: int) -> Scalar:
        """A value out of the atoms; the set is not empty."""
        atom = (atoms & -atoms).bit_length() - 1
        axis = self.axis
        if atom < axis.first_text:
            return self._number(atom)
        if atom < axis.other_text:
            return axis.texts[atom - axis.first_text]
        if atom == axis.other_text:
            return _other(axis.texts)
        return (True, False, None)[atom - axis.other_text - 1]

    def _number(self, atom: int) -> Number:
        cuts, at = self.axis.cuts, atom // 2
        if atom % 2:
            return cuts[at]
        if not cuts:
            return 0
        if at == 0:
            return ceil(cuts[0]) - 1
        if at == len(cuts):
            return floor(cuts[-1]) + 1
        within = floor(cuts[at - 1]) + 1
        return within if within < cuts[at] else (cuts[at - 1] + cuts[at]) / 2

    def _intervals(self, atoms: int) -> Iterator[str]:
        at, end = 0, self.axis.first_text
        while at < end:
            begin = at
            while at < end and (atoms >> at & 1 or not self.domain >> at & 1):
                at += 1
            run = [one for one in range(begin, at) if self.domain >> one & 1]
            if run:
                yield self._interval(run[0], run[-1])
            at += 1

    def _interval(self, first: int, last: int) -> str:
        cuts = self.axis.cuts
        if first == last and first % 2:
            return _written(cuts[first // 2])
        if first == 0:
            return (
                f"{'<=' if last % 2 else '<'} {_written(cuts[last // 2])}"
                if cuts and last < 2 * len(cuts)
                else "any number"
            )
        if last == 2 * len(cuts):
            return f"{'>=' if first % 2 else '>'} {_written(cuts[(first - 1) // 2])}"
        low = f"[{_written(cuts[first // 2])}" if first % 2 else f"({_written(cuts[first // 2 - 1])}"
        return f"{low}..{_written(cuts[last // 2])}{']' if last % 2 else ')'}"

    def _texts(self, atoms: int) -> Iterator[str]:
        axis = self.axis
        inside = [text for at, text in enumerate(axis.texts) if atoms >> axis.first_text + at & 1]
        if atoms >> axis.other_text & 1:
            outside = [_written(text) for text in axis.texts if text not in inside]
            yield f"not({', '.join(outside)})" if outside else "any text"
        else:
            yield from map(_written, inside)

    def _words(self, atoms: int) -> Iterator[str]:
        for at, word in enumerate(("true", "false", "null")):
            if atoms >> self.axis.other_text + 1 + at & 1:
                yield word


def _written(value: Scalar) -> str:
    if isinstance(value, str):
        return f'"{value}"' if '"' not in value else f"'{value}'"
    return str(value)


def _other(texts: Sequence[str]) -> str:
    found = "other"
    while found in texts:
        found += "_"
    return found


def sides(table: DecisionTable) -> tuple[Side, ...]:
    """The dimensions of the table, in the order of its columns; columns with the same expression are one."""
    grouped: dict[str, list[int]] = {}
    for at, one in enumerate(table.inputs):
        grouped.setdefault(one.expression.text, []).append(at)
    return tuple(_side(table, text, columns) for text, columns in grouped.items())


def _side(table: DecisionTable, text: str, columns: list[int]) -> Side:
    inputs = [table.inputs[at] for at in columns]
    cells = [[rule.cells[at] for at in columns] for rule in table.rules]
    every = [tree for row in cells for tree in row]
    every += [one.allowed.tree for one in inputs if one.allowed is not None]
    axis = Axis.of(every)
    regions = tuple(_all_of(axis, row) for row in cells)
    whole = any(one.type.lower() in _WHOLE for one in inputs)
    domain = _domain(axis, inputs, whole)
    reach = domain | 1 << axis.size - 1
    found: dict[int, int] = {}
    for atom in range(axis.size):
        if reach >> atom & 1:
            rules = sum(1 << rule for rule, one in enumerate(regions) if one is None or one >> atom & 1)
            found[rules] = found.get(rules, 0) | 1 << atom
    return Side(text, axis, domain, reach, regions, tuple(found.items()))


def _all_of(axis: Axis, cells: Sequence[Tree]) -> int | None:
    found = axis.everything
    for tree in cells:
        accepted = axis.accepted(tree)
        if accepted is None:
            return None
        found &= accepted
    return found


def _domain(axis: Axis, inputs: Sequence[Input], whole: bool) -> int:
    domain = 0
    for one in inputs:
        domain |= _of_type(axis, one.type.lower())
    domain = domain or _mentioned(axis)
    if whole:
        domain &= ~_fractions(axis)
    for one in inputs:
        declared = None if one.allowed is None else axis.accepted(one.allowed.tree)
        if declared is not None:
            domain &= declared
    return domain


def _of_type(axis: Axis, kind: str) -> int:
    if kind in _NUMERIC:
        return axis.numbers
    if kind == "string":
        return axis.all_texts
    return 0b11 << axis.other_text + 1 if kind == "boolean" else 0


def _mentioned(axis: Axis) -> int:
    """Without a type: the kinds of value that the cells name, or anything but null where they name none."""
    found = (axis.numbers if axis.cuts else 0) | (axis.all_texts if axis.texts else 0)
    return found or axis.everything >> 1


def _fractions(axis: Axis) -> int:
    """The atoms without a whole number in them."""
    found = 0
    for at, cut in enumerate(axis.cuts):
        if cut != floor(cut):
            found |= 1 << 2 * at + 1
        if at and floor(axis.cuts[at - 1]) + 1 >= cut:
            found |= 1 << 2 * at
    return found


def uncovered(
    space: Sequence[Side], rules: int, within: Sequence[int], most: int
) -> tuple[list[tuple[int, ...]], bool]:
    """Boxes (one set of atoms a side) of `within` that none of these rules reaches, at most so many.

    The second answer is false where the search was given up: then there may be more.
    """
    finder = _Finder(space, within, most)
    try:
        finder.visit(0, rules, ())
    except _TooLarge:
        return finder.found, False
    return finder.found, True


class _Finder:
    def __init__(self, space: Sequence[Side], within: Sequence[int], most: int) -> None:
        self.space = space
        self.within = within
        self.most = most
        self.found: list[tuple[int, ...]] = []
        self.covered: set[tuple[int, int]] = set()
        self.visits = 0
        self.total = self._total()

    def _total(self) -> list[int]:
        """By side: the rules that reach everything from there on."""
        found = [-1]
        for side, atoms in zip(reversed(self.space), reversed(self.within), strict=True):
            here = -1
            for rules, some in side.classes:
                here &= rules if some & atoms else -1
            found.append(found[-1] & here)
        return found[::-1]

    def visit(self, at: int, rules: int, box: tuple[int, ...]) -> bool:
        """Whether all of the space behind the first sides is reached by the rules; boxes that are not are kept."""
        if not rules:
            self.found.append((*box, *self.within[at:]))
            return False
        if rules & self.total[at] or (at, rules) in self.covered:
            return True
        self.visits += 1
        if self.visits > MOST_VISITS:
            raise _TooLarge
        whole = True
        for left, atoms in self._parts(at, rules).items():
            if len(self.found) >= self.most:
                return False
            whole &= self.visit(at + 1, left, (*box, atoms))
        if whole:
            self.covered.add((at, rules))
        return whole

    def _parts(self, at: int, rules: int) -> dict[int, int]:
        """The atoms of this side, by what they leave of the rules."""
        parts: dict[int, int] = {}
        for reach, atoms in self.space[at].classes:
            if atoms & self.within[at]:
                left = rules & reach
                parts[left] = parts.get(left, 0) | atoms & self.within[at]
        return parts

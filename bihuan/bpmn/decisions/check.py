"""Is a table complete and free of contradiction? Exact over boxes of values, with an example for what it finds."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from bihuan.bpmn.decisions.findings import TableFinding, TableReport
from bihuan.bpmn.decisions.space import Side, sides, uncovered
from bihuan.bpmn.decisions.table import SINGLE, DecisionTable
from bihuan.bpmn.values import Values

MOST_OF_A_KIND: Final = 20
"""Findings of one kind that are reported; more are counted."""

Box = tuple[int, ...]


def check(table: DecisionTable) -> TableReport:
    """Gaps, forbidden overlaps, masked rules and rules that never match.

    Values are those of the declared types and values of the inputs. That nothing matches a missing value (null) is no
    gap, but a rule for missing values alone has its use. A cell that compares with another name is taken to match
    anything when gaps are sought and nothing when rules are masked, so that what is found is true; the rest is
    `undecided`.
    """
    return _Check(table).report()


class _Check:
    def __init__(self, table: DecisionTable) -> None:
        self.table = table
        self.space = sides(table)
        self.domain = tuple(side.domain for side in self.space)
        self.boxes = [self._box(rule) for rule in range(len(table.rules))]
        self.rows = [table.constant(rule) for rule in table.rules]
        self.open = {rule for rule, box in enumerate(self.boxes) if box is None}
        self.too_large = False
        self.left_out = 0

    def report(self) -> TableReport:
        """Everything found."""
        found: list[TableFinding] = []
        for kind in (self._empty(), self._gaps(), self._overlaps(), self._masked()):
            found += self._first(kind)
        unclear = self._unclear()
        return TableReport(self.table.key, not unclear, (*found, *unclear), self.left_out)

    def _first(self, found: Iterator[TableFinding]) -> list[TableFinding]:
        kept: list[TableFinding] = []
        for one in found:
            if len(kept) < MOST_OF_A_KIND:
                kept.append(one)
            else:
                self.left_out += 1
        return kept

    def _box(self, rule: int) -> Box | None:
        found = []
        for side in self.space:
            region = side.regions[rule]
            if region is None:
                return None
            found.append(region & side.reach)
        return tuple(found)

    def _clear(self) -> Iterator[tuple[int, Box]]:
        """The rules whose cells are all clear and that some value passes."""
        for rule, box in enumerate(self.boxes):
            if box is not None and all(box):
                yield rule, box

    def _empty(self) -> Iterator[TableFinding]:
        for rule, box in enumerate(self.boxes):
            if box is not None and not all(box):
                at = next(at for at, atoms in enumerate(box) if not atoms)
                text = self.space[at].text
                zh, en = f"没有值能满足第 {rule + 1} 条规则:{text}", f"no value passes rule {rule + 1}: {text}"
                yield TableFinding("never_matches", "warning", (rule + 1,), {}, None, zh, en)

    def _gaps(self) -> Iterator[TableFinding]:
        if any(output.default is not None for output in self.table.outputs):
            return
        severity = "error" if self.table.hit_policy in SINGLE and not self.table.aggregation else "info"
        for box in self._uncovered((1 << len(self.table.rules)) - 1, self.domain):
            yield self._finding("gap", severity, (), box, "没有规则适用", "no rule matches")

    def _uncovered(self, rules: int, within: Box) -> list[Box]:
        if not all(within):
            return []
        found, whole = uncovered(self.space, rules, within, MOST_OF_A_KIND + 1)
        self.too_large |= not whole
        return found

    def _overlaps(self) -> Iterator[TableFinding]:
        policy = self.table.hit_policy
        if policy not in ("UNIQUE", "ANY"):
            return
        for (one, box), (other, second) in combinations(list(self._clear()), 2):
            both = tuple(left & right for left, right in zip(box, second, strict=True))
            if not all(both) or not self._contradict(policy, one, other):
                continue
            numbers = (one + 1, other + 1)
            zh, en = f"第 {numbers[0]}、{numbers[1]} 条规则同时适用", f"rules {numbers[0]} and {numbers[1]} both match"
            if policy == "ANY":
                zh, en = f"{zh},但结果不同", f"{en} and say different things"
            yield self._finding("overlap", "error", numbers, both, zh, en)

    def _contradict(self, policy: str, one: int, other: int) -> bool:
        first, second = self.rows[one], self.rows[other]
        if policy == "UNIQUE":
            return True
        if first is None or second is None:
            self.open.add(one if first is None else other)
            return False
        return first != second

    def _masked(self) -> Iterator[TableFinding]:
        if self.table.hit_policy not in ("FIRST", "PRIORITY"):
            return
        for rule, box in self._clear():
            before = self._before(rule)
            if not before or self._outside(before, box):
                continue
            numbers = tuple(one + 1 for one in range(len(self.boxes)) if before >> one & 1)
            zh = f"第 {rule + 1} 条规则从不起作用:凡是它适用的,前面的规则都先适用"
            en = f"rule {rule + 1} never decides: wherever it matches, one that comes before it does"
            yield self._finding("masked", "warning", (rule + 1, *self._partners(numbers, box)), box, zh, en)

    def _outside(self, before: int, box: Box) -> bool:
        """Whether some of the box is reached by none of the rules that come before; also where that stays open."""
        found, whole = uncovered(self.space, before, box, 1)
        self.too_large |= not whole
        return bool(found) or not whole

    def _partners(self, numbers: Sequence[int], box: Box) -> tuple[int, ...]:
        found = []
        for number in numbers:
            other = self.boxes[number - 1]
            if other is not None and all(left & right for left, right in zip(box, other, strict=True)):
                found.append(number)
        return tuple(found)

    def _before(self, rule: int) -> int:
        """The clear rules that win against this one where both match."""
        mine = self.rows[rule]
        found = 0
        for other, _ in self._clear():
            if self.table.hit_policy == "FIRST":
                wins = other < rule
            else:
                wins = self._ranks_before(other, rule, self.rows[other], mine)
            found |= wins << other
        return found

    def _ranks_before(self, other: int, rule: int, theirs: Values | None, mine: Values | None) -> bool:
        if theirs is None or mine is None:
            self.open.add(rule if mine is None else other)
            return False
        return (self.table.rank(theirs), other) < (self.table.rank(mine), rule)

    def _unclear(self) -> tuple[TableFinding, ...]:
        if self.too_large:
            zh, en = "表太大,未能全部检查", "the table is too large to be checked wholly"
            return (TableFinding("undecided", "info", (), {}, None, zh, en),)
        if not self.open:
            return ()
        rules = tuple(rule + 1 for rule in sorted(self.open))
        zh = "这些规则含有公式或其他名称,只检查了其余部分"
        en = "these rules use formulas or other names; only the rest was checked"
        return (TableFinding("undecided", "info", rules, {}, None, zh, en),)

    def _finding(self, kind: str, severity: str, rules: tuple[int, ...], box: Box, zh: str, en: str) -> TableFinding:
        values = {side.text: side.describe(atoms) for side, atoms in zip(self.space, box, strict=True)}
        where = ", ".join(f"{name}: {cell}" for name, cell in values.items() if cell != "-")
        example = _example(self.space, box)
        if where:
            zh, en = f"{zh}({where})", f"{en} ({where})"
        return TableFinding(kind, severity, rules, values, example, zh, en)


def _example(space: Sequence[Side], box: Box) -> Values:
    return {side.text: side.example(atoms) for side, atoms in zip(space, box, strict=True)}

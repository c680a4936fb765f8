"""S-FEEL unary tests (the cells of a decision table) to trees of our expression language."""

from bihuan.bpmn.expressions import Binary, Interval, Literal, Name, Tree, Unary
from bihuan.bpmn.expressions.errors import ExpressionError
from bihuan.bpmn.expressions.parser import Parser

_COMPARE = ("<", "<=", ">", ">=", "=", "==", "!=")
_ANYTHING = Literal(True)


def input_name(index: int) -> str:
    """The name under which the value of the n-th input is looked up; no user can write it."""
    return f"?{index}"


def parse_cell(text: str, index: int) -> Tree:
    """The test that a cell makes on the n-th input: `-`, `"a","b"`, `>= 5`, `[1..9)`, `not("a")` …

    A null input passes only `-` and `null`. ExpressionError for a cell that is none of these.
    """
    text = text.strip()
    if text in ("", "-"):
        return _ANYTHING
    cell = _Cell(text, Name((input_name(index),)))
    return cell.read()


def is_anything(tree: Tree) -> bool:
    """Whether the cell makes no test."""
    return tree is _ANYTHING


class _Cell:
    def __init__(self, text: str, value: Name) -> None:
        self.parser = Parser(text, equals=True)
        self.value = value

    def read(self) -> Tree:
        parser = self.parser
        following = parser.tokens[1].text if len(parser.tokens) > 1 else ""
        if parser.here.text == "not" and following == "(":
            parser.at += 2
            tree = self._tests()
            parser.expect(")")
            # A null input passes no test, and so not the negation of one either.
            tree = self._guarded(Unary("not", tree))
        else:
            tree = self._tests()
        if parser.here.kind != "end":
            raise parser.unexpected()
        return tree

    def _tests(self) -> Tree:
        tree = self._test()
        while self.parser.take(","):
            tree = Binary("or", tree, self._test())
        return tree

    def _test(self) -> Tree:
        parser = self.parser
        if parser.here.kind == "mark" and parser.here.text in _COMPARE:
            op = parser.here.text
            parser.at += 1
            test = Binary("==" if op == "=" else op, self.value, self._limit(op))
            return test if test.op == "==" else self._guarded(test)
        interval = parser.interval()
        if interval is not None:
            _check_number(interval.low)
            _check_number(interval.high)
            return self._guarded(Binary("in", self.value, interval))
        endpoint = parser.sum()
        if isinstance(endpoint, Interval):
            raise ExpressionError("syntax", "an interval cannot be part of a formula", "区间不能作为算式的一部分")
        return Binary("==", self.value, endpoint)

    def _limit(self, op: str) -> Tree:
        limit = self.parser.sum()
        if op[0] in "<>":
            _check_number(limit)
        return limit

    def _guarded(self, test: Tree) -> Tree:
        return Binary("and", Binary("!=", self.value, Literal(None)), test)


def _check_number(limit: Tree) -> None:
    """Refuses what is surely no number: the engine orders nothing else."""
    if isinstance(limit, Literal) and (isinstance(limit.value, (bool, str)) or limit.value is None):
        raise ExpressionError("syntax", f"{limit.value!r:.40} has no order: a number is needed", "比较大小须用数字")

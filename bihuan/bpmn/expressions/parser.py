"""Tokens to tree, by recursive descent with a bound on depth."""

from collections.abc import Callable
from typing import Final

from bihuan.bpmn.expressions.errors import ExpressionError
from bihuan.bpmn.expressions.lexer import Token, tokens
from bihuan.bpmn.expressions.tree import Binary, Call, Choice, Interval, Items, Literal, Name, Tree, Unary

DEEPEST: Final = 40
"""How many brackets, `not` and choices may lie in each other."""

FUNCTIONS: Final[dict[str, int]] = {
    "len": 1,
    "contains": 2,
    "startsWith": 2,
    "endsWith": 2,
    "lower": 1,
    "upper": 1,
    "abs": 1,
    "floor": 1,
    "ceil": 1,
    "round": 1,
    "min": 1,
    "max": 1,
    "sum": 1,
}
"""Functions that may be called, with the number of their arguments. All are pure and cost no more than their input."""

_WORDS: Final = {"true": True, "false": False, "null": None}
_KEYWORDS: Final = frozenset({"and", "or", "not", "in", "true", "false", "null"})
_COMPARE: Final = frozenset({"==", "!=", "<", "<=", ">", ">=", "="})


class Parser:
    """Reads one expression. `equals` allows a single `=` for equality, as FEEL writes it."""

    def __init__(self, text: str, *, equals: bool = False) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.at = 0
        self.depth = 0
        self.equals = equals

    def whole(self) -> Tree:
        """The tree of the whole text."""
        tree = self.expression()
        if self.here.kind != "end":
            raise self.unexpected()
        return tree

    @property
    def here(self) -> Token:
        """The token to be read next."""
        return self.tokens[self.at]

    def unexpected(self) -> ExpressionError:
        """The error that says which token does not fit here."""
        if self.here.kind == "end":
            return ExpressionError("syntax", "the expression ends too early", "表达式不完整")
        return ExpressionError(
            "syntax",
            f"unexpected {self.here.text!r} at character {self.here.at + 1}",
            f"第 {self.here.at + 1} 个字符处的 “{self.here.text}” 不应出现",
        )

    def take(self, *texts: str) -> str | None:
        """Reads the next token if it is one of these marks or words, else leaves it."""
        token = self.here
        if token.kind in ("mark", "name") and token.text in texts:
            self.at += 1
            return token.text
        return None

    def expect(self, text: str) -> None:
        """Reads this mark, or raises."""
        if self.take(text) is None:
            raise self.unexpected()

    def expression(self) -> Tree:
        """One expression; what follows is left."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionError("too_deep", "the expression is nested too deep", "表达式嵌套过深")
        tree = self._chain(("or",), self._all_of)
        if self.take("?"):
            then = self.expression()
            self.expect(":")
            tree = Choice(tree, then, self.expression())
        self.depth -= 1
        return tree

    def _chain(self, ops: tuple[str, ...], part: Callable[[], Tree]) -> Tree:
        tree = part()
        while op := self.take(*ops):
            tree = Binary(op, tree, part())
        return tree

    def _all_of(self) -> Tree:
        return self._chain(("and",), self._negation)

    def _negation(self) -> Tree:
        count = 0
        while self.take("not", "!"):
            count += 1
        if count > DEEPEST:
            raise ExpressionError("too_deep", "the expression is nested too deep", "表达式嵌套过深")
        tree = self._comparison()
        for _ in range(count):
            tree = Unary("not", tree)
        return tree

    def _comparison(self) -> Tree:
        left = self.sum()
        token = self.here
        if token.kind == "mark" and token.text in _COMPARE:
            if token.text == "=" and not self.equals:
                raise ExpressionError("syntax", "equality is written ==", "相等请写 ==")
            self.at += 1
            return Binary("==" if token.text == "=" else token.text, left, self.sum())
        if self.take("in"):
            return Binary("in", left, self._container())
        if self.here.text == "not" and self.tokens[self.at + 1].text == "in":
            self.at += 2
            return Unary("not", Binary("in", left, self._container()))
        return left

    def _container(self) -> Tree:
        interval = self.interval()
        return interval if interval is not None else self.sum()

    def interval(self) -> Interval | None:
        """`[a..b]`, `(a..b)`, `]a..b[`; None (and nothing read) if none stands here."""
        if not self._interval_ahead():
            return None
        opened = self.take("[", "(", "]")
        low = self.sum()
        self.expect("..")
        high = self.sum()
        closed = self.take("]", ")", "[")
        if closed is None:
            raise self.unexpected()
        return Interval(low, high, opened != "[", closed != "]")

    def _interval_ahead(self) -> bool:
        # Looks instead of trying: trying and going back would double the work at every level of nesting.
        if self.here.kind != "mark" or self.here.text not in ("[", "(", "]"):
            return False
        depth = 1
        for token in self.tokens[self.at + 1 :]:
            if token.kind != "mark":
                continue
            if token.text == ".." and depth == 1:
                return True
            depth += (token.text in ("(", "[")) - (token.text in (")", "]"))
            if depth == 0:
                return False
        return False

    def sum(self) -> Tree:
        """Arithmetic without comparison."""
        return self._chain(("+", "-"), self._product)

    def _product(self) -> Tree:
        return self._chain(("*", "/", "%"), self._signed)

    def _signed(self) -> Tree:
        if self.take("-"):
            operand = self._primary()
            if isinstance(operand, Literal) and isinstance(operand.value, (int, float)):
                return Literal(-operand.value)
            return Unary("-", operand)
        return self._primary()

    def _primary(self) -> Tree:
        token = self.here
        if token.kind == "number":
            self.at += 1
            return self._number(token.text)
        if token.kind == "text":
            self.at += 1
            return Literal(token.text[1:-1])
        if token.kind == "name":
            return self._named(token)
        if self.take("("):
            tree = self.expression()
            self.expect(")")
            return tree
        if self.take("["):
            return Items(self._listed("]"))
        raise self.unexpected()

    @staticmethod
    def _number(text: str) -> Literal:
        if len(text) > 18:
            raise ExpressionError("syntax", f"the number {text} is too long", f"数字 {text} 过长")
        return Literal(float(text) if "." in text else int(text))

    def _named(self, token: Token) -> Tree:
        if token.text in _KEYWORDS and token.text not in _WORDS:
            raise self.unexpected()
        self.at += 1
        if token.text in _WORDS:
            return Literal(_WORDS[token.text])
        if self.here.text == "(" and self.here.kind == "mark":
            return self._call(token)
        path = [token.text]
        while self.take("."):
            if self.here.kind != "name":
                raise self.unexpected()
            path.append(self.here.text)
            self.at += 1
        return Name(tuple(path))

    def _call(self, token: Token) -> Tree:
        if token.text not in FUNCTIONS:
            raise ExpressionError(
                "unknown_function", f"there is no function {token.text}", f"没有名为 {token.text} 的函数"
            )
        self.expect("(")
        arguments = self._listed(")")
        if len(arguments) != FUNCTIONS[token.text]:
            raise ExpressionError(
                "syntax",
                f"{token.text} takes {FUNCTIONS[token.text]} argument(s)",
                f"函数 {token.text} 需要 {FUNCTIONS[token.text]} 个参数",
            )
        return Call(token.text, arguments)

    def _listed(self, close: str) -> tuple[Tree, ...]:
        found: list[Tree] = []
        if self.take(close):
            return ()
        while True:
            found.append(self.expression())
            if self.take(close):
                return tuple(found)
            self.expect(",")


def parse(text: str, *, equals: bool = False) -> Tree:
    """The tree of `text`; ExpressionError when it is not an expression."""
    return Parser(text, equals=equals).whole()

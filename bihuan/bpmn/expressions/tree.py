"""The tree of a parsed expression. Whoever reasons about conditions (the verifier) walks these."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, text, `true`, `false` or `null`."""

    value: bool | int | float | str | None


@dataclass(frozen=True, slots=True)
class Name:
    """A name with its members: `order.price` is `("order", "price")`."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unary:
    """`op` is `not` or `-`."""

    op: str
    of: "Tree"


@dataclass(frozen=True, slots=True)
class Binary:
    """`op` is one of `and or == != < <= > >= in + - * / %`."""

    op: str
    left: "Tree"
    right: "Tree"


@dataclass(frozen=True, slots=True)
class Items:
    """A list written out: `["a", "b"]`."""

    items: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Interval:
    """`[1..5)`; stands only on the right of `in`. An open end does not belong to it."""

    low: "Tree"
    high: "Tree"
    low_open: bool
    high_open: bool


@dataclass(frozen=True, slots=True)
class Call:
    """One of the functions in `parser.FUNCTIONS`."""

    function: str
    arguments: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """`condition ? then : otherwise`."""

    condition: "Tree"
    then: "Tree"
    otherwise: "Tree"


Tree: TypeAlias = Literal | Name | Unary | Binary | Items | Interval | Call | Choice

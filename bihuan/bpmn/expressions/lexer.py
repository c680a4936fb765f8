"""Text to tokens."""

import re
from dataclasses import dataclass

from bihuan.bpmn.expressions.errors import ExpressionError

LONGEST = 1000
"""Characters an expression may have."""

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d+)?(?![\w.]|\.\d)|\d+(?=\.\.)|\d+\.\d+(?=\.\.))
    | (?P<text>"[^"]*"|'[^']*')
    | (?P<name>[^\W\d]\w*)
    | (?P<mark>==|!=|<=|>=|\.\.|[=<>+\-*/%?:(),.!\[\]])
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is number, text, name, mark or end; `at` counts characters from 0."""

    kind: str
    text: str
    at: int


def tokens(text: str) -> list[Token]:
    """The tokens of `text`, the last one of kind `end`; ExpressionError where a character does not fit."""
    if len(text) > LONGEST:
        raise ExpressionError(
            "too_long",
            f"an expression may have {LONGEST} characters, this one has {len(text)}",
            f"表达式最多 {LONGEST} 个字符,这里有 {len(text)} 个",
        )
    found: list[Token] = []
    at = 0
    end = len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            raise ExpressionError(
                "syntax", f"cannot read {text[at : at + 12]!r}", f"无法识别 “{text[at : at + 12].strip()}”"
            )
        kind = match.lastgroup or "mark"
        found.append(Token(kind, match.group(kind), match.start(kind)))
        at = match.end()
    found.append(Token("end", "", end))
    return found

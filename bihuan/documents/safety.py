"""What a form that somebody else wrote may not hold: parts that could keep a validator busy for ever or make it fetch.

One rule for the builder and for forms that come in a file.
"""

from collections.abc import Iterator, Mapping
from typing import Final

DEEPEST: Final = 14
TIME: Final = "^([01][0-9]|2[0-3]):[0-5][0-9]$"
PATTERNS: Final = frozenset({TIME, "^[+0-9 -]{6,20}$"})
"""Patterns that any form may use: a pattern of somebody's own could be matched for ever."""
_ELSEWHERE: Final = frozenset(
    {"$ref", "$dynamicRef", "$recursiveRef", "$anchor", "$dynamicAnchor", "$vocabulary", "$defs"}
)
"""Words by which one schema takes in another: a form has no use for them, and a validator would go and fetch."""


def depth(value: object) -> int:
    """How deep lists and objects lie in one another, no further than it matters."""
    level, deep = [value], 0
    while level and deep <= DEEPEST:
        below: list[object] = []
        for one in level:
            below += one.values() if isinstance(one, Mapping) else one if isinstance(one, list) else ()
        level, deep = below, deep + 1
    return deep


def words_from_elsewhere(form: object) -> list[str]:
    """The words in it by which a schema takes in another, sorted."""
    return sorted({name for one in _objects(form) for name in map(str, one)} & _ELSEWHERE)


def patterns_in(form: object) -> set[str]:
    """All patterns in it, wherever they stand; a field that is called "pattern" is none."""
    found: set[str] = set()
    for one in _objects(form):
        pattern, names = one.get("pattern"), one.get("patternProperties")
        if isinstance(pattern, str):
            found.add(pattern)
        if isinstance(names, Mapping):
            found |= set(map(str, names))
    return found


def _objects(value: object) -> Iterator[Mapping[object, object]]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            yield one
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one

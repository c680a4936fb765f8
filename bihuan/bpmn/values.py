"""Plain JSON values: the only data that charts, states, events and commands carry."""

import math
from collections.abc import Mapping
from typing import TypeAlias

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
Values: TypeAlias = dict[str, JsonValue]
"""Variables by name."""

LARGEST = 2**63 - 1
"""Whole numbers beyond this cannot be handed to the expression engine."""
DEEPEST = 20
"""How many lists and objects may lie in each other."""


def is_json(value: object, depth: int = 0) -> bool:
    """Whether `value` is a plain JSON value that expressions can work with (finite, bounded, not nested too deep)."""
    if value is None or isinstance(value, (bool, str)):
        return True
    if isinstance(value, int):
        return -LARGEST <= value <= LARGEST
    if isinstance(value, float):
        return math.isfinite(value)
    if depth >= DEEPEST:
        return False
    if isinstance(value, list):
        return all(is_json(one, depth + 1) for one in value)
    return isinstance(value, Mapping) and all(
        isinstance(key, str) and is_json(one, depth + 1) for key, one in value.items()
    )

"""Rooms above say here what still hangs at a department: it is taken out of use only when nothing does."""

from collections.abc import Callable

Use = Callable[[int], int]
_uses: dict[str, Use] = {}


def register_use(what: str, count: Use) -> None:
    """``count(department_id)`` tells how many; ``what`` is their name, a text of the catalogs."""
    if not callable(count):
        raise TypeError("a use counts what hangs at a department")
    _uses[what] = count


def uses() -> dict[str, Use]:
    """All of them."""
    return dict(_uses)

"""Rooms above say here what still hangs at a department or a person: each is taken out of use only when nothing does."""

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


_duties: dict[str, Use] = {}


def register_duty(what: str, count: Use) -> None:
    """``count(user_id)`` tells how many things a person has in hand: an account is taken out of use only when none is
    left; ``what`` is their name, a text of the catalogs."""
    if not callable(count):
        raise TypeError("a duty counts what a person has in hand")
    _duties[what] = count


def duties() -> dict[str, Use]:
    """All of them."""
    return dict(_duties)

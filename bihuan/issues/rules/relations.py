"""Kinds of links between issues: which way each is stored, what it is called from either end, and which may not go round
in a circle."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_noop


@dataclass(frozen=True, slots=True)
class Way:
    """A kind as a person chooses it, seen from the issue in hand. ``turned``: the issue in hand is the target."""

    key: str
    kind: str
    turned: bool
    words: str


WAYS: tuple[Way, ...] = (
    Way("related", "related", False, gettext_noop("相关问题")),
    Way("child_of", "child_of", False, gettext_noop("上级问题")),
    Way("parent_of", "child_of", True, gettext_noop("子问题")),
    Way("caused_by", "caused_by", False, gettext_noop("起因")),
    Way("causes", "caused_by", True, gettext_noop("引起的问题")),
    Way("follows", "follows", False, gettext_noop("接续的前一件")),
    Way("followed_by", "follows", True, gettext_noop("后续问题")),
    Way("duplicates", "duplicates", False, gettext_noop("重复的问题")),
    Way("split_from", "split_from", False, gettext_noop("拆分来源")),
    Way("split_into", "split_from", True, gettext_noop("拆出的问题")),
)
_BY_KEY: Mapping[str, Way] = {way.key: way for way in WAYS}
BOTH_WAYS = frozenset({"related", "duplicates"})
NO_CIRCLE = frozenset({"child_of", "caused_by", "follows"})
MADE_BY_SPLITTING = "split_from"
CHOSEN: tuple[Way, ...] = tuple(way for way in WAYS if way.kind != MADE_BY_SPLITTING)
"""What a person may set."""


def way(key: str) -> Way | None:
    """The way of that key."""
    return _BY_KEY.get(key)


def way_of(kind: str, *, turned: bool) -> Way:
    """How a stored link reads from one of its ends. What points both ways reads the same from either."""
    side = turned and kind not in BOTH_WAYS
    return next(each for each in WAYS if each.kind == kind and each.turned == side)


def ends(chosen: Way, here: int, there: int) -> tuple[int, int]:
    """(source, target) by which the link is stored: of what points both ways the younger issue is the source."""
    if chosen.kind in BOTH_WAYS:
        return max(here, there), min(here, there)
    return (there, here) if chosen.turned else (here, there)

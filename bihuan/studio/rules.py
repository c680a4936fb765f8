"""The life of a draft as a table, and what a reviewer looks at."""

from collections.abc import Mapping
from typing import Final

# (stage, act) → stage; what is not named is refused. What follows on publishing stands in flows.rules.
MOVES: Final[Mapping[tuple[str, str], str]] = {
    ("draft", "ask"): "review",
    ("review", "agree"): "test",
    ("review", "change"): "draft",
    ("review", "take_back"): "draft",
    ("test", "take_back"): "draft",
    ("test", "publish"): "published",
    ("draft", "publish"): "published",
    ("draft", "discard"): "discarded",
    ("review", "discard"): "discarded",
    ("test", "discard"): "discarded",
}
ACTS: Final = ("ask", "agree", "change", "take_back", "publish", "discard")

CHECKLIST: Final = ("steps", "branches", "limits", "people", "forms", "cautions", "exceptions")
ANSWERS: Final = ("ok", "missing", "wrong")


def is_clean(checklist: Mapping[str, str]) -> bool:
    """Whether every item was looked at and nothing is missing or wrong."""
    return all(checklist.get(item) == "ok" for item in CHECKLIST)


def is_checklist(checklist: Mapping[str, str]) -> bool:
    """Whether it names known items and answers only."""
    return all(item in CHECKLIST and answer in ANSWERS for item, answer in checklist.items())

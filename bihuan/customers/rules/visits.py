"""The five clears of a complaint (R141), and what must be there before a visit or call counts as settled."""

from collections.abc import Mapping

CLEARS = ("listen", "ask", "follow", "repeat", "record")  # 听清楚 问清楚 跟清楚 复清楚 记清楚


def missing_clears(category: str, clears: Mapping[str, str]) -> tuple[str, ...]:
    """Which of the five have nothing that shows them; only complaints need them."""
    return tuple(key for key in CLEARS if not clears.get(key, "").strip()) if category == "complaint" else ()


def needs_next_reply(category: str, *, settled: bool) -> bool:
    """A complaint that is not settled at once cannot stay without a promised next reply (R143)."""
    return category == "complaint" and not settled

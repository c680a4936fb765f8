"""What is asked, and what counts as an answer."""

from collections.abc import Mapping

SCORES = ("efficiency", "communication", "effectiveness")
LOWEST, HIGHEST = 1, 5
QUESTIONS = "F04.1"
"""The wording of the three questions and their five anchors; a changed wording gets a new name (correctness 113)."""
CONFIRMED = ("solved", "partly", "unsolved")


def valid_scores(scores: Mapping[str, int]) -> bool:
    """Whether all are known questions with whole numbers from 1 to 5; none at all is valid."""
    return all(
        name in SCORES and isinstance(value, int) and not isinstance(value, bool) and LOWEST <= value <= HIGHEST
        for name, value in scores.items()
    )

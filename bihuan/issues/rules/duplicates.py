"""What makes two issues likely to be the same, and when it is worth saying so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bihuan.issues.rules.similarity import likeness

NEAR = timedelta(hours=72)
"""Further apart, the same words are more likely the same trouble once more than the same message twice."""
ALIKE = 0.35
ALIKE_IN_PART = 0.2
"""Of two texts of the same class less is enough."""
TELLING = 4
"""Letters of a title that says something: the same one is enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What of an issue is compared."""

    title: str
    text: str
    type_id: int | None = None

    @property
    def whole(self) -> str:
        """Title and text; a title that is the beginning of the text counts once."""
        return self.text if self.text.startswith(self.title) else f"{self.title}\n{self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resemblance:
    """``likeness`` from 0 to 1; ``same_type``: both are of one class; ``same_title``: letter for letter."""

    likeness: float
    same_type: bool
    same_title: bool


def resembles(one: Said, other: Said) -> Resemblance | None:
    """How alike two issues of one customer are; None where it is not worth a suggestion."""
    same_type = one.type_id is not None and one.type_id == other.type_id
    title = one.title.strip().casefold()
    same_title = len(title) >= TELLING and title == other.title.strip().casefold()
    found = likeness(one.whole, other.whole)
    if not same_title and found < (ALIKE_IN_PART if same_type else ALIKE):
        return None
    return Resemblance(likeness=found, same_type=same_type, same_title=same_title)


def best(found: Sequence[tuple[int, Resemblance]], limit: int) -> list[tuple[int, Resemblance]]:
    """The likest first, of equals the latest."""
    return sorted(found, key=lambda each: (-each[1].likeness, -each[0]))[:limit]

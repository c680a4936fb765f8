"""What a text leaves open, as data."""

from dataclasses import dataclass

from bihuan.bpmn.model import Text
from bihuan.procedures.model import Span


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing. `draft`: index of the draft it is about, -1 for the whole text.

    `elements`: ids in its sketch; `span`: the words that show it, in the cleaned text (None: found in the chart).
    Kinds: docs/reference/procedures.md.
    """

    kind: str
    draft: int
    elements: tuple[str, ...]
    span: Span | None
    message: Text


@dataclass(frozen=True, slots=True)
class Totals:
    """The limits of a procedure until the customer is answered, in seconds, on the way with all conditional steps.

    `in_turn`: one after the other; `shared`: those that may run from the same moment counted once; `after`: limits that
    begin when the customer has been answered.
    """

    in_turn: int
    shared: int
    after: int

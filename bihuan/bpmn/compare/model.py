"""What differs between two charts."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from bihuan.bpmn.model import Text

Kind: TypeAlias = Literal["node", "flow", "lane", "process"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that was added, removed, changed or only moved in the drawing.

    `what`: `added`, `removed`, `moved`, or the field that changed (`name`, `role`, `deadline`, `form`, `condition`,
    `lane`, `ends` …). `element`: its id in the new chart (in the old one if it was removed); `was`: its id in the old
    chart ("" if it was added). `text`: one sentence.
    """

    kind: Kind
    what: str
    element: str
    was: str
    text: Text


@dataclass(frozen=True, slots=True)
class Differences:
    """All of them, in the order of the new chart; `moved` are those of place in the drawing alone.

    `same`: for each element of the old chart that is still there, its id in the new one.
    """

    changes: tuple[Difference, ...]
    moved: tuple[Difference, ...]
    same: dict[str, str]

    def __bool__(self) -> bool:
        """Whether anything but the drawing differs."""
        return bool(self.changes)

    def of(self, what: str) -> tuple[Difference, ...]:
        """The changes of one sort."""
        return tuple(one for one in self.changes if one.what == what)

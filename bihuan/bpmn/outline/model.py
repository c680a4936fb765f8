"""What an outline is: nested lists, made of the nodes and arrows of a chart."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bihuan.bpmn.model import Text

Shape: TypeAlias = Literal["start", "step", "branch", "join", "end"]
Where: TypeAlias = Literal["back", "on", "below"]


@dataclass(frozen=True, slots=True)
class Jump:
    """Where a list goes on when it is at its end.

    `where`: `back` to something above (回到), `on` to something that stands elsewhere (到), `below` to what follows the
    branch this list is in: its arms meet there. `flow`: the arrow; "" where the arm itself is the arrow, and for links.
    """

    flow: str
    target: str
    name: Text
    where: Where


@dataclass(frozen=True, slots=True)
class Line:
    """Blocks under each other. `jump`: what happens behind the last; None: nothing follows."""

    blocks: "tuple[Block, ...]"
    jump: Jump | None = None


@dataclass(frozen=True, slots=True)
class Arm:
    """One way out of a branch. `condition`: when it is taken, in words ("" if nothing is said).

    `choice`: ordinary, return or refuse. `is_default`: taken when no other is.
    """

    flow: str
    name: Text
    condition: Text
    is_default: bool
    choice: str
    line: Line


@dataclass(frozen=True, slots=True)
class Side:
    """A boundary event of a step; `line` begins with it. `words`: what it waits for; `undoes`: it is a compensation."""

    node: str
    name: Text
    words: Text
    interrupting: bool
    undoes: bool
    line: Line


@dataclass(frozen=True, slots=True)
class Block:
    """One node. `flow`: the arrow by which the block above leads here ("" for the first of a list).

    `arms`: two or more ways out. `meets`: the node right below at which the arms come together, or go on ("" if there
    is none). `sides`: its boundary events. `inside`: the lists of a sub-process.
    """

    node: str
    shape: Shape
    kind: str
    name: Text
    flow: str = ""
    criterion: Text = Text("")
    by_person: bool = False
    arms: tuple[Arm, ...] = ()
    meets: str = ""
    sides: tuple[Side, ...] = ()
    inside: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """A chart as lists: the main line first, then further starts, event sub-processes and what nothing leads to.

    `apart`: the lists of called processes (by `PROCESS:`), and of sub-processes nested too deep (by id).
    """

    lines: tuple[Line, ...]
    apart: tuple[tuple[str, tuple[Line, ...]], ...] = ()

    def blocks(self) -> Iterator[Block]:
        """Every block, in reading order."""
        for lines in (self.lines, *(lines for _, lines in self.apart)):
            for line in lines:
                yield from _within(line)


def _within(line: Line) -> Iterator[Block]:
    # A list of lists and not recursion: a hostile chart nests deeper than Python does.
    work = [*reversed(line.blocks)]
    while work:
        block = work.pop()
        yield block
        deeper = [*block.inside, *(side.line for side in block.sides), *(arm.line for arm in block.arms)]
        work += [one for inner in reversed(deeper) for one in reversed(inner.blocks)]

"""A chart as a vertical list: steps under each other, branches with arms, jumps where an arrow leaves the nesting."""

from bihuan.bpmn.outline.model import Arm, Block, Jump, Line, Outline, Side
from bihuan.bpmn.outline.read import flows_of, read_outline

__all__ = ["Arm", "Block", "Jump", "Line", "Outline", "Side", "flows_of", "read_outline"]

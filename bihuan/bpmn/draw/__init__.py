"""A chart's diagram: drawn as SVG, and laid out where it is missing."""

from bihuan.bpmn.draw.layout.write import with_layout
from bihuan.bpmn.draw.marks import DrawMarks, Finding
from bihuan.bpmn.draw.svg import SkinName, draw_svg
from bihuan.bpmn.draw.text import wrap

__all__ = ["DrawMarks", "Finding", "SkinName", "draw_svg", "with_layout", "wrap"]

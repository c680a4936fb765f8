"""What differs between two versions of a chart, in words."""

from bihuan.bpmn.compare.differ import compare
from bihuan.bpmn.compare.model import Difference, Differences

__all__ = ["Difference", "Differences", "compare"]

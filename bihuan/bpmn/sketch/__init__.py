"""Charts said in few words, and written as complete BPMN files with a diagram."""

from bihuan.bpmn.sketch.check import SketchRefused
from bihuan.bpmn.sketch.model import Sketch, SketchFlow, SketchLane, SketchNode
from bihuan.bpmn.sketch.write import write_sketch

__all__ = ["Sketch", "SketchFlow", "SketchLane", "SketchNode", "SketchRefused", "write_sketch"]

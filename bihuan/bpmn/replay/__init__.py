"""A log against a chart: fitness, deviations with their shortest explanation, waiting and working time.

Interface: docs/reference/replay.md.
"""

from bihuan.bpmn.replay.logs import Label, Log, LogError, read_log
from bihuan.bpmn.replay.report import Deviation, Replay
from bihuan.bpmn.replay.run import replay

__all__ = ["Deviation", "Label", "Log", "LogError", "Replay", "read_log", "replay"]

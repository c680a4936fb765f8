"""Event logs in the formats that others use: CSV, XES, OCEL 2.0 (JSON), JSON events; each may be gzipped."""

from bihuan.bpmn.replay.logs.model import Done, Label, Log, LogError
from bihuan.bpmn.replay.logs.reading import read_log
from bihuan.bpmn.replay.logs.writing import write_csv, write_ocel, write_xes

__all__ = ["Done", "Label", "Log", "LogError", "read_log", "write_csv", "write_ocel", "write_xes"]

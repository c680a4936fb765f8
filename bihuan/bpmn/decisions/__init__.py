"""Decision tables: DMN XML compiled once, asked with a dict, checked for gaps and contradictions, written back.

Cells are S-FEEL; what does not map to our expression language is refused by name when the table is loaded.
Interface: docs/reference/decisions.md.
"""

from bihuan.bpmn.decisions.check import check
from bihuan.bpmn.decisions.errors import DecisionError
from bihuan.bpmn.decisions.findings import TableFinding, TableReport
from bihuan.bpmn.decisions.table import DecisionTable, Input, Output, Required, Rule
from bihuan.bpmn.decisions.writing import write_decisions
from bihuan.bpmn.decisions.xml import parse_decision, parse_decisions

__all__ = [
    "DecisionError",
    "DecisionTable",
    "Input",
    "Output",
    "Required",
    "Rule",
    "TableFinding",
    "TableReport",
    "check",
    "parse_decision",
    "parse_decisions",
    "write_decisions",
]

"""Decision tables: DMN XML compiled once, asked with a dict.

Cells are S-FEEL; what does not map to our expression language is refused by name when the table is loaded.
"""

from bihuan.bpmn.decisions.errors import DecisionError
from bihuan.bpmn.decisions.table import DecisionTable, Input, Output, Rule
from bihuan.bpmn.decisions.xml import parse_decision, parse_decisions

__all__ = ["DecisionError", "DecisionTable", "Input", "Output", "Rule", "parse_decision", "parse_decisions"]

"""What a chart is and how it runs. Pure: no Django, no clock, no I/O. Interface: docs/reference/engine.md."""

from bihuan.bpmn.engine import commands, effects
from bihuan.bpmn.engine.advance import Step, advance, rebuild
from bihuan.bpmn.engine.commands import CommandRefused
from bihuan.bpmn.engine.state import State, Token
from bihuan.bpmn.model import Chart, Deadline, Decision, Extension, Flow, Lane, Node, Outcome, Phase, Text, Variable
from bihuan.bpmn.problems import ChartRefused, Problem
from bihuan.bpmn.xml.load import load_chart

__all__ = [
    "Chart",
    "ChartRefused",
    "CommandRefused",
    "Deadline",
    "Decision",
    "Extension",
    "Flow",
    "Lane",
    "Node",
    "Outcome",
    "Phase",
    "Problem",
    "State",
    "Step",
    "Text",
    "Token",
    "Variable",
    "advance",
    "commands",
    "effects",
    "load_chart",
    "rebuild",
]

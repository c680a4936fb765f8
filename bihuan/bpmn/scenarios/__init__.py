"""Runs acceptance scenarios: several instances, signals and messages between them, a virtual clock.

A scenario is a JSON object: BPMN files, and steps that are actions (`do`) or expectations (`expect`). Its format is
that of the public BPMN scenarios; `run_scenario` says which step did not come out as expected, and why.
"""

from bihuan.bpmn.scenarios.runner import Outcome, ScenarioError, load_charts, run_scenario
from bihuan.bpmn.scenarios.world import World

__all__ = ["Outcome", "ScenarioError", "World", "load_charts", "run_scenario"]

"""Rehearsing a chart: the engine under a virtual clock. Pure, and the same for the same seed.

`read_scenario` what is assumed · `prepare` chart and scenario together · `rehearse` one replication ·
`report` all of them as one document. Reference: docs/reference/simulate.md.
"""

from bihuan.bpmn.simulate.errors import ScenarioRefused
from bihuan.bpmn.simulate.fitting import Piece, fit
from bihuan.bpmn.simulate.log import COLUMNS, Entry, row_writer
from bihuan.bpmn.simulate.outcome import Outcome
from bihuan.bpmn.simulate.plan import Assumption, Plan, prepare
from bihuan.bpmn.simulate.rehearsal import Rehearsal, rehearse
from bihuan.bpmn.simulate.report import report
from bihuan.bpmn.simulate.scenario import Scenario, read_scenario

__all__ = [
    "COLUMNS",
    "Assumption",
    "Entry",
    "Outcome",
    "Piece",
    "Plan",
    "Rehearsal",
    "Scenario",
    "ScenarioRefused",
    "fit",
    "prepare",
    "read_scenario",
    "rehearse",
    "report",
    "row_writer",
]

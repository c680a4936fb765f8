"""Reading charts and their instances."""

from bihuan.flows.charts import chart_of
from bihuan.flows.queries.position import ChartPosition, PlacedNode, chart_position
from bihuan.flows.queries.records import HolderSpan, LedgerFacts, WaitSpan, event_log, ledger_facts
from bihuan.flows.queries.steps import (
    Step,
    current_version,
    form_of,
    next_due,
    open_steps,
    opened_since,
    step,
    step_outcomes,
    step_schema_of,
)

__all__ = [
    "ChartPosition",
    "HolderSpan",
    "LedgerFacts",
    "PlacedNode",
    "Step",
    "WaitSpan",
    "chart_of",
    "chart_position",
    "current_version",
    "event_log",
    "form_of",
    "ledger_facts",
    "next_due",
    "open_steps",
    "opened_since",
    "step",
    "step_outcomes",
    "step_schema_of",
]

"""Reading charts and their instances."""

from bihuan.flows.charts import chart_of
from bihuan.flows.queries.position import ChartPosition, PlacedNode, chart_position
from bihuan.flows.queries.records import HolderSpan, LedgerFacts, WaitSpan, event_log, ledger_facts
from bihuan.flows.queries.steps import (
    Step,
    current_version,
    current_versions,
    form_of,
    is_paused,
    may_act,
    may_assign,
    may_claim,
    next_due,
    open_steps,
    opened_since,
    step,
    step_outcomes,
    step_schema_of,
)
from bihuan.flows.queries.tables import DecisionView, decision_views

__all__ = [
    "DecisionView",
    "decision_views",
    "ChartPosition",
    "HolderSpan",
    "LedgerFacts",
    "PlacedNode",
    "Step",
    "WaitSpan",
    "chart_of",
    "chart_position",
    "current_version",
    "current_versions",
    "event_log",
    "form_of",
    "is_paused",
    "may_act",
    "may_assign",
    "may_claim",
    "ledger_facts",
    "next_due",
    "open_steps",
    "opened_since",
    "step",
    "step_outcomes",
    "step_schema_of",
]

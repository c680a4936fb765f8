"""Reading charts and their instances."""

from bihuan.flows.charts import chart_of
from bihuan.flows.queries.incidents import OpenIncident, incidents, jump_targets, open_incidents
from bihuan.flows.queries.migrating import (
    Rehearsal,
    WaitingPlace,
    migration_progress,
    migrations_of,
    rehearse_migration,
    running_on,
    versions_of,
    waiting_places,
)
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
    "ChartPosition",
    "DecisionView",
    "HolderSpan",
    "LedgerFacts",
    "OpenIncident",
    "PlacedNode",
    "Rehearsal",
    "Step",
    "WaitSpan",
    "WaitingPlace",
    "chart_of",
    "chart_position",
    "current_version",
    "current_versions",
    "decision_views",
    "event_log",
    "form_of",
    "incidents",
    "is_paused",
    "jump_targets",
    "ledger_facts",
    "may_act",
    "may_assign",
    "may_claim",
    "migration_progress",
    "migrations_of",
    "next_due",
    "open_incidents",
    "open_steps",
    "opened_since",
    "rehearse_migration",
    "running_on",
    "step",
    "step_outcomes",
    "step_schema_of",
    "versions_of",
    "waiting_places",
]

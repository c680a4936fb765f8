"""Everything that changes charts and their instances."""

from bihuan.flows.operations.instances import correlate_message, set_variables, start_instance
from bihuan.flows.operations.migration import carry_on_migrations, start_migration, undo_migration
from bihuan.flows.operations.publish import Package, publish_package
from bihuan.flows.operations.steering import assign_incident, cancel_instance, jump_token, retry_incident, skip_incident
from bihuan.flows.operations.throwing import deliver_thrown
from bihuan.flows.operations.timers import fire_due_timers
from bihuan.flows.operations.work_items import (
    StepResult,
    assign_work_item,
    claim_work_item,
    complete_work_item,
    pause_work_item,
    release_work_item,
    resume_work_item,
    save_draft,
)

__all__ = [
    "Package",
    "StepResult",
    "assign_incident",
    "assign_work_item",
    "cancel_instance",
    "carry_on_migrations",
    "claim_work_item",
    "complete_work_item",
    "correlate_message",
    "deliver_thrown",
    "fire_due_timers",
    "jump_token",
    "pause_work_item",
    "publish_package",
    "release_work_item",
    "resume_work_item",
    "retry_incident",
    "save_draft",
    "set_variables",
    "skip_incident",
    "start_instance",
    "start_migration",
    "undo_migration",
]

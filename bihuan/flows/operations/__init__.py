"""Everything that changes charts and their instances."""

from bihuan.flows.operations.handing import extend_work_item, hand_work_item, receive_work_item
from bihuan.flows.operations.instances import can_start, correlate_message, set_variables, start_instance
from bihuan.flows.operations.migration import carry_on_migrations, start_migration, undo_migration
from bihuan.flows.operations.publish import Package, Pilot, publish_package
from bihuan.flows.operations.steering import assign_incident, cancel_instance, jump_token, retry_incident, skip_incident
from bihuan.flows.operations.suspending import end_suspended, resume_instance, suspend_instance
from bihuan.flows.operations.throwing import deliver_thrown
from bihuan.flows.operations.timers import fire_due_timers
from bihuan.flows.operations.versions import adjust_pilot, promote_pilot, retire_definition, retire_version, stop_pilot
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
    "Pilot",
    "StepResult",
    "adjust_pilot",
    "assign_incident",
    "assign_work_item",
    "can_start",
    "cancel_instance",
    "carry_on_migrations",
    "claim_work_item",
    "complete_work_item",
    "correlate_message",
    "deliver_thrown",
    "end_suspended",
    "extend_work_item",
    "hand_work_item",
    "receive_work_item",
    "fire_due_timers",
    "jump_token",
    "pause_work_item",
    "promote_pilot",
    "publish_package",
    "release_work_item",
    "resume_instance",
    "resume_work_item",
    "retire_definition",
    "retire_version",
    "retry_incident",
    "save_draft",
    "set_variables",
    "skip_incident",
    "start_instance",
    "start_migration",
    "stop_pilot",
    "suspend_instance",
    "undo_migration",
]

"""Everything that changes charts and their instances."""

from bihuan.flows.operations.instances import (
    cancel_instance,
    correlate_message,
    retry_incident,
    set_variables,
    start_instance,
)
from bihuan.flows.operations.publish import Package, publish_package
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
    "assign_work_item",
    "cancel_instance",
    "claim_work_item",
    "complete_work_item",
    "correlate_message",
    "fire_due_timers",
    "pause_work_item",
    "publish_package",
    "release_work_item",
    "resume_work_item",
    "retry_incident",
    "save_draft",
    "set_variables",
    "start_instance",
]

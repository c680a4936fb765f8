"""Everything that changes issues."""

from bihuan.issues.errors import FormProblem, InvalidForm
from bihuan.issues.operations.answers import answer_result
from bihuan.issues.operations.calls import record_call
from bihuan.issues.operations.classification import correct_classification
from bihuan.issues.operations.clocks.alarms import tell_due_clocks
from bihuan.issues.operations.clocks.policies import (
    BadPolicy,
    NewPolicy,
    PolicyChanged,
    save_clock_policy,
    switch_clock_policy,
)
from bihuan.issues.operations.clocks.recount import Effect, apply_policies, rehearse_calendar_change, rehearse_policies
from bihuan.issues.operations.customer_messages import add_customer_message
from bihuan.issues.operations.deviating import assign_incident, jump_step, retry_incident, skip_incident, stop_issue
from bihuan.issues.operations.intake import open_issue
from bihuan.issues.operations.locking import lock_issue
from bihuan.issues.operations.messages import flag_issue, post_entry, store_files
from bihuan.issues.operations.notices import mark_notice_read, mark_notices_read, tell_people
from bihuan.issues.operations.printing import note_printed
from bihuan.issues.operations.registers import (
    close_register_year,
    fill_register,
    fill_registers,
    open_issue_of_visit,
    record_visit_as_issue,
    remark_register_entry,
    save_register_book,
)
from bihuan.issues.operations.setup import route_types, save_issue_type, save_responsibility
from bihuan.issues.operations.steering import mark_duplicate, remind_issue, withdraw_issue
from bihuan.issues.operations.steps import (
    assign_step,
    claim_step,
    complete_step,
    pause_step,
    release_step,
    resume_step,
    save_step_draft,
)
from bihuan.issues.operations.values import Intake, IntakeCustomer, NewFile

__all__ = [
    "close_register_year",
    "fill_register",
    "fill_registers",
    "open_issue_of_visit",
    "record_visit_as_issue",
    "remark_register_entry",
    "save_register_book",
    "BadPolicy",
    "Effect",
    "NewPolicy",
    "PolicyChanged",
    "save_clock_policy",
    "switch_clock_policy",
    "tell_due_clocks",
    "apply_policies",
    "rehearse_calendar_change",
    "rehearse_policies",
    "FormProblem",
    "Intake",
    "IntakeCustomer",
    "InvalidForm",
    "NewFile",
    "add_customer_message",
    "answer_result",
    "assign_incident",
    "assign_step",
    "claim_step",
    "complete_step",
    "correct_classification",
    "flag_issue",
    "jump_step",
    "lock_issue",
    "mark_duplicate",
    "mark_notice_read",
    "mark_notices_read",
    "tell_people",
    "note_printed",
    "open_issue",
    "pause_step",
    "post_entry",
    "record_call",
    "release_step",
    "remind_issue",
    "resume_step",
    "retry_incident",
    "route_types",
    "save_issue_type",
    "save_responsibility",
    "save_step_draft",
    "skip_incident",
    "stop_issue",
    "store_files",
    "withdraw_issue",
]

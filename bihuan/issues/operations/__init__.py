"""Everything that changes issues."""

from bihuan.issues.errors import FormProblem, InvalidForm
from bihuan.issues.operations.answers import answer_result
from bihuan.issues.operations.approvals.asking import ask_approval, cancel_approval, decide_approval
from bihuan.issues.operations.approvals.deciding import Stand
from bihuan.issues.operations.approvals.settings import save_self_approval
from bihuan.issues.operations.approvals.signing import add_signer, delegate_approval, remove_signer
from bihuan.issues.operations.bulk import run_bulk, start_bulk, undo_bulk
from bihuan.issues.operations.calls import record_call
from bihuan.issues.operations.canned import NewReply, delete_canned_reply, post_with_macro, save_canned_reply
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
from bihuan.issues.operations.conversation import (
    Sent,
    Writing,
    WrittenMeanwhile,
    choose_hold,
    release_due_replies,
    send_entry,
    take_back_reply,
)
from bihuan.issues.operations.customer_messages import add_customer_message
from bihuan.issues.operations.deviating import assign_incident, jump_step, retry_incident, skip_incident, stop_issue
from bihuan.issues.operations.drafts import save_draft
from bihuan.issues.operations.duplicates import dismiss_duplicate
from bihuan.issues.operations.duty.arbitrating import ask_arbitration, decide_arbitration
from bihuan.issues.operations.duty.extending import ask_extension, decide_extension
from bihuan.issues.operations.duty.returning import return_step, sign_step
from bihuan.issues.operations.duty.settings import (
    MatrixRow,
    delete_assignment,
    delete_matrix_row,
    save_assignment,
    save_duty_settings,
    save_matrix_row,
    save_skill,
)
from bihuan.issues.operations.duty.supervising import answer_supervision, supervise_issue, urge_issue
from bihuan.issues.operations.duty.supporting import (
    answer_support,
    ask_support,
    return_support,
    sign_support,
    withdraw_support,
)
from bihuan.issues.operations.duty.suspending import resume_due, resume_issue, suspend_issue
from bihuan.issues.operations.duty.taking_over import take_over_step
from bihuan.issues.operations.duty.teams import call_task_force, end_task_force, recuse
from bihuan.issues.operations.duty.waiting import give_waiting, tell_duties
from bihuan.issues.operations.exports import (
    NewExport,
    ask_export,
    cancel_export,
    drop_exports,
    make_exports,
    note_fetched,
)
from bihuan.issues.operations.fields import NewField, save_field, set_fields
from bihuan.issues.operations.handover import Handed, hand_over
from bihuan.issues.operations.intake import open_issue
from bihuan.issues.operations.issue_templates import NewTemplate, delete_issue_template, save_issue_template
from bihuan.issues.operations.locking import lock_issue
from bihuan.issues.operations.merging import (
    ClockBefore,
    MergePreview,
    end_merged,
    merge_issues,
    rehearse_merge,
    undo_merge,
)
from bihuan.issues.operations.messages import flag_issue, post_entry, store_files
from bihuan.issues.operations.notices import mark_notice_read, mark_notices_read, tell_people
from bihuan.issues.operations.orphans import find_orphans
from bihuan.issues.operations.printing import note_printed
from bihuan.issues.operations.reading import mark_read
from bihuan.issues.operations.recurring import NewRecurring, open_recurring, save_recurring
from bihuan.issues.operations.registers import (
    close_register_year,
    fill_register,
    fill_registers,
    open_issue_of_visit,
    record_visit_as_issue,
    remark_register_entry,
    save_register_book,
)
from bihuan.issues.operations.relations import link_issues, unlink_issues
from bihuan.issues.operations.reopening import close_unanswered, reopen_issue
from bihuan.issues.operations.searching import rebuild_search
from bihuan.issues.operations.setup import route_types, save_issue_type, save_responsibility
from bihuan.issues.operations.splitting import split_issue
from bihuan.issues.operations.steering import remind_issue, withdraw_issue
from bihuan.issues.operations.steps import (
    assign_step,
    claim_step,
    complete_step,
    pause_step,
    release_step,
    resume_step,
    save_step_draft,
)
from bihuan.issues.operations.tags import change_tags, save_tag
from bihuan.issues.operations.task_alarms import tell_late_tasks
from bihuan.issues.operations.task_lists import save_task_list
from bihuan.issues.operations.tasks import add_task, add_task_list, change_task, complete_task, drop_task, tick_item
from bihuan.issues.operations.third_party import Outside, add_third_party_message, write_to_third_party
from bihuan.issues.operations.time import correct_time, record_time, start_timer, stop_timer
from bihuan.issues.operations.titles import retitle_issue
from bihuan.issues.operations.values import Intake, IntakeCustomer, NewFile
from bihuan.issues.operations.views import NewView, arrange_list, delete_view, move_view, open_with_view, save_view
from bihuan.issues.operations.watching import snooze_issue, wake_due, wake_issue, watch_issue

__all__ = [
    "rebuild_search",
    "NewExport",
    "ask_export",
    "cancel_export",
    "note_fetched",
    "run_bulk",
    "start_bulk",
    "undo_bulk",
    "make_exports",
    "drop_exports",
    "NewRecurring",
    "open_recurring",
    "save_recurring",
    "NewView",
    "arrange_list",
    "delete_view",
    "move_view",
    "open_with_view",
    "save_view",
    "NewField",
    "save_field",
    "set_fields",
    "correct_time",
    "record_time",
    "start_timer",
    "stop_timer",
    "Handed",
    "MatrixRow",
    "answer_supervision",
    "answer_support",
    "ask_arbitration",
    "ask_extension",
    "ask_support",
    "call_task_force",
    "decide_arbitration",
    "decide_extension",
    "delete_assignment",
    "delete_matrix_row",
    "end_task_force",
    "find_orphans",
    "give_waiting",
    "hand_over",
    "recuse",
    "resume_due",
    "resume_issue",
    "return_step",
    "return_support",
    "save_assignment",
    "save_duty_settings",
    "save_matrix_row",
    "save_skill",
    "sign_step",
    "sign_support",
    "supervise_issue",
    "suspend_issue",
    "take_over_step",
    "tell_duties",
    "urge_issue",
    "withdraw_support",
    "Stand",
    "add_signer",
    "ask_approval",
    "cancel_approval",
    "decide_approval",
    "delegate_approval",
    "remove_signer",
    "save_self_approval",
    "NewReply",
    "Sent",
    "Writing",
    "WrittenMeanwhile",
    "choose_hold",
    "mark_read",
    "release_due_replies",
    "save_draft",
    "send_entry",
    "take_back_reply",
    "delete_canned_reply",
    "post_with_macro",
    "save_canned_reply",
    "close_unanswered",
    "reopen_issue",
    "change_tags",
    "save_tag",
    "tell_late_tasks",
    "save_task_list",
    "add_task",
    "add_task_list",
    "change_task",
    "complete_task",
    "drop_task",
    "tick_item",
    "snooze_issue",
    "wake_due",
    "wake_issue",
    "watch_issue",
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
    "NewTemplate",
    "Outside",
    "delete_issue_template",
    "save_issue_template",
    "add_third_party_message",
    "write_to_third_party",
    "retitle_issue",
    "flag_issue",
    "jump_step",
    "dismiss_duplicate",
    "end_merged",
    "link_issues",
    "merge_issues",
    "ClockBefore",
    "MergePreview",
    "rehearse_merge",
    "split_issue",
    "undo_merge",
    "unlink_issues",
    "lock_issue",
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

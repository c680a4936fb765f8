"""The rows of this room, a module a topic."""

from bihuan.issues.models.approvals import Approval, ApprovalSeat, ApprovalState
from bihuan.issues.models.assigning import AssignmentMethod, AssignmentRule, AssignmentTurn, Skill
from bihuan.issues.models.clocks import Clock, ClockKind, ClockPolicy, Verdict
from bihuan.issues.models.conversation import HeldReply, ReplyHabit
from bihuan.issues.models.drafts import Draft, DraftKind
from bihuan.issues.models.duty import (
    Arbitration,
    Extension,
    Orphan,
    Recusal,
    StepReceipt,
    StepReturn,
    Supervision,
    SupportRequest,
    Suspension,
    TaskForce,
    Urge,
)
from bihuan.issues.models.fields import FieldDefinition, FieldKind
from bihuan.issues.models.forms import FormRecord, FormSubmission
from bihuan.issues.models.issue import FAR, Issue, IssueSearch, IssueType, PriorityCorrection, ResponsibilityRule
from bihuan.issues.models.issue_templates import IssueTemplate
from bihuan.issues.models.notices import Notice
from bihuan.issues.models.reading import Reading
from bihuan.issues.models.recurring import RecurringIssue
from bihuan.issues.models.registers import BookSource, RegisterBook, RegisterEntry, RegisterYear, VisitIssue
from bihuan.issues.models.relations import IssueMerge, Link, LinkKind, NotDuplicate
from bihuan.issues.models.tags import Tag, TagColour
from bihuan.issues.models.tasks import Task, TaskList
from bihuan.issues.models.templates import CannedReply
from bihuan.issues.models.third_party import ThirdPartyThread
from bihuan.issues.models.time import TimeRecord
from bihuan.issues.models.timeline import Attachment, Entry, EntryKind
from bihuan.issues.models.views import BulkJob, BulkRow, Export, JobState, ListHabit, SavedView, Sharing
from bihuan.issues.models.watching import Snooze, Watch

__all__ = [
    "IssueTemplate",
    "RecurringIssue",
    "BulkJob",
    "BulkRow",
    "Export",
    "JobState",
    "ListHabit",
    "SavedView",
    "Sharing",
    "FieldDefinition",
    "FieldKind",
    "ThirdPartyThread",
    "TimeRecord",
    "Arbitration",
    "AssignmentMethod",
    "AssignmentRule",
    "AssignmentTurn",
    "Extension",
    "Orphan",
    "Recusal",
    "Skill",
    "StepReceipt",
    "StepReturn",
    "SupportRequest",
    "Supervision",
    "Suspension",
    "TaskForce",
    "Urge",
    "Approval",
    "ApprovalSeat",
    "ApprovalState",
    "CannedReply",
    "Snooze",
    "Tag",
    "TagColour",
    "Task",
    "TaskList",
    "Watch",
    "Attachment",
    "Clock",
    "Draft",
    "DraftKind",
    "HeldReply",
    "Reading",
    "ReplyHabit",
    "ClockKind",
    "ClockPolicy",
    "Entry",
    "EntryKind",
    "FAR",
    "FormRecord",
    "FormSubmission",
    "Issue",
    "IssueMerge",
    "IssueSearch",
    "IssueType",
    "Link",
    "LinkKind",
    "NotDuplicate",
    "Notice",
    "PriorityCorrection",
    "BookSource",
    "RegisterBook",
    "RegisterEntry",
    "RegisterYear",
    "VisitIssue",
    "ResponsibilityRule",
    "Verdict",
]

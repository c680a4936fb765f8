"""The rows of this room, a module a topic."""

from bihuan.issues.models.clocks import Clock, ClockKind, ClockPolicy, Verdict
from bihuan.issues.models.forms import FormRecord, FormSubmission
from bihuan.issues.models.issue import FAR, Issue, IssueSearch, IssueType, PriorityCorrection, ResponsibilityRule
from bihuan.issues.models.notices import Notice
from bihuan.issues.models.registers import BookSource, RegisterBook, RegisterEntry, RegisterYear, VisitIssue
from bihuan.issues.models.timeline import Attachment, Entry, EntryKind

__all__ = [
    "Attachment",
    "Clock",
    "ClockKind",
    "ClockPolicy",
    "Entry",
    "EntryKind",
    "FAR",
    "FormRecord",
    "FormSubmission",
    "Issue",
    "IssueSearch",
    "IssueType",
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

"""Reading issues; every query takes the actor and gives only what the actor may see."""

from bihuan.issues.queries.details import (
    FileOut,
    IssueStep,
    Paper,
    document,
    document_codes,
    file,
    history_of_customer,
    issue,
    issue_by_number,
    ledger,
    log,
    notices,
    public_file,
    step,
    timeline,
)
from bihuan.issues.queries.listing import Filter, Page, list_issues, queue, queue_counts
from bihuan.issues.queries.progress import Progress, progress
from bihuan.issues.queries.reference import issue_types, responsibility_matrix, suggest_department

__all__ = [
    "FileOut",
    "Filter",
    "IssueStep",
    "Page",
    "Paper",
    "Progress",
    "document",
    "document_codes",
    "file",
    "history_of_customer",
    "issue",
    "issue_by_number",
    "issue_types",
    "ledger",
    "list_issues",
    "log",
    "notices",
    "progress",
    "public_file",
    "queue",
    "queue_counts",
    "responsibility_matrix",
    "step",
    "suggest_department",
    "timeline",
]

"""Reading issues; every query takes the actor and gives only what the actor may see."""

from bihuan.issues.queries.clock import ledger
from bihuan.issues.queries.details import (
    CustomerTally,
    NearIssue,
    customer_tallies,
    follow_ups,
    history_of_customer,
    issue,
    issue_by_number,
    issue_of_instance,
    log,
    near_duplicates,
    notices,
    timeline,
    unread_notices,
)
from bihuan.issues.queries.documents import FileOut, Paper, document, document_codes, file, public_file
from bihuan.issues.queries.filters import BadFilter, Filter
from bihuan.issues.queries.listing import Page, list_issues, queue, queue_counts, search
from bihuan.issues.queries.progress import Progress, progress
from bihuan.issues.queries.reference import DEFAULT_FLOW, issue_types, responsibility_matrix, suggest_department
from bihuan.issues.queries.steps import IssueStep, step

__all__ = [
    "DEFAULT_FLOW",
    "BadFilter",
    "CustomerTally",
    "FileOut",
    "Filter",
    "IssueStep",
    "NearIssue",
    "Page",
    "Paper",
    "Progress",
    "customer_tallies",
    "document",
    "document_codes",
    "file",
    "follow_ups",
    "history_of_customer",
    "issue",
    "issue_by_number",
    "issue_of_instance",
    "issue_types",
    "ledger",
    "list_issues",
    "log",
    "near_duplicates",
    "notices",
    "progress",
    "public_file",
    "queue",
    "queue_counts",
    "responsibility_matrix",
    "search",
    "step",
    "suggest_department",
    "timeline",
    "unread_notices",
]

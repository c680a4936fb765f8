"""What several operations ask first."""

from bihuan.flows.errors import ReasonRequired
from bihuan.issues.errors import IssueClosed
from bihuan.issues.models import Issue
from bihuan.issues.rules import limits

REASON = 2000


def needed_reason(reason: str) -> str:
    """The reason without blanks around it; refuses none and one over 2,000 characters."""
    reason = limits.within("原因", reason, REASON).strip()
    if not reason:
        raise ReasonRequired
    return reason


def refuse_closed(issue: Issue) -> None:
    """Refuses issues that are over."""
    if not issue.is_open:
        raise IssueClosed

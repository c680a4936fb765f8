"""One issue as a line of a list."""

from datetime import datetime

from django.urls import reverse

from bihuan.issues.models import Issue
from bihuan.web.present.deadlines import of_issue
from bihuan.web.ui.environment import in_language


def step_name(issue: Issue) -> str:
    """Where the issue stands, in the reader's language."""
    return in_language(issue.step_name, issue.step_name_en)


def card(issue: Issue, now: datetime, *, href: str = "", unread: bool = False) -> dict[str, object]:
    """What lists print of an issue; ``unread``: the customer wrote since the reader looked."""
    return {
        "id": issue.pk,
        "href": href or reverse("web:issue", args=[issue.pk]),
        "number": issue.number,
        "title": issue.title,
        "customer": issue.customer_name,
        "priority": issue.priority,
        "status": issue.status,
        "clock": of_issue(issue, now),
        "unread": unread,
        "step": step_name(issue),
        "type": in_language(issue.type.name, issue.type.name_en) if issue.type else "",
        "who": issue.assignee.name if issue.assignee else "",
        "pool": issue.lead_department.name if issue.lead_department else "",
        "updated": issue.updated_at,
        "snippet": "",
    }


def line(issue: Issue, now: datetime) -> dict[str, object]:
    """An issue as a case in a history."""
    return {
        "href": reverse("web:issue", args=[issue.pk]),
        "title": issue.title,
        "status": issue.status,
        "line": f"{issue.number} · {step_name(issue)}" if issue.is_open else issue.number,
    }

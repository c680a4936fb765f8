"""What hangs at a department, for whoever wants to take it out of use (``accounts.registry``)."""

from bihuan.issues.models import Issue, ResponsibilityRule
from bihuan.issues.rules.status import CLOSED


def open_issues_led(department_id: int) -> int:
    """Issues that the department leads and that are not closed."""
    return Issue.objects.filter(lead_department_id=department_id).exclude(status__in=CLOSED).count()


def rules_that_name(department_id: int) -> int:
    """Rows of the responsibility matrix that give issues to it."""
    return ResponsibilityRule.objects.filter(department_id=department_id).count()

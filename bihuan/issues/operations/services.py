"""What the chart's service tasks do for an issue. They run inside the step's transaction and only write rows."""

from collections.abc import Callable, Mapping

from bihuan.accounts import queries as accounts
from bihuan.core.actor import SYSTEM
from bihuan.flows.registry import ServiceCall, register_service
from bihuan.issues.models import Issue
from bihuan.issues.operations.messages import add_automatic_message
from bihuan.issues.operations.notices import notify
from bihuan.issues.operations.timeline import add_event

Nothing: Mapping[str, object] = {}


def _issue(call: ServiceCall) -> Issue:
    return Issue.objects.select_related("contact", "customer", "lead_department", "instance").get(
        instance=call.instance
    )


def acknowledge_intake(call: ServiceCall) -> Mapping[str, object]:
    """Confirms the receipt to the customer; the outbox words it (number, process, times, progress link)."""
    add_automatic_message(issue=_issue(call), kind="acknowledgement", now=call.now)
    return Nothing


def notify_head(call: ServiceCall) -> Mapping[str, object]:
    """Tells the head of the responsible department at once."""
    issue = _issue(call)
    key = call.variables.get("lead_department")
    department = accounts.department(key=key) if isinstance(key, str) else None
    heads = accounts.department_heads(department_id=department.pk if department else None, now=call.now)[:3]
    notify(user_ids=heads, issue_id=issue.pk, code="notice.urgent", params={"title": issue.title}, now=call.now)
    names = accounts.names(user_ids=heads)
    people = [*issue.people, *(head for head in heads if head not in issue.people)]
    Issue.objects.filter(pk=issue.pk).update(people=people)
    code = "head.notified" if heads else "head.nobody"
    add_event(issue_id=issue.pk, code=code, params={"names": "、".join(names.values())}, actor=SYSTEM, now=call.now)
    return Nothing


def _automatic(kind: str) -> Callable[[ServiceCall], Mapping[str, object]]:
    def tell(call: ServiceCall) -> Mapping[str, object]:
        add_automatic_message(issue=_issue(call), kind=kind, now=call.now)
        return Nothing

    return tell


def close_as_duplicate(call: ServiceCall) -> Mapping[str, object]:
    """Says so in the timeline; which issue it repeats was said when it was marked."""
    issue = _issue(call)
    if issue.duplicate_of_id is None:
        add_event(issue_id=issue.pk, code="issue.duplicate_open", params={}, actor=SYSTEM, now=call.now)
    return Nothing


SERVICES: dict[str, Callable[[ServiceCall], Mapping[str, object]]] = {
    "acknowledge_intake": acknowledge_intake,
    "notify_head": notify_head,
    "request_information": _automatic("request_information"),
    "close_issue": _automatic("closed"),
    "close_as_duplicate": close_as_duplicate,
    "confirm_withdrawal": _automatic("withdrawn"),
    "notify_unreachable": _automatic("unreachable"),
}


def register_services() -> None:
    """Called once, when the app is ready."""
    for name, handler in SERVICES.items():
        register_service(name, handler)

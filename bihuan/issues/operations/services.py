"""What the chart's service tasks do for an issue. They run inside the step's transaction and only write rows."""

from collections.abc import Callable, Mapping

from bihuan.accounts import queries as accounts
from bihuan.core.actor import SYSTEM
from bihuan.flows.registry import ServiceCall, register_service
from bihuan.issues.operations.messages import add_automatic_message
from bihuan.issues.operations.work import work_on

Nothing: Mapping[str, object] = {}
_HEADS = 3


def notify_head(call: ServiceCall) -> Mapping[str, object]:
    """Tells the head of the responsible department at once; the head may see the issue from then on."""
    key = call.variables.get("lead_department")
    department = accounts.department(key=key) if isinstance(key, str) else None
    heads = accounts.department_heads(department_id=department.pk if department else None, now=call.now)[:_HEADS]
    with work_on(call.instance, now=call.now) as work:
        if work is None:
            return Nothing
        work.tell(heads, "notice.urgent", {"title": work.issue.title})
        work.joined_by(*heads)
        names = "、".join(accounts.names(user_ids=heads).values()) if heads else ""
        work.say("head.notified" if heads else "head.nobody", {"names": names}, SYSTEM)
        if not heads:
            supervisors = accounts.holders(role="supervisor", department_id=None, now=call.now)[:_HEADS]
            work.tell(supervisors, "notice.urgent", {"title": work.issue.title})
    return Nothing


def _automatic(kind: str) -> Callable[[ServiceCall], Mapping[str, object]]:
    def tell(call: ServiceCall) -> Mapping[str, object]:
        add_automatic_message(instance=call.instance, kind=kind, now=call.now)
        return Nothing

    return tell


def close_as_duplicate(call: ServiceCall) -> Mapping[str, object]:
    """Tells the customer that both are handled together, and the timeline that it is still to be named which one this
    repeats. Of a merged issue, whose chart ends here with its survivor, all of that was said when it was merged."""
    with work_on(call.instance, now=call.now) as work:
        if work is not None and work.issue.duplicate_of_id is not None:
            return Nothing
        if work is not None:
            work.say("issue.duplicate_open", {}, SYSTEM)
    add_automatic_message(instance=call.instance, kind="merged", now=call.now)
    return Nothing


SERVICES: dict[str, Callable[[ServiceCall], Mapping[str, object]]] = {
    "acknowledge_intake": _automatic("acknowledgement"),  # number, process, expected times; the outbox adds the link
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

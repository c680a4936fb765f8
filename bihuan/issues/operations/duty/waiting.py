"""What the worker does about responsibility: steps that waited for the opening or for a free hand are given; heads hear of
what nobody signed for, of help that is late, of demands that nobody answered. Each once, also after downtime; several
workers may do it at once, and pass by what somebody else has in hand."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from bihuan.accounts import queries as accounts
from bihuan.core.actor import SYSTEM
from bihuan.core.rows import Select
from bihuan.core.stamps import ask_first, operation
from bihuan.core.ticks import ahead, each_alone
from bihuan.flows import operations as flows
from bihuan.flows.charts import chart_of
from bihuan.flows.models import Instance, WorkItem
from bihuan.issues.models import Issue, StepReceipt, Supervision, SupportRequest
from bihuan.issues.operations.duty.receiving import pick
from bihuan.issues.operations.notices import FEW, tell_holders
from bihuan.issues.operations.work import Work, at_work
from bihuan.issues.queries.approvals import is_approval
from bihuan.issues.queries.assigning import assignment_rules, rule_for
from bihuan.issues.rules.assigning import CHOICES

Tell = Callable[[int, datetime, Work | None], bool]
"""Says that the time of a row is over, once; whether it did. Without work the issue is over, and nothing is said."""
_OF_ISSUE = "(SELECT instance_id FROM issues_issue WHERE id = %s)"
_FREE = Select(Instance, f"WHERE t.id = {_OF_ISSUE} FOR UPDATE OF t SKIP LOCKED")
_ISSUE = Select(Issue, "WHERE t.id = %s", without=("description",))
_FREE_OF_STEP = Select(
    Instance, "WHERE t.id = (SELECT instance_id FROM flows_workitem WHERE id = %s) FOR UPDATE OF t SKIP LOCKED"
)
_ISSUE_OF_STEP = Select(
    Issue, "WHERE t.instance_id = (SELECT instance_id FROM flows_workitem WHERE id = %s)", without=("description",)
)
_STEP = Select(WorkItem, "WHERE t.id = %s")


# -- steps that wait -------------------------------------------------------------------------------------------------


def give_waiting(*, now: datetime, limit: int = 50) -> int:
    """Gives waiting steps by the rules, the most urgent first; returns how many were given."""
    rules = [rule for rule in assignment_rules() if rule.method in CHOICES]
    if not rules:
        return 0
    # Of every place its most urgent ones: where nobody has a free hand, many may wait, and no other place waits for them.
    place = Window(RowNumber(), partition_by=[F("role"), F("department")], order_by=[F("due_at"), F("pk")])
    waiting = WorkItem.objects.filter(role__in={rule.role for rule in rules}, status="open").annotate(turn=place)
    found = waiting.filter(turn__lte=limit).order_by("turn", "due_at", "pk").values_list("pk", "role", "department_id")
    ids = [pk for pk, role, place in found if (rule := rule_for(role=role, department_id=place)) and rule in rules]
    return each_alone(ids, lambda pk: _give(step_id=pk, now=now), what="waiting steps", now=now, limit=limit * 4)


@operation()
def _give(*, step_id: int, now: datetime) -> int:
    instances, issues, items = ask_first(_FREE_OF_STEP.of(step_id), _ISSUE_OF_STEP.of(step_id), _STEP.of(step_id))
    if not instances or not issues or not items or items[0].status != "open":
        return 0
    issue, item = issues[0], items[0]
    issue.instance = item.instance = instances[0]
    if is_approval(chart_of(item.instance.version_id).nodes[item.node]):
        return 0
    with at_work(issue, now=now) as work:
        chosen = pick(work, item)
        if chosen is None:
            return 0
        flows.hand_work_item(
            item=item, user_id=chosen, department_id=item.department_id, reason="", actor=SYSTEM, now=now
        )
    return 1


# -- what is late ----------------------------------------------------------------------------------------------------


def tell_duties(*, now: datetime, limit: int = 100) -> int:
    """Tells people of receipts, requests and demands whose time is over; returns how many were told."""
    receipts = StepReceipt.objects.filter(signed_at=None, closed_at=None, alarmed_at=None, due_at__lte=now)
    requests = SupportRequest.objects.filter(ended_at=None, alarmed_at=None, due_at__lte=now)
    demands = Supervision.objects.filter(answered_at=None, alarmed_at=None, due_at__lte=now)
    told = 0
    for rows, tell in ((receipts, _unsigned), (requests, _late_request), (demands, _late_demand)):
        found = rows.order_by("due_at", "pk").values_list("pk", "issue_id")[: ahead(limit)]
        issues = dict(found)
        told += each_alone(
            issues, partial(_alarm_of, issues=issues, tell=tell, now=now), what=tell.__name__, now=now, limit=limit
        )
    return told


def _alarm_of(row_id: int, *, issues: Mapping[int, int], tell: Tell, now: datetime) -> int:
    return _alarm(row_id, issues[row_id], tell, now)


@operation()
def _alarm(row_id: int, issue_id: int, tell: Tell, now: datetime) -> int:
    instances, issues = ask_first(_FREE.of(issue_id), _ISSUE.of(issue_id))
    if not instances or not issues:
        return 0
    issue = issues[0]
    issue.instance = instances[0]
    if not issue.is_open:
        tell(row_id, now, None)
        return 0
    with at_work(issue, now=now) as work:
        return int(tell(row_id, now, work))


def _unsigned(row_id: int, now: datetime, work: Work | None) -> bool:
    row = StepReceipt.objects.select_related("work_item").get(pk=row_id)
    if row.alarmed_at is not None or row.signed_at is not None or row.closed_at is not None:
        return False  # another worker was here, or somebody signed
    StepReceipt.objects.filter(pk=row_id).update(alarmed_at=now)
    if work is None:
        return False
    item = row.work_item
    params = {"step": item.name, "step_en": item.name_en}
    work.say("duty.unsigned", params, SYSTEM)
    heads = accounts.department_heads(department_id=row.department_id, now=now)
    told = [user for user in (*heads, row.given_by_id) if user is not None]
    work.tell([*told, *([row.user_id] if row.user_id else [])], "notice.unsigned", params)
    return True


def _late_request(row_id: int, now: datetime, work: Work | None) -> bool:
    row = SupportRequest.objects.select_related("department").get(pk=row_id)
    if row.alarmed_at is not None or row.ended_at is not None:
        return False
    SupportRequest.objects.filter(pk=row_id).update(alarmed_at=now)
    if work is None:
        return False
    params = {"department": row.department.name, "department_en": row.department.name_en or row.department.name}
    work.say("support.late", params, SYSTEM)
    heads = accounts.department_heads(department_id=row.department_id, now=now)
    told = [user for user in (*heads, row.asked_by_id, row.signed_by_id) if user is not None]
    work.tell(told, "notice.support_late", params)
    return True


def _late_demand(row_id: int, now: datetime, work: Work | None) -> bool:
    row = Supervision.objects.get(pk=row_id)
    if row.alarmed_at is not None or row.answered_at is not None:
        return False
    Supervision.objects.filter(pk=row_id).update(alarmed_at=now)
    if work is None:
        return False
    params = {"text": row.demand[:500]}
    work.say("duty.supervision_late", params, SYSTEM)
    told = tell_holders(work, "notice.supervision_late", params)
    if row.by_id is not None and row.by_id not in told:
        work.tell([row.by_id][:FEW], "notice.supervision_late", params)
    return True

"""审定: where departments dispute whose a step is, a named arbiter decides, once and for the issue."""

from datetime import datetime

from bihuan.accounts import queries as accounts
from bihuan.accounts.models import Department
from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import NotFound
from bihuan.core.stamps import operation
from bihuan.flows import operations as flows
from bihuan.flows import queries as flow_queries
from bihuan.flows.errors import NotYourStep
from bihuan.flows.models import WorkItem
from bihuan.issues.errors import BadChoice
from bihuan.issues.models import Arbitration, Issue, StepReturn
from bihuan.issues.operations.duty.refusals import ArbitrationOver, NothingDisputed, NotTheArbiter
from bihuan.issues.operations.duty.returning import may_send_back, refuse_settled, step_in_hand, step_of
from bihuan.issues.operations.locking import locked_issue
from bihuan.issues.operations.notices import FEW
from bihuan.issues.operations.reasons import needed_reason, refuse_closed
from bihuan.issues.operations.work import at_work
from bihuan.issues.queries.duty_settings import arbiters, is_arbiter


@operation()
def ask_arbitration(*, work_item_id: int, reason: str, actor: Actor, now: datetime) -> Arbitration:
    """Whoever has the step, or dispatches it, asks the arbiter to name its department; the step stays where it is.

    Refuses a step that was never sent back, a second request, and any after a decision.
    """
    issue, item = step_in_hand(work_item_id, actor)
    refuse_closed(issue)
    if not may_send_back(actor, item) and not actor.can("issues.assign"):
        raise NotYourStep(params={"role": item.role})
    reason = needed_reason(reason)
    refuse_settled(issue)
    last = StepReturn.objects.filter(issue=issue, node=item.node).order_by("-id").first()
    if last is None:
        raise NothingDisputed
    row = Arbitration(
        issue=issue,
        work_item=item,
        reason=reason,
        asked_by_id=actor.user_id,
        asked_at=now,
        department_id=item.department_id or last.department_id,
    )
    row.save(force_insert=True)
    with at_work(issue, now=now) as work:
        params = {"step": item.name, "step_en": item.name_en, "reason": reason[:500]}
        told = arbiters(now)[:FEW]
        work.change(updated_at=now)
        work.joined_by(*told)
        work.say("duty.arbitration", params, actor)
        work.tell(told, "notice.arbitration", params)
    audit.record(actor=actor, action="step.disputed", object_type="issue", object_id=issue.pk, now=now)
    return row


@operation()
def decide_arbitration(
    *, arbitration_id: int, department_key: str, reason: str, actor: Actor, now: datetime
) -> Arbitration:
    """The arbiter names the department: the step goes there, later steps of the leading department too, and nobody
    returns or disputes a step of this issue again. A second decision is refused."""
    issue_id = Arbitration.objects.filter(pk=arbitration_id).values_list("issue_id", flat=True).first()
    if issue_id is None:
        raise NotFound
    issue = locked_issue(issue_id, actor)
    row = Arbitration.objects.select_for_update().get(pk=arbitration_id)
    if row.decided_at is not None:
        raise ArbitrationOver
    if not is_arbiter(actor) or actor.user_id in issue.recused:
        raise NotTheArbiter
    reason = needed_reason(reason)
    place = accounts.department(key=department_key)
    if place is None or not place.is_active:
        raise BadChoice(params={"field": "部门", "value": department_key[:50]})
    row.decided_by_id, row.decided_at, row.decision, row.text = actor.user_id, now, place, reason
    row.save(update_fields=["decided_by", "decided_at", "decision", "text"])
    with at_work(issue, now=now) as work:
        work.change(updated_at=now)
        work.say(
            "duty.decided", {"to": place.name, "to_en": place.name_en or place.name, "reason": reason[:500]}, actor
        )
        _send_there(issue, row, place, reason, actor, now)
        told = [row.asked_by_id] if row.asked_by_id not in (None, actor.user_id) else []
        work.tell([each for each in told if each is not None], "notice.decided", {"to": place.name})
    detail = {"department": place.key}
    audit.record(actor=actor, action="step.arbitrated", object_type="issue", object_id=issue.pk, now=now, detail=detail)
    return row


def _send_there(issue: Issue, row: Arbitration, place: Department, reason: str, actor: Actor, now: datetime) -> None:
    """The step, where it still waits, and what the chart knows of the leading department."""
    item = step_of(issue, row.work_item_id)
    chart = flow_queries.chart_of(issue.instance.version_id)
    said = chart.nodes[item.node].ext.department if item.node in chart.nodes else ""
    name = said[1:] if isinstance(said, str) and said.startswith("=") else ""
    if name in chart.variables and item.element is None:
        flows.set_variables(
            instance_id=issue.instance_id, variables={name: place.key}, actor=actor, now=now, reason=reason
        )
        issue.instance.refresh_from_db(fields=["state", "revision"])
        item = step_of(issue, row.work_item_id)
    if item.status in ("open", "claimed"):
        _hand(item, place, reason, actor, now)


def _hand(item: WorkItem, place: Department, reason: str, actor: Actor, now: datetime) -> None:
    flows.hand_work_item(
        item=item, user_id=None, department_id=place.pk, reason=reason[:500], ends_pause=True, actor=actor, now=now
    )

"""催办 and 督办: somebody of the house presses, or watches with a demand that is answered before the issue closes."""

from datetime import datetime, timedelta

from bihuan.accounts import queries as accounts
from bihuan.core import audit, settings
from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import Forbidden, NotFound
from bihuan.core.stamps import operation
from bihuan.flows import queries as flow_queries
from bihuan.issues.models import Issue, Supervision, SupportRequest, Urge
from bihuan.issues.operations.duty.receiving import refuse_recused
from bihuan.issues.operations.duty.refusals import AnswerFirst, BadDate, RequestOver, SupportFirst, UrgedAlready
from bihuan.issues.operations.locking import locked_issue
from bihuan.issues.operations.notices import FEW, tell_holders
from bihuan.issues.operations.reasons import needed_reason, refuse_closed
from bihuan.issues.operations.work import at_work
from bihuan.issues.queries.duty_settings import URGE_MINUTES
from bihuan.issues.registry import StepAttempt
from bihuan.issues.rules import limits
from bihuan.issues.rules.duty import LONGEST_STAND_DAYS, TEXT

_SHOWN = 500


@operation()
def urge_issue(*, issue_id: int, text: str = "", actor: Actor, now: datetime) -> Urge:
    """催办: the holders and the heads of their departments are told, by whom and why. One in so many minutes (a setting)
    an issue, whoever urges; refuses ``UrgedAlready`` with the time that is left."""
    if actor.kind is ActorKind.CUSTOMER:
        raise Forbidden
    issue = locked_issue(issue_id, actor)
    refuse_closed(issue)
    text = limits.within("催办说明", text, _SHOWN).strip()
    gap = settings.value(URGE_MINUTES)
    last = Urge.objects.filter(issue=issue, at__gt=now - timedelta(minutes=gap)).order_by("-at").first()
    if last is not None:
        passed = int((now - last.at).total_seconds() // 60)
        raise UrgedAlready(params={"minutes": passed, "left": gap - passed})
    row = Urge(issue=issue, by_id=actor.user_id, text=text, at=now)
    with at_work(issue, now=now) as work:
        work.change(updated_at=now)
        params = {"who": actor.name, "text": text}
        told = tell_holders(work, "notice.urged", params)
        heads = [head for place in _places(issue) for head in accounts.department_heads(department_id=place, now=now)]
        step = {"step": issue.step_name, "step_en": issue.step_name_en}
        fresh = [head for head in dict.fromkeys(heads) if head not in told and head != actor.user_id][:FEW]
        row.told = [*told, *work.tell(fresh, "notice.urged", {**step, **params})]
        names = accounts.names(user_ids=row.told)
        work.say("duty.urged", {"to": "、".join(names.values()), "text": text}, actor)
    row.save(force_insert=True)
    audit.record(actor=actor, action="issue.urged", object_type="issue", object_id=issue.pk, now=now)
    return row


def _places(issue: Issue) -> list[int]:
    steps = flow_queries.open_steps(instance_ids=[issue.instance_id])[issue.instance_id]
    return list(dict.fromkeys(step.department_id for step in steps if step.department_id is not None))


@operation()
def supervise_issue(*, issue_id: int, demand: str, due_at: datetime, actor: Actor, now: datetime) -> Supervision:
    """督办: a demand with a date, by somebody who may act for others. It is answered before the issue closes."""
    if not actor.can("issues.act_for_others"):
        raise Forbidden
    issue = locked_issue(issue_id, actor)
    refuse_closed(issue)
    demand = needed_reason(limits.within("督办要求", demand, TEXT))
    if not now < due_at <= now + timedelta(days=LONGEST_STAND_DAYS):
        raise BadDate
    row = Supervision(issue=issue, demand=demand, due_at=due_at, by_id=actor.user_id, at=now)
    row.save(force_insert=True)
    with at_work(issue, now=now) as work:
        work.change(updated_at=now, open_demands=issue.open_demands + 1)
        work.joined_by(actor.user_id)
        work.say("duty.supervised", {"text": demand[:_SHOWN]}, actor)
        tell_holders(work, "notice.supervised", {"who": actor.name, "text": demand[:_SHOWN]})
    audit.record(actor=actor, action="issue.supervised", object_type="issue", object_id=issue.pk, now=now)
    return row


@operation()
def answer_supervision(*, supervision_id: int, text: str, actor: Actor, now: datetime) -> Supervision:
    """Whoever has a step of the issue, or works in its departments, answers the demand."""
    issue_id = Supervision.objects.filter(pk=supervision_id).values_list("issue_id", flat=True).first()
    if issue_id is None:
        raise NotFound
    issue = locked_issue(issue_id, actor)
    row = Supervision.objects.select_for_update().get(pk=supervision_id)
    if row.answered_at is not None:
        raise RequestOver
    if not _has_part(issue, actor):
        raise Forbidden
    row.answer = needed_reason(limits.within("答复", text, TEXT))
    row.answered_at, row.answered_by_id = now, actor.user_id
    row.save(update_fields=["answer", "answered_at", "answered_by"])
    with at_work(issue, now=now) as work:
        work.change(updated_at=now, open_demands=max(0, issue.open_demands - 1))
        work.joined_by(actor.user_id)
        work.say("duty.supervision_answered", {"text": row.answer[:_SHOWN]}, actor)
        if row.by_id is not None and row.by_id != actor.user_id:
            work.tell([row.by_id], "notice.supervision_answered", {"text": row.answer[:_SHOWN]})
    audit.record(actor=actor, action="issue.supervision_answered", object_type="issue", object_id=issue.pk, now=now)
    return row


def _has_part(issue: Issue, actor: Actor) -> bool:
    if actor.kind is ActorKind.CUSTOMER:
        return False
    if actor.can("issues.act_for_others") or actor.departments.intersection(issue.departments):
        return True
    steps = flow_queries.open_steps(instance_ids=[issue.instance_id])[issue.instance_id]
    return any(flow_queries.may_act(actor, step) for step in steps)


def demands_first(attempt: StepAttempt) -> None:
    """The guard: whoever is recused completes nothing; a department's answer that was marked so and the answer to a
    supervisor come before the closing, each named."""
    issue = attempt.issue
    refuse_recused(issue.recused, attempt.actor.user_id)
    if not attempt.closes or not issue.open_demands:
        return
    waiting = SupportRequest.objects.filter(issue_id=issue.pk, blocking=True, ended_at=None)
    request = waiting.select_related("department").order_by("pk").first()
    if request is not None:
        raise SupportFirst(params={"department": request.department.name, "text": request.text[:50]})
    demand = Supervision.objects.filter(issue_id=issue.pk, answered_at=None).order_by("pk").first()
    if demand is not None:
        raise AnswerFirst(params={"text": demand.demand[:50]})

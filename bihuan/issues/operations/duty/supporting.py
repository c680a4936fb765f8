"""协办: another department is asked for help; it signs, answers, or says that it is not theirs."""

from datetime import datetime

from bihuan.accounts import queries as accounts
from bihuan.calendars import queries as calendars
from bihuan.core import audit
from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import Forbidden, NotFound
from bihuan.core.stamps import operation
from bihuan.issues.errors import BadChoice
from bihuan.issues.models import Issue, SupportRequest
from bihuan.issues.operations.duty.receiving import CALENDAR, refuse_recused
from bihuan.issues.operations.duty.refusals import BadHours, RequestOver, SignedAlready
from bihuan.issues.operations.locking import locked_issue
from bihuan.issues.operations.notices import FEW
from bihuan.issues.operations.reasons import needed_reason, refuse_closed
from bihuan.issues.operations.work import Work, at_work
from bihuan.issues.rules import limits
from bihuan.issues.rules.duty import MOST_EXTENSION_HOURS, TEXT

ANSWERED, RETURNED, WITHDRAWN = "answered", "returned", "withdrawn"


def belongs(actor: Actor, department_id: int) -> bool:
    """Whether the actor works in the department or one below it, or may act for others."""
    mine = {above for place in actor.departments for above in accounts.departments_above(place)}
    return department_id in mine or actor.can("issues.act_for_others")


@operation()
def ask_support(
    *,
    issue_id: int,
    department_key: str,
    text: str,
    hours: int | None = None,
    blocking: bool = False,
    actor: Actor,
    now: datetime,
) -> SupportRequest:
    """Asks a department for help. ``hours``: of working time until it is due; ``blocking``: the issue is not closed before
    it is answered. The department sees the issue from then on, and its heads are told."""
    if actor.kind is ActorKind.CUSTOMER:
        raise Forbidden
    issue = locked_issue(issue_id, actor)
    refuse_closed(issue)
    place = accounts.department(key=department_key)
    if place is None or not place.is_active:
        raise BadChoice(params={"field": "部门", "value": department_key[:50]})
    text = needed_reason(limits.within("协办事项", text, TEXT))
    if hours is not None and not 1 <= hours <= MOST_EXTENSION_HOURS:
        raise BadHours
    row = SupportRequest(
        issue=issue,
        department=place,
        text=text,
        blocking=blocking,
        due_at=calendars.calendar(CALENDAR).add(now, hours * 3600) if hours else None,
        asked_by_id=actor.user_id,
        asked_at=now,
    )
    row.save(force_insert=True)
    with at_work(issue, now=now) as work:
        if place.pk not in issue.departments:
            work.change(departments=[*issue.departments, place.pk])
        if place.key not in issue.support_departments:
            work.change(support_departments=[*issue.support_departments, place.key])
        work.change(updated_at=now, open_demands=issue.open_demands + int(blocking))
        params = _params(row, text)
        work.say("support.asked", params, actor)
        heads = accounts.department_heads(department_id=place.pk, now=now)[:FEW]
        work.tell([head for head in heads if head != actor.user_id], "notice.support", params)
    _audit(issue, "support.asked", actor, now, place.key)
    return row


def _params(row: SupportRequest, text: str) -> dict[str, object]:
    place = row.department
    return {"department": place.name, "department_en": place.name_en or place.name, "text": text[:500]}


def _audit(issue: Issue, action: str, actor: Actor, now: datetime, place: str) -> None:
    detail = {"department": place}
    audit.record(actor=actor, action=action, object_type="issue", object_id=issue.pk, now=now, detail=detail)


def _locked(request_id: int, actor: Actor) -> tuple[Issue, SupportRequest]:
    issue_id = SupportRequest.objects.filter(pk=request_id).values_list("issue_id", flat=True).first()
    if issue_id is None or actor.kind is ActorKind.CUSTOMER:
        raise NotFound
    issue = locked_issue(issue_id, actor)
    row = SupportRequest.objects.select_for_update(of=("self",)).select_related("department").get(pk=request_id)
    if row.ended_at is not None:
        raise RequestOver
    return issue, row


@operation()
def sign_support(*, request_id: int, actor: Actor, now: datetime) -> SupportRequest:
    """Somebody of the department takes it on. Refuses a second signature and people of other departments."""
    issue, row = _locked(request_id, actor)
    if not belongs(actor, row.department_id):
        raise Forbidden
    refuse_recused(issue.recused, actor.user_id)
    if row.signed_at is not None:
        raise SignedAlready
    row.signed_at, row.signed_by_id = now, actor.user_id
    row.save(update_fields=["signed_at", "signed_by"])
    with at_work(issue, now=now) as work:
        work.change(updated_at=now)
        work.joined_by(actor.user_id)
        work.say("support.signed", _params(row, ""), actor)
    return row


@operation()
def answer_support(*, request_id: int, text: str, actor: Actor, now: datetime) -> SupportRequest:
    """The department's answer, which stands in the timeline; whoever asked is told. It signs by the way."""
    return _end(request_id, ANSWERED, text, actor, now)


@operation()
def return_support(*, request_id: int, text: str, actor: Actor, now: datetime) -> SupportRequest:
    """The department says that it cannot help, and why."""
    return _end(request_id, RETURNED, text, actor, now)


@operation()
def withdraw_support(*, request_id: int, text: str, actor: Actor, now: datetime) -> SupportRequest:
    """Who asked, or somebody who may act for others, no longer needs it."""
    return _end(request_id, WITHDRAWN, text, actor, now)


def _end(request_id: int, outcome: str, text: str, actor: Actor, now: datetime) -> SupportRequest:
    issue, row = _locked(request_id, actor)
    mine = row.asked_by_id == actor.user_id or actor.can("issues.act_for_others")
    if not (mine if outcome == WITHDRAWN else belongs(actor, row.department_id)):
        raise Forbidden
    if outcome != WITHDRAWN:
        refuse_recused(issue.recused, actor.user_id)
    row.answer = needed_reason(limits.within("答复", text, TEXT))
    row.outcome, row.ended_at, row.ended_by_id = outcome, now, actor.user_id
    if row.signed_at is None and outcome == ANSWERED:
        row.signed_at, row.signed_by_id = now, actor.user_id
    row.save(update_fields=["answer", "outcome", "ended_at", "ended_by", "signed_at", "signed_by"])
    with at_work(issue, now=now) as work:
        work.change(updated_at=now, open_demands=max(0, issue.open_demands - int(row.blocking)))
        work.joined_by(actor.user_id)
        _tell_end(work, row, actor)
    _audit(issue, f"support.{outcome}", actor, now, row.department.key)
    return row


def _tell_end(work: Work, row: SupportRequest, actor: Actor) -> None:
    params = _params(row, row.answer)
    work.say(f"support.{row.outcome}", params, actor)
    told = row.signed_by_id if row.outcome == WITHDRAWN else row.asked_by_id
    if told is not None and told != actor.user_id:
        work.tell([told], f"notice.support_{row.outcome}", params)

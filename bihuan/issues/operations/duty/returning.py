"""退单: a step goes back to who dispatched it, with a reason, within a bound. The clocks of the customer run on, and the
time since the dispatch is the returner's."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_noop

from bihuan.accounts import queries as accounts
from bihuan.calendars import queries as calendars
from bihuan.core import audit, settings
from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import Conflict, NotFound
from bihuan.core.stamps import operation
from bihuan.flows import operations as flows
from bihuan.flows import queries as flow_queries
from bihuan.flows.errors import NotYourStep, StepGone
from bihuan.flows.models import WorkItem
from bihuan.issues.models import Arbitration, Issue, StepReceipt, StepReturn
from bihuan.issues.operations.duty.receiving import CALENDAR
from bihuan.issues.operations.duty.refusals import (
    ArbitrationWaits,
    BadReturnReason,
    NotDispatched,
    ReturnedToYou,
    ReturnLimit,
    Settled,
    SignedAlready,
)
from bihuan.issues.operations.locking import locked_step
from bihuan.issues.operations.notices import FEW
from bihuan.issues.operations.work import Work, at_work
from bihuan.issues.queries.duty_settings import RETURNS, return_reasons
from bihuan.issues.rules import limits
from bihuan.issues.rules.duty import OTHER, RETURN_WORDS, TEXT, may_return


class NobodyToReturn(Conflict):
    code = "nobody_to_return"
    text = gettext_noop("没有人可以接收退单，请联系服务经理。")


def may_send_back(actor: Actor, item: WorkItem) -> bool:
    """Who has the step, whoever of its department could take it, or the department's head."""
    if actor.kind is ActorKind.CUSTOMER or actor.user_id is None:
        return False
    if item.assignee_id is not None and item.assignee_id != actor.user_id:
        return ("head", item.department_id) in actor.posts
    return flow_queries.may_act(actor, item) or ("head", item.department_id) in actor.posts


def dispatch_of(issue: Issue, item: WorkItem, actor: Actor) -> StepReceipt | None:
    """When the step was given to who has it now, by somebody else; of one that went on within a department, when that
    got the issue."""
    mine = Q(work_item=item)
    if item.department_id is not None:
        mine |= Q(department_id=item.department_id)
    rows = StepReceipt.objects.filter(mine, issue=issue).exclude(given_by_id=actor.user_id)
    return rows.order_by("-given_at", "-id").first()


def settled_by(issue_id: int) -> Arbitration | None:
    """The decision that is final for the issue."""
    rows = Arbitration.objects.filter(issue_id=issue_id, decided_at__isnull=False)
    return rows.select_related("decision").order_by("-id").first()


def refuse_settled(issue: Issue) -> None:
    """Refuses where an arbiter has named the department, or is about to."""
    if Arbitration.objects.filter(issue=issue, decided_at=None).exists():
        raise ArbitrationWaits
    found = settled_by(issue.pk)
    if found is not None:
        raise Settled(params={"name": found.decision.name if found.decision else ""})


@operation()
def sign_step(*, work_item_id: int, actor: Actor, now: datetime) -> StepReceipt:
    """签收: the department or person has seen that the step is theirs. Refuses what is signed, and those who could not
    take it."""
    issue, item = locked_step(work_item_id, actor)
    if item.closed_at is not None:
        raise StepGone
    if not may_send_back(actor, item):
        raise NotYourStep(params={"role": item.role})
    row = StepReceipt.objects.select_for_update().filter(work_item=item, signed_at=None, closed_at=None).first()
    if row is None:
        raise SignedAlready
    row.signed_at, row.signed_by_id = now, actor.user_id
    row.save(update_fields=["signed_at", "signed_by"])
    with at_work(issue, now=now) as work:
        work.change(updated_at=now)
        work.say("duty.signed", {"step": item.name, "step_en": item.name_en}, actor)
    return row


@operation()
def return_step(*, work_item_id: int, code: str, text: str = "", actor: Actor, now: datetime) -> StepReturn:
    """退单: the step goes back to who dispatched it; where that one is away or gone, to the deputy, else to a supervisor.

    ``code``: one of ``queries.return_reasons``. A clock that stood for the customer runs again. Refuses whoever does not
    have the step, a step that nobody dispatched, and one return more than the bound (``ReturnLimit``: an arbiter decides
    then), any after an arbiter's decision.
    """
    issue, item = locked_step(work_item_id, actor)
    if item.status not in ("open", "claimed"):
        raise StepGone
    if not may_send_back(actor, item):
        raise NotYourStep(params={"role": item.role})
    text = limits.within("说明", text, TEXT).strip()
    if code not in return_reasons() or (code == OTHER and not text):
        raise BadReturnReason
    refuse_settled(issue)
    returned = StepReturn.objects.filter(issue=issue, node=item.node).count()
    if not may_return(returned=returned, limit=settings.value(RETURNS), settled=False):
        raise ReturnLimit(params={"n": returned})
    given = dispatch_of(issue, item, actor)
    if given is None:
        raise NotDispatched
    if StepReturn.objects.filter(work_item=item, to_id=given.user_id, at=given.given_at).exists():
        raise ReturnedToYou
    to = _dispatcher(issue, given, actor, now)
    row = StepReturn(
        issue=issue,
        work_item=item,
        node=item.node,
        code=code[:32],
        text=text,
        department_id=item.department_id,
        by_id=actor.user_id,
        to_id=to,
        given_at=given.given_at,
        at=now,
        seconds=_used(item, given.given_at, now),
    )
    row.save(force_insert=True)
    with at_work(issue, now=now) as work:
        _say(work, row, returned + 1, actor)
        flows.hand_work_item(
            item=item,
            user_id=to,
            department_id=None,
            reason=RETURN_WORDS.get(code, code),
            ends_pause=True,
            actor=actor,
            now=now,
        )
    detail = {"step": item.name, "reason": code, "seconds": row.seconds}
    audit.record(actor=actor, action="step.returned", object_type="issue", object_id=issue.pk, now=now, detail=detail)
    return row


def _used(item: WorkItem, since: datetime, now: datetime) -> int:
    """Working time in the hours of the step's own calendar."""
    version = item.calendar_version_id
    calendar = calendars.calendar_for_version(version) if version else calendars.calendar(CALENDAR)
    return int(calendar.between(since, now))


def _dispatcher(issue: Issue, given: StepReceipt, actor: Actor, now: datetime) -> int:
    """Who gets it back: never the returner, nobody away, nobody recused."""
    barred = {*issue.recused, actor.user_id}
    giver = given.given_by_id
    deputy = accounts.deputy_of(user_id=giver, now=now) if giver is not None else None
    there = giver if giver is not None and accounts.is_there(user_id=giver, now=now) else deputy
    if there is not None and there not in barred:
        return there
    for role in ("supervisor", "manager", "admin"):
        for user in accounts.holders(role=role, department_id=None, now=now):
            if user not in barred:
                return user
    raise NobodyToReturn


def _say(work: Work, row: StepReturn, number: int, actor: Actor) -> None:
    item = row.work_item
    place = accounts.department_by_id(row.department_id)
    params: dict[str, object] = {
        "step": item.name,
        "step_en": item.name_en,
        "department": place.name if place else actor.name,
        "department_en": (place.name_en or place.name) if place else actor.name,
        "return_code": row.code,
        "reason": row.text[:500],
        "n": number,
    }
    work.say("duty.returned", params, actor)
    if row.to_id is not None:
        work.tell([row.to_id], "notice.returned", params)
    heads = accounts.department_heads(department_id=row.department_id, now=work.now)[:FEW]
    work.tell([head for head in heads if head not in (row.to_id, row.by_id)], "notice.returned", params)


def step_in_hand(work_item_id: int, actor: Actor) -> tuple[Issue, WorkItem]:
    """The locked step that still waits."""
    issue, item = locked_step(work_item_id, actor)
    if item.status not in ("open", "claimed"):
        raise StepGone
    return issue, item


def step_of(issue: Issue, work_item_id: int) -> WorkItem:
    """A step of the locked issue, as it is now."""
    item = WorkItem.objects.filter(pk=work_item_id, instance_id=issue.instance_id).first()
    if item is None:
        raise NotFound
    item.instance = issue.instance
    return item

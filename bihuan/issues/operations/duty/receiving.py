"""A step that opens, or goes to a department, finds its person where a rule says how; and whoever gets a step by
another's hand is to sign for it. Part of the transaction that moves the chart."""

from collections.abc import Iterable
from datetime import datetime

from bihuan.accounts import queries as accounts
from bihuan.calendars import queries as calendars
from bihuan.core import settings
from bihuan.core.actor import SYSTEM
from bihuan.core.rows import Prepared, write
from bihuan.flows import operations as flows
from bihuan.flows.models import WorkItem
from bihuan.flows.registry import InstanceChange
from bihuan.issues.models import AssignmentRule, AssignmentTurn, StepReceipt
from bihuan.issues.operations.duty.refusals import RecusedHere
from bihuan.issues.operations.work import Work
from bihuan.issues.queries.approvals import is_approval
from bihuan.issues.queries.assigning import Rule, candidates, rule_for, skills
from bihuan.issues.queries.duty_settings import SIGN_MINUTES
from bihuan.issues.queries.matrix import products_of
from bihuan.issues.rules.assigning import CHOICES, Candidate, choose

CALENDAR = "default"
_SIGNED = Prepared(
    "UPDATE issues_stepreceipt SET signed_at = %s, signed_by_id = %s"
    " WHERE work_item_id = %s AND signed_at IS NULL AND closed_at IS NULL"
)
_GONE = Prepared(
    "UPDATE issues_stepreceipt SET closed_at = %s WHERE work_item_id = %s AND signed_at IS NULL AND closed_at IS NULL"
)


def receive(work: Work, change: InstanceChange) -> None:
    """Gives steps that just opened or came to a department, and notes who is to sign for which."""
    for item in change.opened:
        if not is_approval(change.chart.nodes[item.node]):
            _stand_in(work, item)
            distribute(work, item)
            _ask_to_sign(work, item, change)
    for item in change.changed:
        if _moved(item, change, work.issue.recused):
            if not is_approval(change.chart.nodes[item.node]):
                _stand_in(work, item)
                distribute(work, item)
            write(_GONE, [change.now, item.pk])
            _ask_to_sign(work, item, change)
        elif item.assignee_id is not None and item.claimed_at == change.now:
            write(_SIGNED, [change.now, item.assignee_id, item.pk])
    for item in change.closed:
        done = item.completed_by_id is not None
        write(*((_SIGNED, [change.now, item.completed_by_id, item.pk]) if done else (_GONE, [change.now, item.pk])))


def _moved(item: WorkItem, change: InstanceChange, recused: Iterable[int]) -> bool:
    """Whether it was given elsewhere just now: to a person by somebody else's hand, to another department, or taken from
    somebody who may not have it."""
    if len(item.holders) < 2 or item.holders[-1][0] != change.now.isoformat():
        return False
    (_, before, held), (_, place, user) = item.holders[-2:]
    if user is not None:
        return bool(user != change.actor.user_id)
    return bool(before != place) or held in set(recused)


def _stand_in(work: Work, item: WorkItem) -> None:
    """A step that the chart gives to somebody who is away goes to the deputy; to somebody recused, to the pool."""
    user = item.assignee_id
    if user is None:
        return
    names = accounts.names(user_ids=[user]) if user in work.issue.recused else {}
    if user in work.issue.recused:
        flows.receive_work_item(item=item, user_id=None, now=work.now)
        work.say("duty.recused_step", {"name": names.get(user, ""), "step": item.name, "step_en": item.name_en}, SYSTEM)
        return
    deputy = accounts.deputy_of(user_id=user, now=work.now)
    if deputy is not None and deputy not in work.issue.recused:
        flows.receive_work_item(item=item, user_id=deputy, now=work.now)
        known = accounts.names(user_ids=[user, deputy])
        params = {"name": known.get(user, ""), "to": known.get(deputy, ""), "step": item.name, "step_en": item.name_en}
        work.say("duty.deputy", params, SYSTEM)


def distribute(work: Work, item: WorkItem) -> None:
    """Gives a step without holder that is being opened to somebody, where a rule chooses."""
    chosen = pick(work, item)
    if chosen is not None:
        flows.receive_work_item(item=item, user_id=chosen, now=work.now)


def pick(work: Work, item: WorkItem) -> int | None:
    """Whom the rule for the step chooses, and says why in the timeline; None: it waits in its pool. The row of the rule's
    turn is locked until the end of the transaction: nobody else chooses by the same rule meanwhile, so loads and turns
    are true."""
    rule = rule_for(role=item.role, department_id=item.department_id) if item.role else None
    if item.assignee_id is not None or rule is None or rule.method not in CHOICES:
        return None
    if rule.in_hours and not calendars.calendar(CALENDAR).is_open(work.now):
        return None
    turn = _turn(rule)
    if turn is None:
        return None
    issue = work.issue
    by_product = rule.method == "skill" and any(each.product for each in skills())
    found = candidates(
        role=item.role,
        department_id=item.department_id,
        but=issue.recused,
        type_id=issue.type_id,
        products=products_of(customer_id=issue.customer_id) if by_product else (),
        now=work.now,
    )
    chosen = choose(rule.method, found, capacity=rule.capacity, last=turn.last)
    if chosen is None:
        return None
    turn.last = chosen.user
    turn.save(update_fields=["last"])
    _explain(work, item, rule, chosen)
    return chosen.user


def _turn(rule: Rule) -> AssignmentTurn | None:
    """The locked row of the rule's turn; None where the rule has gone meanwhile."""
    if not AssignmentRule.objects.filter(pk=rule.id).exists():
        return None
    AssignmentTurn.objects.bulk_create([AssignmentTurn(rule_id=rule.id)], ignore_conflicts=True)
    return AssignmentTurn.objects.select_for_update().get(pk=rule.id)


def _explain(work: Work, item: WorkItem, rule: Rule, chosen: Candidate) -> None:
    names = accounts.names(user_ids=[chosen.user])
    params = {
        "name": names.get(chosen.user, ""),
        "step": item.name,
        "step_en": item.name_en,
        "n": chosen.steps,
        "level": chosen.skill,
    }
    work.say(f"duty.given_{rule.method}", params, SYSTEM)


def _ask_to_sign(work: Work, item: WorkItem, change: InstanceChange) -> None:
    """A row for whoever got the step: a department's pool, or a person who did not take it."""
    giver = change.actor.user_id
    if item.assignee_id is None and item.department_id is None:
        return
    if item.assignee_id is not None and (item.assignee_id == giver or not _was_given(item, change)):
        return
    work.add([receipt(work, item, given_by=giver)])


def _was_given(item: WorkItem, change: InstanceChange) -> bool:
    """A step that goes on with who did the one before needs no signature; one from another's hand or by a rule does."""
    return item in change.changed or not (change.chart.nodes[item.node].ext.assign or "").startswith("same_as:")


def receipt(work: Work, item: WorkItem, *, given_by: int | None) -> StepReceipt:
    """An unsaved row: signed for within the set working time."""
    return StepReceipt(
        issue=work.issue,
        work_item=item,
        department_id=item.department_id,
        user_id=item.assignee_id,
        given_by_id=given_by,
        given_at=work.now,
        due_at=sign_until(work.now),
    )


def sign_until(now: datetime) -> datetime | None:
    """Until when what is given now is to be signed for; None without a bound."""
    minutes = settings.value(SIGN_MINUTES)
    return calendars.calendar(CALENDAR).add(now, minutes * 60) if minutes else None


def refuse_recused(recused: Iterable[int], user_id: int | None) -> None:
    """Refuses to let a recused person have a step."""
    if user_id is not None and user_id in recused:
        raise RecusedHere(params={"name": accounts.names(user_ids=[user_id]).get(user_id, "")})

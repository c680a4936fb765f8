"""Withdrawal, duplicates, urging: what changes an issue's way from outside its steps."""

from datetime import datetime, timedelta

from bihuan.accounts import queries as accounts
from bihuan.core import audit
from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import Forbidden
from bihuan.core.stamps import operation
from bihuan.flows import operations as flows
from bihuan.issues.errors import AlreadyReminded, IssueClosed, NoSuchIssue
from bihuan.issues.models import Entry, Issue
from bihuan.issues.operations.locking import lock_together, locked_issue
from bihuan.issues.operations.notices import FEW, tell_holders
from bihuan.issues.operations.reasons import needed_reason, refuse_closed
from bihuan.issues.operations.work import Work, at_work
from bihuan.issues.permissions import visible

_REMIND_EVERY = timedelta(hours=1)


def _leave_chart(work: Work, message: str, actor: Actor) -> None:
    """Takes the chart's own way out; refuses where it draws none."""
    moved = flows.correlate_message(
        instance_id=work.issue.instance_id, name=message, variables={}, actor=actor, now=work.now
    )
    if not moved:
        raise IssueClosed


@operation()
def withdraw_issue(*, issue_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """The customer no longer wants it: the chart's own way for that is taken.

    By the customer, or by somebody who writes to customers and was told so.
    """
    if actor.kind is not ActorKind.CUSTOMER and not actor.can("issues.reply"):
        raise Forbidden
    issue = locked_issue(issue_id, actor)
    refuse_closed(issue)
    reason = needed_reason(reason)
    with at_work(issue, now=now) as work:
        work.say("issue.withdrawn", {"reason": reason[:500]}, actor)
        tell_holders(work, "notice.withdrawn", {})
        _leave_chart(work, "customer_withdraws", actor)
    audit.record(actor=actor, action="issue.withdrawn", object_type="issue", object_id=issue.pk, now=now)


def _other(number: str, actor: Actor) -> Issue:
    wanted = number.strip()[:32]
    other = Issue.objects.filter(visible(actor), number=wanted).first()
    if other is None:
        raise NoSuchIssue(params={"number": wanted})
    return other


@operation()
def mark_duplicate(*, issue_id: int, of_number: str, reason: str, actor: Actor, now: datetime) -> None:
    """It is the same as another issue of the house; this one ends as merged and points to the survivor.

    Chains are flattened: every merged issue points to the one that goes on. Both are locked together, so of "A is B"
    and "B is A" at the same time one wins and the other is refused (correctness 65). Refuses the issue itself, one
    that was merged into it, and numbers that the actor may not see.
    """
    if not actor.can("issues.reply"):
        raise Forbidden
    reason = needed_reason(reason)
    lock_together([issue_id, _other(of_number, actor).pk])
    issue, other = locked_issue(issue_id, actor), _other(of_number, actor)
    root = other.duplicate_of or other
    if root.pk == issue.pk:
        raise NoSuchIssue(params={"number": other.number})
    refuse_closed(issue)
    with at_work(issue, now=now) as work:
        work.change(duplicate_of=root)
        work.say("issue.duplicate", {"number": root.number, "reason": reason[:500]}, actor)
        _leave_chart(work, "marked_duplicate", actor)
    Issue.objects.filter(duplicate_of=issue).update(duplicate_of=root)
    with at_work(root, now=now) as work:
        work.say("issue.has_duplicate", {"number": issue.number, "reason": reason[:500]}, actor)
        work.change(updated_at=now)
    audit.record(
        actor=actor, action="issue.duplicate", object_type="issue", object_id=issue.pk, now=now, detail={"of": root.pk}
    )


@operation()
def remind_issue(*, issue_id: int, actor: Actor, now: datetime) -> None:
    """The customer urges (催办): holders and supervisors are told, at most once an hour."""
    issue = locked_issue(issue_id, actor)
    refuse_closed(issue)
    recently = Entry.objects.filter(issue=issue, code="customer.reminded", at__gt=now - _REMIND_EVERY)
    if recently.exists():
        raise AlreadyReminded
    with at_work(issue, now=now) as work:
        work.say("customer.reminded", {}, actor)
        work.change(updated_at=now)
        told = tell_holders(work, "notice.reminded", {})
        heads = accounts.holders(role="supervisor", department_id=None, now=now)[:FEW]
        step = {"step": issue.step_name, "step_en": issue.step_name_en}
        work.tell([head for head in heads if head not in told], "notice.reminded", step)

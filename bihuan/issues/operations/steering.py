"""Withdrawal and urging: what changes an issue's way from outside its steps."""

from datetime import datetime, timedelta

from bihuan.accounts import queries as accounts
from bihuan.core import audit
from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import Forbidden
from bihuan.core.stamps import operation
from bihuan.flows import operations as flows
from bihuan.issues.errors import AlreadyReminded, IssueClosed
from bihuan.issues.models import Entry
from bihuan.issues.operations.locking import locked_issue
from bihuan.issues.operations.notices import FEW, tell_holders
from bihuan.issues.operations.reasons import needed_reason, refuse_closed
from bihuan.issues.operations.work import Work, at_work

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

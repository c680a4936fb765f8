"""After the result was told: what customers write, what nobody answers, and what somebody of the house decides otherwise.

A reply within the window reopens the same issue, later ones open a follow-up (correctness 34). While the chart waits for
the customer's verdict its own arrow is taken; from the steps behind it the token goes back to where that arrow leads.
"""

import logging
from datetime import datetime, timedelta

from django.utils.translation import gettext_noop

from bihuan.calendars import queries as calendars
from bihuan.core import audit
from bihuan.core.actor import SYSTEM, Actor
from bihuan.core.errors import Conflict, Forbidden, Refused
from bihuan.core.rows import Select
from bihuan.core.settings import number, value
from bihuan.core.stamps import ask_first, operation
from bihuan.flows import operations as flows
from bihuan.flows import queries as flow_queries
from bihuan.flows.models import Instance, Wait
from bihuan.issues import registry
from bihuan.issues.models import Issue
from bihuan.issues.operations.answers import note_answer, responsible_for
from bihuan.issues.operations.locking import locked_issue
from bihuan.issues.operations.reasons import needed_reason
from bihuan.issues.operations.work import Work, at_work
from bihuan.issues.registry import StepAttempt
from bihuan.issues.rules.reopening import ANSWER, WAITING, way_back

REOPEN_DAYS = number("issues.reopen_days", 5, least=1, most=60)
"""So many working days after the closing a reply still reopens the issue."""
CLOSE_DAYS = number("issues.close_days", 5, least=0, most=60)
"""So many working days without an answer, and the worker closes; 0: never."""
CALENDAR = "default"
_FREE = Select(
    Instance, "WHERE t.id = (SELECT instance_id FROM issues_issue WHERE id = %s) FOR UPDATE OF t SKIP LOCKED"
)
_ISSUE = Select(Issue, "WHERE t.id = %s", without=("description",))
log = logging.getLogger(__name__)


class CannotReopen(Conflict):
    code = "cannot_reopen"
    text = gettext_noop("这件问题不能重开：流程已经走完或图上没有画“没有解决”怎么走。请另行登记，并写明接续哪一件。")


def may_come_back(issue: Issue, now: datetime) -> bool:
    """Whether a reply would still reopen this closed issue: its chart has not ended (only the filing is left), it was
    closed as solved, and the window is open."""
    if issue.status != "closed" or issue.closed_at is None or issue.instance.ended_at is not None:
        return False
    if way_back(flow_queries.chart_of(issue.instance.version_id)) is None:
        return False
    return now <= calendars.calendar(CALENDAR).end_of_workday(issue.closed_at, value(REOPEN_DAYS))


def reopen_by_reply(work: Work, text: str, actor: Actor) -> bool:
    """Reopens because the customer wrote again; False where nothing was answered or closed. Joins the message's work."""
    issue = work.issue
    if issue.status == "resolved":
        waits = Wait.objects.filter(instance_id=issue.instance_id, name=ANSWER, kind="message", closed_at__isnull=True)
        if not waits.exists():
            return False
        note_answer(work, satisfied=False, reason=text, actor=actor)
        return flows.correlate_message(
            instance_id=issue.instance_id, name=ANSWER, variables={"satisfied": False}, actor=actor, now=work.now
        )
    if may_come_back(issue, work.now):
        note_answer(work, satisfied=False, reason=text, actor=actor)
        _go_back(work, text.strip() or "客户再次来信", SYSTEM)
        return True
    return False


def _go_back(work: Work, reason: str, actor: Actor) -> None:
    """Takes every token that rests to where the drawn arrow "not solved" leads."""
    issue = work.issue
    target = way_back(flow_queries.chart_of(issue.instance.version_id))
    resting = flow_queries.jumps(instance=issue.instance)
    if target is None or not resting:
        raise CannotReopen
    flows.jump_token(
        instance_id=issue.instance_id,
        item=resting[0].item,
        target=target,
        reason=reason[:500],
        actor=actor,
        now=work.now,
    )


@operation()
def reopen_issue(*, issue_id: int, reason: str, actor: Actor, now: datetime) -> Issue:
    """Somebody of the house reopens what was resolved or closed, whatever the window says (correctness 39).

    It is counted like a reopening by the customer, on the same people and departments. Refuses without a reason, without
    the right to write to customers, and where there is no way back (``CannotReopen``).
    """
    if not actor.can("issues.reply"):
        raise Forbidden
    issue = locked_issue(issue_id, actor)
    reason = needed_reason(reason)
    if issue.status not in {*WAITING, "closed"} or issue.instance.ended_at is not None:
        raise CannotReopen
    with at_work(issue, now=now) as work:
        work.change(reopened=issue.reopened + 1, updated_at=now)
        work.say("issue.reopened", {"reason": reason[:500], **responsible_for(issue)}, actor)
        work.joined_by(actor.user_id)
        # Whoever may reopen need not have the right to leave the drawn way everywhere else.
        _go_back(work, reason, SYSTEM)
    audit.record(actor=actor, action="issue.reopened", object_type="issue", object_id=issue.pk, now=now)
    return issue


# -- nobody answers --------------------------------------------------------------------------------------------------


def close_unanswered(*, now: datetime, limit: int = 50) -> int:
    """Closes what the customer has not answered for ``CLOSE_DAYS`` working days, each in a transaction of its own;
    returns how many. Several workers may call it at once: each issue is closed once (correctness 33, 78).

    A chart that draws a timer of its own beside the answer goes by that, if it is shorter.
    """
    days = value(CLOSE_DAYS)
    if not days:
        return 0
    waits = Wait.objects.filter(
        kind="message", name=ANSWER, closed_at__isnull=True, opened_at__lte=now - timedelta(days=days)
    ).order_by("id")
    found = Issue.objects.filter(instance_id__in=waits.values("instance_id"), status="resolved", open_tasks=0)
    closed = 0
    for issue_id in list(found.order_by("id").values_list("pk", flat=True)[:limit]):
        try:
            closed += _close(issue_id=issue_id, days=days, now=now)
        except Refused:
            log.info("issue %s cannot be closed yet", issue_id)
        except Exception:
            log.exception("issue %s could not be closed", issue_id)
    return closed


@operation()
def _close(*, issue_id: int, days: int, now: datetime) -> int:
    instances, issues = ask_first(_FREE.of(issue_id), _ISSUE.of(issue_id))
    if not instances or not issues or issues[0].status != "resolved":
        return 0  # somebody else is at it, or was
    issue = issues[0]
    issue.instance = instances[0]
    wait = Wait.objects.filter(
        instance_id=issue.instance_id, name=ANSWER, kind="message", closed_at__isnull=True
    ).first()
    if wait is None or now < calendars.calendar(CALENDAR).end_of_workday(wait.opened_at, days):
        return 0
    attempt = StepAttempt(
        issue=issue, work_item_id=0, node=wait.node, outcome="", closes=True, actor=SYSTEM, now=now
    )  # fmt: skip
    registry.ask_guards(attempt)
    with at_work(issue, now=now) as work:
        work.say("issue.closed_unanswered", {"days": days}, SYSTEM)
        flows.correlate_message(
            instance_id=issue.instance_id, name=ANSWER, variables={"satisfied": True}, actor=SYSTEM, now=now
        )
    return 1

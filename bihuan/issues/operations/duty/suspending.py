"""挂起: the whole issue stands for a reason of a list until a day at the latest; then the worker lets it go on."""

from datetime import datetime, timedelta

from bihuan.core import audit
from bihuan.core.actor import SYSTEM, Actor, ActorKind
from bihuan.core.errors import Forbidden
from bihuan.core.rows import Select
from bihuan.core.stamps import ask_first, operation
from bihuan.core.ticks import ahead, each_alone
from bihuan.flows import operations as flows
from bihuan.flows import queries as flow_queries
from bihuan.flows.models import Instance
from bihuan.issues.errors import BadChoice
from bihuan.issues.models import Issue, Suspension
from bihuan.issues.operations.duty.refusals import BadDate, NotSuspended, SuspendedAlready
from bihuan.issues.operations.locking import locked_issue
from bihuan.issues.operations.notices import tell_holders
from bihuan.issues.operations.reasons import needed_reason, refuse_closed
from bihuan.issues.operations.work import at_work
from bihuan.issues.rules import limits
from bihuan.issues.rules.duty import LONGEST_STAND_DAYS, SUSPEND_WORDS, TEXT

SUSPENDED = "suspended"
_NO_DEADLINE: dict[str, object] = {
    "due_at": None,
    "due_limit": None,
    "due_calendar": None,
    "due_paused": False,
    "soon_at": None,
}
"""Nothing of it is late while it stands; its steps know theirs."""
_FREE = Select(
    Instance,
    "WHERE t.id = (SELECT i.instance_id FROM issues_suspension s JOIN issues_issue i ON i.id = s.issue_id WHERE s.id = %s)"
    " FOR UPDATE OF t SKIP LOCKED",
)
_ISSUE = Select(Issue, "WHERE t.id = (SELECT issue_id FROM issues_suspension WHERE id = %s)", without=("description",))
_ROW = Select(Suspension, "WHERE t.id = %s")


def may_suspend(actor: Actor, issue: Issue) -> bool:
    """Who may assign, and who has a step of it."""
    if actor.kind is ActorKind.CUSTOMER:
        return False
    if actor.can("issues.assign"):
        return True
    steps = flow_queries.open_steps(instance_ids=[issue.instance_id])[issue.instance_id]
    return any(step.assignee_id is not None and step.assignee_id == actor.user_id for step in steps)


@operation()
def suspend_issue(*, issue_id: int, code: str, reason: str, until: datetime, actor: Actor, now: datetime) -> Suspension:
    """The chart stands where it is, its steps leave the queues, its clocks stand as the policies say. ``code``: one of
    ``rules.duty.SUSPEND_WORDS``."""
    issue = locked_issue(issue_id, actor)
    refuse_closed(issue)
    if issue.status == SUSPENDED:
        raise SuspendedAlready
    if not may_suspend(actor, issue):
        raise Forbidden
    if code not in SUSPEND_WORDS:
        raise BadChoice(params={"field": "挂起原因", "value": code[:50]})
    reason = needed_reason(limits.within("说明", reason, TEXT))
    if not now < until <= now + timedelta(days=LONGEST_STAND_DAYS):
        raise BadDate
    row = Suspension(issue=issue, code=code, reason=reason, until=until, by_id=actor.user_id, at=now)
    row.save(force_insert=True)
    with at_work(issue, now=now) as work:
        tell_holders(work, "notice.suspended", {"who": actor.name})
        flows.suspend_instance(instance_id=issue.instance_id, now=now)
        work.change(status=SUSPENDED, updated_at=now, revision=issue.revision + 1, **_NO_DEADLINE)
        params = {"suspend_code": code, "reason": reason[:500], "until": until.isoformat()}
        work.say("duty.suspended", params, actor)
    detail = {"reason": code, "until": until.isoformat()}
    audit.record(actor=actor, action="issue.suspended", object_type="issue", object_id=issue.pk, now=now, detail=detail)
    return row


@operation()
def resume_issue(*, issue_id: int, actor: Actor, now: datetime) -> Suspension:
    """It goes on where it stood, before its day."""
    issue = locked_issue(issue_id, actor)
    if not actor.can("issues.assign") and actor.user_id not in issue.people:
        raise Forbidden
    row = Suspension.objects.select_for_update().filter(issue=issue, ended_at=None).first()
    if row is None or not issue.is_open:
        raise NotSuspended
    return _go_on(issue, row, actor, now)


def _go_on(issue: Issue, row: Suspension, actor: Actor, now: datetime) -> Suspension:
    row.ended_at, row.ended_by_id = now, actor.user_id
    row.save(update_fields=["ended_at", "ended_by"])
    with at_work(issue, now=now) as work:
        work.say("duty.resumed", {}, actor)
        flows.resume_instance(instance_id=issue.instance_id, actor=actor, now=now)
        tell_holders(work, "notice.resumed", {})
    audit.record(actor=actor, action="issue.resumed", object_type="issue", object_id=issue.pk, now=now)
    return row


def resume_due(*, now: datetime, limit: int = 100) -> int:
    """The worker: lets issues go on whose day has come; returns how many. Several workers may call it at once."""
    due = Suspension.objects.filter(ended_at=None, until__lte=now).order_by("until", "pk")
    ids = list(due.values_list("pk", flat=True)[: ahead(limit)])
    return each_alone(
        ids, lambda pk: _resume_one(row_id=pk, now=now), what="suspensions that end", now=now, limit=limit
    )


@operation()
def _resume_one(*, row_id: int, now: datetime) -> int:
    instances, issues, rows = ask_first(_FREE.of(row_id), _ISSUE.of(row_id), _ROW.of(row_id))
    if not instances or not issues or not rows or rows[0].ended_at is not None or rows[0].until > now:
        return 0
    issue, row = issues[0], rows[0]
    issue.instance = instances[0]
    if not issue.is_open:  # it ended otherwise meanwhile
        Suspension.objects.filter(pk=row.pk).update(ended_at=now)
        return 0
    _go_on(issue, row, SYSTEM, now)
    return 1

"""升级 to a task force, and 回避: who is brought in, and who stays out."""

from collections.abc import Sequence
from datetime import datetime

from bihuan.accounts import queries as accounts
from bihuan.core import audit
from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import Forbidden, NotFound
from bihuan.core.stamps import operation
from bihuan.flows import operations as flows
from bihuan.flows import queries as flow_queries
from bihuan.flows.errors import NobodyThere
from bihuan.issues.models import Issue, Recusal, TaskForce
from bihuan.issues.operations.duty.receiving import refuse_recused
from bihuan.issues.operations.duty.refusals import RecusedAlready, TaskForceThere
from bihuan.issues.operations.locking import locked_issue
from bihuan.issues.operations.notices import FEW
from bihuan.issues.operations.reasons import needed_reason, refuse_closed
from bihuan.issues.operations.work import Work, at_work

MOST_MEMBERS = 20


def _person(username: str) -> int:
    found = accounts.person(username=username)
    if found is None:
        raise NobodyThere
    return found.pk


@operation()
def call_task_force(
    *, issue_id: int, leader: str, members: Sequence[str], reason: str, actor: Actor, now: datetime
) -> TaskForce:
    """Escalates to a team: leader and members (accounts) see the issue from then on and are told. Refuses people who are
    recused, and a second team at the same time."""
    if not actor.can("issues.assign"):
        raise Forbidden
    issue = locked_issue(issue_id, actor)
    refuse_closed(issue)
    reason = needed_reason(reason)
    head = _person(leader)
    others = [each for each in dict.fromkeys(_person(name) for name in members[:MOST_MEMBERS]) if each != head]
    for user in (head, *others):
        refuse_recused(issue.recused, user)
    if TaskForce.objects.filter(issue=issue, ended_at=None).exists():
        raise TaskForceThere
    row = TaskForce(issue=issue, leader_id=head, members=others, reason=reason, by_id=actor.user_id, at=now)
    row.save(force_insert=True)
    with at_work(issue, now=now) as work:
        names = accounts.names(user_ids=[head, *others])
        params = {
            "leader": names.get(head, ""),
            "members": "、".join(names[each] for each in others if each in names),
            "reason": reason[:500],
        }
        work.change(updated_at=now)
        work.joined_by(head, *others)
        work.say("duty.task_force", params, actor)
        work.tell([head, *others], "notice.task_force", params)
    audit.record(actor=actor, action="issue.task_force", object_type="issue", object_id=issue.pk, now=now)
    return row


@operation()
def end_task_force(*, task_force_id: int, reason: str, actor: Actor, now: datetime) -> TaskForce:
    """The team has done its work; its leader or somebody who may assign says so."""
    issue_id = TaskForce.objects.filter(pk=task_force_id).values_list("issue_id", flat=True).first()
    if issue_id is None:
        raise NotFound
    issue = locked_issue(issue_id, actor)
    row = TaskForce.objects.select_for_update().get(pk=task_force_id)
    if not actor.can("issues.assign") and actor.user_id != row.leader_id:
        raise Forbidden
    reason = needed_reason(reason)
    if row.ended_at is not None:
        return row
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    with at_work(issue, now=now) as work:
        work.change(updated_at=now)
        work.say("duty.task_force_ended", {"reason": reason[:500]}, actor)
    audit.record(actor=actor, action="issue.task_force_ended", object_type="issue", object_id=issue.pk, now=now)
    return row


@operation()
def recuse(*, issue_id: int, username: str = "", reason: str, actor: Actor, now: datetime) -> Recusal:
    """回避: the person holds no step of the issue any more and is given none; steps in hand go back to their pools.
    Everybody declares it for oneself; for others it takes the right to assign."""
    if actor.kind is ActorKind.CUSTOMER or actor.user_id is None:
        raise Forbidden
    issue = locked_issue(issue_id, actor)
    refuse_closed(issue)
    user = _person(username) if username else actor.user_id
    if user != actor.user_id and not actor.can("issues.assign"):
        raise Forbidden
    reason = needed_reason(reason)
    if user in issue.recused:
        raise RecusedAlready
    row = Recusal(issue=issue, user_id=user, reason=reason, by_id=actor.user_id, at=now)
    row.save(force_insert=True)
    with at_work(issue, now=now) as work:
        name = accounts.names(user_ids=[user]).get(user, "")
        work.change(recused=[*issue.recused, user], updated_at=now)
        work.say("duty.recused", {"name": name, "reason": reason[:500]}, actor)
        _take_steps(work, issue, user, actor)
        if user != actor.user_id:
            work.tell([user], "notice.recused", {"reason": reason[:500]})
    detail = {"user": user}
    audit.record(actor=actor, action="issue.recused", object_type="issue", object_id=issue.pk, now=now, detail=detail)
    return row


def _take_steps(work: Work, issue: Issue, user: int, actor: Actor) -> None:
    """Steps that the person has go to their pools; a supervisor hears of those that are now for nobody."""
    for item in flow_queries.open_steps(instance_ids=[issue.instance_id])[issue.instance_id]:
        if item.assignee_id != user:
            continue
        item.instance = issue.instance
        flows.hand_work_item(
            item=item, user_id=None, department_id=item.department_id, reason="", actor=actor, now=work.now
        )
        work.say("duty.pooled", {"step": item.name, "step_en": item.name_en}, actor)
        able = accounts.holders(role=item.role, department_id=item.department_id, now=work.now)
        if not [each for each in able if each not in issue.recused]:
            heads = accounts.holders(role="supervisor", department_id=None, now=work.now)[:FEW]
            work.tell(heads, "step.nobody", {"step": item.name, "step_en": item.name_en})

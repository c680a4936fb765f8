"""移交: all that a person has in hand goes to others, each with a summary for who goes on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_noop

from bihuan.accounts import queries as accounts
from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden, Refused
from bihuan.core.stamps import operation
from bihuan.flows import operations as flows
from bihuan.flows.errors import NobodyThere
from bihuan.flows.models import WorkItem
from bihuan.issues.models import Issue, SupportRequest, Task
from bihuan.issues.operations.approvals.signing import pass_seat
from bihuan.issues.operations.duty.receiving import refuse_recused
from bihuan.issues.operations.locking import lock_together, locked_issue
from bihuan.issues.operations.work import Work, at_work
from bihuan.issues.queries.handover import name_of_seat, owed_seats
from bihuan.issues.rules import limits
from bihuan.issues.rules.duty import TEXT

STEP, SUPPORT, TASK, SEAT = "step", "support", "task", "seat"
MOST = 500


class SummaryRequired(Refused):
    code = "summary_required"
    text = gettext_noop("请为每一件写明交接说明：办到哪里、下一步做什么。")


class HandOverChanged(Refused):
    code = "hand_over_changed"
    text = gettext_noop("有 %(n)s 件已经不在这个人手上，没有移交任何一件；请刷新后再试。")
    status = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """One thing in hand: ``kind`` (step, support, task; seat: a decision that is still owed) with its id, the account that
    goes on, and what to know."""

    kind: str
    id: int
    to: str
    summary: str


@operation()
def hand_over(*, person_id: int, rows: Sequence[Handed], actor: Actor, now: datetime) -> int:
    """Hands everything over or nothing; returns how many. By the person, or whoever manages people or may assign.

    Each takes a summary, which stands in the issue's timeline. Refuses receivers who are not on the staff, are the person
    or are recused, and things that the person does not have any more.
    """
    if actor.user_id != person_id and not (actor.can("people.edit") or actor.can("issues.assign")):
        raise Forbidden
    rows = list(rows)[:MOST]
    summaries = [limits.within("交接说明", row.summary, TEXT).strip() for row in rows]
    if not all(summaries):
        raise SummaryRequired
    receivers = _receivers([row.to for row in rows], person_id)
    where = _issues_of(person_id, rows)
    lock_together(where.values())
    where = _issues_of(person_id, rows)
    gone = [row for row in rows if (row.kind, row.id) not in where]
    if gone:
        raise HandOverChanged(params={"n": len(gone)})
    name = accounts.names(user_ids=[person_id]).get(person_id, "")
    for row, summary in zip(rows, summaries, strict=True):
        _hand(where[row.kind, row.id], row, receivers[row.to], name, summary, actor, now)
    if rows:
        detail = {"things": len(rows)}
        audit.record(
            actor=actor, action="user.handed_over", object_type="user", object_id=person_id, now=now, detail=detail
        )
    return len(rows)


def _receivers(accounts_given: Sequence[str], person_id: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for username in dict.fromkeys(accounts_given):
        person = accounts.person(username=username) if username else None
        if person is None or person.pk == person_id:
            raise NobodyThere
        found[username] = person.pk
    return found


def _issues_of(person_id: int, rows: Sequence[Handed]) -> dict[tuple[str, int], int]:
    """The issue of each thing that the person still has."""
    ids = {kind: [row.id for row in rows if row.kind == kind] for kind in (STEP, SUPPORT, TASK, SEAT)}
    instances = dict(
        WorkItem.objects.filter(pk__in=ids[STEP], assignee_id=person_id, status="claimed").values_list(
            "pk", "instance_id"
        )
    )
    by_instance = dict(Issue.objects.filter(instance_id__in=instances.values()).values_list("instance_id", "pk"))
    found = {(STEP, pk): by_instance[instance] for pk, instance in instances.items() if instance in by_instance}
    asked = SupportRequest.objects.filter(pk__in=ids[SUPPORT], signed_by_id=person_id, ended_at=None)
    tasks = Task.objects.filter(Q(owner_id=person_id), pk__in=ids[TASK], done_at=None)
    found |= {(SUPPORT, pk): issue for pk, issue in asked.values_list("pk", "issue_id")}
    found |= {(TASK, pk): issue for pk, issue in tasks.values_list("pk", "issue_id")}
    seats = owed_seats(person_id).filter(pk__in=ids[SEAT]).values_list("pk", "approval__issue_id")
    return found | {(SEAT, pk): issue for pk, issue in seats}


def _hand(issue_id: int, row: Handed, to: int, name: str, summary: str, actor: Actor, now: datetime) -> None:
    issue = locked_issue(issue_id)
    refuse_recused(issue.recused, to)
    with at_work(issue, now=now) as work:
        known = accounts.names(user_ids=[to])
        what, english = _move(work, row, to, actor, now)
        params = {
            "name": name,
            "to": known.get(to, ""),
            "step": what,
            "step_en": english or what,
            "text": summary[:TEXT],
        }
        work.joined_by(to)
        work.change(updated_at=now)
        work.say("duty.handed_over", params, actor)
        if row.kind in (SUPPORT, TASK) and to != actor.user_id:
            work.tell([to], "notice.handed_over", {"name": name, "step": what, "step_en": english or what})


def _move(work: Work, row: Handed, to: int, actor: Actor, now: datetime) -> tuple[str, str]:
    """Gives it to the other person; what it is called."""
    if row.kind == SEAT:
        return name_of_seat(pass_seat(work, row.id, to, row.summary[:500]))
    if row.kind == SUPPORT:
        SupportRequest.objects.filter(pk=row.id).update(signed_by_id=to)
        return SupportRequest.objects.values_list("text", flat=True).get(pk=row.id)[:100], ""
    if row.kind == TASK:
        Task.objects.filter(pk=row.id).update(owner_id=to)
        return Task.objects.values_list("title", flat=True).get(pk=row.id), ""
    item = WorkItem.objects.get(pk=row.id)
    item.instance = work.issue.instance
    flows.hand_work_item(
        item=item, user_id=to, department_id=item.department_id, reason=row.summary[:500], actor=actor, now=now
    )
    return item.name, item.name_en

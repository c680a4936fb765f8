"""What a person has in hand."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden
from bihuan.flows.models import WorkItem
from bihuan.issues.models import ApprovalSeat, Issue, SupportRequest, Task

MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class InHand:
    """One thing: a step, a request to the department that the person signed for, a task, or a decision that is owed."""

    kind: str
    id: int
    issue_id: int
    number: str
    title: str
    what: str
    what_en: str
    due_at: datetime | None


def _issues(rows: dict[int, int]) -> dict[int, Issue]:
    found = Issue.objects.filter(pk__in=set(rows.values())).only("id", "number", "title")
    return {issue.pk: issue for issue in found}


def in_hand(*, actor: Actor, person_id: int) -> list[InHand]:
    """All of it, the most urgent first, at most 500; for the person, whoever manages people, and whoever may assign. Five
    queries."""
    if actor.user_id != person_id and not (actor.can("people.edit") or actor.can("issues.assign")):
        raise Forbidden
    steps = list(WorkItem.objects.filter(assignee_id=person_id, status="claimed").order_by("due_at", "pk")[:MOST])
    of_step = dict(
        Issue.objects.filter(instance_id__in=[step.instance_id for step in steps]).values_list("instance_id", "pk")
    )
    asked = list(SupportRequest.objects.filter(signed_by_id=person_id, ended_at=None).order_by("due_at", "pk")[:MOST])
    tasks = list(Task.objects.filter(owner_id=person_id, done_at=None).order_by("due_at", "pk")[:MOST])
    things: list[tuple[str, int, int, str, str, datetime | None]] = [
        ("step", step.pk, of_step[step.instance_id], step.name, step.name_en, step.due_at)
        for step in steps
        if step.instance_id in of_step
    ]
    things += [("support", row.pk, row.issue_id, row.text[:100], "", row.due_at) for row in asked]
    things += [("task", row.pk, row.issue_id, row.title, "", row.due_at) for row in tasks]
    seats = list(owed_seats(person_id).select_related("approval").order_by("pk")[:MOST])
    things += [("seat", row.pk, row.approval.issue_id, *name_of_seat(row), None) for row in seats]
    issues = _issues({number: thing[2] for number, thing in enumerate(things)})
    return [
        InHand(
            kind=kind,
            id=pk,
            issue_id=issue,
            number=issues[issue].number,
            title=issues[issue].title,
            what=what,
            what_en=english or what,
            due_at=due,
        )
        for kind, pk, issue, what, english, due in things
    ][:MOST]


def owed_seats(user_id: int) -> QuerySet[ApprovalSeat]:
    """Seats in open rounds from which the person has not decided, whoever's turn it is."""
    return ApprovalSeat.objects.filter(user_id=user_id, decision="", approval__state="open")


def name_of_seat(seat: ApprovalSeat) -> tuple[str, str]:
    """What is to be decided there: the chart's step, or what somebody asked."""
    approval = seat.approval
    return approval.name or approval.text[:100], approval.name_en


def seats_owed(user_id: int) -> int:
    """How many decisions the person still owes."""
    return owed_seats(user_id).count()


def steps_held(user_id: int) -> int:
    """How many open steps the person has."""
    return WorkItem.objects.filter(assignee_id=user_id, status="claimed").count()


def requests_signed(user_id: int) -> int:
    """How many requests to a department the person has signed for and not answered."""
    return SupportRequest.objects.filter(signed_by_id=user_id, ended_at=None).count()


def tasks_owned(user_id: int) -> int:
    """How many open tasks are the person's."""
    return Task.objects.filter(owner_id=user_id, done_at=None).count()

"""Time spent on an issue."""

from dataclasses import dataclass

from django.db.models import Sum

from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import NotFound
from bihuan.issues.models import Issue, TimeRecord
from bihuan.issues.permissions import visible

MOST = 50


@dataclass(frozen=True, slots=True)
class TimeSpent:
    """``rows``: the latest, newest first. ``total`` and ``billable``: minutes of all; ``people``: (name, minutes), most first.
    ``running``: the reader's own timer, on whatever issue."""

    rows: list[TimeRecord]
    total: int
    billable: int
    people: list[tuple[str, int]]
    running: TimeRecord | None


def time_spent(*, actor: Actor, issue_id: int) -> TimeSpent:
    """What was spent on an issue. Three queries."""
    if actor.kind is ActorKind.CUSTOMER:
        raise NotFound
    seen = Issue.objects.filter(visible(actor), pk=issue_id)
    done = TimeRecord.objects.filter(issue__in=seen, started_at__isnull=True)
    rows = list(done.select_related("user").order_by("-day", "-pk")[:MOST])
    people: dict[str, int] = {}
    billable = 0
    sums = done.order_by().values("user_id", "user__name", "billable").annotate(minutes=Sum("minutes"))
    for row in sums:
        people[row["user__name"]] = people.get(row["user__name"], 0) + row["minutes"]
        billable += row["minutes"] if row["billable"] else 0
    running = TimeRecord.objects.filter(user_id=actor.user_id or 0, started_at__isnull=False).select_related("issue")
    return TimeSpent(
        rows=rows,
        total=sum(people.values()),
        billable=billable,
        people=sorted(people.items(), key=lambda each: (-each[1], each[0])),
        running=running.first(),
    )

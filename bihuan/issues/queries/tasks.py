"""Tasks of an issue, and of a person."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q

from bihuan.core.actor import Actor, ActorKind
from bihuan.core.cursors import decode_instant, encode_cursor
from bihuan.core.errors import NotFound
from bihuan.issues.models import FAR, Issue, Task
from bihuan.issues.permissions import visible

PAGE = 50


@dataclass(frozen=True, slots=True)
class TaskPage:
    """``next``: the cursor of the following page, None at the end."""

    items: list[Task]
    next: str | None


def tasks_of_issue(*, actor: Actor, issue_id: int) -> list[Task]:
    """All tasks of an issue in their order, what is open first. One query."""
    if actor.kind is ActorKind.CUSTOMER:
        raise NotFound
    rows = Task.objects.filter(issue__in=Issue.objects.filter(visible(actor), pk=issue_id))
    rows = rows.select_related("owner", "department", "made_by", "done_by")
    return list(rows.order_by(F("done_at").asc(nulls_first=True), "position", "id")[:200])


def _mine(actor: Actor) -> Q:
    places = Q(owner__isnull=True, department_id__in=sorted(actor.departments)) if actor.departments else Q(pk__in=[])
    return Q(done_at__isnull=True) & (Q(owner_id=actor.user_id or 0) | places)


def my_tasks(*, actor: Actor, cursor: str | None = None, limit: int = PAGE) -> TaskPage:
    """One's own open tasks and those of one's departments, the most urgent first; without due time last."""
    rows = Task.objects.filter(_mine(actor), issue__is_open=True)
    rows = rows.select_related("owner", "department", "issue").defer("issue__description")
    dated = rows.filter(due_at__isnull=False)
    after: tuple[datetime, int] | None = decode_instant(cursor, "tasks") if cursor else None
    found: list[Task] = []
    if after is None or after[0] < FAR:
        if after is not None:
            dated = dated.filter(Q(due_at__gte=after[0]), Q(due_at__gt=after[0]) | Q(pk__gt=after[1]))
        found = list(dated.order_by("due_at", "pk")[: limit + 1])
    if len(found) <= limit:
        undated = rows.filter(due_at__isnull=True)
        if after is not None and after[0] == FAR:
            undated = undated.filter(pk__gt=after[1])
        found += list(undated.order_by("pk")[: limit + 1 - len(found)])
    items = found[:limit]
    more = len(found) > limit
    return TaskPage(items, encode_cursor("tasks", items[-1].due_at or FAR, items[-1].pk) if more else None)


def count_my_tasks(*, actor: Actor, most: int = 999) -> int:
    """How many of them there are; more than ``most`` is any larger number."""
    return Task.objects.filter(_mine(actor), issue__is_open=True).values("pk")[: most + 1].count()

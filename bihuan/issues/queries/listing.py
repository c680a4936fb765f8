"""Lists of issues: keyset pages, queues, counters; permission inside every query."""

import base64
import binascii
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_noop

from bihuan.core.actor import Actor
from bihuan.core.errors import Refused
from bihuan.core.text import highlight_terms, search_query
from bihuan.flows.models import WorkItem
from bihuan.issues.models import Issue
from bihuan.issues.permissions import visible
from bihuan.issues.rules.status import CLOSED

MOST = 200
_SOON = timedelta(hours=2)
_SORTS: dict[str, tuple[str, bool]] = {
    "updated": ("updated_at", True),
    "created": ("created_at", True),
    "due": ("due_at", False),
    "priority": ("priority", False),
}


class BadCursor(Refused):
    code = "bad_cursor"
    text = gettext_noop("分页标记已失效，请从第一页重新开始。")
    status = 400


class BadFilter(Refused):
    code = "bad_filter"
    text = gettext_noop("不认识的条件：%(what)s。")
    status = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Conditions that all hold; '' asks nothing. ``queue`` is one of the desk's queues, ``open`` or ``closed``."""

    status: str = ""
    type_key: str = ""
    department_key: str = ""
    assignee: str = ""
    priority: str = ""
    q: str = ""
    queue: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """``next`` is the cursor of the following page, None at the end; ``snippets`` of hits by issue id."""

    items: list[Issue]
    next: str | None
    snippets: dict[int, str] = field(default_factory=dict)


def _encode(values: list[object]) -> str:
    plain = json.dumps([v.isoformat() if isinstance(v, datetime) else v for v in values])
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def _decode(cursor: str, sort: str) -> tuple[object, int]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        name, value, pk = json.loads(text)
        if name != sort:
            raise ValueError
        return (datetime.fromisoformat(value) if sort != "priority" else str(value)), int(pk)
    except (ValueError, TypeError, binascii.Error) as error:
        raise BadCursor from error


def _rows(actor: Actor) -> QuerySet[Issue]:
    return Issue.objects.filter(visible(actor)).select_related("type", "assignee", "lead_department")


def _my_step(actor: Actor) -> Q:
    """Issues with an open step that the actor holds."""
    steps = WorkItem.objects.filter(instance=OuterRef("instance_id"), status="claimed", assignee_id=actor.user_id)
    return Q(Exists(steps))


def _claimable_step(actor: Actor) -> Q:
    """Issues with a free step that the actor's roles make theirs."""
    posts = Q(pk__in=[])
    for role in actor.roles:
        places = [place for held, place in actor.posts if held == role]
        posts |= Q(role=role) & (Q(department__isnull=True) | Q(department_id__in=places))
    steps = WorkItem.objects.filter(posts, instance=OuterRef("instance_id"), status="open")
    return Q(Exists(steps))


def _approvals(actor: Actor) -> Q:
    mine = Q(assignee_id=actor.user_id)
    free = Q(pk__in=[])
    for role in actor.roles:
        places = [place for held, place in actor.posts if held == role]
        free |= Q(role=role, assignee__isnull=True) & (Q(department__isnull=True) | Q(department_id__in=places))
    steps = WorkItem.objects.filter(
        mine | free, instance=OuterRef("instance_id"), status__in=("open", "claimed"), issue_status="pending_approval"
    )
    return Q(Exists(steps))


def _queue(actor: Actor, name: str, now: datetime) -> Q:
    """The condition of a queue."""
    working = Q(is_open=True)
    conditions: dict[str, Q] = {
        "": Q(),
        "all": Q(),
        "open": working,
        "closed": Q(status__in=CLOSED),
        "mine": _my_step(actor),
        "claimable": working & _claimable_step(actor),
        "approvals": _approvals(actor),
        "due_soon": working & Q(due_at__gt=now, due_at__lte=now + _SOON, due_paused=False),
        "overdue": working & Q(due_at__lte=now, due_paused=False),
        "waiting_customer": working & Q(status__in=("waiting_customer", "resolved")),
    }
    if name not in conditions:
        raise BadFilter(params={"what": name[:50]})
    return conditions[name]


def _search(rows: QuerySet[Issue], text: str) -> QuerySet[Issue]:
    query = search_query(text)
    if not query:
        return rows.none()
    hit = RawSQL(
        "EXISTS (SELECT 1 FROM issues_issuesearch s WHERE s.issue_id = issues_issue.id AND s.vector @@ %s::tsquery)",
        [query],
    )
    return rows.annotate(hit=hit).filter(hit=True)


def _filtered(actor: Actor, wanted: Filter, now: datetime) -> QuerySet[Issue]:
    rows = _rows(actor).filter(_queue(actor, wanted.queue, now))
    plain = {
        "status": wanted.status,
        "type__key": wanted.type_key,
        "lead_department__key": wanted.department_key,
        "assignee__username__iexact": wanted.assignee,
        "priority": wanted.priority,
    }
    rows = rows.filter(**{name: value for name, value in plain.items() if value})
    return _search(rows, wanted.q) if wanted.q.strip() else rows


def _after(rows: QuerySet[Issue], sort: str, cursor: str | None) -> QuerySet[Issue]:
    column, descending = _SORTS[sort]
    if sort == "due":
        rows = rows.filter(due_at__isnull=False)
    if cursor:
        value, pk = _decode(cursor, sort)
        if sort == "priority":
            rows = rows.filter(Q(priority__gt=value) | Q(priority=value, pk__lt=pk))
        elif descending:
            rows = rows.filter(
                Q(**{f"{column}__lt": value}) | Q(**{column: value}, pk__lt=pk), **{f"{column}__lte": value}
            )
        else:
            rows = rows.filter(
                Q(**{f"{column}__gt": value}) | Q(**{column: value}, pk__gt=pk), **{f"{column}__gte": value}
            )
    if sort == "priority":
        return rows.order_by("priority", "-pk")
    return rows.order_by(f"-{column}", "-pk") if descending else rows.order_by(column, "pk")


def snippet(text: str, query: str, *, around: int = 40) -> str:
    """The part of a text around the first piece of the query, cut between characters."""
    folded = text.casefold()
    for term in highlight_terms(query):
        at = folded.find(term.casefold())
        if at >= 0:
            start, end = max(0, at - around), at + len(term) + around
            return f"{'…' if start else ''}{' '.join(text[start:end].split())}{'…' if end < len(text) else ''}"
    return ""


def list_issues(
    *, actor: Actor, filter: Filter, sort: str = "updated", cursor: str | None = None, limit: int = 50, now: datetime
) -> Page:
    """One page in one query. ``sort``: updated, created (newest first), due (soonest first), priority."""
    if sort not in _SORTS:
        raise BadFilter(params={"what": sort[:50]})
    size = max(1, min(limit, MOST))
    rows = list(_after(_filtered(actor, filter, now), sort, cursor)[: size + 1])
    items, more = rows[:size], len(rows) > size
    following = None
    if more:
        last = items[-1]
        following = _encode([sort, getattr(last, _SORTS[sort][0]), last.pk])
    snippets = {row.pk: snippet(row.description, filter.q) for row in items} if filter.q.strip() else {}
    return Page(items, following, snippets)


def queue(*, actor: Actor, name: str, cursor: str | None, limit: int, now: datetime) -> Page:
    """One page of a desk queue, in the order in which it is to be worked off."""
    sort = "updated" if name in ("all", "waiting_customer") else "due"
    return list_issues(actor=actor, filter=Filter(queue=name), sort=sort, cursor=cursor, limit=limit, now=now)


def queue_counts(*, actor: Actor, now: datetime) -> dict[str, int]:
    """How many issues stand in each queue, open ones only; two queries whatever the history."""
    names = ("mine", "claimable", "approvals", "due_soon", "overdue", "waiting_customer")
    counted = Issue.objects.filter(visible(actor), is_open=True).aggregate(
        **{name: Count("pk", filter=_queue(actor, name, now)) for name in names}, all=Count("pk")
    )
    zone = ZoneInfo(settings.TIME_ZONE)
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    done = WorkItem.objects.filter(completed_by_id=actor.user_id, status="completed", closed_at__gte=midnight).count()
    return {**cast(dict[str, int], counted), "done_today": done}

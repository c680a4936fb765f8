"""Which issues a list holds: queues, conditions, search; the permission is part of every one."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import BooleanField, F, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_noop

from bihuan.accounts.models import Department, User
from bihuan.core.actor import Actor
from bihuan.core.errors import Refused
from bihuan.core.text import search_query
from bihuan.flows.models import Incident, WorkItem
from bihuan.issues.models import FAR, Issue, IssueType
from bihuan.issues.permissions import visible
from bihuan.issues.rules.status import CLOSED

_WAITING = ("waiting_customer", "resolved")
_LONGEST = 200
DUE_OR_NOT = Coalesce(F("due_at"), Value(FAR))
"""The deadline as lists are sorted by it; the same words as the index."""
_LATEST = 2000  # so many of the latest issues show how frequent something is
_FREQUENT = 12  # found so often among them, the order of the list soon meets a page of it
_MOST_FOUND = 5000  # ids that are handed to the list's statement
_AMONG_LATEST = (
    "SELECT 1 FROM (SELECT vector FROM issues_issuesearch ORDER BY issue_id DESC LIMIT %s) s"
    " WHERE s.vector @@ %s::tsquery LIMIT %s"
)
_FOUND = "SELECT issue_id FROM issues_issuesearch WHERE vector @@ %s::tsquery LIMIT %s"
_OF_THESE = "issues_issue.id = ANY(%s)"  # one value: thousands would have to be put in one by one
# OFFSET 0 keeps it a question for each row.
_ROW_BY_ROW = (
    "EXISTS (SELECT 1 FROM issues_issuesearch s"
    " WHERE s.issue_id = issues_issue.id AND s.vector @@ %s::tsquery OFFSET 0)"
)


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


def _steps(condition: Q) -> Q:
    """Issues with a waiting step that fits."""
    steps = WorkItem.objects.filter(condition, status__in=("open", "claimed"))
    return Q(instance_id__in=steps.values("instance_id"))


def _free_for(actor: Actor) -> Q:
    """Steps that nobody holds and that the actor's posts make theirs."""
    mine = Q(pk__in=[])
    for role in sorted(actor.roles):
        places = sorted(place for held, place in actor.posts if held == role)
        mine |= Q(role=role) & (Q(department__isnull=True) | Q(department_id__in=places))
    return Q(status="open") & mine


def queue_condition(actor: Actor, name: str, now: datetime) -> Q:
    """The condition of a queue; its list and its counter use the same one (correctness 145)."""
    working, held = Q(is_open=True), Q(status="claimed", assignee_id=actor.user_id or 0)
    conditions: dict[str, Q] = {
        "": Q(),
        "all": Q(),
        "open": working,
        "closed": Q(status__in=CLOSED),
        "mine": _steps(held),
        "claimable": _steps(_free_for(actor)),
        "approvals": _steps(Q(issue_status="pending_approval") & (held | _free_for(actor))),
        "due_soon": working & Q(soon_at__lte=now, due_at__gt=now, due_paused=False),
        "overdue": working & Q(LessThanOrEqual(DUE_OR_NOT, now), due_paused=False),
        "waiting_customer": working & Q(status__in=_WAITING),
        "stuck": Q(instance_id__in=Incident.objects.filter(closed_at__isnull=True).values("instance_id")),
    }
    if name not in conditions:
        raise BadFilter(params={"what": name[:50]})
    return conditions[name]


def _plain(wanted: Filter) -> Q:
    """Conditions on columns. Names are looked up first: with ids the database knows how many rows to expect."""
    condition = Q()
    if wanted.status:
        condition &= Q(status=wanted.status[:32])
    if wanted.priority:
        condition &= Q(priority=wanted.priority[:4])
    if wanted.type_key:
        condition &= Q(
            type_id__in=list(IssueType.objects.filter(key=wanted.type_key[:64]).values_list("pk", flat=True))
        )
    if wanted.department_key:
        places = Department.objects.filter(key=wanted.department_key[:64])
        condition &= Q(lead_department_id__in=list(places.values_list("pk", flat=True)))
    if wanted.assignee:
        people = User.objects.filter(username__iexact=wanted.assignee[:64])
        condition &= Q(assignee_id__in=list(people.values_list("pk", flat=True)))
    return condition


def matching(rows: QuerySet[Issue], text: str) -> QuerySet[Issue]:
    """Rows whose texts hold every piece of the query as it stands; none where nothing is left of it.

    How often a phrase occurs the database guesses badly, and either way of reading takes seconds where the other one
    takes milliseconds. So it is looked up first: what is frequent among the latest issues is looked for row by row in
    the order of the list, which soon has a page; what is rare is found by the index, and its ids are given.
    """
    query = search_query(text[:_LONGEST])
    if not query:
        return rows.none()
    with connection.cursor() as cursor:
        cursor.execute(_AMONG_LATEST, [_LATEST, query, _FREQUENT])
        if len(cursor.fetchall()) < _FREQUENT:
            cursor.execute(_FOUND, [query, _MOST_FOUND + 1])
            ids = [int(row[0]) for row in cursor.fetchall()]
            if len(ids) <= _MOST_FOUND:
                return rows.filter(RawSQL(_OF_THESE, [ids], output_field=BooleanField()))  # noqa: S611 - fixed words
    return rows.filter(RawSQL(_ROW_BY_ROW, [query], output_field=BooleanField()))  # noqa: S611 - fixed words


def filtered(*, actor: Actor, wanted: Filter, now: datetime) -> QuerySet[Issue]:
    """The rows that the actor may see and that fit."""
    rows = Issue.objects.filter(visible(actor) & queue_condition(actor, wanted.queue, now) & _plain(wanted))
    return matching(rows, wanted.q) if wanted.q.strip() else rows

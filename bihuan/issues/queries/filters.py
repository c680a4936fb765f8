"""Which issues a list holds: queues, conditions, search; the permission is part of every one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_noop

from bihuan.accounts.models import Department, User
from bihuan.core.actor import Actor
from bihuan.core.errors import Refused
from bihuan.flows.models import Incident, WorkItem
from bihuan.issues.models import Approval, ApprovalSeat, Issue, IssueType, Orphan, Snooze, Watch
from bihuan.issues.permissions import visible
from bihuan.issues.queries.approvals import waiting_for
from bihuan.issues.queries.conditions import DUE_OR_NOT, condition
from bihuan.issues.queries.duty import supervised
from bihuan.issues.queries.found import holds
from bihuan.issues.queries.tags import tags
from bihuan.issues.rules.conditions import Node
from bihuan.issues.rules.status import CLOSED

_ONCE = Q(duplicate_of__isnull=True)
"""A merged issue is counted as the one in which it goes on (correctness 71)."""
_WAITING = ("waiting_customer", "resolved")


class BadFilter(Refused):
    code = "bad_filter"
    text = gettext_noop("不认识的条件：%(what)s。")
    status = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Conditions that all hold; '' asks nothing. ``queue`` is one of the desk's queues, ``open`` or ``closed``; ``tag`` a
    tag's name; ``where`` a tree of conditions (``rules.conditions``)."""

    status: str = ""
    type_key: str = ""
    department_key: str = ""
    assignee: str = ""
    priority: str = ""
    q: str = ""
    queue: str = ""
    tag: str = ""
    where: Node | None = None


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


def _not_for(actor: Actor) -> QuerySet[Approval]:
    """Rounds at a step that is not for whoever takes it: people with seats decide, or the actor wrote the content."""
    barred = Q(seated=True) | Q(authors__contains=[actor.user_id or 0])
    return Approval.objects.filter(barred, work_item=OuterRef("pk"), state="open")


def _approvals(actor: Actor, theirs: Q, now: datetime) -> Q:
    """Issues in which the actor may decide now: at a step that is theirs, or from a seat whose turn it is. One set of
    instances, so that the list finds them by index."""
    steps = WorkItem.objects.filter(theirs, ~Exists(_not_for(actor)), issue_status="pending_approval")
    waiting = steps.filter(status__in=("open", "claimed")).order_by().values("instance_id")
    seats = ApprovalSeat.objects.filter(waiting_for(actor, now)).order_by().values("approval__issue__instance_id")
    return Q(instance_id__in=waiting.union(seats, all=True))


def queue_condition(actor: Actor, name: str, now: datetime) -> Q:
    """The condition of a queue; its list and its counter use the same one (correctness 145)."""
    made = _QUEUES.get(name)
    if made is None:
        raise BadFilter(params={"what": name[:50]})
    return made(actor, now)


def _held(actor: Actor) -> Q:
    return Q(status="claimed", assignee_id=actor.user_id or 0)


def _away(actor: Actor) -> Q:
    return Q(pk__in=Snooze.objects.filter(user_id=actor.user_id or 0).values("issue_id"))


def _watched(actor: Actor) -> Q:
    return Q(pk__in=Watch.objects.filter(user_id=actor.user_id or 0).values("issue_id"))


def _stuck() -> Q:
    return Q(instance_id__in=Incident.objects.filter(closed_at__isnull=True).values("instance_id"))


_WORKING = Q(is_open=True)
# Each made when it is asked for: the counters need all of them, and to build one costs more than to ask it. What the
# reader has put away is in none of the queues that are worked off; what is overdue shows all the same.
_QUEUES: dict[str, Callable[[Actor, datetime], Q]] = {
    "": lambda actor, now: Q(),
    "all": lambda actor, now: _ONCE,
    "open": lambda actor, now: _WORKING,
    "closed": lambda actor, now: Q(status__in=CLOSED) & _ONCE,
    "mine": lambda actor, now: _steps(_held(actor)) & ~_away(actor),
    "claimable": lambda actor, now: _steps(_free_for(actor) & Q(~Exists(_not_for(actor)))) & ~_away(actor),
    "approvals": lambda actor, now: _approvals(actor, _held(actor) | _free_for(actor), now) & _WORKING & ~_away(actor),
    "due_soon": lambda actor, now: _WORKING & Q(soon_at__lte=now, due_at__gt=now, due_paused=False) & ~_away(actor),
    "overdue": lambda actor, now: _WORKING & Q(LessThanOrEqual(DUE_OR_NOT, now), due_paused=False),
    "waiting_customer": lambda actor, now: _WORKING & Q(status__in=_WAITING) & ~_away(actor),
    "watched": lambda actor, now: _watched(actor),
    "snoozed": lambda actor, now: _away(actor),
    "supervised": lambda actor, now: _WORKING & supervised(),
    "unmanned": lambda actor, now: _WORKING & Q(pk__in=Orphan.objects.values("issue_id")),
    "stuck": lambda actor, now: _stuck(),
}


def _plain(wanted: Filter) -> Q:
    """Conditions on columns. Names are looked up first: with ids the database knows how many rows to expect."""
    condition = Q()
    if wanted.status:
        condition &= Q(status=wanted.status[:32])
    if wanted.priority:
        condition &= Q(priority=wanted.priority[:4])
    if wanted.tag:
        names = wanted.tag[:40].lower()
        condition &= Q(tags__contains=[next((each.pk for each in tags() if each.name.lower() == names), 0)])
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
    """Rows whose texts hold every piece of the query as it stands; none where nothing is left of it."""
    said = holds(text)
    return rows.none() if said is None else rows.filter(said)


def filtered(*, actor: Actor, wanted: Filter, now: datetime) -> QuerySet[Issue]:
    """The rows that the actor may see and that fit."""
    rows = allowed(actor=actor, wanted=wanted, now=now)
    return matching(rows, wanted.q) if wanted.q.strip() else rows


def allowed(*, actor: Actor, wanted: Filter, now: datetime) -> QuerySet[Issue]:
    """The same, whatever words are looked for."""
    fits = visible(actor) & queue_condition(actor, wanted.queue, now) & _plain(wanted)
    if wanted.where is not None:
        fits &= condition(actor=actor, node=wanted.where, now=now)
    return Issue.objects.filter(fits)

"""A customer's file as far as it is made of issues: everything that was said and done, over all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Q, QuerySet

from bihuan.core.actor import Actor, ActorKind
from bihuan.core.cursors import BadCursor, decode_instant, encode_cursor
from bihuan.core.errors import NotFound
from bihuan.customers import queries as customers
from bihuan.customers.models import Visit
from bihuan.issues.models import Entry, Issue, VisitIssue
from bihuan.issues.permissions import visible

M = TypeVar("M", Entry, Visit)
_SAID = ("inbound", "reply", "call", "note")
REPEAT = timedelta(days=30)


def customers_within_reach(actor: Actor) -> QuerySet[Issue, object]:
    """Ids of the customers of whom the actor may see an issue."""
    return Issue.objects.filter(visible(actor)).order_by().values("customer_id")


@dataclass(frozen=True, slots=True)
class Happening:
    """A line of a customer's timeline: an entry of an issue, or a visit; one of the two."""

    at: datetime
    entry: Entry | None
    visit: Visit | None


@dataclass(frozen=True, slots=True)
class Happenings:
    """``next``: the cursor of what came before, None at the beginning."""

    items: list[Happening]
    next: str | None


def _after(rows: QuerySet[M], cursor: str | None, own: str) -> QuerySet[M]:
    """What comes after the cursor. At one instant entries stand before visits, and the newer before the older."""
    if not cursor:
        return rows
    for sort in ("entry", "visit"):
        try:
            at, pk = decode_instant(cursor, sort)
        except BadCursor:
            continue
        if sort == own:
            return rows.filter(Q(at__lte=at), Q(at__lt=at) | Q(pk__lt=pk))
        return rows.filter(at__lte=at) if own == "visit" else rows.filter(at__lt=at)
    raise BadCursor


def customer_timeline(*, actor: Actor, customer_id: int, cursor: str | None = None, limit: int = 30) -> Happenings:
    """What was said in the customer's issues that the actor may see, and its visits, the latest first; two queries."""
    if actor.kind is ActorKind.CUSTOMER:
        raise NotFound
    size = max(1, min(limit, 100))
    issues = Issue.objects.filter(visible(actor), customer_id=customer_id)
    entries = _after(Entry.objects.filter(issue__in=issues, kind__in=_SAID), cursor, "entry")
    visits = _after(customers.visible_visits(actor).filter(customer_id=customer_id), cursor, "visit")
    said = entries.select_related("issue").defer("issue__description", "html", "full_text")
    found = [Happening(each.at, each, None) for each in said.order_by("-at", "-pk")[: size + 1]]
    held = visits.select_related("host", "contact").order_by("-at", "-pk")[: size + 1]
    found += [Happening(each.at, None, each) for each in held]
    found.sort(key=_place, reverse=True)
    items = found[:size]
    if len(found) <= size:
        return Happenings(items, None)
    last = items[-1]
    if last.entry is not None:
        return Happenings(items, encode_cursor("entry", last.at, last.entry.pk))
    return Happenings(items, encode_cursor("visit", last.at, last.visit.pk if last.visit else 0))


def _place(one: Happening) -> tuple[datetime, bool, int]:
    row = one.entry or one.visit
    return one.at, one.entry is not None, row.pk if row is not None else 0


@dataclass(frozen=True, slots=True)
class Repeats:
    """How many issues the customer brought in within 30 days before this one, and those of the same type."""

    lately: int
    same_type: int


def repeats(*, actor: Actor, issue: Issue) -> Repeats:
    """Issues of the same customer in the 30 days before, merged ones not counted; one query."""
    rows = Issue.objects.filter(
        visible(actor), customer_id=issue.customer_id, duplicate_of__isnull=True, follows__isnull=True,
        created_at__range=(issue.created_at - REPEAT, issue.created_at),
    ).exclude(pk=issue.pk)  # fmt: skip
    types = list(rows.order_by().values_list("type_id", flat=True)[:500])
    return Repeats(len(types), sum(1 for kind in types if kind is not None and kind == issue.type_id))


def issues_of_visits(*, actor: Actor, visit_ids: Sequence[int]) -> dict[int, Issue]:
    """The issue that goes on with each visit, where there is one and the actor may see it; one query."""
    rows = VisitIssue.objects.filter(visit_id__in=list(visit_ids), issue__in=Issue.objects.filter(visible(actor)))
    return {row.visit_id: row.issue for row in rows.select_related("issue").defer("issue__description")}

"""Issues that may be the same as another one. A suggestion: nothing is ever merged by itself (correctness 61)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import Left

from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import NotFound
from bihuan.customers import queries as customers
from bihuan.issues.models import Issue, Link, NotDuplicate
from bihuan.issues.permissions import visible
from bihuan.issues.rules.duplicates import NEAR, Resemblance, Said, best, resembles

_COMPARED = 50
"""So many of a customer's issues of these days are compared, however many there are."""
_READ = 4000  # characters of a text
_SHORTEST = 4  # letters of a draft that say something


@dataclass(frozen=True, slots=True, kw_only=True)
class NearIssue:
    """An issue that may be the same, why, and how far apart the two came in."""

    issue: Issue
    why: Resemblance
    apart: timedelta

    @property
    def likeness(self) -> float:
        """From 0 to 1."""
        return self.why.likeness


def near_duplicates(*, actor: Actor, issue: Issue, limit: int = 5) -> list[NearIssue]:
    """Issues of the same customer within 72 hours that are alike, the likest first, of an issue that the caller has been
    given. Left out: what is merged, what is linked as a duplicate or was split off, and pairs that somebody has told
    apart. Three queries at most, by the index of the customer."""
    if actor.kind is ActorKind.CUSTOMER:
        raise NotFound
    rows = list(_around([issue.customer_id], issue.created_at, actor).exclude(pk=issue.pk)[:_COMPARED])
    if not rows:
        return []
    known = _told_apart(issue.pk)
    own = Said(title=issue.title, text=issue.description[:_READ], type_id=issue.type_id)
    return _near(own, (row for row in rows if row.pk not in known), issue.created_at, limit)


def near_draft(
    *, actor: Actor, phone: str, email: str, title: str, text: str, now: datetime, limit: int = 3
) -> list[NearIssue]:
    """The same for an issue that is still being written down: open ones of the last 72 hours of the customer who is reached
    by that number or address. Three queries."""
    if actor.kind is ActorKind.CUSTOMER or len(f"{title}{text}".strip()) < _SHORTEST:
        return []
    known = customers.known_customers(phone=phone, email=email)
    if not known:
        return []
    rows = _around(known, now, actor).filter(is_open=True)[:_COMPARED]
    return _near(Said(title=title or text[:60], text=text[:_READ]), rows, now, limit)


def _around(customer_ids: list[int], at: datetime, actor: Actor) -> QuerySet[Issue]:
    """With the beginning of the text as ``start``."""
    rows = Issue.objects.filter(
        visible(actor),
        customer_id__in=customer_ids,
        duplicate_of__isnull=True,
        created_at__range=(at - NEAR, at + NEAR),
    )
    return rows.defer("description").annotate(start=Left("description", _READ)).order_by("-created_at", "-pk")


def _told_apart(issue_id: int) -> set[int]:
    pairs = NotDuplicate.objects.filter(Q(one_id=issue_id) | Q(other_id=issue_id)).values_list("one_id", "other_id")
    links = Link.objects.filter(Q(source_id=issue_id) | Q(target_id=issue_id), kind__in=("duplicates", "split_from"))
    joined = pairs.union(links.values_list("source_id", "target_id"))
    return {each for pair in joined for each in pair}


def _near(own: Said, rows: Iterable[Issue], at: datetime, limit: int) -> list[NearIssue]:
    known = {row.pk: row for row in rows}
    found = [
        (row.pk, why)
        for row in known.values()
        if (why := resembles(own, Said(title=row.title, text=str(vars(row)["start"]), type_id=row.type_id)))
    ]
    return [NearIssue(issue=known[pk], why=why, apart=abs(known[pk].created_at - at)) for pk, why in best(found, limit)]

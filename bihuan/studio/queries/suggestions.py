"""Suggestions with their votes."""

from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from bihuan.core.actor import Actor
from bihuan.core.cursors import decode_cursor, encode_cursor
from bihuan.studio import permissions
from bihuan.studio.models import Suggestion, SuggestionStatus, Vote

_PAGE: Final = 50
_MOST_OPEN: Final = 200


@dataclass(frozen=True, slots=True)
class Proposal:
    """A suggestion, how many are for it (``customers`` of them customers), and whether the actor is."""

    row: Suggestion
    votes: int
    customers: int
    mine: bool


def open_suggestions(
    *, actor: Actor, key: str, element: str | None = None, from_customers: bool | None = None
) -> list[Proposal]:
    """What waits for an answer, the most wanted first (two hundred at most); ``element``: for this one alone;
    ``from_customers``: of theirs alone, or of staff alone."""
    rows = _of(actor, key).filter(status=SuggestionStatus.OPEN)
    if element is not None:
        rows = rows.filter(element=element)
    if from_customers is not None:
        rows = rows.filter(customer__isnull=not from_customers)
    return [_proposal(row) for row in _counted(rows, actor).order_by(F("for_it").desc(), "id")[:_MOST_OPEN]]


def answered_suggestions(*, actor: Actor, key: str, cursor: str | None) -> tuple[list[Proposal], str | None]:
    """What was taken up or declined, the newest first, a page at a time, and the cursor of the next page."""
    rows = _of(actor, key).exclude(status=SuggestionStatus.OPEN)
    if cursor:
        rows = rows.filter(pk__lt=decode_cursor(cursor, "answered")[1])
    found = [_proposal(row) for row in _counted(rows, actor).order_by("-id")[: _PAGE + 1]]
    following = encode_cursor("answered", "", found[_PAGE - 1].row.pk) if len(found) > _PAGE else None
    return found[:_PAGE], following


def suggestion_count(*, actor: Actor, key: str) -> int:
    """How many wait for an answer."""
    return _of(actor, key).filter(status=SuggestionStatus.OPEN).count()


def _of(actor: Actor, key: str) -> QuerySet[Suggestion]:
    if not permissions.may_see(actor):
        return Suggestion.objects.none()
    return Suggestion.objects.filter(definition__key=key)


def _counted(rows: QuerySet[Suggestion], actor: Actor) -> QuerySet[Suggestion]:
    mine = Vote.objects.filter(suggestion=OuterRef("pk"), user_id=actor.user_id or 0)
    contents = [f"{version}__{name}" for version in ("version", "taken_in") for name in ("chart", "forms", "decisions")]
    planned = [f"planned_in__{name}" for name in ("chart", "forms", "decisions")]
    known = rows.select_related("version", "taken_in", "planned_in").defer(*contents, *planned)
    customers = Count("votes", filter=Q(votes__customer__isnull=False))
    return known.annotate(for_it=Count("votes"), customers=customers, mine=Exists(mine))


def _proposal(row: Suggestion) -> Proposal:
    votes, customers = int(getattr(row, "for_it", 0)), int(getattr(row, "customers", 0))
    return Proposal(row, votes, customers, bool(getattr(row, "mine", False)))

"""Suggestions as a customer may read them: their own, and what staff have put into words for all."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from bihuan.core.actor import Actor, ActorKind
from bihuan.flows.models import Version
from bihuan.studio.models import Suggestion, SuggestionStatus, Vote

_MOST: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A suggestion in the words that this customer may read. ``votes``: of customers. ``taken_in``: the number of the
    version that took it up. ``answer``: why not, to whoever proposed it."""

    id: int
    text: str
    votes: int
    mine: bool
    voted: bool
    status: str
    taken_in: int | None
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Voices:
    """``own``: written on the page of this case, the newest first; ``others``: open for votes, the most wanted first;
    ``answered``: what this customer voted for and has an answer now."""

    own: list[Voice]
    others: list[Voice]
    answered: list[Voice]


def voices(*, actor: Actor, instance_id: int) -> Voices:
    """For the page of a case, twenty of each at most; nothing for who is no customer. Three queries and the version."""
    version = Version.objects.filter(instances=instance_id).defer("chart", "forms", "decisions").first()
    if version is None or actor.kind is not ActorKind.CUSTOMER or actor.customer_id is None:
        return Voices([], [], [])
    customer = actor.customer_id
    own = Q(instance_id=instance_id, customer_id=customer)
    others = readable_by_customers(version).exclude(own)
    is_open = Q(status=SuggestionStatus.OPEN)
    answered = others.exclude(is_open).filter(votes__customer_id=customer)
    return Voices(
        own=_voices(Suggestion.objects.filter(own), customer, ("-id",), mine=True),
        others=_voices(others.filter(is_open), customer, (F("for_it").desc(), "id"), mine=False),
        answered=_voices(answered, customer, ("-answered_at", "-id"), mine=False),
    )


def readable_by_customers(version: Version) -> QuerySet[Suggestion]:
    """What was proposed for this version of the chart or an earlier one, and was put into words for all."""
    rows = Suggestion.objects.filter(definition_id=version.definition_id, version__number__lte=version.number)
    return rows.exclude(public_text="")


def _voices(rows: QuerySet[Suggestion], customer: int, order: Iterable[str | object], *, mine: bool) -> list[Voice]:
    voted = Vote.objects.filter(suggestion=OuterRef("pk"), customer_id=customer)
    # By their ids: rows found by a join on one's own vote would count that vote alone.
    counted = Suggestion.objects.filter(pk__in=rows.values("pk")).annotate(
        for_it=Count("votes", filter=Q(votes__customer__isnull=False)), voted=Exists(voted)
    )
    found = counted.select_related("taken_in").defer("taken_in__chart", "taken_in__forms", "taken_in__decisions")
    return [_voice(row, mine=mine) for row in found.order_by(*order)[:_MOST]]  # type: ignore[arg-type]


def _voice(row: Suggestion, *, mine: bool) -> Voice:
    return Voice(
        id=row.pk,
        text=row.text if mine else row.public_text,
        votes=int(getattr(row, "for_it", 0)),
        mine=mine,
        voted=bool(getattr(row, "voted", False)),
        status=row.status,
        taken_in=row.taken_in.number if row.taken_in is not None else None,
        answer=row.answer if mine else "",
        answered_at=row.answered_at,
    )

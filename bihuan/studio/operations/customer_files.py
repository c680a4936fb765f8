"""What follows a merged customer, and what a person said about charts: told to him, erased when he demands it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q

from bihuan.customers.registry import Union
from bihuan.studio.models import Suggestion, Vote

GONE = "（已按客户的要求删除）"


class SuggestionsFollow:
    """Suggestions of a merged customer are the survivor's."""

    key = "suggestions"

    def follow(self, union: Union) -> list[int]:
        """All of them."""
        rows = Suggestion.objects.filter(customer_id=union.gone_id)
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        rows.update(customer_id=union.survivor_id)
        return ids

    def go_back(self, union: Union, ids: Sequence[int]) -> int:
        """Those that came over, and what the people who go back wrote since."""
        since = Q(contact_id__in=list(union.contacts), at__gte=union.since)
        rows = Suggestion.objects.filter(customer_id=union.survivor_id).filter(Q(pk__in=list(ids)) | since)
        return rows.update(customer_id=union.gone_id)


class VotesFollow:
    """So are votes; where both had voted for one thing, the second stays behind."""

    key = "suggestion_votes"

    def follow(self, union: Union) -> list[int]:
        """Those for what the survivor had not voted for."""
        had = Vote.objects.filter(customer_id=union.survivor_id).values("suggestion_id")
        rows = Vote.objects.filter(customer_id=union.gone_id).exclude(suggestion_id__in=had)
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        Vote.objects.filter(pk__in=ids).update(customer_id=union.survivor_id)
        return ids

    def go_back(self, union: Union, ids: Sequence[int]) -> int:
        """Those that came over; a vote says not whose hand it was, so later ones stay."""
        had = Vote.objects.filter(customer_id=union.gone_id).values_list("suggestion_id", flat=True)
        rows = Vote.objects.filter(customer_id=union.survivor_id, pk__in=list(ids)).exclude(suggestion_id__in=list(had))
        return rows.update(customer_id=union.gone_id)


class SuggestionsHold:
    """What a person proposed."""

    key = "suggestions"

    def tell(self, contact_id: int) -> list[dict[str, object]]:
        """The own words, and the answer."""
        rows = Suggestion.objects.filter(contact_id=contact_id).order_by("pk")
        return [{"at": one.at, "text": one.text, "status": one.status, "answer": one.answer} for one in rows]

    def obstacles(self, contact_id: int) -> list[str]:
        """Nothing stands against it."""
        return []

    def erase(self, contact_id: int, now: datetime) -> Mapping[str, int]:
        """Name and words go; what staff put into words of their own, votes and what became of it stay."""
        rows = Suggestion.objects.filter(contact_id=contact_id)
        return {"suggestions": rows.update(text=GONE, by_name=GONE, contact=None)}

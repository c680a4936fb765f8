"""Views that a person has or is shown, how many issues they hold, and how the person wants lists."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from bihuan.core.actor import Actor
from bihuan.core.errors import NotFound, Refused
from bihuan.issues.models import ListHabit, SavedView
from bihuan.issues.queries.counting import counted
from bihuan.issues.queries.filters import Filter, filtered
from bihuan.issues.rules.conditions import Node, read

MOST = 60
"""So many views are shown to one person."""


def _for(actor: Actor) -> Q:
    places = {place for _role, place in actor.posts} | actor.departments
    shared = Q(sharing="all") | Q(sharing="role", role__in=sorted(actor.roles))
    return Q(owner_id=actor.user_id or 0) | shared | Q(sharing="department", department_id__in=sorted(places))


def views(*, actor: Actor) -> list[SavedView]:
    """The person's own ones in their order, then those that others share."""
    rows = list(SavedView.objects.filter(_for(actor)).select_related("owner").order_by("position", "pk")[:MOST])
    return sorted(rows, key=lambda row: row.owner_id != actor.user_id)


def view(*, actor: Actor, view_id: int) -> SavedView:
    """One of them; refuses others as not found."""
    row = SavedView.objects.filter(_for(actor), pk=view_id).select_related("owner").first()
    if row is None:
        raise NotFound
    return row


def conditions_of(row: SavedView) -> Node | None:
    """What the view is narrowed by; None when a field that it names is gone."""
    try:
        return read(row.conditions)
    except Refused:
        return None


def view_counts(*, actor: Actor, views: Sequence[SavedView], now: datetime) -> dict[int, int]:
    """How many issues the lists of these views hold for the actor, by view: the lists' own condition (correctness 145).
    ``MOST_COUNTED`` + 1 stands for any larger number; views that are not understood are left out."""
    known = {row.pk: node for row in views if (node := conditions_of(row)) is not None}
    lists = [filtered(actor=actor, wanted=Filter(where=node), now=now).values("pk") for node in known.values()]
    return dict(zip(known, counted(lists), strict=True))


def count_issues(*, actor: Actor, filter: Filter, now: datetime, most: int | None = None) -> int:
    """How many issues the list of this filter holds, ``most`` (else ``MOST_COUNTED``) + 1 for any
    larger number."""
    return counted([filtered(actor=actor, wanted=filter, now=now).values("pk")], most)[0]


def list_habit(*, actor: Actor) -> ListHabit:
    """How the person wants lists; one with nothing chosen where nothing was."""
    row = ListHabit.objects.filter(user_id=actor.user_id or 0).first()
    return row or ListHabit(user_id=actor.user_id or 0)


def ids_of(*, actor: Actor, filter: Filter, now: datetime, most: int) -> list[int]:
    """The ids of the issues that the filter shows, the latest first, at most so many."""
    rows: list[int] = list(
        filtered(actor=actor, wanted=filter, now=now).order_by("-pk").values_list("pk", flat=True)[:most]
    )
    return rows

"""What customers propose and vote for on the page of their case, and what of all that other customers may read."""

from datetime import datetime
from typing import Final

from django.db import transaction

from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import Forbidden, NotFound
from bihuan.flows import queries as flows
from bihuan.flows.models import Instance
from bihuan.studio import permissions
from bihuan.studio.errors import NoSuchPhase, TooManySuggestions
from bihuan.studio.models import Suggestion, SuggestionStatus, Vote
from bihuan.studio.operations.suggestions import cast_vote, open_suggestion, record
from bihuan.studio.operations.words import said
from bihuan.studio.queries.customer_voices import readable_by_customers

_MOST_WAITING: Final = 5


@transaction.atomic
def suggest_as_customer(
    *, instance_id: int, contact_id: int | None, phase: str, text: str, actor: Actor, now: datetime
) -> Suggestion:
    """A customer proposes something for a phase ("": for all of it) of the chart that the case runs on; it counts as a
    vote. Whoever calls knows that the case is the customer's, and its contact. The same words a second time are the first ones.

    Refuses ``NoSuchPhase``, ``TextRequired``, ``TextTooLong``, ``TooManySuggestions``.
    """
    instance = _case(instance_id, actor)
    if phase and phase not in {each.id for each in flows.chart_of(instance.version_id).phases}:
        raise NoSuchPhase
    words = said(text, required=True)
    waiting = list(Suggestion.objects.filter(instance=instance, status=SuggestionStatus.OPEN).order_by("id"))
    for one in waiting:
        if (one.phase, one.text) == (phase, words):
            return one
    if len(waiting) >= _MOST_WAITING:
        raise TooManySuggestions(params={"limit": _MOST_WAITING})
    suggestion = Suggestion.objects.create(
        definition_id=instance.version.definition_id,
        version_id=instance.version_id,
        phase=phase,
        instance=instance,
        customer_id=actor.customer_id,
        contact_id=contact_id,
        text=words,
        by_name=actor.name[:200],
        at=now,
    )
    Vote.objects.create(suggestion=suggestion, customer_id=actor.customer_id, at=now)
    record(suggestion, "suggestion.made", actor, now)
    return suggestion


@transaction.atomic
def vote_as_customer(*, suggestion_id: int, instance_id: int, agrees: bool, actor: Actor, now: datetime) -> Suggestion:
    """The customer's one vote, given or taken back, for something that customers may read on the page of this case;
    anything else is ``NotFound``. Refuses ``SuggestionClosed``."""
    instance = _case(instance_id, actor)
    if not readable_by_customers(instance.version).filter(pk=suggestion_id).exists():
        raise NotFound
    suggestion = open_suggestion(suggestion_id)
    cast_vote(suggestion, {"customer_id": actor.customer_id}, agrees, actor, now)
    return suggestion


@transaction.atomic
def show_to_customers(*, suggestion_id: int, text: str, actor: Actor, now: datetime) -> Suggestion:
    """The words in which customers read it on their pages and may vote for it; "": they read it no longer.

    Refuses ``TextTooLong``, ``SuggestionClosed``.
    """
    suggestion = open_suggestion(suggestion_id)
    if not permissions.may_draw(actor):
        raise Forbidden
    words = said(text)
    if words != suggestion.public_text:
        suggestion.public_text = words
        suggestion.save(update_fields=["public_text"])
        record(suggestion, "suggestion.shown" if words else "suggestion.hidden", actor, now)
    return suggestion


def _case(instance_id: int, actor: Actor) -> Instance:
    """The case, until the end of the transaction: what is written from its page is counted one after the other."""
    if actor.kind is not ActorKind.CUSTOMER or actor.customer_id is None:
        raise Forbidden
    rows = Instance.objects.select_for_update(of=("self",), no_key=True).select_related("version")
    instance = rows.defer("state", "version__chart", "version__forms", "version__decisions").filter(pk=instance_id)
    found = instance.first()
    if found is None:
        raise NotFound
    return found

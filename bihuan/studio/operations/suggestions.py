"""Suggestions for published charts: made, voted for, declined, taken up by a version."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden, NotFound
from bihuan.flows.models import Version
from bihuan.studio import permissions
from bihuan.studio.errors import NoSuchElement, SuggestionClosed
from bihuan.studio.models import Suggestion, SuggestionStatus, Vote
from bihuan.studio.operations.words import said
from bihuan.studio.queries.elements import elements_of


@transaction.atomic
def suggest(*, version_id: int, element: str, text: str, actor: Actor, now: datetime) -> Suggestion:
    """Proposes something for an element of a published chart ("": for the whole chart); the writer's vote counts.

    Refuses ``NoSuchElement``, ``TextRequired``, ``TextTooLong``.
    """
    version = Version.objects.filter(pk=version_id).first()
    if version is None or not permissions.may_see(actor):
        raise NotFound
    if element and element not in elements_of(bytes(version.chart)):
        raise NoSuchElement
    suggestion = Suggestion.objects.create(
        definition_id=version.definition_id,
        version=version,
        element=element,
        text=said(text, required=True),
        by_id=actor.user_id,
        by_name=actor.name[:200],
        at=now,
    )
    if actor.user_id is not None:
        Vote.objects.create(suggestion=suggestion, user_id=actor.user_id, at=now)
    _record(suggestion, "suggestion.made", actor, now)
    return suggestion


@transaction.atomic
def vote_suggestion(*, suggestion_id: int, agrees: bool, actor: Actor, now: datetime) -> Suggestion:
    """The actor's one vote for it, given or taken back; twice is once."""
    suggestion = _open(suggestion_id, actor)
    if actor.user_id is None:
        raise Forbidden
    if not agrees:
        changed = bool(Vote.objects.filter(suggestion=suggestion, user_id=actor.user_id).delete()[0])
    else:
        vote = {"suggestion": suggestion, "user_id": actor.user_id}
        changed = Vote.objects.get_or_create(**vote, defaults={"at": now})[1]
    if changed:
        _record(suggestion, "suggestion.voted" if agrees else "suggestion.unvoted", actor, now)
    return suggestion


@transaction.atomic
def decline_suggestion(*, suggestion_id: int, reason: str, actor: Actor, now: datetime) -> Suggestion:
    """Says why not. Refuses ``TextRequired``, ``SuggestionClosed``."""
    suggestion = _open(suggestion_id, actor)
    if not permissions.may_draw(actor):
        raise Forbidden
    suggestion.answer = said(reason, required=True)
    _answer(suggestion, SuggestionStatus.DECLINED, actor, now)
    return suggestion


def take_up(*, suggestion_ids: Sequence[int], version: Version, actor: Actor, now: datetime) -> None:
    """Marks open suggestions of the chart as taken up by the version; others, ``NotFound``. Part of publishing."""
    wanted = set(suggestion_ids)
    rows = Suggestion.objects.select_for_update().filter(pk__in=wanted, definition_id=version.definition_id)
    found = list(rows.filter(status=SuggestionStatus.OPEN).order_by("id"))
    if len(found) != len(wanted):
        raise SuggestionClosed
    for suggestion in found:
        suggestion.taken_in = version
        _answer(suggestion, SuggestionStatus.TAKEN_UP, actor, now)


def _open(suggestion_id: int, actor: Actor) -> Suggestion:
    suggestion = Suggestion.objects.select_for_update().filter(pk=suggestion_id).first()
    if suggestion is None or not permissions.may_see(actor):
        raise NotFound
    if suggestion.status != SuggestionStatus.OPEN:
        raise SuggestionClosed
    return suggestion


def _answer(suggestion: Suggestion, status: SuggestionStatus, actor: Actor, now: datetime) -> None:
    suggestion.status, suggestion.answered_by_name, suggestion.answered_at = status, actor.name[:200], now
    suggestion.save(update_fields=["status", "answer", "answered_by_name", "answered_at", "taken_in"])
    _record(suggestion, f"suggestion.{status.value}", actor, now)


def _record(suggestion: Suggestion, action: str, actor: Actor, now: datetime) -> None:
    detail = {"definition": suggestion.definition_id, "element": suggestion.element}
    audit.record(actor=actor, action=action, object_type="suggestion", object_id=suggestion.pk, now=now, detail=detail)

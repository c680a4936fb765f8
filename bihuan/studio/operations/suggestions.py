"""Suggestions for published charts: made, voted for, declined, taken up by a version."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext

from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden, NotFound
from bihuan.flows.models import Version
from bihuan.studio import permissions
from bihuan.studio.errors import DraftClosed, NoSuchElement, SuggestionClosed
from bihuan.studio.models import OPEN_STAGES, Suggestion, SuggestionStatus, Vote
from bihuan.studio.operations.reviews import locked
from bihuan.studio.operations.words import said
from bihuan.studio.queries.elements import elements_of
from bihuan.studio.registry import ring

_SHORT: Final = 200


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
    record(suggestion, "suggestion.made", actor, now)
    return suggestion


@transaction.atomic
def vote_suggestion(*, suggestion_id: int, agrees: bool, actor: Actor, now: datetime) -> Suggestion:
    """The actor's one vote for it, given or taken back; twice is once."""
    suggestion = _open(suggestion_id, actor)
    if actor.user_id is None:
        raise Forbidden
    cast_vote(suggestion, {"user_id": actor.user_id}, agrees, actor, now)
    return suggestion


@transaction.atomic
def plan_suggestion(*, suggestion_id: int, draft_id: int, planned: bool, actor: Actor, now: datetime) -> Suggestion:
    """The draft means to take it up, or does not after all; publishing asks again. Refuses ``SuggestionClosed``,
    ``DraftClosed``; a suggestion for another chart is ``NotFound``."""
    draft = locked(draft_id)
    suggestion = _open(suggestion_id, actor)
    if not permissions.may_draw(actor):
        raise Forbidden
    if suggestion.definition.key != draft.key:
        raise NotFound
    if draft.stage not in OPEN_STAGES:
        raise DraftClosed(params={"stage": gettext(draft.get_stage_display())})
    if planned == (suggestion.planned_in_id == draft.pk):
        return suggestion
    suggestion.planned_in = draft if planned else None
    suggestion.save(update_fields=["planned_in"])
    record(suggestion, "suggestion.planned" if planned else "suggestion.unplanned", actor, now, {"draft": draft.pk})
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
    if not permissions.may_see(actor):
        raise NotFound
    return open_suggestion(suggestion_id)


def open_suggestion(suggestion_id: int) -> Suggestion:
    """The suggestion, until the end of the transaction; ``NotFound``, ``SuggestionClosed``."""
    suggestion = Suggestion.objects.select_for_update().filter(pk=suggestion_id).first()
    if suggestion is None:
        raise NotFound
    if suggestion.status != SuggestionStatus.OPEN:
        raise SuggestionClosed
    return suggestion


def cast_vote(
    suggestion: Suggestion, voter: Mapping[str, int | None], agrees: bool, actor: Actor, now: datetime
) -> None:
    """A vote of this user or customer (``user_id`` or ``customer_id``) is there afterwards, or is not."""
    if agrees:
        changed = Vote.objects.get_or_create(suggestion=suggestion, **voter, defaults={"at": now})[1]
    else:
        changed = bool(Vote.objects.filter(suggestion=suggestion, **voter).delete()[0])
    if changed:
        record(suggestion, "suggestion.voted" if agrees else "suggestion.unvoted", actor, now)


def _answer(suggestion: Suggestion, status: SuggestionStatus, actor: Actor, now: datetime) -> None:
    suggestion.status, suggestion.answered_by_name, suggestion.answered_at = status, actor.name[:200], now
    suggestion.save(update_fields=["status", "answer", "answered_by_name", "answered_at", "taken_in"])
    record(suggestion, f"suggestion.{status.value}", actor, now)
    chart, version = suggestion.definition, suggestion.taken_in
    params: dict[str, object] = {"chart": chart.key, "name": chart.name, "name_en": chart.name_en}
    params |= {"reason": suggestion.answer[:_SHORT], "number": version.number if version is not None else 0}
    if suggestion.by_id != actor.user_id:
        ring([suggestion.by_id], f"suggestion.{status.value}", params, now)


def record(
    suggestion: Suggestion, action: str, actor: Actor, now: datetime, more: Mapping[str, object] | None = None
) -> None:
    """The audit trail of a suggestion."""
    detail = {
        "definition": suggestion.definition_id,
        "element": suggestion.element,
        "phase": suggestion.phase,
        **(more or {}),
    }
    audit.record(actor=actor, action=action, object_type="suggestion", object_id=suggestion.pk, now=now, detail=detail)

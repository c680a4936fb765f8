"""Suggestions beside the chart that is being drawn, and which of them this draft takes up."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.studio import operations, queries
from bihuan.studio.models import Draft
from bihuan.web.request import actor_of
from bihuan.web.studio.body import answers_script, body_of, number_in
from bihuan.web.studio.suggestions import phase_name

_LONGEST = 600  # of what stands in the panel; the list of suggestions has all of it


def beside(actor: Actor, draft: Draft) -> list[dict[str, object]]:
    """What is open for the chart, the most wanted first, for the panel."""
    return [
        {
            "id": one.row.pk,
            "element": one.row.element,
            "phase": phase_name(one.row.version_id, one.row.phase) if one.row.phase else "",
            "text": one.row.text if len(one.row.text) <= _LONGEST else f"{one.row.text[:_LONGEST]}…",
            "by": one.row.by_name,
            "customer": one.row.customer_id is not None,
            "votes": one.votes,
            "taken": one.row.planned_in_id == draft.pk,
        }
        for one in queries.open_suggestions(actor=actor, key=draft.key)
    ]


@answers_script
def take(request: HttpRequest, draft_id: int) -> HttpResponse:
    """This draft takes a suggestion up, or does not after all: {suggestion, taken} → {suggestions}."""
    actor, body = actor_of(request), body_of(request)
    operations.plan_suggestion(
        suggestion_id=number_in(body, "suggestion"),
        draft_id=draft_id,
        planned=body.get("taken") is True,
        actor=actor,
        now=system_now(),
    )
    return JsonResponse({"suggestions": beside(actor, queries.draft(actor=actor, draft_id=draft_id))})

"""Case cards written and changed by hand, or made from the chart."""

import json
from collections.abc import Mapping, Sequence

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.bpmn import Node
from bihuan.core.clock import system_now
from bihuan.core.errors import Forbidden, Refused
from bihuan.studio import operations, queries
from bihuan.studio.drilling import CardStep, asked_values, card_step, card_steps
from bihuan.studio.queries import Ground
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of, language_of
from bihuan.web.studio.drill_view import addresses
from bihuan.web.studio.drill_words import arrow, field_label, named, value_text
from bihuan.web.studio.drills import ground_asked
from bihuan.web.ui.environment import in_language

_TIMES = 2
"""How often a card speaks of the same step: the first time, and when it is come to again."""


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest, key: str = "", draft_id: int = 0, card_id: int = 0) -> HttpResponse:
    """A card: name, story, and for each decision what is right and what the trainee is told."""
    actor = actor_of(request)
    if not queries.may_draw(actor):
        raise Forbidden
    ground = ground_asked(actor, key, draft_id)
    card = queries.drill_card(actor=actor, card_id=card_id) if card_id else None
    steps = card_steps(card.steps) if card is not None else ()
    given = {"title": card.title if card else "", "story": card.story if card else ""}
    refusal, status = "", 200
    if request.method == "POST":
        steps = _posted(ground, request.POST, steps)
        given = {name: request.POST.get(name, "") for name in given}
        try:
            operations.save_card(
                ground=ground, card_id=card_id or None, steps=steps, actor=actor, now=system_now(), **given
            )
        except Refused as refused:
            refusal, status = refusal_text(refused), refused.status
        else:
            return redirect(addresses(ground)["index"])
    context = {
        "name": in_language(ground.name, ground.name_en),
        "to": addresses(ground),
        "card": card_id,
        "given": given,
        "rows": _rows(ground, steps),
        "refusal": refusal,
    }
    return render(request, "studio/drill_card.html", context, status=status)


@require_POST
@login_required
def make(request: HttpRequest, key: str = "", draft_id: int = 0) -> HttpResponse:
    """Cards from the paths of the chart."""
    actor = actor_of(request)
    ground = ground_asked(actor, key, draft_id)
    operations.generate_cards(ground=ground, english=language_of(request) == "en", actor=actor, now=system_now())
    return redirect(addresses(ground)["index"])


@require_POST
@login_required
def remove(request: HttpRequest, card_id: int) -> HttpResponse:
    """Takes a card away."""
    actor = actor_of(request)
    card = queries.drill_card(actor=actor, card_id=card_id)
    operations.remove_card(card_id=card_id, actor=actor, now=system_now())
    back = request.POST.get("draft", "")
    if back.isascii() and back.isdigit():
        return redirect("web:studio_drills", int(back[:9]))
    return redirect("web:drills", card.key)


def _deciding(ground: Ground) -> list[Node]:
    """The steps at which something is decided."""
    nodes = [node for node in ground.chart.nodes.values() if node.kind in ("userTask", "manualTask")]
    return [node for node in nodes if node.choice is not None or any(_asked(ground, node).values())]


def _asked(ground: Ground, node: Node) -> dict[str, list[object]]:
    return {name: found for name, found in asked_values(ground.chart, node, ground.forms).items() if found}


def _rows(ground: Ground, steps: Sequence[CardStep]) -> list[dict[str, object]]:
    return [
        {"name": named(ground.chart, node.id), "times": [_time(ground, node, nth, steps) for nth in (1, _TIMES)]}
        for node in _deciding(ground)
    ]


def _time(ground: Ground, node: Node, nth: int, steps: Sequence[CardStep]) -> dict[str, object]:
    known = card_step(steps, node.id, nth)
    known = known if known is not None and known.nth == nth else None
    place = f"{node.id}:{nth}"
    arrows = ground.chart.nodes[node.choice].outgoing if node.choice is not None else ()
    return {
        "place": place,
        "nth": nth,
        "fact": known.fact if known else "",
        "known": known is not None,
        "outcome": known.outcome if known else "",
        "arrows": [{"id": flow, "text": arrow(ground.chart, flow)} for flow in arrows],
        "values": [
            {
                "name": f"value:{place}:{name}",
                "label": field_label(ground, node.id, name),
                "options": [
                    {
                        "value": json.dumps(one, ensure_ascii=False),
                        "text": value_text(ground, node.id, name, one),
                        "on": known is not None and known.values.get(name, ...) == one,
                    }
                    for one in options
                ],
            }
            for name, options in _asked(ground, node).items()
        ],
    }


def _posted(ground: Ground, posted: QueryDict, before: Sequence[CardStep]) -> tuple[CardStep, ...]:
    """The decisions as the page has them; what happens without the trainee stays as it was."""
    found = []
    for node in _deciding(ground):
        for nth in (1, _TIMES):
            step = _posted_step(ground, node, nth, posted)
            if step is not None:
                found.append(step)
    deciding = {(node.id, nth) for node in _deciding(ground) for nth in (1, _TIMES)}
    kept = [one for one in before if one.kind != "work" or (one.node, one.nth) not in deciding]
    return (*found, *kept)


def _posted_step(ground: Ground, node: Node, nth: int, posted: QueryDict) -> CardStep | None:
    place = f"{node.id}:{nth}"
    arrows = ground.chart.nodes[node.choice].outgoing if node.choice is not None else ()
    outcome = posted.get(f"outcome:{place}", "")
    outcome = outcome if outcome in arrows else ""
    values = _posted_values(_asked(ground, node), place, posted)
    fact = posted.get(f"fact:{place}", "").strip()
    if not (outcome or values or fact):
        return None
    return CardStep(node.id, nth, "work", outcome, values, fact)


def _posted_values(asked: Mapping[str, Sequence[object]], place: str, posted: QueryDict) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, options in asked.items():
        text = posted.get(f"value:{place}:{name}", "")
        chosen = next((one for one in options if json.dumps(one, ensure_ascii=False) == text), None)
        if text and chosen is not None:
            found[name] = chosen
    return found

"""Practising on a chart: what there is to practise on, the case itself, what came of it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.core.errors import Refused
from bihuan.studio import operations, queries
from bihuan.studio.models import Drill
from bihuan.studio.queries import Ground
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of, language_of
from bihuan.web.studio import drill_view as view
from bihuan.web.studio.manual import chosen_version
from bihuan.web.ui.forms import FieldError, clean_form, read_form, validate_form


def ground_asked(actor: Actor, key: str, draft_id: int) -> Ground:
    """The version in force of a chart, or a draft."""
    if draft_id:
        return queries.ground_of_draft(actor=actor, draft=queries.draft(actor=actor, draft_id=draft_id))
    return queries.ground_of_version(actor=actor, version=chosen_version(key, ""))


@require_GET
@login_required
def index(request: HttpRequest, key: str = "", draft_id: int = 0) -> HttpResponse:
    """The case cards, and the results: one's own, or everybody's for who may."""
    actor = actor_of(request)
    ground = ground_asked(actor, key, draft_id)
    everybody = request.GET.get("who") == "all" and queries.may_see_results(actor)
    rows, following = queries.drill_results(
        actor=actor, key=ground.key, everybody=everybody, cursor=request.GET.get("cursor")
    )
    cards = queries.drill_cards(actor=actor, key=ground.key)
    context = view.index_context(ground, cards, rows)
    context |= {
        "everybody": everybody,
        "may_see_all": queries.may_see_results(actor),
        "may_draw": queries.may_draw(actor),
        "following": following,
        "now": system_now(),
    }
    return render(request, "studio/drill_index.html", context)


@require_POST
@login_required
def start(request: HttpRequest, key: str = "", draft_id: int = 0) -> HttpResponse:
    """A new case, on the card named or free."""
    actor = actor_of(request)
    ground = ground_asked(actor, key, draft_id)
    number = request.POST.get("card", "")
    card = queries.drill_card(actor=actor, card_id=view.whole(number)) if number else None
    drill = operations.start_drill(ground=ground, card=card, actor=actor, now=system_now())
    return redirect("web:drill", drill.pk)


@require_http_methods(["GET", "POST"])
@login_required
def page(request: HttpRequest, drill_id: int) -> HttpResponse:
    """The step that waits; POST hands it in. When all is over, the score with its reasons."""
    actor = actor_of(request)
    drill = queries.drill(actor=actor, drill_id=drill_id)
    ground = queries.ground_of(actor=actor, drill=drill)
    if request.method == "GET":
        return _show(request, drill, ground)
    item = view.whole(request.POST.get("item", ""))
    schema = view.schema_of(ground, drill, item)
    data: dict[str, object] = {}
    errors: list[FieldError] = []
    if schema is not None:
        data = clean_form(schema, read_form(schema, request.POST, keep=view.record_of(ground, drill, item)))
        errors = validate_form(schema, data, language_of(request))
    try:
        done = operations.complete_drill_step(
            drill_id=drill_id,
            item=item,
            outcome=request.POST.get("outcome", ""),
            data=data,
            faults=[error.label or error.message for error in errors],
            heeded=len(set(request.POST.getlist("heeded"))),
            actor=actor,
            now=system_now(),
        )
    except Refused as refused:
        return _show(request, drill, ground, refusal=refusal_text(refused), data=data, item=item, status=refused.status)
    if errors:
        return _show(request, done, ground, data=data, errors=errors, item=item, status=422)
    return redirect("web:drill", drill_id)


def _show(
    request: HttpRequest,
    drill: Drill,
    ground: Ground,
    *,
    refusal: str = "",
    data: dict[str, object] | None = None,
    errors: list[FieldError] | None = None,
    item: int = 0,
    status: int = 200,
) -> HttpResponse:
    actor = actor_of(request)
    context = view.page_context(
        actor,
        ground,
        drill,
        item=item or view.whole(request.GET.get("item", "")),
        data=data,
        errors=errors or [],
        heeded=request.POST.getlist("heeded"),
    )
    context |= {"refusal": refusal, "mine": drill.user_id == actor.user_id, "now": system_now()}
    template = "studio/drill_over.html" if drill.ended_at is not None else "studio/drill_page.html"
    return render(request, template, context, status=status)


@require_POST
@login_required
def happen(request: HttpRequest, drill_id: int) -> HttpResponse:
    """Time goes on, or a message comes."""
    operations.let_happen(
        drill_id=drill_id,
        kind=request.POST.get("kind", ""),
        number=view.whole(request.POST.get("number", "")),
        actor=actor_of(request),
        now=system_now(),
    )
    return redirect("web:drill", drill_id)

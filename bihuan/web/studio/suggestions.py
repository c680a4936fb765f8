"""What staff propose for a chart: made, voted for, declined; what became of it."""

from collections.abc import Mapping
from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.core.errors import NotFound, Refused
from bihuan.flows import queries as flows
from bihuan.flows.models import Version
from bihuan.studio import operations, queries
from bihuan.studio.queries import Element, Proposal
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of
from bihuan.web.ui.environment import in_language

_OPEN: Final = ("draft", "review", "test")


def element_name(element: Element) -> str:
    """An element as people call it; an arrow by what it joins."""
    name = in_language(element.name, element.name_en)
    if element.kind != "sequenceFlow":
        return name or element.id
    way = " → ".join(element.between)
    return f"{way}（{name}）" if name else way


def place_name(key: str, elements: Mapping[str, Element]) -> str:
    """Where a remark is pinned."""
    if not key:
        return _("整张图")
    return element_name(elements[key]) if key in elements else _("%(id)s（图上已没有）") % {"id": key}


def phase_name(version_id: int, key: str) -> str:
    """A phase of a published version as staff call it."""
    found = (each for each in flows.chart_of(version_id).phases if each.id == key)
    return next((in_language(each.name, each.name_en) or key for each in found), key)


def element_choices(elements: Mapping[str, Element], chosen: str) -> list[dict[str, object]]:
    """Nodes first, those with names; then arrows."""
    ranked = sorted(elements.values(), key=lambda one: (one.kind == "sequenceFlow", not one.name))
    return [{"id": one.id, "name": element_name(one), "on": one.id == chosen} for one in ranked]


def proposal_view(proposal: Proposal, elements: Mapping[str, Element]) -> dict[str, object]:
    """A suggestion for a page."""
    row = proposal.row
    return {
        "id": row.pk,
        "place": _("阶段：%(name)s") % {"name": phase_name(row.version_id, row.phase)}
        if row.phase
        else place_name(row.element, elements),
        "element": row.element,
        "text": row.text,
        "by": row.by_name,
        "at": row.at,
        "number": row.version.number,
        "votes": proposal.votes,
        "customers": proposal.customers,
        "from_customer": row.customer_id is not None,
        "public_text": row.public_text,
        "planned_in": row.planned_in_id if row.planned_in is not None and row.planned_in.stage in _OPEN else None,
        "mine": proposal.mine,
        "status": row.status,
        "answer": row.answer,
        "answered_by": row.answered_by_name,
        "answered_at": row.answered_at,
        "taken_in": row.taken_in.number if row.taken_in is not None else None,
    }


def _shown(key: str) -> Version:
    version = flows.current_version(key=key) or next(iter(flows.versions_of(key=key)), None)
    if version is None:
        raise NotFound
    return flows.version_of(key=key, number=version.number)


def _open(actor: Actor, key: str, elements: Mapping[str, Element], *, from_customers: bool) -> list[dict[str, object]]:
    found = queries.open_suggestions(actor=actor, key=key, from_customers=from_customers)
    return [proposal_view(one, elements) for one in found]


@require_http_methods(["GET", "POST"])
@login_required
def page(request: HttpRequest, key: str) -> HttpResponse:
    """The list; POST adds one, and keeps what was typed when it is refused."""
    actor, version = actor_of(request), _shown(key)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            operations.suggest(
                version_id=version.pk,
                element=request.POST.get("element", "").replace("\x00", ""),
                text=request.POST.get("text", ""),
                actor=actor,
                now=system_now(),
            )
        except Refused as refused:
            refusal, status = refusal_text(refused), refused.status
        else:
            return redirect("web:suggestions", key)
    elements = queries.elements_of(bytes(version.chart))
    cursor = request.GET.get("cursor")
    answered, following = queries.answered_suggestions(actor=actor, key=key, cursor=cursor)
    chosen = request.POST.get("element") or request.GET.get("element", "")
    context = {
        "key": key,
        "name": in_language(version.definition.name, version.definition.name_en),
        "choices": element_choices(elements, chosen),
        "text": request.POST.get("text", ""),
        "refusal": refusal,
        "groups": [
            {"name": _("员工的建议"), "customers": False, "rows": _open(actor, key, elements, from_customers=False)},
            {"name": _("客户的建议"), "customers": True, "rows": _open(actor, key, elements, from_customers=True)},
        ],
        "answered": [proposal_view(one, elements) for one in answered],
        "following": f"{reverse('web:suggestions', args=[key])}?{urlencode({'cursor': following})}"
        if following
        else "",
        "may_draw": queries.may_draw(actor),
        "now": system_now(),
    }
    return render(request, "studio/suggestions.html", context, status=status)


@require_GET
@login_required
def on_step(request: HttpRequest, version_id: int) -> HttpResponse:
    """From a step's page to the suggestions of its chart, the step chosen."""
    key = flows.key_of(version_id=version_id)
    element = urlencode({"element": request.GET.get("element", "")})
    return redirect(f"{reverse('web:suggestions', args=[key])}?{element}")


@require_POST
@login_required
def act(request: HttpRequest, key: str, suggestion_id: int) -> HttpResponse:
    """A vote, a vote taken back, a reasoned no, or the words in which customers read it."""
    actor, now, what = actor_of(request), system_now(), request.POST.get("act")
    if what == "decline":
        reason = request.POST.get("reason", "")
        operations.decline_suggestion(suggestion_id=suggestion_id, reason=reason, actor=actor, now=now)
    elif what in ("show", "hide"):
        text = request.POST.get("text", "") if what == "show" else ""
        operations.show_to_customers(suggestion_id=suggestion_id, text=text, actor=actor, now=now)
    elif what in ("vote", "unvote"):
        operations.vote_suggestion(suggestion_id=suggestion_id, agrees=what == "vote", actor=actor, now=now)
    else:
        raise NotFound
    return redirect("web:suggestions", key)

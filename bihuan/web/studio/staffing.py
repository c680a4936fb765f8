"""Before a chart is published: which roles it gives work to, who holds them, and people for those that nobody holds."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from bihuan.accounts import operations as accounts
from bihuan.accounts import queries as people
from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.core.errors import NotFound, Refused
from bihuan.studio import queries
from bihuan.studio.models import Draft
from bihuan.studio.queries import RoleNeeded
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of, is_partial
from bihuan.web.ui.environment import in_language

_FEW = 6
_MANAGES = "settings.edit"


def staffing(actor: Actor, draft: Draft) -> dict[str, object]:
    """What ``studio/staffing.html`` shows."""
    needed = queries.roles_needed(actor=actor, draft=draft)
    idle = [one for one in needed if not one.holders]
    manages = actor.can(_MANAGES)
    return {
        "roles": [_role(one) for one in needed],
        "missing": [_role(one) for one in needed if not one.exists],
        "nobody": [in_language(one.name, one.name_en) for one in idle if one.steps],
        "may_manage": manages,
        "ask": [] if manages or not idle else people.people_who_may(permission=_MANAGES)[:_FEW],
        "people": [{"key": one.username, "name": one.name} for one in people.people(actor=actor)]
        if manages and idle
        else [],
        "places": [
            {"key": one.key, "name": in_language(one.name, one.name_en)}
            for one in people.departments()
            if one.is_active
        ]
        if manages and idle
        else [],
    }


def _role(one: RoleNeeded) -> dict[str, object]:
    return {
        "key": one.key,
        "name": in_language(one.name, one.name_en),
        "zh": one.name,
        "en": one.name_en,
        "exists": one.exists,
        "steps": one.steps,
        "escalates": one.escalates,
        "holders": one.holders[:_FEW],
        "more": max(0, len(one.holders) - _FEW),
    }


@require_POST
@login_required
def act(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Makes the roles that are missing, or gives one to a person; answers with the part of the page."""
    actor = actor_of(request)
    draft = queries.draft(actor=actor, draft_id=draft_id)
    refusal, status = "", 200
    try:
        _do(request, actor, draft)
    except Refused as refused:
        if not is_partial(request):
            raise
        refusal, status = refusal_text(refused), refused.status
    if not is_partial(request):
        return redirect("web:studio_publish", draft_id)
    context = {"draft": {"id": draft.pk}, "staffing": staffing(actor, draft), "staffing_refusal": refusal}
    return render(request, "studio/staffing.html", {**context, "given": request.POST}, status=status)


def _do(request: HttpRequest, actor: Actor, draft: Draft) -> None:
    given, now = request.POST, system_now()
    if given.get("act") == "create":
        missing = [one for one in queries.roles_needed(actor=actor, draft=draft) if not one.exists]
        made = [
            accounts.RoleMade(
                key=one.key,
                name=given.get(f"name:{one.key}", one.name),
                name_en=given.get(f"name_en:{one.key}", one.name_en),
            )
            for one in missing
        ]
        accounts.create_roles(roles=made, actor=actor, now=now)
    elif given.get("act") == "give":
        accounts.give_post(
            username=given.get("username", "").replace("\x00", ""),
            role=given.get("role", "").replace("\x00", ""),
            department=given.get("department", ""),
            actor=actor,
            now=now,
        )
    else:
        raise NotFound

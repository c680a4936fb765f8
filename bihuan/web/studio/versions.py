"""The life of a chart's versions: what each is, how a pilot compares, two of them side by side, retirement."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_POST

from bihuan.accounts import queries as people
from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.core.errors import NotFound
from bihuan.flows import operations
from bihuan.flows import queries as flows
from bihuan.flows.models import Version
from bihuan.flows.operations import Pilot
from bihuan.studio import operations as studio
from bihuan.studio import queries
from bihuan.studio.errors import DraftOpenAlready
from bihuan.web.request import actor_of, number_of
from bihuan.web.ui.environment import in_language

_SHOWN: Final = 50
STAGES: Final = {
    "pilot": (gettext_noop("试运行"), "gold"),
    "published": (gettext_noop("已发布"), "blue"),
    "retired": (gettext_noop("已停用"), "grey"),
}


def life_of(*, key: str, actor: Actor) -> dict[str, object]:
    """The versions, the newest first, and what the reader may do with the chart."""
    versions = flows.versions_of(key=key)
    shown = versions[:_SHOWN]
    running = flows.running_on(version_ids=[each.pk for each in versions])
    origins = queries.origins(actor=actor, version_ids=[each.pk for each in shown])
    current = next((each for each in versions if each.stage == "published"), None)
    draft = queries.draft_named(actor=actor, key=key)
    return {
        "key": key,
        "rows": [_row(each, current, running[each.pk], origins.get(each.pk)) for each in shown],
        "more": len(versions) - len(shown),
        "published": sum(each.stage == "published" for each in versions),
        "alive": any(each.stage != "retired" for each in versions),
        "may_publish": queries.may_publish(actor),
        "may_draw": queries.may_draw(actor),
        "pilot": any(each.stage == "pilot" for each in versions),
        "draft": draft.pk if draft is not None else None,
        "suggestions": queries.suggestion_count(actor=actor, key=key),
        "since_live": _since_live(current),
    }


def _since_live(current: Version | None) -> dict[str, object] | None:
    """How the version in force does since it went live; None before anything began on it."""
    if current is None:
        return None
    one = flows.outcomes(version_ids=[current.pk], since=current.published_at, until=None)[current.pk]
    return {"number": current.number, **_figures(one)} if one.started else None


def _figures(one: flows.Outcome) -> dict[str, object]:
    return {
        "started": one.started,
        "ended": one.ended,
        "hours": None if one.median_seconds is None else round(one.median_seconds / 3600, 1),
        "late": None if not one.limits else round(100 * one.breached / one.limits, 1),
        "limits": one.limits,
    }


def _row(version: Version, current: Version | None, running: int, origin: queries.Origin | None) -> dict[str, object]:
    before = reverse("web:compare_versions", args=[version.definition.key])
    word, tone = STAGES[version.stage]
    return {
        "id": version.pk,
        "number": version.number,
        "stage": version.stage,
        "stage_word": _(word),
        "tone": tone,
        "current": version is current,
        "share": share_words(version) if version.stage == "pilot" else "",
        "hash": version.content_hash[:8],
        "published_at": version.published_at,
        "published_by": version.published_by_name,
        "log": version.change_log,
        "retired_why": version.retired_why,
        "running": running,
        "author": origin.author if origin is not None else "",
        "reviewers": "、".join(origin.reviewers) if origin is not None else "",
        "unreviewed": origin.unreviewed if origin is not None else "",
        "compare": f"{before}?a={version.number - 1}&b={version.number}" if version.number > 1 else "",
        "migrate": f"{reverse('web:migrate_chart', args=[version.definition.key])}?source={version.pk}",
    }


def share_words(version: Version) -> str:
    """Which new issues try the version."""
    if version.pilot_percent is not None:
        return _("%(n)d%% 的客户") % {"n": version.pilot_percent}
    named = [
        in_language(place.name, place.name_en)
        for place in people.departments()
        if place.pk in version.pilot_departments
    ]
    return "、".join(named)


@require_POST
@login_required
def next_draft(request: HttpRequest, key: str) -> HttpResponse:
    """The draft of the next version: the one that is open, or a new one from the version that runs."""
    actor = actor_of(request)
    found = flows.current_version(key=key) or next(iter(flows.versions_of(key=key)), None)
    if found is None:
        raise NotFound
    try:
        draft_id = studio.draft_from_version(version_id=found.pk, actor=actor, now=system_now()).pk
    except DraftOpenAlready as standing:
        draft_id = number_of(str(standing.params["draft"])) or 0
    return redirect("web:studio_editor", draft_id)


@require_GET
@login_required
def pilot_page(request: HttpRequest, key: str) -> HttpResponse:
    """How the pilot does beside the current version, and its end."""
    actor, now = actor_of(request), system_now()
    pilot, current = flows.pilot_of(key=key), flows.current_version(key=key)
    if pilot is None or current is None:
        raise NotFound
    context = {
        "key": key,
        "name": in_language(pilot.definition.name, pilot.definition.name_en),
        "pilot": pilot,
        "current": current,
        "share": share_words(pilot),
        "rows": _compared(pilot, current),
        "since": pilot.published_at,
        "departments": department_choices(pilot.pilot_departments),
        "may_publish": queries.may_publish(actor),
        "now": now,
    }
    return render(request, "studio/pilot.html", context)


def _compared(pilot: Version, current: Version) -> list[dict[str, object]]:
    """Both since the pilot began: each sees the same days."""
    found = flows.outcomes(version_ids=[pilot.pk, current.pk], since=pilot.published_at, until=None)
    return [
        {"number": version.number, "pilot": version is pilot, **_figures(found[version.pk])}
        for version in (pilot, current)
    ]


def department_choices(chosen: Sequence[int]) -> list[dict[str, object]]:
    """The departments for a choice of several."""
    return [
        {"key": place.key, "name": in_language(place.name, place.name_en), "on": place.pk in chosen}
        for place in people.departments()
    ]


def pilot_in(request: HttpRequest) -> Pilot | None:
    """What the form says about a pilot; None for a publication for all."""
    scope = request.POST.get("scope", "all")
    if scope == "percent":
        text = request.POST.get("percent", "").strip()
        return Pilot(percent=int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0)
    if scope == "departments":
        return Pilot(departments=tuple(name.replace("\x00", "") for name in request.POST.getlist("departments")))
    return None


@require_POST
@login_required
def steer(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """One of: another share, to all, stop, retire."""
    actor, now = actor_of(request), system_now()
    version = flows.version_of(key=key, number=number)
    return _steered(request, version, actor, now)


def _steered(request: HttpRequest, version: Version, actor: Actor, now: datetime) -> HttpResponse:
    act, key, reason = request.POST.get("act"), version.definition.key, request.POST.get("reason", "")
    if act == "adjust":
        operations.adjust_pilot(version_id=version.pk, pilot=pilot_in(request) or Pilot(), actor=actor, now=now)
        return redirect("web:pilot", key)
    if act == "promote":
        operations.promote_pilot(version_id=version.pk, actor=actor, now=now)
    elif act == "stop":
        operations.stop_pilot(version_id=version.pk, reason=reason, actor=actor, now=now)
    elif act == "retire":
        operations.retire_version(version_id=version.pk, reason=reason, actor=actor, now=now)
    else:
        raise NotFound
    return redirect("web:chart", key)


@require_POST
@login_required
def retire(request: HttpRequest, key: str) -> HttpResponse:
    """The whole chart."""
    operations.retire_definition(
        key=key, reason=request.POST.get("reason", ""), actor=actor_of(request), now=system_now()
    )
    return redirect("web:chart", key)

"""The designer's page: canvas, fields, list of findings. Saving and copying for its script."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from bihuan.core.clock import system_now
from bihuan.flows import queries as flows
from bihuan.studio import operations, queries
from bihuan.studio.errors import DraftConflict
from bihuan.studio.models import Draft
from bihuan.web.request import actor_of, language_of
from bihuan.web.studio import facts, taking
from bihuan.web.studio.body import answers_script, body_of, number_in, refusal, text_in
from bihuan.web.studio.labels import for_canvas
from bihuan.web.studio.words import script_words
from bihuan.web.ui.environment import in_language
from bihuan.web.ui.filters import full_moment, time_of_day
from bihuan.web.ui.navigation import address

_CALLS = (
    *("save", "copy", "check", "offers", "mend", "arrange", "echo", "expression"),
    *("picture", "narrative", "outline", "edit", "take"),
)
_TONES = {"draft": "", "published": "green", "discarded": "grey"}


@require_GET
@login_required
@ensure_csrf_cookie
def page(request: HttpRequest, draft_id: int) -> HttpResponse:
    """The designer with one draft in it; read-only where the reader may not change it now, or asks only to look."""
    actor = actor_of(request)
    draft = queries.draft(actor=actor, draft_id=draft_id)
    looking = request.GET.get("look") == "1"
    editable = queries.may_edit(actor, draft) and not looking
    number = queries.next_number(draft)
    context = {
        "nav_key": "charts",
        "name": in_language(draft.name, draft.name_en),
        "stage": _(draft.get_stage_display()),
        "tone": _TONES.get(draft.stage, "blue"),
        "number": number,
        "editable": editable,
        "locked": _locked(draft, editable, looking),
        "saved": _("已保存 %(time)s") % {"time": full_moment(draft.updated_at, system_now())},
        "ways": _ways(draft),
        "base": draft.base_id is not None,
        "back": address("web:studio") or reverse("web:charts"),
        "look": f"{reverse('web:studio_editor', args=[draft.pk])}?look=1",
        "data": {
            "id": draft.pk,
            "key": draft.key,
            "name": in_language(draft.name, draft.name_en),
            "revision": draft.revision,
            "editable": editable,
            "english": language_of(request) == "en",
            "xml": for_canvas(bytes(draft.chart)),
            "urls": {call: reverse(f"web:studio_{call}", args=[draft.pk]) for call in _CALLS},
            "roles": facts.roles(),
            "departments": facts.departments(),
            "calendars": facts.work_calendars(),
            "forms": facts.forms(draft.forms),
            "decisions": facts.decisions(draft.decisions),
            "operations": facts.services(),
            "statuses": facts.statuses(),
            "suggestions": taking.beside(actor, draft),
            "known": _known(draft),
        },
        "words": script_words(),
    }
    return render(request, "studio/editor.html", context)


def _known(draft: Draft) -> list[str] | None:
    """The nodes of the version that the draft began from; what else it has is new."""
    return sorted(flows.chart_of(draft.base_id).nodes) if draft.base_id is not None else None


def _locked(draft: Draft, editable: bool, looking: bool) -> str:
    if editable:
        return ""
    if looking:
        return _("您在看最近保存的内容，不能修改。")
    if draft.stage != "draft":
        return _("这份草稿现在是“%(stage)s”，不能修改。") % {"stage": _(draft.get_stage_display())}
    return _("您可以看，不能修改。")


def _ways(draft: Draft) -> list[dict[str, str]]:
    """Where the draft goes from here, as far as this installation has the pages."""
    found = [
        (_("表单"), "form", address("web:studio_forms", draft.pk)),
        (_("决策表"), "columns", address("web:studio_tables", draft.pk)),
        (_("对比"), "swap", address("web:studio_compare", draft.pk) if draft.base_id else ""),
        (_("预演"), "play", address("web:studio_rehearse", draft.pk)),
        (_("评审发布"), "arrow", address("web:studio_life", draft.pk)),
    ]
    return [{"text": text, "icon": icon, "href": href} for text, icon, href in found if href]


@answers_script
def save(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Stores the chart: {revision, xml} → {revision, saved_at, name}; 409 with ``by`` and ``at`` if somebody was faster."""
    body = body_of(request)
    now = system_now()
    try:
        draft = operations.save_draft(
            actor=actor_of(request),
            now=now,
            draft_id=draft_id,
            revision=number_in(body, "revision"),
            chart=text_in(body, "xml").encode(),
        )
    except DraftConflict as conflict:
        current = queries.draft(actor=actor_of(request), draft_id=draft_id)
        return refusal(DraftConflict(params={**conflict.params, "at": full_moment(current.updated_at, now)}))
    name = in_language(draft.name, draft.name_en)
    return JsonResponse({"revision": draft.revision, "saved_at": time_of_day(draft.updated_at), "name": name})


@answers_script
def copy(request: HttpRequest, draft_id: int) -> HttpResponse:
    """A draft of its own with the given chart: {xml} → {url}."""
    actor = actor_of(request)
    draft = queries.draft(actor=actor, draft_id=draft_id)
    content = operations.Content(
        chart=text_in(body_of(request), "xml").encode(), forms=draft.forms, decisions=draft.decisions
    )
    made = operations.create_draft(
        name=_("%(name)s（副本）") % {"name": draft.name[:190]},
        content=content,
        origin={"kind": "copy", "draft": draft.pk},
        template=draft.template,
        actor=actor,
        now=system_now(),
    )
    return JsonResponse({"url": reverse("web:studio_editor", args=[made.pk])})

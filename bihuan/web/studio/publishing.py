"""What a draft still needs, and its publication."""

from collections.abc import Iterable, Mapping

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.bpmn.verify import Finding
from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.core.errors import Forbidden, Refused
from bihuan.flows import queries as flows
from bihuan.studio import operations, queries
from bihuan.studio.models import Draft
from bihuan.studio.queries import Element, Proposal, Readiness
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of, number_of
from bihuan.web.studio.staffing import staffing
from bihuan.web.studio.suggestions import place_name, proposal_view
from bihuan.web.studio.versions import department_choices, pilot_in
from bihuan.web.ui.environment import in_language

Row = dict[str, object]


def faults(ready: Readiness, elements: Mapping[str, Element]) -> list[Row]:
    """Everything that stands against publication, with its place and what to do."""
    rows: list[Row] = [
        {
            "place": place_name(one.element, elements) if one.element in elements else one.element,
            "line": one.line,
            "text": in_language(one.message_zh, one.message_en),
            "mend": "",
        }
        for one in ready.problems
    ]
    rows += [
        {
            "place": "",
            "line": 0,
            "text": _("缺少表单 %(code)s") % {"code": code},
            "mend": _("在表单里建好它，或改用已有的表单。"),
        }
        for code in ready.missing_forms
    ]
    return rows + found(ready.errors, elements)


def found(findings: Iterable[Finding], elements: Mapping[str, Element]) -> list[Row]:
    """Findings of the verifier in words."""
    return [
        {
            "place": "、".join(place_name(each, elements) for each in one.elements[:3] if each in elements),
            "line": 0,
            "text": in_language(one.message.zh, one.message.en),
            "mend": in_language(one.suggestion.zh, one.suggestion.en),
        }
        for one in findings
    ]


@require_GET
@login_required
def faults_page(request: HttpRequest, draft_id: int) -> HttpResponse:
    """What is wrong with a draft, place by place; a file that was imported comes here first."""
    actor = actor_of(request)
    draft = queries.draft(actor=actor, draft_id=draft_id)
    ready, elements = queries.readiness(actor=actor, draft=draft), queries.elements_of(bytes(draft.chart))
    context = {
        "draft": {"id": draft.pk, "name": in_language(draft.name, draft.name_en)},
        "file": draft.origin.get("file", "") if isinstance(draft.origin, dict) else "",
        "count": len(elements),
        "faults": faults(ready, elements),
        "warnings": found(ready.warnings, elements),
        "may_edit": queries.may_edit(actor, draft),
    }
    return render(request, "studio/faults.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def page(request: HttpRequest, draft_id: int) -> HttpResponse:
    """What is still open, and the form; POST publishes, or says why not and keeps what was typed."""
    actor = actor_of(request)
    if not queries.may_publish(actor):
        raise Forbidden
    draft = queries.draft(actor=actor, draft_id=draft_id)
    if request.method == "GET":
        return _show(request, draft, "", 200)
    try:
        version = operations.publish_draft(
            draft_id=draft_id,
            revision=number_of(request.POST.get("revision")) or 0,
            change_log=request.POST.get("log", ""),
            pilot=pilot_in(request),
            warnings_seen=request.POST.get("seen") == "1",
            unreviewed_reason=request.POST.get("reason", ""),
            taken_up=[number_of(each) or 0 for each in request.POST.getlist("taken")[:500]],
            actor=actor,
            now=system_now(),
        )
    except Refused as refused:
        return _show(request, draft, refusal_text(refused), refused.status)
    messages.success(request, _("第 %(n)d 版已发布。") % {"n": version.number})
    return redirect("web:pilot" if version.stage == "pilot" else "web:chart", draft.key)


def _signers(ready: Readiness, draft: Draft, actor: Actor) -> str:
    if not ready.signed:
        return ""
    latest = queries.reviews(actor=actor, draft_id=draft.pk)[0]
    return "、".join(one.user_name for one in latest.signatures.all())


def _taken(one: Proposal, draft: Draft, given: QueryDict) -> bool:
    """As it was ticked; before anybody ticked anything, as the draft means to."""
    return str(one.row.pk) in given.getlist("taken") if given else one.row.planned_in_id == draft.pk


def _show(request: HttpRequest, draft: Draft, refusal: str, status: int) -> HttpResponse:
    actor, given = actor_of(request), request.POST
    ready, elements = queries.readiness(actor=actor, draft=draft), queries.elements_of(bytes(draft.chart))
    current, pilot = flows.current_version(key=draft.key), flows.pilot_of(key=draft.key)
    proposals = queries.open_suggestions(actor=actor, key=draft.key)
    context = {
        "draft": {
            "id": draft.pk,
            "name": in_language(draft.name, draft.name_en),
            "number": queries.next_number(draft),
            "revision": given.get("revision") or draft.revision,
            "open": draft.stage in ("draft", "test"),
        },
        "faults": faults(ready, elements),
        "warnings": found(ready.warnings, elements),
        "signed": ready.signed,
        "signers": _signers(ready, draft, actor),
        "overtaken": ready.overtaken,
        "hash": ready.content_hash[:8],
        "current": current.number if current is not None else None,
        "pilot": pilot.number if pilot is not None else None,
        "open_comments": queries.open_comments(actor=actor, draft_id=draft.pk),
        "given": {
            "log": given.get("log", ""),
            "scope": given.get("scope", "all"),
            "percent": given.get("percent", "10"),
            "reason": given.get("reason", ""),
            "seen": given.get("seen") == "1",
        },
        "departments": [{**one, "on": one["key"] in given.getlist("departments")} for one in department_choices(())],
        "suggestions": [{**proposal_view(one, elements), "on": _taken(one, draft, given)} for one in proposals],
        "staffing": staffing(actor, draft),
        "staffing_refusal": "",
        "refusal": refusal,
        "now": system_now(),
    }
    return render(request, "studio/publish.html", context, status=status)

"""The builder of one form: page, saving, preview made by the form component, preview on paper."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from bihuan.accounts import queries as accounts
from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.core.errors import NotFound
from bihuan.documents import build_document, render_pdf
from bihuan.documents.safety import PATTERNS, patterns_in
from bihuan.flows.forms import step_schema
from bihuan.studio import queries
from bihuan.studio.models import Draft
from bihuan.web.present.company import company
from bihuan.web.request import actor_of, language_of
from bihuan.web.studio import forms_check, forms_kinds, forms_rules, forms_usage
from bihuan.web.studio.body import NotUnderstood, answers_script, body_of, text_in, texts_in
from bihuan.web.studio.forms_check_fields import stray_rules
from bihuan.web.studio.forms_words import script_words
from bihuan.web.studio.saving import digest, save_part
from bihuan.web.ui.environment import in_language
from bihuan.web.ui.filters import full_moment
from bihuan.web.ui.forms import (
    FieldError,
    FormContext,
    Option,
    Schema,
    build_form,
    clean_form,
    read_form,
    validate_form,
)
from bihuan.web.ui.forms.schema import columns, fields, words

_CALLS = ("save", "preview", "paper")
_EMPTY_ROWS = 5
_SAMPLE = "20260101-0001"


def stored_form(draft: Draft, code: str) -> Schema:
    """A form of the draft; ``NotFound``."""
    found = draft.forms.get(code)
    if not isinstance(found, dict):
        raise NotFound
    return cast(Schema, found)


@require_GET
@login_required
@ensure_csrf_cookie
def page(request: HttpRequest, draft_id: int, code: str) -> HttpResponse:
    """The builder with one form in it; read-only where the reader may not change the draft."""
    actor = actor_of(request)
    draft = queries.draft(actor=actor, draft_id=draft_id)
    form = stored_form(draft, code)
    chart = bytes(draft.chart)
    used = forms_usage.uses(chart, "form").get(code, [])
    editable = queries.may_edit(actor, draft)
    context = {
        "name": words(form, "title", language_of(request)) or code,
        "code": code,
        "chart": in_language(draft.name, draft.name_en),
        "draft_id": draft.pk,
        "editable": editable,
        "used": [one.name for one in used],
        "saved": _("已保存 %(time)s") % {"time": full_moment(draft.updated_at, system_now())},
        "paper": reverse("web:studio_form_paper", args=[draft.pk, code]),
        "data": {
            "id": f"{draft.pk}:form:{code}",
            "code": code,
            "revision": draft.revision,
            "seen": digest(form),
            "editable": editable,
            "english": language_of(request) == "en",
            "form": forms_rules.for_builder(form),
            "stray": stray_rules(form),
            "kinds": forms_kinds.offered(_variables(draft)),
            "declared": sorted(forms_usage.declared(chart)),
            "uses": [{"name": one.name, "groups": list(one.groups)} for one in used],
            "urls": {call: reverse(f"web:studio_form_{call}", args=[draft.pk, code]) for call in _CALLS},
        },
        "words": script_words(),
    }
    return render(request, "studio/forms_builder.html", context)


def _variables(draft: Draft) -> dict[str, Schema]:
    """For each declared variable the field that writes it: as another form of the draft asks for it, else a plain one."""
    asked: dict[str, Schema] = {}
    for form in draft.forms.values():
        asked = {**fields(cast(Schema, form) if isinstance(form, dict) else {}), **asked}
    found: dict[str, Schema] = {}
    for name, one in forms_usage.declared(bytes(draft.chart)).items():
        field = asked.get(name) or forms_usage.field_for(one)
        if field is not None:
            found[name] = {key: value for key, value in field.items() if key != "x-visibleWhen"}
    return found


def _sent(body: Mapping[str, object]) -> tuple[forms_rules.Form, list[forms_check.Problem]]:
    """The form that was sent, and what is wrong with it; refuses what is not looked at."""
    form = body.get("form")
    forms_check.check_size(form)
    built = cast(forms_rules.Form, form)
    return built, forms_check.problems(built, PATTERNS)


def _kept_patterns(draft: Draft, code: str) -> frozenset[str]:
    """Patterns that the stored form already has: what was there may stay."""
    return PATTERNS | patterns_in(draft.forms.get(code))


@answers_script
def save(request: HttpRequest, draft_id: int, code: str) -> HttpResponse:
    """{revision, seen, form} → {revision, seen, saved_at}; 409 with ``by`` and ``at`` if somebody changed this form.

    ``seen``: which content of the form the writer began from. Others may have saved the chart or other forms since.
    """
    body = body_of(request)
    draft = queries.draft(actor=actor_of(request), draft_id=draft_id)
    stored_form(draft, code)
    forms_check.check_size(body.get("form"))
    form = forms_rules.for_store(cast(Schema, body["form"])) | {"x-code": code}
    wrong = forms_check.problems(cast(Schema, body["form"]), _kept_patterns(draft, code))
    if wrong:
        raise forms_check.NotAForm(params={"why": wrong[0].text})
    return save_part(request, draft, body, code, form=form)


def _context(actor: Actor) -> FormContext:
    """The company's people and departments, and values such as a step would have."""
    return FormContext(
        people=[Option(person.username, person.name) for person in accounts.people(actor=actor)],
        departments=[Option(place.key, in_language(place.name, place.name_en)) for place in accounts.departments()],
        values={"now": system_now(), "actor": actor.username, "issue.number": _SAMPLE},
    )


@answers_script
def preview(request: HttpRequest, draft_id: int, code: str) -> HttpResponse:
    """{form, groups, values, judge} → {html, problems}: the form as a step would show it, with what was typed.

    ``values``: the filled-in form as a browser posts it; ``judge``: whether to say what is wrong with them.
    """
    actor, body = actor_of(request), body_of(request)
    queries.draft(actor=actor, draft_id=draft_id)
    built, problems = _sent(body)
    found: dict[str, object] = {"problems": [one.as_data() for one in problems], "html": ""}
    if not problems:
        schema = step_schema(forms_rules.for_store(built), texts_in(body, "groups"))
        found["html"] = _html(request, schema, text_in(body, "values"), body.get("judge") is True, actor)
        found["schema"] = json.dumps(forms_rules.for_store(built), ensure_ascii=False, indent=1)
    return JsonResponse(found)


def _html(request: HttpRequest, schema: Schema, values: str, judge: bool, actor: Actor) -> str:
    try:
        posted = QueryDict(values, encoding="utf-8")
    except Exception as error:  # too many fields: Django's own refusal is no page of ours
        raise NotUnderstood from error
    data = clean_form(schema, read_form(schema, posted)) if values else {}
    errors: list[FieldError] = validate_form(schema, data, language_of(request)) if judge else []
    view = build_form(schema, data, errors, context=_context(actor))
    return render_to_string("studio/forms_preview.html", {"view": view, "judged": judge and not errors}, request)


def _blank(form: Schema) -> tuple[Schema, dict[str, object]]:
    """The form as paper to write on: every field, whatever it hangs on, and empty rows in its tables."""
    known = {
        name: {key: value for key, value in node.items() if key != "x-visibleWhen"}
        for name, node in fields(form).items()
    }
    rows: list[object] = [{} for _row in range(_EMPTY_ROWS)]
    return {**form, "properties": known}, {name: rows for name, node in known.items() if columns(node)}


@require_POST
@login_required
def paper(request: HttpRequest, draft_id: int, code: str) -> HttpResponse:
    """The posted form, empty, as A4 PDF."""
    actor = actor_of(request)
    draft = queries.draft(actor=actor, draft_id=draft_id)
    form = stored_form(draft, code)
    if "form" in request.POST:
        try:
            sent = json.loads(request.POST["form"])
        except (ValueError, RecursionError):
            raise NotUnderstood from None
        built, problems = _sent({"form": sent})
        if problems:
            raise forms_check.NotAForm(params={"why": problems[0].text})
        form = forms_rules.for_store(built) | {"x-code": code}
    form, rows = _blank(form)
    document = build_document(
        form=form,
        data=rows,
        company=company()["name"],
        number="",
        language=language_of(request),
        meta=((_("编号"), ""), (_("日期"), "")),
        signatures=((_("填表"), ""), (_("审核"), ""), (_("批准"), "")),
    )
    document = replace(document, empty="")
    response = HttpResponse(
        render_pdf(document, font_folders=[settings.VAR_DIR / "fonts"]), content_type="application/pdf"
    )
    response.headers["Content-Disposition"] = content_disposition_header(False, f"{code}.pdf") or "inline"
    return response

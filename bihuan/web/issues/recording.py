"""An agent records an issue while the customer is on the telephone (F05)."""

import uuid
from collections.abc import Mapping

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from bihuan.accounts import queries as accounts
from bihuan.core.clock import system_now
from bihuan.core.errors import Forbidden, NotFound
from bihuan.flows import queries as flows
from bihuan.issues import operations as issues
from bihuan.issues import queries
from bihuan.issues.models import IssueTemplate
from bihuan.issues.operations.fields import FieldMissing, FieldWrong
from bihuan.issues.queries import DEFAULT_FLOW
from bihuan.web.desk.own_fields import fields_of_new, new_views
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of, language_of, number_of
from bihuan.web.ui.environment import in_language
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

FORM = "F05"


def _schema() -> Schema:
    version = flows.current_version(key=DEFAULT_FLOW)
    form = flows.form_of(version_id=version.pk, code=FORM) if version is not None else None
    if form is None:
        raise NotFound
    return form


def _show(
    request: HttpRequest,
    schema: Schema,
    data: dict[str, object] | None,
    errors: list[FieldError],
    status: int = 200,
    said: str = "",
) -> HttpResponse:
    actor = actor_of(request)
    chosen = _template(request)
    context = FormContext(
        people=[Option(person.username, person.name) for person in accounts.people(actor=actor)],
        departments=[Option(place.key, in_language(place.name, place.name_en)) for place in accounts.departments()],
        values={"now": system_now(), "actor": actor.username},
    )
    page = {
        "view": build_form(schema, data, errors, context=context),
        "now": system_now(),
        "key": request.POST.get("idempotency_key") or uuid.uuid4().hex,
        "fields": new_views(request.POST),
        "said": said,
        "templates": [{"id": row.pk, "name": row.name} for row in queries.issue_templates(actor=actor)],
        "template": {"id": chosen.pk, "name": chosen.name} if chosen else None,
    }
    return render(request, "issues/new.html", page, status=status)


def _template(request: HttpRequest) -> IssueTemplate | None:
    """The template that the form begins with; one that is gone is none."""
    given = request.POST if request.method == "POST" else request.GET
    number = number_of(given.get("template"))
    offered = queries.issue_templates(actor=actor_of(request))
    return next((row for row in offered if row.pk == number), None)


def _begun(schema: Schema, row: IssueTemplate) -> dict[str, object]:
    """The form as the template fills it in, as far as the form has such fields."""
    filled = {
        "title": row.title,
        "description": row.text,
        "type": row.type.key if row.type else "",
        "urgency": row.urgency,
        "impact": row.impact,
    }
    known = schema.get("properties")
    return {name: value for name, value in filled.items() if value and isinstance(known, Mapping) and name in known}


@require_http_methods(["GET", "POST"])
@login_required
def new_issue(request: HttpRequest) -> HttpResponse:
    """The telephone record; posting it registers the issue, a second click finds the first one's."""
    actor, schema = actor_of(request), _schema()
    if not actor.can("issues.create"):
        raise Forbidden
    if request.method == "GET":
        chosen = _template(request)
        return _show(request, schema, _begun(schema, chosen) if chosen else None, [])
    data = clean_form(schema, read_form(schema, request.POST))
    errors = validate_form(schema, data, language_of(request))
    if errors:
        return _show(request, schema, data, errors, status=422)
    try:
        issue = issues.record_call(
            data=data,
            fields=fields_of_new(request.POST),
            template_id=number_of(request.POST.get("template")),
            key=request.POST.get("idempotency_key", ""),
            actor=actor,
            now=system_now(),
        )
    except (FieldMissing, FieldWrong) as refused:  # what was typed stays
        return _show(request, schema, data, [], status=422, said=refusal_text(refused))
    return redirect("web:issue", issue.pk)

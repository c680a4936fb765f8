"""Carrying out a step: its form, how it is done, where it leads."""

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.core.clock import system_now
from bihuan.core.errors import Refused
from bihuan.issues import operations, queries
from bihuan.issues.operations import InvalidForm
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of, language_of
from bihuan.web.steps import view
from bihuan.web.ui.forms import FieldError, clean_form, read_form, validate_form


def _show(
    request: HttpRequest,
    found: queries.IssueStep,
    *,
    data: dict[str, object] | None = None,
    errors: list[FieldError] | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    context = view.context(
        actor=actor_of(request), found=found, data=data, errors=errors or [], refusal=refusal, now=system_now()
    )
    return render(request, "steps/page.html", context, status=status)


@require_http_methods(["GET", "POST"])
@login_required
def page(request: HttpRequest, step_id: int) -> HttpResponse:
    """The step's page; POST completes it. What was typed is never lost."""
    actor = actor_of(request)
    found = queries.step(actor=actor, work_item_id=step_id)
    if request.method == "GET":
        return _show(request, found)
    schema = found.step.schema
    data: dict[str, object] = {}
    if schema is not None:
        data = clean_form(schema, read_form(schema, request.POST, keep=found.record))
        errors = validate_form(schema, data, language_of(request))
        if errors:
            return _show(request, found, data=data, errors=errors, status=422)
    try:
        result = operations.complete_step(
            work_item_id=step_id,
            outcome=request.POST.get("outcome") or None,
            data=data,
            stand=_stand(request),
            actor=actor,
            now=system_now(),
        )
    except InvalidForm as invalid:
        errors = [FieldError(tuple(problem.path), problem.message) for problem in invalid.problems]
        return _show(request, found, data=data, errors=errors, status=422)
    except Refused as refused:
        found = queries.step(actor=actor, work_item_id=step_id)  # as it is after what others did meanwhile
        return _show(request, found, data=data, refusal=refusal_text(refused), status=refused.status)
    if result.completed.closed_at is None:
        messages.success(request, _("您的意见已记下，还等其他人表态。"))
    return redirect("web:issue", found.issue.pk)


def _stand(request: HttpRequest) -> operations.Stand:
    """What comes with a decision at an approval step."""
    return operations.Stand(
        seen=request.POST.get("seen", "")[:64],
        opinion=request.POST.get("opinion_text", ""),
        straight_back=request.POST.get("straight_back") == "1",
    )


def _issue_of(request: HttpRequest, step_id: int) -> int:
    return queries.step(actor=actor_of(request), work_item_id=step_id).issue.pk


@require_POST
@login_required
def claim(request: HttpRequest, step_id: int) -> HttpResponse:
    """Takes the step."""
    issue_id = _issue_of(request, step_id)
    operations.claim_step(work_item_id=step_id, actor=actor_of(request), now=system_now())
    return redirect("web:issue", issue_id)


@require_POST
@login_required
def assign(request: HttpRequest, step_id: int) -> HttpResponse:
    """Gives it to a person or a department."""
    issue_id = _issue_of(request, step_id)
    operations.assign_step(
        work_item_id=step_id,
        username=request.POST.get("person", ""),
        department_key=request.POST.get("department", ""),
        reason=request.POST.get("reason", ""),
        actor=actor_of(request),
        now=system_now(),
    )
    return redirect("web:issue", issue_id)


@require_POST
@login_required
def pause(request: HttpRequest, step_id: int) -> HttpResponse:
    """Stops the clock while waiting for the customer."""
    issue_id = _issue_of(request, step_id)
    operations.pause_step(
        work_item_id=step_id, reason=request.POST.get("reason", ""), actor=actor_of(request), now=system_now()
    )
    return redirect("web:issue", issue_id)


@require_POST
@login_required
def resume(request: HttpRequest, step_id: int) -> HttpResponse:
    """Lets the clock run again."""
    issue_id = _issue_of(request, step_id)
    operations.resume_step(work_item_id=step_id, actor=actor_of(request), now=system_now())
    return redirect("web:issue", issue_id)


@require_POST
@login_required
def draft(request: HttpRequest, step_id: int) -> HttpResponse:
    """Keeps what was typed so far."""
    actor, now = actor_of(request), system_now()
    found = queries.step(actor=actor, work_item_id=step_id)
    schema = found.step.schema
    data = read_form(schema, request.POST, keep=found.record) if schema is not None else {}
    operations.save_step_draft(
        work_item_id=step_id, data=json.loads(json.dumps(data, default=str)), actor=actor, now=now
    )
    return JsonResponse({"saved_at": now.isoformat()})

"""部门: the tree."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.accounts import directory, operations
from bihuan.accounts import queries as accounts
from bihuan.accounts.models import Department
from bihuan.accounts.operations import FieldsRefused
from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.core.errors import Refused
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of, number_of
from bihuan.web.settings.sections import settings_context
from bihuan.web.ui.environment import in_language


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """The whole tree with how many people stand where."""
    actor = actor_of(request)
    context = settings_context(actor, "departments")
    rows = [
        {"id": place.pk, "depth": depth, "name": in_language(place.name, place.name_en), "key": place.key, "people": held,
         "active": place.is_active}
        for depth, place, held in directory.department_tree(actor=actor)
    ]  # fmt: skip
    return render(request, "settings/departments.html", context | {"rows": rows})


def _choices(actor: Actor, found: Department | None) -> list[dict[str, object]]:
    """Departments that may stand above: not itself and nothing below it."""
    return [
        {"id": place.pk, "name": "　" * depth + in_language(place.name, place.name_en)}
        for depth, place, _held in directory.department_tree(actor=actor)
        if (place.is_active or (found and found.parent_id == place.pk))
        and (found is None or found.pk not in accounts.departments_above(place.pk))
    ]


def _show(request: HttpRequest, found: Department | None, refused: Refused | None = None) -> HttpResponse:
    actor, posted = actor_of(request), request.method == "POST"
    kept = {
        "name": getattr(found, "name", ""),
        "name_en": getattr(found, "name_en", ""),
        "key": getattr(found, "key", ""),
    }
    parent = str(found.parent_id or "") if found else request.GET.get("parent", "")[:18]
    errors = refused.errors if isinstance(refused, FieldsRefused) else {}
    context = settings_context(actor, "departments") | {
        "found": found,
        "form": {field: request.POST.get(field, text) if posted else text for field, text in kept.items()},
        "parent": request.POST.get("parent", "")[:18] if posted else parent,
        "choices": _choices(actor, found),
        "errors": {field: _(text) for field, text in errors.items()},
        "said": refusal_text(refused) if refused else "",
    }
    return render(request, "settings/department.html", context, status=422 if refused else 200)


@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """One more department."""
    actor = actor_of(request)
    if request.method == "GET":
        return _show(request, None)
    try:
        parent = accounts.department_by_id(number_of(request.POST.get("parent")))
        operations.create_department(
            key="",
            name=request.POST.get("name", ""),
            name_en=request.POST.get("name_en", ""),
            parent_key=parent.key if parent else None,
            actor=actor,
            now=system_now(),
        )
    except Refused as refused:
        return _show(request, None, refused)
    messages.success(request, _("部门已添加。"))
    return redirect("web:settings_departments")


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest, department_id: int) -> HttpResponse:
    """Names, and where it hangs."""
    actor = actor_of(request)
    found = directory.department_by_id(actor=actor, department_id=department_id)
    if request.method == "GET":
        return _show(request, found)
    try:
        operations.change_department(
            department_id=department_id,
            name=request.POST.get("name", ""),
            name_en=request.POST.get("name_en", ""),
            parent_id=number_of(request.POST.get("parent")),
            actor=actor,
            now=system_now(),
        )
    except Refused as refused:
        return _show(request, found, refused)
    messages.success(request, _("已保存，从下一次操作起生效。"))
    return redirect("web:settings_departments")


@require_POST
@login_required
def active(request: HttpRequest, department_id: int) -> HttpResponse:
    """Takes it out of use when nothing hangs at it, or back."""
    actor = actor_of(request)
    found = directory.department_by_id(actor=actor, department_id=department_id)
    try:
        operations.switch_department(
            department_id=department_id, is_active=request.POST.get("active") == "1", actor=actor, now=system_now()
        )
    except Refused as refused:
        if refused.status != 422:
            raise
        messages.error(request, refusal_text(refused))
        return redirect("web:settings_department", found.pk)
    messages.success(request, _("已保存，从下一次操作起生效。"))
    return redirect("web:settings_departments")

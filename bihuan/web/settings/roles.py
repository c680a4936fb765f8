"""角色: what its holders may do, and how far they see."""

from collections.abc import Mapping

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.accounts import directory, operations
from bihuan.accounts.models import Role, User
from bihuan.accounts.operations import FieldsRefused, RoleGiven
from bihuan.accounts.rules import ADMIN, BUILT_IN_ROLES, PERMISSIONS
from bihuan.accounts.wording import SCOPE_WORDS, permission_words, permissions_by_group
from bihuan.core.actor import Actor, Scope
from bihuan.core.clock import system_now
from bihuan.core.errors import Refused
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of
from bihuan.web.settings.sections import settings_context
from bihuan.web.ui.environment import in_language

_BUILT_IN = {role.key for role in BUILT_IN_ROLES}


def _may(role: Role) -> set[str]:
    return set(PERMISSIONS) if role.key == ADMIN else set(role.permissions)


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """All roles beside each other: the matrix of who may do what."""
    actor = actor_of(request)
    context = settings_context(actor, "roles")
    roles = directory.roles_held(actor=actor)
    heads = [
        {"id": role.pk, "name": in_language(role.name, role.name_en), "held": held, "scope": _(_scope_name(role))}
        for role, held in roles
    ]
    groups = [
        (
            _(group),
            [
                {"name": _(permission_words(each).name), "about": _(permission_words(each).about) if permission_words(each).about else "",
                 "cells": [each in _may(role) for role, _held in roles]}
                for each in permissions
            ],
        )
        for group, permissions in permissions_by_group().items()
    ]  # fmt: skip
    return render(request, "settings/roles.html", context | {"heads": heads, "groups": groups})


def _scope_name(role: Role) -> str:
    scope = Scope.ALL if role.key == ADMIN else Scope(role.scope)
    return SCOPE_WORDS[scope][0]


def _given(request: HttpRequest) -> RoleGiven:
    chosen = [number for number in request.POST.getlist("department")[:1000] if number.isdecimal() and len(number) < 19]
    return RoleGiven(
        name=request.POST.get("name", ""),
        name_en=request.POST.get("name_en", ""),
        permissions=request.POST.getlist("permission")[:200],
        scope=request.POST.get("scope", ""),
        departments=[int(number) for number in chosen],
    )


def _fields(role: Role | None, chosen: list[int]) -> RoleGiven:
    if role is None:
        return RoleGiven(name="", scope=Scope.DEPARTMENT.value)
    return RoleGiven(
        name=role.name,
        name_en=role.name_en,
        permissions=sorted(_may(role)),
        scope=Scope.ALL.value if role.key == ADMIN else role.scope,
        departments=chosen,
    )


def _show(
    request: HttpRequest, role: Role | None, given: RoleGiven, holders: list[User], refused: Refused | None = None
) -> HttpResponse:
    actor = actor_of(request)
    errors: Mapping[str, str] = refused.errors if isinstance(refused, FieldsRefused) else {}
    context = settings_context(actor, "roles") | {
        "role": role,
        "form": given,
        "key": request.POST.get("key", "")[:64],
        "groups": _boxes(actor, given),
        "scopes": [
            {"key": scope.value, "name": _(name), "about": _(about), "on": given.scope == scope.value}
            for scope, (name, about) in SCOPE_WORDS.items()
        ],
        "departments": [
            {"id": place.pk, "depth": depth, "name": in_language(place.name, place.name_en), "on": place.pk in given.departments}
            for depth, place, _held in directory.department_tree(actor=actor)
            if place.is_active or place.pk in given.departments
        ],
        "holders": [{"id": person.pk, "name": person.name, "username": person.username} for person in holders],
        "fixed": role is not None and role.key == ADMIN,
        "built_in": role is not None and role.key in _BUILT_IN,
        "errors": {field: _(text) for field, text in errors.items()},
        "said": refusal_text(refused) if refused else "",
    }  # fmt: skip
    return render(request, "settings/role.html", context, status=422 if refused else 200)


def _boxes(actor: Actor, given: RoleGiven) -> list[tuple[str, list[dict[str, object]]]]:
    """The permissions as boxes; what the actor does not hold cannot be given."""
    return [
        (
            _(group),
            [
                {
                    "key": each,
                    "name": _(permission_words(each).name),
                    "about": _(permission_words(each).about) if permission_words(each).about else "",
                    "on": each in given.permissions,
                    "open": actor.can(each) or each in given.permissions,
                }
                for each in permissions
            ],
        )
        for group, permissions in permissions_by_group().items()
    ]


@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """A role of the company's own."""
    actor = actor_of(request)
    settings_context(actor, "roles")
    if request.method == "GET":
        return _show(request, None, _fields(None, []), [])
    given = _given(request)
    try:
        operations.create_role(given=given, key=request.POST.get("key", ""), actor=actor, now=system_now())
    except Refused as refused:
        return _show(request, None, given, [], refused)
    messages.success(request, _("角色已添加，可以在人员页面给人任职。"))
    return redirect("web:settings_roles")


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest, role_id: int) -> HttpResponse:
    """One role: words, permissions, sight, who holds it."""
    actor = actor_of(request)
    role, chosen, holders = directory.role_by_id(actor=actor, role_id=role_id)
    if request.method == "GET":
        return _show(request, role, _fields(role, chosen), holders)
    given = _given(request)
    try:
        operations.change_role(role_id=role_id, given=given, actor=actor, now=system_now())
    except Refused as refused:
        return _show(request, role, given, holders, refused)
    messages.success(request, _("已保存，从下一次操作起生效。"))
    return redirect("web:settings_roles")


@require_POST
@login_required
def remove(request: HttpRequest, role_id: int) -> HttpResponse:
    """Removes a role that nobody holds."""
    actor = actor_of(request)
    try:
        operations.remove_role(role_id=role_id, actor=actor, now=system_now())
    except Refused as refused:
        if refused.status != 422:
            raise
        messages.error(request, refusal_text(refused))
        return redirect("web:settings_role", role_id)
    messages.success(request, _("角色已删除。"))
    return redirect("web:settings_roles")

"""Roles: what their holders may do, and how far they see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from bihuan.accounts.models import Department, Role
from bihuan.accounts.operations.shared import (
    MANAGE,
    FieldsRefused,
    NameTaken,
    give_no_more,
    key_of,
    one_at_a_time,
    one_line,
    require,
)
from bihuan.accounts.rules import ADMIN, BUILT_IN_ROLES, PERMISSIONS
from bihuan.core import audit
from bihuan.core.actor import Actor, Scope
from bihuan.core.errors import NotFound, Refused

_LONGEST_NAME = 100
_LONGEST_KEY = 64


class BadRole(Refused):
    code = "bad_role"
    text = gettext_noop("角色需要名称，名称最多 100 个字；代码最多 64 个字，不能有空格。")


class RoleFixed(Refused):
    code = "role_fixed"
    text = gettext_noop(
        "“%(name)s”不能这样改：系统管理员始终拥有全部权限，内置角色不能删除，否则没有人能再管理这个系统。"
    )


class RoleHeld(Refused):
    code = "role_held"
    text = gettext_noop("“%(name)s”还有 %(count)s 人担任，请先给他们换一个角色。")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleMade:
    """A role of the company's own."""

    key: str
    name: str
    name_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGiven:
    """What a role is to be. ``departments`` are ids, for the scope ``custom`` alone."""

    name: str
    name_en: str = ""
    permissions: Sequence[str] = ()
    scope: str = Scope.OWN.value
    departments: Sequence[int] = ()


@transaction.atomic
def ensure_roles(*, actor: Actor, now: datetime) -> int:
    """Makes the built-in roles that do not exist yet; returns how many. Changed ones are left as they are."""
    require(actor, "settings.edit")
    known = set(Role.objects.values_list("key", flat=True))
    missing = [
        Role(key=r.key, name=r.name, name_en=r.name_en, permissions=list(r.permissions), scope=r.scope.value)
        for r in BUILT_IN_ROLES
        if r.key not in known
    ]
    Role.objects.bulk_create(missing)
    if missing:
        detail = {"keys": [role.key for role in missing]}
        audit.record(actor=actor, action="roles.made", object_type="role", object_id=None, now=now, detail=detail)
    return len(missing)


@transaction.atomic
def create_roles(*, roles: Sequence[RoleMade], actor: Actor, now: datetime) -> int:
    """Makes the roles that do not exist yet; returns how many. Who holds one of them sees the issues of the own
    department and may write to customers, and nothing more. Refuses ``BadRole``: then none is made."""
    require(actor, "settings.edit")
    known = set(Role.objects.values_list("key", flat=True))
    fresh = {each.key: _role(each) for each in roles if each.key not in known}
    # Who was faster has made the same.
    Role.objects.bulk_create(fresh.values(), ignore_conflicts=True)
    if fresh:
        detail = {"keys": sorted(fresh)}
        audit.record(actor=actor, action="roles.made", object_type="role", object_id=None, now=now, detail=detail)
    return len(fresh)


def _role(made: RoleMade) -> Role:
    name, english = made.name.replace("\x00", "").strip(), made.name_en.replace("\x00", "").strip()
    too_long = len(name) > _LONGEST_NAME or len(english) > _LONGEST_NAME or len(made.key) > _LONGEST_KEY
    if not name or too_long or not made.key or any(each.isspace() or each == "\x00" for each in made.key):
        raise BadRole
    return Role(key=made.key, name=name, name_en=english, permissions=["issues.reply"], scope=Scope.DEPARTMENT.value)


@transaction.atomic
def create_role(*, given: RoleGiven, key: str = "", actor: Actor, now: datetime) -> Role:
    """A role of the company's own. Charts name it by ``key``; without one it is made of the name."""
    require(actor, MANAGE)
    _check(given)
    give_no_more(actor, given.permissions)
    code = key_of(given.name, key.strip()[:_LONGEST_KEY])
    if Role.objects.filter(key=code).exists():
        raise NameTaken(params={"name": code})
    made = Role.objects.create(key=code, **_fields(given))
    _set_departments(made, given)
    detail = _said(made)
    audit.record(actor=actor, action="role.made", object_type="role", object_id=made.pk, now=now, detail=detail)
    return made


@transaction.atomic
def change_role(*, role_id: int, given: RoleGiven, actor: Actor, now: datetime) -> Role:
    """Changes what its holders may do and see, from their next request on.

    Refuses to touch what the administrator may do, and to hand out what the actor does not hold.
    """
    require(actor, MANAGE)
    _check(given)
    one_at_a_time()
    role = _found(role_id)
    before = _said(role)
    if role.key == ADMIN:
        if given.scope != Scope.ALL.value or set(given.permissions) != set(PERMISSIONS):
            raise RoleFixed(params={"name": role.name})
    else:
        give_no_more(actor, set(given.permissions) - set(role.permissions))
    for field, wanted in _fields(given).items():
        setattr(role, field, wanted)
    role.save()
    _set_departments(role, given)
    after = _said(role)
    if before != after:
        detail = {field: [before[field], after[field]] for field in after if before[field] != after[field]}
        audit.record(actor=actor, action="role.changed", object_type="role", object_id=role.pk, now=now, detail=detail)
    return role


@transaction.atomic
def remove_role(*, role_id: int, actor: Actor, now: datetime) -> None:
    """Removes a role of the company's own that nobody holds."""
    require(actor, MANAGE)
    role = _found(role_id)
    if role.key in {each.key for each in BUILT_IN_ROLES}:
        raise RoleFixed(params={"name": role.name})
    held = role.posts.values("user_id").distinct().count()
    if held:
        raise RoleHeld(params={"name": role.name, "count": held})
    detail = {"key": role.key}
    audit.record(actor=actor, action="role.removed", object_type="role", object_id=role.pk, now=now, detail=detail)
    role.delete()


def _found(role_id: int) -> Role:
    found = Role.objects.select_for_update().filter(pk=role_id).first()
    if found is None:
        raise NotFound
    return found


def _check(given: RoleGiven) -> None:
    errors: dict[str, str] = {}
    if not one_line(given.name, 1):
        errors["name"] = gettext_noop("请填写名称。")
    for field in ("name", "name_en"):
        if len(getattr(given, field)) > _LONGEST_NAME:
            errors[field] = gettext_noop("名称太长，最多 100 个字。")
    if given.scope not in {each.value for each in Scope}:
        errors["scope"] = gettext_noop("请选择数据范围。")
    if given.scope == Scope.CUSTOM.value and not _known(given.departments):
        errors["departments"] = gettext_noop("自定范围至少要选一个部门。")
    if not set(given.permissions) <= set(PERMISSIONS):
        errors["permissions"] = gettext_noop("有不认识的权限，请刷新页面后重新选择。")
    if errors:
        raise FieldsRefused(errors=errors)


def _known(departments: Iterable[int]) -> list[int]:
    return sorted(Department.objects.filter(pk__in=list(departments)[:1000]).values_list("pk", flat=True))


def _fields(given: RoleGiven) -> dict[str, object]:
    return {
        "name": one_line(given.name, _LONGEST_NAME),
        "name_en": one_line(given.name_en, _LONGEST_NAME),
        "permissions": [each for each in PERMISSIONS if each in set(given.permissions)],
        "scope": given.scope,
    }


def _set_departments(role: Role, given: RoleGiven) -> None:
    role.departments.set(_known(given.departments) if given.scope == Scope.CUSTOM.value else [])


def _said(role: Role) -> dict[str, object]:
    return {
        "name": role.name,
        "permissions": sorted(role.permissions),
        "scope": role.scope,
        "departments": sorted(role.departments.values_list("pk", flat=True)),
    }

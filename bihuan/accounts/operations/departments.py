"""The tree of departments."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from bihuan.accounts import queries
from bihuan.accounts.models import Department, Post
from bihuan.accounts.operations.shared import MANAGE, FieldsRefused, NameTaken, key_of, one_at_a_time, one_line, require
from bihuan.accounts.organisation import organisation
from bihuan.accounts.registry import uses
from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import NotFound, Refused

_LONGEST = 100


class DepartmentRing(Refused):
    code = "department_ring"
    text = gettext_noop("“%(name)s”在这个部门之下，不能再成为它的上级。")


class DepartmentInUse(Refused):
    code = "department_in_use"
    text = gettext_noop("“%(name)s”还不是空的：%(what)s。请先移走，再停用。")


class DepartmentNotActive(Refused):
    code = "department_not_active"
    text = gettext_noop("上级部门“%(name)s”已停用，请先启用它。")


@transaction.atomic
def create_department(
    *, key: str, name: str, name_en: str = "", parent_key: str | None = None, actor: Actor, now: datetime
) -> Department:
    """Adds a department below ``parent_key``. Without a ``key`` one is made of the name."""
    require(actor, MANAGE)
    title, english = _named(name, name_en)
    code = key or _free_key(title)
    if Department.objects.filter(key=code).exists():
        raise NameTaken(params={"name": code})
    parent = queries.department(key=parent_key) if parent_key else None
    if parent is not None and not parent.is_active:
        raise DepartmentNotActive(params={"name": parent.name})
    made = Department.objects.create(key=code, name=title, name_en=english, parent=parent)
    audit.record(actor=actor, action="department.made", object_type="department", object_id=made.pk, now=now)
    return made


def _named(name: str, name_en: str) -> tuple[str, str]:
    errors = {}
    if not one_line(name, 1):
        errors["name"] = gettext_noop("请填写名称。")
    if len(name) > _LONGEST:
        errors["name"] = gettext_noop("名称太长，最多 100 个字。")
    if len(name_en) > _LONGEST:
        errors["name_en"] = gettext_noop("名称太长，最多 100 个字。")
    if errors:
        raise FieldsRefused(errors=errors)
    return one_line(name, _LONGEST), one_line(name_en, _LONGEST)


def _free_key(name: str) -> str:
    wanted, number = key_of(name), 2
    key = wanted
    while Department.objects.filter(key=key).exists():
        key, number = f"{wanted[:58]}-{number}", number + 1
    return key


@transaction.atomic
def change_department(
    *, department_id: int, name: str, name_en: str, parent_id: int | None, actor: Actor, now: datetime
) -> Department:
    """Renames and moves. Refuses to hang a department below itself."""
    require(actor, MANAGE)
    title, english = _named(name, name_en)
    one_at_a_time()
    found = _department(department_id)
    if parent_id is not None:
        parent = _department(parent_id)
        if found.pk in organisation().above(parent.pk):
            raise DepartmentRing(params={"name": parent.name})
        if not parent.is_active and parent_id != found.parent_id:
            raise DepartmentNotActive(params={"name": parent.name})
    wanted = {"name": title, "name_en": english, "parent_id": parent_id}
    changes = {field: new for field, new in wanted.items() if getattr(found, field) != new}
    if changes:
        detail: dict[str, object] = {"fields": sorted(changes)}
        if "parent_id" in changes:
            detail["parent"] = [found.parent_id, parent_id]
        Department.objects.filter(pk=found.pk).update(**changes)
        audit.record(
            actor=actor,
            action="department.changed",
            object_type="department",
            object_id=found.pk,
            now=now,
            detail=detail,
        )
    return _department(department_id)


@transaction.atomic
def switch_department(*, department_id: int, is_active: bool, actor: Actor, now: datetime) -> None:
    """Takes a department out of use, or back. Refuses while people, departments or work hang at it."""
    require(actor, MANAGE)
    one_at_a_time()
    found = _department(department_id)
    if found.is_active == is_active:
        return
    if is_active:
        if found.parent is not None and not found.parent.is_active:
            raise DepartmentNotActive(params={"name": found.parent.name})
    elif held := _hanging_at(found):
        raise DepartmentInUse(params={"name": found.name, "what": "、".join(held)})
    Department.objects.filter(pk=found.pk).update(is_active=is_active)
    audit.record(
        actor=actor,
        action="department.opened" if is_active else "department.closed",
        object_type="department",
        object_id=found.pk,
        now=now,
    )


def _hanging_at(found: Department) -> list[str]:
    held = {
        gettext_noop("人员"): Post.objects.filter(department=found, user__is_active=True).count(),
        gettext_noop("下级部门"): Department.objects.filter(parent=found, is_active=True).count(),
    }
    held |= {what: count(found.pk) for what, count in uses().items()}
    return [f"{gettext(what)} {count}" for what, count in held.items() if count]


def _department(department_id: int) -> Department:
    found = Department.objects.select_related("parent").filter(pk=department_id).first()
    if found is None:
        raise NotFound
    return found

"""What is set about responsibility: the matrix, how steps find their people, skills, bounds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_noop

from bihuan.accounts import queries as accounts
from bihuan.core import audit, settings
from bihuan.core.actor import Actor
from bihuan.core.errors import Conflict, Forbidden, NotFound
from bihuan.core.stamps import operation
from bihuan.issues.errors import BadChoice
from bihuan.issues.models import AssignmentMethod, AssignmentRule, IssueType, ResponsibilityRule, Skill
from bihuan.issues.queries import duty_settings as keys

MOST_CAPACITY = 999
_LEVELS = (1, 2, 3)


class RowThere(Conflict):
    code = "matrix_row_there"
    text = gettext_noop("已有一行写着同样的类型、产品和区域，请改那一行。")


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """A row by keys; '' matches any."""

    type: str = ""
    product: str = ""
    region: str = ""
    department: str
    supports: Sequence[str] = ()


def _may(actor: Actor) -> None:
    if not actor.can("settings.edit"):
        raise Forbidden


def _department(key: str, field: str) -> int:
    place = accounts.department(key=key)
    if place is None or not place.is_active:
        raise BadChoice(params={"field": field, "value": key[:50]})
    return place.pk


def _line(text: str, most: int) -> str:
    return " ".join(text.replace("\x00", "").split())[:most]


@operation()
def save_matrix_row(*, row: MatrixRow, rule_id: int | None = None, actor: Actor, now: datetime) -> ResponsibilityRule:
    """Adds a row of the responsibility matrix, or changes one. Refuses one that says the same as another one."""
    _may(actor)
    kind = IssueType.objects.filter(key=row.type).first() if row.type else None
    if row.type and kind is None:
        raise BadChoice(params={"field": "类型", "value": row.type[:50]})
    lead = _department(row.department, "主责部门")
    supports = [key for key in dict.fromkeys(row.supports) if key != row.department][:20]
    for key in supports:
        _department(key, "协责部门")
    product, region = _line(row.product, 100), _line(row.region, 64)
    same = ResponsibilityRule.objects.filter(Q(type=kind) if kind else Q(type=None), product=product, region=region)
    if same.exclude(pk=rule_id or 0).exists():
        raise RowThere
    found = ResponsibilityRule.objects.select_for_update().filter(pk=rule_id).first() if rule_id else None
    if rule_id and found is None:
        raise NotFound
    found = found or ResponsibilityRule()
    found.type, found.product, found.region = kind, product, region
    found.department_id, found.supports = lead, supports
    found.save()
    _audit("responsibility.saved", found.pk, actor, now, {"department": row.department})
    return found


@operation()
def delete_matrix_row(*, rule_id: int, actor: Actor, now: datetime) -> None:
    """Takes a row out. Issues under way keep their departments."""
    _may(actor)
    found = ResponsibilityRule.objects.filter(pk=rule_id).first()
    if found is None:
        raise NotFound
    _audit("responsibility.removed", rule_id, actor, now, {})
    found.delete()


def _audit(action: str, pk: int, actor: Actor, now: datetime, detail: Mapping[str, object]) -> None:
    audit.record(actor=actor, action=action, object_type="responsibility", object_id=pk, now=now, detail=dict(detail))


@operation()
def save_assignment(
    *, role: str, department_key: str, method: str, capacity: int, in_hours: bool, actor: Actor, now: datetime
) -> AssignmentRule:
    """How steps of the role find their person, in that department ('': wherever no rule names it). ``capacity``: most open
    steps a person, 0: no bound."""
    _may(actor)
    if not accounts.role_exists(key=role):
        raise BadChoice(params={"field": "角色", "value": role[:50]})
    if method not in AssignmentMethod.values:
        raise BadChoice(params={"field": "分派方式", "value": method[:50]})
    if not 0 <= capacity <= MOST_CAPACITY:
        raise BadChoice(params={"field": "每人最多", "value": capacity})
    place = _department(department_key, "部门") if department_key else None
    rule = AssignmentRule.objects.select_for_update().filter(role=role, department=place).first()
    rule = rule or AssignmentRule(role=role, department_id=place)
    rule.method, rule.capacity, rule.in_hours = method, capacity, in_hours
    rule.save()
    detail = {"role": role, "method": method}
    audit.record(
        actor=actor, action="assignment.saved", object_type="assignment", object_id=rule.pk, now=now, detail=detail
    )
    return rule


@operation()
def delete_assignment(*, rule_id: int, actor: Actor, now: datetime) -> None:
    """Takes a rule out: such steps are claimed again."""
    _may(actor)
    found = AssignmentRule.objects.filter(pk=rule_id).first()
    if found is None:
        raise NotFound
    audit.record(actor=actor, action="assignment.removed", object_type="assignment", object_id=rule_id, now=now)
    found.delete()


@operation()
def save_skill(*, username: str, type_key: str, product: str, level: int, actor: Actor, now: datetime) -> Skill | None:
    """A person knows issues of that type, about that product ('' any), so well (1 to 3); 0 takes it away."""
    _may(actor)
    person = accounts.person(username=username)
    if person is None:
        raise BadChoice(params={"field": "人员", "value": username[:50]})
    kind = IssueType.objects.filter(key=type_key).first() if type_key else None
    if type_key and kind is None:
        raise BadChoice(params={"field": "类型", "value": type_key[:50]})
    if level and level not in _LEVELS:
        raise BadChoice(params={"field": "熟练程度", "value": level})
    product = _line(product, 100)
    known = Skill.objects.filter(Q(type=kind) if kind else Q(type=None), user_id=person.pk, product=product)
    skill = known.first() or Skill(user_id=person.pk, type=kind, product=product)
    audit.record(
        actor=actor, action="skill.saved", object_type="user", object_id=person.pk, now=now, detail={"level": level}
    )
    if not level:
        known.delete()
        return None
    skill.level = level
    skill.save()
    return skill


@operation()
def save_duty_settings(
    *,
    sign_minutes: int,
    returns: int,
    reasons: Sequence[str],
    arbiter: str,
    arbiter_role: str,
    extension_role: str,
    urge_minutes: int,
    actor: Actor,
    now: datetime,
) -> bool:
    """Bounds and names, see ``queries.duty_settings``; whether anything changed."""
    for role in (arbiter_role, extension_role):
        if not accounts.role_exists(key=role):
            raise BadChoice(params={"field": "角色", "value": role[:50]})
    if arbiter and accounts.person(username=arbiter) is None:
        raise BadChoice(params={"field": "审定人", "value": arbiter[:50]})
    own = tuple(dict.fromkeys(filter(None, (_line(each, 32) for each in reasons))))
    values: dict[settings.AnyKey, object] = {
        keys.SIGN_MINUTES: sign_minutes,
        keys.RETURNS: returns,
        keys.OWN_REASONS: own,
        keys.ARBITER: arbiter,
        keys.ARBITER_ROLE: arbiter_role,
        keys.EXTENSION_ROLE: extension_role,
        keys.URGE_MINUTES: urge_minutes,
    }
    return settings.change_settings(values=values, actor=actor, now=now)

"""Rules of assignment, skills, and who may have a step now."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db import connection

from bihuan.accounts import queries as accounts
from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden
from bihuan.core.stamps import Kept
from bihuan.issues.models import AssignmentRule, Skill
from bihuan.issues.rules.assigning import WEIGHTS, Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A row of ``AssignmentRule``."""

    id: int
    role: str
    department: int | None
    method: str
    capacity: int
    in_hours: bool


@dataclass(frozen=True, slots=True)
class Known:
    """A row of ``Skill``."""

    user: int
    type: int | None
    product: str
    level: int


_FIELDS = ("id", "role", "department_id", "method", "capacity", "in_hours")
_rules = Kept(
    "issue_duty",
    lambda: [
        Rule(id=pk, role=role, department=place, method=method, capacity=most, in_hours=hours)
        for pk, role, place, method, most, hours in AssignmentRule.objects.order_by("role", "pk").values_list(*_FIELDS)
    ],
)
_skills = Kept(
    "issue_duty",
    lambda: [Known(*row) for row in Skill.objects.order_by("pk").values_list("user", "type", "product", "level")],
)
# How many open steps each has, by the priority of their issues.
_LOADS = (
    "SELECT w.assignee_id, i.priority, count(*) FROM flows_workitem w JOIN issues_issue i ON i.instance_id = w.instance_id"
    " WHERE w.status = 'claimed' AND w.assignee_id = ANY(%s) GROUP BY 1, 2"
)


def assignment_rules() -> list[Rule]:
    """All of them; no query within an operation."""
    return _rules.get()


def rule_for(*, role: str, department_id: int | None) -> Rule | None:
    """The rule for steps of that role there: the department's, else of the nearest above that has one, else the role's."""
    found = {rule.department: rule for rule in _rules.get() if rule.role == role}
    if not found:
        return None
    chain = accounts.departments_above(department_id) if department_id is not None else []
    return next((found[place] for place in chain if place in found), found.get(None))


def skills() -> list[Known]:
    """What people know."""
    return _skills.get()


def skill_of(user: int, *, type_id: int | None, products: Collection[str]) -> int:
    """How well the person knows such issues, 0: not."""
    return max(
        (
            each.level
            for each in _skills.get()
            if each.user == user
            and (each.type is None or each.type == type_id)
            and (not each.product or each.product in products)
        ),
        default=0,
    )


def loads(user_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """(how many open steps, what they weigh) of each; one query."""
    found: dict[int, tuple[int, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_LOADS, [list(user_ids)])
        for user, priority, count in cast("list[tuple[int, str, int]]", cursor.fetchall()):
            steps, weight = found.get(user, (0, 0))
            found[user] = steps + count, weight + count * WEIGHTS.get(priority, 1)
    return found


def candidates(
    *,
    role: str,
    department_id: int | None,
    but: Collection[int],
    type_id: int | None,
    products: Collection[str],
    now: datetime,
) -> list[Candidate]:
    """Who is there to do such a step: the present holders of the role in the department or the nearest above (for those
    away their deputies), but for ``but``."""
    users = [user for user in accounts.holders(role=role, department_id=department_id, now=now) if user not in set(but)]
    carried = loads(users) if users else {}
    return [
        Candidate(
            user=user,
            steps=carried.get(user, (0, 0))[0],
            weight=carried.get(user, (0, 0))[1],
            skill=skill_of(user, type_id=type_id, products=products),
        )
        for user in users
    ]


def listed_assignment(*, actor: Actor) -> list[AssignmentRule]:
    """The rules with their departments, for those who may set them."""
    if not actor.can("settings.edit"):
        raise Forbidden
    return list(AssignmentRule.objects.select_related("department").order_by("role", "department__name", "pk"))


def listed_skills(*, actor: Actor) -> list[Skill]:
    """Skills with people and types, for those who may set them."""
    if not actor.can("settings.edit"):
        raise Forbidden
    return list(Skill.objects.select_related("user", "type").order_by("user__name", "pk")[:2000])

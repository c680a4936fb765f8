"""The company's own dictionary and responsibility matrix."""

from datetime import datetime

from bihuan.accounts import queries as accounts
from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden
from bihuan.core.stamps import operation
from bihuan.issues.errors import BadChoice
from bihuan.issues.models import IssueType, ResponsibilityRule


def _may(actor: Actor) -> None:
    if not actor.can("settings.edit"):
        raise Forbidden


@operation()
def save_issue_type(
    *, key: str, name: str, name_en: str = "", position: int = 0, actor: Actor, now: datetime
) -> IssueType:
    """Adds or changes a type."""
    _may(actor)
    kind, _made = IssueType.objects.update_or_create(
        key=key, defaults={"name": name[:100], "name_en": name_en[:100], "position": position}
    )
    audit.record(actor=actor, action="type.saved", object_type="issue_type", object_id=kind.pk, now=now)
    return kind


@operation()
def save_responsibility(
    *, type_key: str, region: str, department_key: str, supports: list[str], actor: Actor, now: datetime
) -> ResponsibilityRule:
    """Adds or changes a row of the matrix; '' as type or region matches any."""
    _may(actor)
    kind = IssueType.objects.filter(key=type_key).first() if type_key else None
    department = accounts.department(key=department_key)
    if department is None or (type_key and kind is None):
        raise BadChoice(params={"field": "department", "value": department_key[:50]})
    rule, _made = ResponsibilityRule.objects.update_or_create(
        type=kind, region=region[:64], defaults={"department": department, "supports": supports}
    )
    audit.record(actor=actor, action="responsibility.saved", object_type="responsibility", object_id=rule.pk, now=now)
    return rule

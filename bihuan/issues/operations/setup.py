"""The company's own dictionary and responsibility matrix."""

from collections.abc import Sequence
from datetime import datetime

from bihuan.accounts import queries as accounts
from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden
from bihuan.core.stamps import operation
from bihuan.flows import operations as flows
from bihuan.flows.errors import NoSuchDefinition
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
        type=kind, region=region[:64], product="", defaults={"department": department, "supports": supports}
    )
    audit.record(actor=actor, action="responsibility.saved", object_type="responsibility", object_id=rule.pk, now=now)
    return rule


@operation()
def route_types(*, flow: str, type_keys: Sequence[str], actor: Actor, now: datetime) -> None:
    """Issues of just these types run on this chart from now on; running ones stay on theirs.

    Whoever may publish charts decides. Refuses ``BadChoice`` for an unknown type, ``NoSuchDefinition``.
    """
    if not actor.can("flows.publish"):
        raise Forbidden
    if not flows.can_start(definition_key=flow):
        raise NoSuchDefinition(params={"key": flow[:64]})
    wanted = set(type_keys)
    kinds = {kind.key: kind for kind in IssueType.objects.select_for_update().order_by("id")}
    unknown = sorted(wanted - kinds.keys())
    if unknown:
        raise BadChoice(params={"field": "type", "value": unknown[0][:50]})
    for key, kind in kinds.items():
        new = flow if key in wanted else "" if kind.flow == flow else kind.flow
        if new != kind.flow:
            kind.flow = new
            kind.save(update_fields=["flow"])
            detail = {"flow": new}
            audit.record(
                actor=actor, action="type.routed", object_type="issue_type", object_id=kind.pk, now=now, detail=detail
            )

"""A step with what its form starts from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from django.db.models import Q, Subquery
from django.utils.translation import gettext

from bihuan.core.actor import Actor
from bihuan.flows import queries as flows
from bihuan.flows.models import WorkItem
from bihuan.issues.models import Attachment, FormRecord, Issue
from bihuan.issues.queries.details import one_issue
from bihuan.issues.queries.matrix import suggest_department
from bihuan.knowledge.rules import keywords

_LEVELS = frozenset({"type", "urgency", "impact", "complexity"})
_PROPOSED = frozenset({"lead_department", "support_departments", "keywords"})


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueStep:
    """A step of an issue with what its form starts from: the document so far, its files, values for defaults."""

    issue: Issue
    step: flows.Step
    record: Mapping[str, object]
    files: list[Attachment]
    defaults: Mapping[str, object]


def _known(found: Issue) -> dict[str, object]:
    contact = found.contact
    return {
        "issue.title": found.title,
        "issue.description": found.description,
        "issue.number": found.number,
        "issue.channel": found.channel,
        "issue.type": found.type.key if found.type else None,
        "issue.urgency": found.urgency or None,
        "issue.impact": found.impact or None,
        "issue.created_at": found.created_at,
        "customer.name": found.customer.name,
        "customer.kind": found.customer.kind,
        "contact.name": contact.name if contact else None,
        "contact.phone": contact.phone if contact else None,
        "contact.email": contact.email if contact else None,
        "contact.preferred": contact.preferred if contact else None,
    }


def _proposed(found: Issue) -> dict[str, object]:
    """The departments by the responsibility matrix, the keywords by the convention (R117)."""
    rule = suggest_department(
        type_key=found.type.key if found.type else "", region=found.customer.region, customer_id=found.customer_id
    )
    suggested = rule.department if rule else None
    month = found.closed_at or found.updated_at
    return {
        "lead_department": found.lead_department.key if found.lead_department else suggested,
        "support_departments": found.support_departments or (list(rule.supports) if rule else None),
        "keywords": keywords(
            category=found.type.name if found.type else "",
            phenomenon=found.title,
            kind=gettext("解决方案"),
            year=month.year,
            month=month.month,
        ),
    }


def _start(found: Issue, own: set[str], record: FormRecord | None, proposed: Mapping[str, object]) -> dict[str, object]:
    """What the step's fields hold before anybody typed: the document so far, then what is known or proposed."""
    data = {name: value for name, value in record.data.items() if name in own} if record else {}
    for name in own & _LEVELS:
        value = found.type.key if name == "type" and found.type else getattr(found, name, "")
        if isinstance(value, str) and value:
            data.setdefault(name, value)
    for name in own & _PROPOSED:
        if proposed.get(name):
            data.setdefault(name, proposed[name])
    return data


def step(*, actor: Actor, work_item_id: int) -> IssueStep:
    """The step, for somebody who may see its issue."""
    instance = WorkItem.objects.filter(pk=work_item_id).values("instance_id")
    found = one_issue(actor, Q(instance_id=Subquery(instance[:1])))
    shown = flows.step(actor=actor, work_item_id=work_item_id)
    code = shown.node.ext.form
    record = FormRecord.objects.filter(issue=found, code=code).first() if code else None
    own = set(cast(Mapping[str, object], (shown.schema or {}).get("properties") or {}))
    proposed = _proposed(found)
    defaults = {name: value for name, value in {**_known(found), **proposed}.items() if value is not None}
    return IssueStep(
        issue=found,
        step=shown,
        record=_start(found, own, record, proposed),
        files=list(found.attachments.order_by("at", "id")),
        defaults=defaults,
    )

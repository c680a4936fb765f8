"""The documents of an issue: what each step handed in, and the form as all steps filled it in."""

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from bihuan.core.actor import Actor
from bihuan.core.rows import Select, insert_rows, update_row
from bihuan.flows import queries as flow_queries
from bihuan.issues.models import FormRecord, FormSubmission, Issue
from bihuan.issues.rules.forms import merged

_RECORD = Select(FormRecord, "WHERE t.issue_id = %s AND t.code = %s")


def own_fields(step: flow_queries.Step) -> Mapping[str, Mapping[str, object]]:
    """The properties of the step's part of the form."""
    return cast(Mapping[str, Mapping[str, object]], (step.schema or {}).get("properties") or {})


def _blank(kind: str, field: Mapping[str, object]) -> object:
    """What a declared name is when its field was left blank: the field's own literal default, else empty or false."""
    default = field.get("x-default")
    if default is not None and not (isinstance(default, str) and default.startswith("=")):
        return default
    empty: dict[str, object] = {"list": [], "boolean": False}
    return empty.get(kind)


def declared_values(step: flow_queries.Step, given: Mapping[str, object]) -> dict[str, object]:
    """The declared names that this step decides: a condition must find them even where a field was left blank."""
    properties = own_fields(step)
    found: dict[str, object] = {}
    for name, variable in step.chart.variables.items():
        value = given.get(name)
        if value is None and name in properties:
            value = _blank(variable.type, properties[name])
        if value is not None:
            found[name] = value
    return found


def keep_form(
    *, issue: Issue, step: flow_queries.Step, data: Mapping[str, object], outcome: str, actor: Actor, now: datetime
) -> None:
    """Stores what the step handed in, as it was, and brings the form up to date. Joins the step's transaction."""
    code = step.node.ext.form or ""
    submission = FormSubmission(
        issue=issue,
        work_item=step.work_item,
        code=code,
        node=step.work_item.node,
        outcome=outcome,
        data=dict(data),
        at=now,
        by_id=actor.user_id,
    )
    if code:
        _merge(issue, step, code, data, actor, now)
    insert_rows([submission])


def _merge(
    issue: Issue, step: flow_queries.Step, code: str, data: Mapping[str, object], actor: Actor, now: datetime
) -> None:
    record = _RECORD.first(issue.pk, code) or FormRecord(issue=issue, code=code)
    one_of_many = step.work_item.element
    record.data = merged(
        record.data, data, own=own_fields(step), by=str(one_of_many) if one_of_many is not None else ""
    )
    record.revision += 1
    record.updated_at, record.updated_by_id = now, actor.user_id
    if record.pk is None:
        insert_rows([record])
    else:
        update_row(record, ("data", "revision", "updated_at", "updated_by"))

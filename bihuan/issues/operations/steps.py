"""Carrying out steps of an issue: what a page or REST calls."""

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from django.db import transaction

from bihuan.core.actor import Actor
from bihuan.core.errors import NotFound
from bihuan.flows import operations as flows
from bihuan.flows import queries as flow_queries
from bihuan.flows.models import WorkItem
from bihuan.flows.operations import StepResult
from bihuan.issues import registry
from bihuan.issues.models import FormRecord, FormSubmission, Issue
from bihuan.issues.operations.messages import locked_issue
from bihuan.issues.permissions import may_see
from bihuan.issues.registry import StepDone
from bihuan.issues.rules.forms import check_form


def _issue_of_step(work_item_id: int, actor: Actor) -> Issue:
    issue = Issue.objects.filter(instance__work_items__id=work_item_id).first()
    if issue is None or not may_see(actor, issue):
        raise NotFound
    return issue


def _keep_form(
    *, issue: Issue, step: flow_queries.Step, data: Mapping[str, object], outcome: str, actor: Actor, now: datetime
) -> None:
    code = step.node.ext.form
    FormSubmission.objects.create(
        issue=issue,
        work_item=step.work_item,
        code=code,
        node=step.work_item.node,
        outcome=outcome,
        data=dict(data),
        at=now,
        by_id=actor.user_id,
    )
    if not code:
        return
    record, made = FormRecord.objects.get_or_create(
        issue=issue,
        code=code,
        defaults={"data": dict(data), "revision": 1, "updated_at": now, "updated_by_id": actor.user_id},
    )
    if not made:
        # A field of this step that was left blank is blank now; other steps' fields stay.
        own = set(cast(Mapping[str, object], (step.schema or {}).get("properties") or {}))
        kept = {name: value for name, value in record.data.items() if name not in own}
        record.data = {**kept, **data}
        record.revision += 1
        record.updated_at, record.updated_by_id = now, actor.user_id
        record.save(update_fields=["data", "revision", "updated_at", "updated_by"])


def _blank(kind: str, field: Mapping[str, object]) -> object:
    """What a declared name is when its field was left blank: the field's own literal default, else empty or false."""
    default = field.get("x-default")
    if default is not None and not (isinstance(default, str) and default.startswith("=")):
        return default
    empty: dict[str, object] = {"list": [], "boolean": False}
    return empty.get(kind)


def _variables(step: flow_queries.Step, given: Mapping[str, object]) -> dict[str, object]:
    """The declared names that this step decides: a condition must find them even where a field was left blank."""
    properties = cast(Mapping[str, Mapping[str, object]], (step.schema or {}).get("properties") or {})
    found: dict[str, object] = {}
    for name, variable in step.chart.variables.items():
        value = given.get(name)
        if value is None and name in properties:
            value = _blank(variable.type, properties[name])
        if value is not None:
            found[name] = value
    return found


@transaction.atomic
def complete_step(
    *,
    work_item_id: int,
    outcome: str | None = None,
    data: Mapping[str, object] | None = None,
    actor: Actor,
    now: datetime,
) -> StepResult:
    """Checks the data against the step's schema, keeps them, and lets the chart go on."""
    issue = locked_issue(_issue_of_step(work_item_id, actor).pk)
    step = flow_queries.step(actor=actor, work_item_id=work_item_id)
    given = dict(data or {})
    if step.schema is not None:
        given = check_form(step.schema, given)
    variables = _variables(step, given)
    result = flows.complete_work_item(
        work_item_id=work_item_id, outcome=outcome, variables=variables, actor=actor, now=now
    )
    if step.schema is not None:
        _keep_form(issue=issue, step=step, data=given, outcome=result.completed.outcome, actor=actor, now=now)
    registry.step_done(
        StepDone(
            issue=Issue.objects.get(pk=issue.pk),
            node=result.completed.node,
            outcome=result.completed.outcome,
            data=given,
            actor=actor,
            now=now,
        )
    )
    return result


@transaction.atomic
def claim_step(*, work_item_id: int, actor: Actor, now: datetime) -> WorkItem:
    """Takes the step."""
    _issue_of_step(work_item_id, actor)
    return flows.claim_work_item(work_item_id=work_item_id, actor=actor, now=now)


@transaction.atomic
def assign_step(
    *, work_item_id: int, username: str = "", department_key: str = "", reason: str, actor: Actor, now: datetime
) -> WorkItem:
    """Gives the step to a person or a department."""
    _issue_of_step(work_item_id, actor)
    return flows.assign_work_item(
        work_item_id=work_item_id, username=username, department_key=department_key, reason=reason, actor=actor, now=now
    )


@transaction.atomic
def release_step(*, work_item_id: int, reason: str, actor: Actor, now: datetime) -> WorkItem:
    """Puts the step back into its pool."""
    _issue_of_step(work_item_id, actor)
    return flows.release_work_item(work_item_id=work_item_id, reason=reason, actor=actor, now=now)


@transaction.atomic
def pause_step(*, work_item_id: int, reason: str, actor: Actor, now: datetime) -> WorkItem:
    """Stops the step's clock: the customer has to do something first."""
    _issue_of_step(work_item_id, actor)
    return flows.pause_work_item(work_item_id=work_item_id, reason=reason, actor=actor, now=now)


@transaction.atomic
def resume_step(*, work_item_id: int, actor: Actor, now: datetime) -> WorkItem:
    """Lets the step's clock run on."""
    _issue_of_step(work_item_id, actor)
    return flows.resume_work_item(work_item_id=work_item_id, actor=actor, now=now)


@transaction.atomic
def save_step_draft(*, work_item_id: int, data: Mapping[str, object], actor: Actor, now: datetime) -> WorkItem:
    """Keeps what was typed so far."""
    _issue_of_step(work_item_id, actor)
    return flows.save_draft(work_item_id=work_item_id, data=data, actor=actor, now=now)

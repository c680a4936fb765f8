"""Carrying out steps of an issue: what a page or REST calls."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bihuan.core.actor import Actor
from bihuan.core.stamps import operation
from bihuan.flows import operations as flows
from bihuan.flows import queries as flow_queries
from bihuan.flows.models import WorkItem
from bihuan.flows.operations import StepResult
from bihuan.issues import registry
from bihuan.issues.errors import DraftTooLarge
from bihuan.issues.operations.answers import note_answer
from bihuan.issues.operations.locking import locked_step
from bihuan.issues.operations.records import declared_values, keep_form
from bihuan.issues.operations.work import at_work
from bihuan.issues.registry import StepAttempt, StepDone
from bihuan.issues.rules.forms import check_form, too_big

CALLBACK = "callback"
"""The group of a form in which somebody who rang the customer writes down the verdict."""


@operation()
def complete_step(
    *,
    work_item_id: int,
    outcome: str | None = None,
    data: Mapping[str, object] | None = None,
    actor: Actor,
    now: datetime,
) -> StepResult:
    """Checks the data against the step's schema, keeps them, and lets the chart go on.

    Refuses data that do not fit the form (``InvalidForm`` names every field), an arrow that is not on offer, and
    those whose step it is not, and what a guard names. A step without form takes no data.
    """
    issue, item = locked_step(work_item_id, actor)
    step = flow_queries.step(actor=actor, work_item_id=work_item_id, in_hand=item)
    given = check_form(step.schema or {"additionalProperties": False}, data or {})
    attempt = StepAttempt(
        issue=issue, work_item_id=item.pk, node=item.node, outcome=outcome or "", closes=False, actor=actor, now=now
    )
    registry.ask_guards(attempt)
    with at_work(issue, now=now) as work:
        result = flows.complete_work_item(
            work_item_id=work_item_id,
            outcome=outcome,
            variables=declared_values(step, given),
            actor=actor,
            now=now,
            in_hand=item,
        )
        arrow = result.completed.outcome
        if step.schema is not None:
            keep_form(issue=issue, step=step, data=given, outcome=arrow, actor=actor, now=now)
        if CALLBACK in (step.node.ext.groups or ()) and given.get("confirmed"):
            note_answer(work, satisfied=given.get("satisfied") is not False, reason=str(given.get("comment") or ""),
                        actor=actor)  # fmt: skip
        registry.step_done(
            StepDone(
                issue=issue,
                node=result.completed.node,
                groups=tuple(step.node.ext.groups or ()),
                outcome=arrow,
                data=given,
                actor=actor,
                now=now,
            )  # fmt: skip
        )
    if not issue.is_open:
        registry.ask_guards(replace(attempt, outcome=arrow, closes=True))
    return result


@operation()
def claim_step(*, work_item_id: int, actor: Actor, now: datetime) -> WorkItem:
    """Takes the step."""
    issue, item = locked_step(work_item_id, actor)
    with at_work(issue, now=now):
        return flows.claim_work_item(work_item_id=work_item_id, actor=actor, now=now, in_hand=item)


@operation()
def assign_step(
    *, work_item_id: int, username: str = "", department_key: str = "", reason: str, actor: Actor, now: datetime
) -> WorkItem:
    """Gives the step to a person or a department."""
    issue, item = locked_step(work_item_id, actor)
    with at_work(issue, now=now):
        return flows.assign_work_item(
            work_item_id=work_item_id,
            username=username,
            department_key=department_key,
            reason=reason,
            actor=actor,
            now=now,
            in_hand=item,
        )


@operation()
def release_step(*, work_item_id: int, reason: str, actor: Actor, now: datetime) -> WorkItem:
    """Puts the step back into its pool."""
    issue, item = locked_step(work_item_id, actor)
    with at_work(issue, now=now):
        return flows.release_work_item(work_item_id=work_item_id, reason=reason, actor=actor, now=now, in_hand=item)


@operation()
def pause_step(*, work_item_id: int, reason: str, actor: Actor, now: datetime) -> WorkItem:
    """Stops the step's clock: the customer has to do something first."""
    issue, item = locked_step(work_item_id, actor)
    with at_work(issue, now=now):
        return flows.pause_work_item(work_item_id=work_item_id, reason=reason, actor=actor, now=now, in_hand=item)


@operation()
def resume_step(*, work_item_id: int, actor: Actor, now: datetime) -> WorkItem:
    """Lets the step's clock run on."""
    issue, item = locked_step(work_item_id, actor)
    with at_work(issue, now=now):
        return flows.resume_work_item(work_item_id=work_item_id, actor=actor, now=now, in_hand=item)


@operation()
def save_step_draft(*, work_item_id: int, data: Mapping[str, object], actor: Actor, now: datetime) -> WorkItem:
    """Keeps what was typed so far, as it is; refuses what no form could hold."""
    _issue, item = locked_step(work_item_id, actor)
    if too_big(dict(data)):
        raise DraftTooLarge
    return flows.save_draft(work_item_id=work_item_id, data=data, actor=actor, now=now, in_hand=item)

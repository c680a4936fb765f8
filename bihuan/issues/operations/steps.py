"""Carrying out steps of an issue: what a page or REST calls."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bihuan.accounts import queries as accounts
from bihuan.core.actor import SYSTEM, Actor
from bihuan.core.stamps import operation
from bihuan.flows import operations as flows
from bihuan.flows import queries as flow_queries
from bihuan.flows.models import WorkItem
from bihuan.flows.operations import StepResult
from bihuan.issues import registry
from bihuan.issues.errors import DraftTooLarge
from bihuan.issues.models import Issue
from bihuan.issues.operations.answers import note_answer
from bihuan.issues.operations.approvals.deciding import Stand, decide, refuse_over
from bihuan.issues.operations.approvals.following import Carried, follow_content
from bihuan.issues.operations.duty.receiving import refuse_recused
from bihuan.issues.operations.locking import locked_step
from bihuan.issues.operations.records import declared_values, keep_form
from bihuan.issues.operations.work import Work, at_work
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
    stand: Stand | None = None,
    actor: Actor,
    now: datetime,
) -> StepResult:
    """Checks the data against the step's schema, keeps them, and lets the chart go on.

    Refuses data that do not fit the form (``InvalidForm`` names every field), an arrow that is not on offer, and
    those whose step it is not, and what a guard names. A step without form takes no data.

    At an approval step this gives the actor's decision: an ordinary arrow agrees, any other refuses (``stand`` says what
    else comes with it). Where several decide, the step is completed by the decision that settles it; until then the
    result shows it still open, and nothing opened.
    """
    issue, item = locked_step(work_item_id, actor)
    refuse_over(item)
    step = flow_queries.step(actor=actor, work_item_id=work_item_id, in_hand=item)
    given = check_form(step.schema or {"additionalProperties": False}, data or {})
    attempt = StepAttempt(
        issue=issue, work_item_id=item.pk, node=item.node, outcome=outcome or "", closes=False, actor=actor, now=now
    )
    registry.ask_guards(attempt)
    before = issue.status
    with at_work(issue, now=now) as work:
        verdict = decide(work, step=step, outcome=outcome, data=given, stand=stand or Stand(), actor=actor)
        if verdict is not None and not verdict.settled:
            return StepResult(instance=item.instance, completed=item, opened=(), ended=False)
        arrow, acting = (verdict.arrow, verdict.actor) if verdict is not None else (outcome, actor)
        kept = verdict.data if verdict is not None else given
        result = _go_on(work, step, arrow, given, kept, acting)
    for carried in work.carried:
        result = _carry_on(issue, carried, now)
    # Where the customer is asked whether it holds, the house says that it is done: that is the closing for the guards.
    if not issue.is_open or (issue.status == "resolved" and before != "resolved"):
        registry.ask_guards(replace(attempt, outcome=result.completed.outcome, closes=True))
    return result


def _go_on(
    work: Work,
    step: flow_queries.Step,
    outcome: str | None,
    given: Mapping[str, object],
    kept: Mapping[str, object],
    actor: Actor,
) -> StepResult:
    """Completes the step; ``kept`` is what its form holds from now on. Whoever decided about what changed decides anew."""
    issue, item, now = work.issue, step.work_item, work.now
    result = flows.complete_work_item(
        work_item_id=item.pk,
        outcome=outcome,
        variables=declared_values(step, given),
        actor=actor,
        now=now,
        in_hand=item,
    )
    arrow = result.completed.outcome
    if step.schema is not None:
        keep_form(issue=issue, step=step, data=kept, outcome=arrow, actor=actor, now=now)
        if work.approving:
            follow_content(work)
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
    return result


def _carry_on(issue: Issue, carried: Carried, now: datetime) -> StepResult:
    """Completes an approval step by the approval that its content has already; the opinions in its form stay."""
    with at_work(issue, now=now) as work:
        item = carried.item
        work.rounds.update(carried.rounds)
        result = flows.complete_work_item(
            work_item_id=item.pk, outcome=carried.arrow or None, variables={}, actor=SYSTEM, now=now, in_hand=item
        )
    for following in work.carried:
        result = _carry_on(issue, following, now)
    return result


@operation()
def claim_step(*, work_item_id: int, actor: Actor, now: datetime) -> WorkItem:
    """Takes the step."""
    issue, item = locked_step(work_item_id, actor)
    refuse_recused(issue.recused, actor.user_id)
    with at_work(issue, now=now):
        return flows.claim_work_item(work_item_id=work_item_id, actor=actor, now=now, in_hand=item)


@operation()
def assign_step(
    *, work_item_id: int, username: str = "", department_key: str = "", reason: str, actor: Actor, now: datetime
) -> WorkItem:
    """Gives the step to a person or a department. Somebody away is replaced by the deputy; refuses who is recused."""
    issue, item = locked_step(work_item_id, actor)
    person = accounts.person(username=username) if username and issue.recused else None
    refuse_recused(issue.recused, person.pk if person else None)
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

"""What people do with steps: claim, give back, pass on, pause, save a draft, complete.

``in_hand`` is everywhere the step with its instance, where the caller has read them in this transaction after locking the
instance.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bihuan.accounts import queries as people
from bihuan.accounts.models import User
from bihuan.bpmn import Outcome, commands
from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden, NotFound
from bihuan.core.rows import Select, update_row
from bihuan.core.stamps import ask_first, operation
from bihuan.flows import permissions, registry
from bihuan.flows.charts import chart_of
from bihuan.flows.errors import (
    NobodyThere,
    NoSuchOutcome,
    NotYourStep,
    OutcomeRequired,
    ReasonRequired,
    StepGone,
    StepTaken,
)
from bihuan.flows.models import Instance, WorkItem, WorkItemStatus
from bihuan.flows.operations import opening
from bihuan.flows.operations.run import StepRun, as_json
from bihuan.flows.registry import InstanceChange

_LOCKED = Select(Instance, "WHERE t.id = (SELECT instance_id FROM flows_workitem WHERE id = %s) FOR UPDATE OF t")
_ITEM = Select(WorkItem, "WHERE t.id = %s")
_WAITING = (WorkItemStatus.OPEN, WorkItemStatus.CLAIMED)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """What completing a step led to."""

    instance: Instance
    completed: WorkItem
    opened: tuple[WorkItem, ...]
    ended: bool


def _lock(work_item_id: int, in_hand: WorkItem | None = None) -> tuple[Instance, WorkItem]:
    """Locks the instance, then reads the item as it is now, unless the caller has done both."""
    instance, item = (in_hand.instance, in_hand) if in_hand is not None else _read_locked(work_item_id)
    if item.status not in _WAITING:
        raise StepGone
    return instance, item


def _read_locked(work_item_id: int) -> tuple[Instance, WorkItem]:
    instances, items = ask_first(_LOCKED.of(work_item_id), _ITEM.of(work_item_id))
    if not instances or not items:
        raise NotFound
    items[0].instance = instances[0]
    return instances[0], items[0]


def _not_yours(item: WorkItem) -> NotYourStep:
    return NotYourStep(params={"role": item.role})


def _tell(*, instance: Instance, item: WorkItem, actor: Actor, now: datetime, reason: str = "") -> None:
    change = InstanceChange(
        instance=instance,
        chart=chart_of(instance.version_id),
        actor=actor,
        now=now,
        variables=instance.state.get("variables", {}),
        changed=[item],
        reason=reason,
    )
    for observer in registry.observers():
        observer.step_stored(change)


@operation()
def claim_work_item(*, work_item_id: int, actor: Actor, now: datetime, in_hand: WorkItem | None = None) -> WorkItem:
    """Takes an unassigned step. Claiming what one already holds changes nothing."""
    instance, item = _lock(work_item_id, in_hand)
    if item.assignee_id is not None:
        if item.assignee_id == actor.user_id:
            return item
        name = people.names(user_ids=[item.assignee_id]).get(item.assignee_id, "")
        raise StepTaken(params={"name": name})
    if actor.user_id is None or not permissions.may_claim(actor, item):
        raise _not_yours(item)
    _hold(item, user_id=actor.user_id, department_id=item.department_id, now=now)
    update_row(item, ("assignee", "status", "claimed_at", "holders", "department"))
    _tell(instance=instance, item=item, actor=actor, now=now)
    return item


def _hold(item: WorkItem, *, user_id: int | None, department_id: int | None, now: datetime) -> None:
    item.assignee_id = user_id
    item.department_id = department_id
    item.status = WorkItemStatus.CLAIMED if user_id is not None else WorkItemStatus.OPEN
    item.claimed_at = now if user_id is not None else None
    item.holders = [*item.holders, [now.isoformat(), department_id, user_id]]


@operation()
def release_work_item(
    *, work_item_id: int, reason: str, actor: Actor, now: datetime, in_hand: WorkItem | None = None
) -> WorkItem:
    """Puts a claimed step back into its pool, with a reason."""
    instance, item = _lock(work_item_id, in_hand)
    if not reason.strip():
        raise ReasonRequired
    if item.assignee_id is None:
        return item
    if not permissions.may_assign(actor, item):
        raise Forbidden
    _hold(item, user_id=None, department_id=item.department_id, now=now)
    update_row(item, ("assignee", "status", "claimed_at", "holders", "department"))
    _tell(instance=instance, item=item, actor=actor, now=now, reason=reason)
    return item


@operation()
def assign_work_item(
    *,
    work_item_id: int,
    username: str = "",
    department_key: str = "",
    reason: str,
    actor: Actor,
    now: datetime,
    in_hand: WorkItem | None = None,
) -> WorkItem:
    """Gives the step to a person or to another department's pool, with a reason. The clock runs on."""
    instance, item = _lock(work_item_id, in_hand)
    if not reason.strip():
        raise ReasonRequired
    if not permissions.may_assign(actor, item):
        raise Forbidden
    user: User | None = people.person(username=username) if username else None
    department = people.department(key=department_key) if department_key else None
    if (username and user is None) or (department_key and department is None) or not (user or department):
        raise NobodyThere
    _hold(
        item,
        user_id=user.pk if user else None,
        now=now,
        department_id=department.pk if department else item.department_id,
    )
    update_row(item, ("assignee", "status", "claimed_at", "holders", "department"))
    _tell(instance=instance, item=item, actor=actor, now=now, reason=reason)
    return item


@operation()
def pause_work_item(
    *, work_item_id: int, reason: str, actor: Actor, now: datetime, in_hand: WorkItem | None = None
) -> WorkItem:
    """Stops the step's clock (waiting for the customer); a second pause is the same pause."""
    instance, item = _lock(work_item_id, in_hand)
    if not reason.strip():
        raise ReasonRequired
    if not permissions.may_act(actor, item):
        raise _not_yours(item)
    if not opening.is_paused(item):
        item.pauses = [*item.pauses, [now.isoformat(), None, reason[:500]]]
        item.next_alarm_at = None
        update_row(item, ("pauses", "next_alarm_at"))
        _tell(instance=instance, item=item, actor=actor, now=now, reason=reason)
    return item


@operation()
def resume_work_item(*, work_item_id: int, actor: Actor, now: datetime, in_hand: WorkItem | None = None) -> WorkItem:
    """Lets the clock run again and moves the deadline by the working time that stood still."""
    instance, item = _lock(work_item_id, in_hand)
    if not permissions.may_act(actor, item):
        raise _not_yours(item)
    if opening.is_paused(item):
        opening.end_pause(item, now)
        clock = opening.step_clock(item)
        if clock is not None:
            item.due_at = clock.due_at(now)
        node = chart_of(instance.version_id).nodes[item.node]
        item.next_alarm_at = opening.next_alarm(item, node.ext.deadline)
        update_row(item, ("pauses", "next_alarm_at", "due_at"))
        _tell(instance=instance, item=item, actor=actor, now=now)
    return item


@operation()
def save_draft(
    *, work_item_id: int, data: Mapping[str, object], actor: Actor, now: datetime, in_hand: WorkItem | None = None
) -> WorkItem:
    """Keeps what was typed so far; not checked, not part of the log."""
    _, item = _lock(work_item_id, in_hand)
    if not permissions.may_act(actor, item):
        raise _not_yours(item)
    item.draft = dict(data)
    item.draft_at = now
    update_row(item, ("draft", "draft_at"))
    return item


def choose_outcome(outcomes: tuple[Outcome, ...], wanted: str | None) -> str | None:
    """The id of the arrow meant by its id or by its name in either language; None where there is no choice."""
    if not outcomes:
        return None
    names = "、".join(outcome.name for outcome in outcomes)
    if not wanted:
        if len(outcomes) == 1:
            return outcomes[0].id
        raise OutcomeRequired(params={"names": names})
    for outcome in outcomes:
        if wanted in (outcome.id, outcome.name, outcome.name_en):
            return outcome.id
    raise NoSuchOutcome(params={"outcome": wanted[:100], "names": names})


@operation()
def complete_work_item(
    *,
    work_item_id: int,
    outcome: str | None,
    variables: Mapping[str, object],
    actor: Actor,
    now: datetime,
    in_hand: WorkItem | None = None,
) -> StepResult:
    """Completes the step and lets the chart go on. An unassigned step is claimed by the way.

    ``outcome``: id or name of an arrow, where the step ends in a person's choice. The variables are set first, so
    that what the form says decides which arrows are on offer.
    """
    instance, item = _lock(work_item_id, in_hand)
    if not permissions.may_act(actor, item):
        raise _not_yours(item)
    run = StepRun(instance=instance, actor=actor, now=now)
    run.know_item(item)
    assert run.state is not None
    merged = {**run.state.variables, **variables}
    arrow = choose_outcome(run.chart.outcomes(item.node, merged, run.state), outcome)
    if item.assignee_id is None and actor.user_id is not None:
        _hold(item, user_id=actor.user_id, department_id=item.department_id, now=now)
    item.outcome = arrow or ""
    run.perform(commands.CompleteTask(item=item.item, variables=as_json(variables), outcome=arrow))
    run.change.outcome = arrow or ""
    run.change.completed = item
    change = run.store()
    return StepResult(instance=instance, completed=item, opened=tuple(change.opened), ended=change.ended)

"""A step goes into other hands, or gets more time, because the room above says so. Whether the actor may is asked there,
and what was done is told the timeline there; the instance is locked, and the step read, by the caller."""

from datetime import datetime

from bihuan.bpmn import Deadline
from bihuan.core.actor import Actor
from bihuan.core.rows import update_row
from bihuan.core.stamps import operation
from bihuan.flows import registry
from bihuan.flows.charts import chart_of
from bihuan.flows.errors import StepGone
from bihuan.flows.models import WorkItem, WorkItemStatus
from bihuan.flows.operations import opening
from bihuan.flows.registry import InstanceChange

_HELD = ("assignee", "status", "claimed_at", "holders", "department")
_CLOCK = ("limit_seconds", "due_at", "breached_at", "alarms_done", "next_alarm_at")
_WAITING = (WorkItemStatus.OPEN, WorkItemStatus.CLAIMED)


def _hold(item: WorkItem, *, user_id: int | None, department_id: int | None, now: datetime) -> None:
    item.assignee_id = user_id
    item.department_id = department_id
    item.status = WorkItemStatus.CLAIMED if user_id is not None else WorkItemStatus.OPEN
    item.claimed_at = now if user_id is not None else None


def _tell(item: WorkItem, actor: Actor, now: datetime, reason: str) -> None:
    change = InstanceChange(
        instance=item.instance,
        chart=chart_of(item.instance.version_id),
        actor=actor,
        now=now,
        variables=item.instance.state.get("variables", {}),
        changed=[item],
        reason=reason,
        worded=True,
    )
    for observer in registry.observers():
        observer.step_stored(change)


@operation()
def hand_work_item(
    *,
    item: WorkItem,
    user_id: int | None,
    department_id: int | None,
    reason: str,
    ends_pause: bool = False,
    actor: Actor,
    now: datetime,
) -> WorkItem:
    """The step is that person's, or (None) in that department's pool, from now on. ``ends_pause``: a clock that stood for
    the customer runs again. Refuses a step that does not wait any more."""
    if item.status not in _WAITING:
        raise StepGone
    _hold(item, user_id=user_id, department_id=department_id, now=now)
    item.holders = [*item.holders, [now.isoformat(), department_id, user_id]]
    if ends_pause and opening.is_paused(item):
        opening.end_pause(item, now)
        clock = opening.step_clock(item)
        if clock is not None:
            item.due_at = clock.due_at(now)
        item.next_alarm_at = opening.next_alarm(item, _deadline(item))
        update_row(item, ("pauses", "due_at", "next_alarm_at"))
    update_row(item, _HELD)
    _tell(item, actor, now, reason)
    return item


@operation()
def receive_work_item(*, item: WorkItem, user_id: int | None, now: datetime) -> WorkItem:
    """Who gets a step that is being opened or given to a department in this very transaction, before observers look at
    it; nobody else had it since, so the last line of its history is put right."""
    _hold(item, user_id=user_id, department_id=item.department_id, now=now)
    item.holders = [*item.holders[:-1], [item.holders[-1][0], item.department_id, user_id]]
    update_row(item, _HELD)
    return item


@operation()
def extend_work_item(*, item: WorkItem, seconds: int, reason: str, actor: Actor, now: datetime) -> WorkItem:
    """The step's limit grows by that much working time; warnings that lie ahead again are given again. Nothing happens to
    a step without limit."""
    if item.status not in _WAITING:
        raise StepGone
    if item.limit_seconds is None:
        return item
    item.limit_seconds += seconds
    clock = opening.step_clock(item)
    if clock is not None:
        item.due_at = clock.due_at(now)
        item.breached_at = item.breached_at if item.due_at <= now else None
        item.alarms_done = [each for each in item.alarms_done if (at := clock.warn_at(each)) is None or at <= now]
        item.next_alarm_at = opening.next_alarm(item, _deadline(item))
    update_row(item, _CLOCK)
    _tell(item, actor, now, reason)
    return item


def _deadline(item: WorkItem) -> Deadline | None:
    return chart_of(item.instance.version_id).nodes[item.node].ext.deadline

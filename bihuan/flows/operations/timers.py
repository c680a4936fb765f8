"""Due timers and deadline alarms, fired by the worker: each exactly once, also after downtime."""

from datetime import datetime

from bihuan.bpmn import commands
from bihuan.core.actor import SYSTEM
from bihuan.core.rows import Select, update_row
from bihuan.core.stamps import ask_first, operation
from bihuan.core.ticks import ahead, each_alone
from bihuan.flows import registry
from bihuan.flows.charts import chart_of
from bihuan.flows.models import Instance, Wait, WorkItem, WorkItemStatus
from bihuan.flows.operations import opening
from bihuan.flows.operations.run import OPEN_WAITS, StepRun
from bihuan.flows.registry import Alarm

_FREE = Select(Instance, "WHERE t.id = %s FOR UPDATE OF t SKIP LOCKED")
_ITEM = Select(WorkItem, "WHERE t.id = %s")


def fire_due_timers(*, now: datetime, limit: int = 100) -> int:
    """Fires what is due, oldest first, each in a transaction of its own; returns how many were handled.

    Several workers may call it at once: a row that another one holds is skipped. A timer that cannot fire is logged
    and does not hold up the others.
    """
    fired = each_alone(
        _due_waits(now, ahead(limit)),
        lambda row: _fire(wait_id=row[0], instance_id=row[1], now=now),
        what="timers",
        now=now,
        limit=limit,
    )
    return fired + each_alone(
        _due_alarms(now, ahead(limit)),
        lambda row: _alarm(item_id=row[0], instance_id=row[1], now=now),
        what="alarms of steps",
        now=now,
        limit=limit,
    )


def _due_waits(now: datetime, limit: int) -> list[tuple[int, int]]:
    return list(
        Wait.objects.filter(closed_at__isnull=True, due_at__lte=now)
        .order_by("due_at", "id")
        .values_list("id", "instance_id")[:limit]
    )


def _due_alarms(now: datetime, limit: int) -> list[tuple[int, int]]:
    return list(
        WorkItem.objects.filter(next_alarm_at__lte=now)
        .order_by("next_alarm_at", "id")
        .values_list("id", "instance_id")[:limit]
    )


@operation()
def _fire(*, wait_id: int, instance_id: int, now: datetime) -> int:
    instances, waits = ask_first(_FREE.of(instance_id), OPEN_WAITS.of(instance_id))
    wait = next((each for each in waits if each.pk == wait_id and each.due_at and each.due_at <= now), None)
    if not instances or wait is None or instances[0].ended_at is not None:
        return 0
    run = StepRun(instance=instances[0], actor=SYSTEM, now=now)
    run.know_waits(waits)
    run.perform(commands.FireTimer(timer=wait.number))
    run.store()
    return 1


@operation()
def _alarm(*, item_id: int, instance_id: int, now: datetime) -> int:
    instances, items = ask_first(_FREE.of(instance_id), _ITEM.of(item_id))
    if not instances or not items or items[0].next_alarm_at is None or items[0].next_alarm_at > now:
        return 0
    item = items[0]
    item.instance = instances[0]
    deadline = chart_of(item.instance.version_id).nodes[item.node].ext.deadline
    clock = opening.step_clock(item)
    waiting = item.status in (WorkItemStatus.OPEN, WorkItemStatus.CLAIMED)
    if clock is None or not waiting or opening.is_paused(item):
        item.next_alarm_at = None
        update_row(item, ("next_alarm_at",))
        return 0
    percents = [*(deadline.warn if deadline else ()), opening.BREACH]
    due = [p for p in percents if p not in item.alarms_done and (at := clock.warn_at(p)) is not None and at <= now]
    item.alarms_done = sorted({*item.alarms_done, *due})
    if opening.BREACH in due:
        item.breached_at = clock.due_at(now)
    item.next_alarm_at = opening.next_alarm(item, deadline)
    update_row(item, ("alarms_done", "breached_at", "next_alarm_at"))
    if due:  # after downtime several may have passed: the gravest speaks for all
        alarm = Alarm(work_item=item, percent=max(due), late=max(due) == opening.BREACH, now=now)
        for observer in registry.observers():
            observer.alarm_raised(alarm)
    return 1 if due else 0

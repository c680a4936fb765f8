"""Due timers and deadline alarms, fired by the worker: each exactly once, also after downtime."""

import logging
from datetime import datetime

from bihuan.bpmn import commands
from bihuan.core.actor import SYSTEM
from bihuan.core.stamps import operation
from bihuan.flows import registry
from bihuan.flows.charts import chart_of
from bihuan.flows.models import Instance, Wait, WorkItem, WorkItemStatus
from bihuan.flows.operations import opening
from bihuan.flows.operations.run import StepRun
from bihuan.flows.registry import Alarm

log = logging.getLogger(__name__)


def fire_due_timers(*, now: datetime, limit: int = 100) -> int:
    """Fires what is due, oldest first, each in a transaction of its own; returns how many were handled.

    Several workers may call it at once: a row that another one holds is skipped. A timer that cannot fire is logged
    and does not hold up the others.
    """
    fired = 0
    for wait_id, instance_id in _due_waits(now, limit):
        try:
            fired += _fire(wait_id=wait_id, instance_id=instance_id, now=now)
        except Exception:
            log.exception("timer %s of instance %s could not fire", wait_id, instance_id)
    for item_id, instance_id in _due_alarms(now, limit):
        try:
            fired += _alarm(item_id=item_id, instance_id=instance_id, now=now)
        except Exception:
            log.exception("alarm of step %s of instance %s could not be given", item_id, instance_id)
    return fired


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
    instance = Instance.objects.select_for_update(skip_locked=True).filter(pk=instance_id).first()
    if instance is None:
        return 0
    wait = Wait.objects.filter(pk=wait_id, closed_at__isnull=True, due_at__lte=now).first()
    if wait is None or instance.ended_at is not None:
        return 0
    run = StepRun(instance=instance, actor=SYSTEM, now=now)
    run.perform(commands.FireTimer(timer=wait.number))
    run.store()
    return 1


@operation()
def _alarm(*, item_id: int, instance_id: int, now: datetime) -> int:
    if not Instance.objects.select_for_update(skip_locked=True).filter(pk=instance_id).exists():
        return 0
    item = WorkItem.objects.filter(pk=item_id, next_alarm_at__lte=now).first()
    if item is None:
        return 0
    item.instance = Instance.objects.get(pk=instance_id)
    deadline = chart_of(item.instance.version_id).nodes[item.node].ext.deadline
    clock = opening.step_clock(item)
    waiting = item.status in (WorkItemStatus.OPEN, WorkItemStatus.CLAIMED)
    if clock is None or not waiting or opening.is_paused(item):
        item.next_alarm_at = None
        item.save(update_fields=["next_alarm_at"])
        return 0
    percents = [*(deadline.warn if deadline else ()), opening.BREACH]
    due = [p for p in percents if p not in item.alarms_done and (at := clock.warn_at(p)) is not None and at <= now]
    item.alarms_done = sorted({*item.alarms_done, *due})
    if opening.BREACH in due:
        item.breached_at = clock.due_at(now)
    item.next_alarm_at = opening.next_alarm(item, deadline)
    item.save(update_fields=["alarms_done", "breached_at", "next_alarm_at"])
    if due:  # after downtime several may have passed: the gravest speaks for all
        alarm = Alarm(work_item=item, percent=max(due), late=max(due) == opening.BREACH, now=now)
        for observer in registry.observers():
            observer.alarm_raised(alarm)
    return 1 if due else 0

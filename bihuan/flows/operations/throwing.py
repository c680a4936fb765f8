"""Messages and signals that charts throw reach other charts: written with the step that threw them, delivered by the
worker, each receiver in a transaction of its own (at least once; whoever waits later is not reached)."""

import logging
from datetime import datetime

from django.db import OperationalError
from django.db.models import F

from bihuan.bpmn import commands
from bihuan.core.actor import SYSTEM
from bihuan.core.stamps import operation
from bihuan.flows.models import Instance, Thrown, Wait
from bihuan.flows.operations.run import StepRun, is_suspended

log = logging.getLogger(__name__)
_PORTION = 200


def deliver_thrown(*, now: datetime, limit: int = 50) -> int:
    """Delivers a portion, oldest first; returns how many throws were delivered."""
    waiting = Thrown.objects.filter(delivered_at__isnull=True).order_by("thrown_at", "id")
    return sum(_deliver(thrown_id=pk, now=now) for pk in list(waiting.values_list("pk", flat=True)[:limit]))


def _deliver(*, thrown_id: int, now: datetime) -> int:
    """One portion of the receivers; it is over when none is left, or none of a whole portion could take it."""
    thrown = Thrown.objects.get(pk=thrown_id)
    portion = _receivers(thrown)
    taken = sum(_try_one(thrown, instance_id, now) for instance_id in portion)
    if len(portion) == _PORTION and taken and thrown.kind == "signal":
        return 1
    done = Thrown.objects.filter(pk=thrown_id, delivered_at__isnull=True).update(delivered_at=now)
    if not portion and not thrown.reached:
        log.info("nobody waits for %s %s of instance %s", thrown.kind, thrown.name, thrown.instance_id)
    return done


def _try_one(thrown: Thrown, instance_id: int, now: datetime) -> int:
    try:
        return _receive(thrown_id=thrown.pk, instance_id=instance_id, now=now)
    except OperationalError:  # the database, not the receiver: the throw stays, and is tried again
        raise
    except Exception:
        log.exception("%s %s did not reach instance %s", thrown.kind, thrown.name, instance_id)
        return 0


def _receivers(thrown: Thrown) -> list[int]:
    """Signals: everybody else who waited when it was thrown. A message: who waits longest for it in the same business
    case, one only."""
    waits = Wait.objects.filter(
        kind=thrown.kind, name=thrown.name, closed_at__isnull=True, opened_at__lte=thrown.thrown_at
    ).exclude(instance_id=thrown.instance_id)
    if thrown.kind == "message":
        found = waits.filter(instance__business_key=thrown.business_key).order_by("opened_at", "id")
        return list(found.values_list("instance_id", flat=True)[:1]) if thrown.business_key else []
    return list(dict.fromkeys(waits.order_by("id").values_list("instance_id", flat=True)[:_PORTION]))


@operation()
def _receive(*, thrown_id: int, instance_id: int, now: datetime) -> int:
    instance = Instance.objects.select_for_update().get(pk=instance_id)
    thrown = Thrown.objects.get(pk=thrown_id)
    wait = (
        Wait.objects.filter(
            instance=instance,
            kind=thrown.kind,
            name=thrown.name,
            closed_at__isnull=True,
            opened_at__lte=thrown.thrown_at,
        )
        .order_by("number")
        .first()
    )
    if wait is None or instance.ended_at is not None or is_suspended(instance):
        return 0
    run = StepRun(instance=instance, actor=SYSTEM, now=now)
    if thrown.kind == "signal":
        run.perform(commands.ReceiveSignal(name=thrown.name))
    else:
        declared = {name: value for name, value in thrown.variables.items() if name in run.chart.variables}
        run.perform(commands.ReceiveMessage(subscription=wait.number, variables=declared))
    run.store()
    Thrown.objects.filter(pk=thrown_id).update(reached=F("reached") + 1)
    return 1

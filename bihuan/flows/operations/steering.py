"""Mending a chart that is stuck, and leaving the drawn way: with a right, a reason, and a line in the log."""

from datetime import datetime

from bihuan.accounts import queries as people
from bihuan.bpmn import commands
from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden, NotFound
from bihuan.core.stamps import operation
from bihuan.flows.errors import NobodyThere, ReasonRequired
from bihuan.flows.models import Incident
from bihuan.flows.operations.run import StepRun, locked_run
from bihuan.flows.permissions import may_steer
from bihuan.flows.registry import Deviation, InstanceChange

_LONGEST_REASON = 500


def _steered(instance_id: int, actor: Actor, now: datetime, how: Deviation | None = None) -> StepRun:
    if not may_steer(actor):
        raise Forbidden
    run = locked_run(instance_id=instance_id, actor=actor, now=now)
    run.change.deviation = how
    return run


def _reason(given: str) -> str:
    if not given.strip():
        raise ReasonRequired
    return given.strip()[:_LONGEST_REASON]


def _store(run: StepRun, *, reason: str, **detail: object) -> InstanceChange:
    change = run.store(reason=reason)
    assert change.deviation is not None
    audit.record(
        actor=run.actor,
        action=f"flow.{change.deviation.value}",
        object_type="instance",
        object_id=run.instance.pk,
        now=run.now,
        detail={"revision": run.instance.revision, **detail},
    )
    return change


@operation()
def jump_token(*, instance_id: int, item: int, target: str, reason: str, actor: Actor, now: datetime) -> InstanceChange:
    """Takes the token `item` (a step, a wait) to the element `target`, where no arrow leads: a deviation.

    Refuses elements that do not exist, lie in another sub-process, or cannot be begun.
    """
    reason = _reason(reason)
    run = _steered(instance_id, actor, now, Deviation.JUMPED)
    run.perform(commands.Jump(item=item, target=target, reason=reason))
    return _store(run, reason=reason, target=target)


@operation()
def cancel_instance(*, instance_id: int, reason: str, actor: Actor, now: datetime) -> InstanceChange:
    """Ends the instance where it stands: a deviation."""
    reason = _reason(reason)
    run = _steered(instance_id, actor, now, Deviation.STOPPED)
    run.perform(commands.Cancel(reason=reason))
    return _store(run, reason=reason)


@operation()
def retry_incident(*, instance_id: int, incident: int, actor: Actor, now: datetime) -> InstanceChange:
    """Tries again where the chart could not go on."""
    run = _steered(instance_id, actor, now, Deviation.RETRIED)
    run.perform(commands.RetryIncident(incident=incident))
    return _store(run, reason="", incident=incident)


@operation()
def skip_incident(
    *, instance_id: int, incident: int, outcome: str | None, reason: str, actor: Actor, now: datetime
) -> InstanceChange:
    """Goes on behind what could not be done, as if it had been done without result.

    `outcome`: the arrow to take where the element would have chosen one.
    """
    reason = _reason(reason)
    run = _steered(instance_id, actor, now, Deviation.SKIPPED)
    run.perform(commands.SkipIncident(incident=incident, reason=reason, outcome=outcome or None))
    return _store(run, reason=reason, incident=incident)


@operation()
def assign_incident(*, instance_id: int, incident: int, username: str, actor: Actor, now: datetime) -> Incident:
    """Says who looks after it; an empty name: nobody yet."""
    run = _steered(instance_id, actor, now)
    found = Incident.objects.filter(instance=run.instance, number=incident, closed_at__isnull=True).first()
    if found is None:
        raise NotFound
    person = people.person(username=username) if username else None
    if username and person is None:
        raise NobodyThere
    found.assignee = person
    found.save(update_fields=["assignee"])
    audit.record(
        actor=actor,
        action="flow.incident_assigned",
        object_type="instance",
        object_id=instance_id,
        now=now,
        detail={"incident": incident, "to": found.assignee_id},
    )
    return found

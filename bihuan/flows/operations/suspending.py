"""A chart stands still where it is, and goes on from there: nothing is cancelled, so nothing has to be made up again.

Steps leave every queue, their clocks stand, and what a token waits for does not reach it. What remains of a time to wait
is counted on from the day on which the chart goes on.
"""

from datetime import datetime

from bihuan.bpmn import commands
from bihuan.calendars import queries as calendars
from bihuan.core.actor import Actor
from bihuan.core.errors import NotFound
from bihuan.core.rows import Select, update_row
from bihuan.core.stamps import ask_first, operation
from bihuan.flows import registry
from bihuan.flows.charts import chart_of
from bihuan.flows.errors import InstanceEnded
from bihuan.flows.models import Instance, Wait, WorkItem, WorkItemStatus
from bihuan.flows.operations import opening
from bihuan.flows.operations.run import LOCKED, OPEN_WAITS, StepRun, is_suspended
from bihuan.flows.queries.records import SUSPENDED
from bihuan.flows.registry import InstanceChange

_STANDING = Select(WorkItem, "WHERE t.instance_id = %s AND t.status IN ('open', 'claimed', 'suspended') ORDER BY t.id")
_STEP = ("status", "pauses", "next_alarm_at", "due_at")
_WAIT = ("due_at", "detail")
_HELD = "held"  # of a timer: [when it was due, since when it stands]


def _read(instance_id: int) -> tuple[Instance, list[Wait]]:
    instances, waits = ask_first(LOCKED.of(instance_id), OPEN_WAITS.of(instance_id))
    if not instances:
        raise NotFound
    return instances[0], waits


@operation()
def suspend_instance(*, instance_id: int, now: datetime) -> Instance:
    """Lets the instance stand. One that stands already is left alone. Refuses one that has ended.

    Whoever asks has the right and writes down why: it is no step of the chart, so observers are not told.
    """
    instance, waits = _read(instance_id)
    if instance.ended_at is not None:
        raise InstanceEnded
    if is_suspended(instance):
        return instance
    for item in _STANDING.rows(instance_id):
        item.status = WorkItemStatus.SUSPENDED
        item.next_alarm_at = None
        if not opening.is_paused(item):
            item.pauses = [*item.pauses, [now.isoformat(), None, SUSPENDED]]
        update_row(item, _STEP)
    for wait in waits:
        if wait.due_at is not None:
            wait.detail = {**wait.detail, _HELD: [wait.due_at.isoformat(), now.isoformat()]}
            wait.due_at = None
            update_row(wait, _WAIT)
    instance.suspensions = [*instance.suspensions, [now.isoformat(), None]]
    update_row(instance, ("suspensions",))
    return instance


def _wake(instance: Instance, waits: list[Wait], now: datetime) -> None:
    for item in _STANDING.rows(instance.pk):
        item.instance = instance
        _go_on(item, now)
        update_row(item, _STEP)
    for wait in waits:
        if _HELD in wait.detail:
            wait.due_at = _due_again(wait, now)
            wait.detail = {name: value for name, value in wait.detail.items() if name != _HELD}
            update_row(wait, _WAIT)
    instance.suspensions = [*instance.suspensions[:-1], [instance.suspensions[-1][0], now.isoformat()]]
    update_row(instance, ("suspensions",))


def _go_on(item: WorkItem, now: datetime) -> None:
    """The step is where it was. A pause that somebody else had begun goes on."""
    item.status = WorkItemStatus.OPEN if item.assignee_id is None else WorkItemStatus.CLAIMED
    if opening.is_paused(item) and item.pauses[-1][2:] != [SUSPENDED]:
        return
    opening.end_pause(item, now)
    clock = opening.step_clock(item)
    if clock is not None:
        item.due_at = clock.due_at(now)
    item.next_alarm_at = opening.next_alarm(item, chart_of(item.instance.version_id).nodes[item.node].ext.deadline)


def _due_again(wait: Wait, now: datetime) -> datetime:
    """A date stays the date; of a time to wait, what was left is counted from now on."""
    due, since = (datetime.fromisoformat(each) for each in wait.detail[_HELD])
    if wait.detail.get("kind") == "date" or due <= since:
        return due
    key = wait.detail.get("calendar")
    if not key:
        return now + (due - since)
    calendar = calendars.current_version(str(key)).calendar
    return calendar.add(now, int(calendar.between(since, due)))


@operation()
def resume_instance(*, instance_id: int, actor: Actor, now: datetime) -> Instance:
    """Lets it go on where it stood, and tells the observers. One that does not stand is left alone. Refuses one that has
    ended."""
    instance, waits = _read(instance_id)
    if instance.ended_at is not None:
        raise InstanceEnded
    if not is_suspended(instance):
        return instance
    _wake(instance, waits, now)
    change = InstanceChange(
        instance=instance,
        chart=chart_of(instance.version_id),
        actor=actor,
        now=now,
        variables=instance.state.get("variables", {}),
    )
    for observer in registry.observers():
        observer.step_stored(change)
    return instance


@operation()
def end_suspended(*, instance_id: int, message: str, reason: str, actor: Actor, now: datetime) -> bool:
    """Ends an instance that stands and will not go on: by the way that the chart draws for ``message``, else where it is.
    False when it does not stand."""
    instance, waits = _read(instance_id)
    if instance.ended_at is not None or not is_suspended(instance):
        return False
    _wake(instance, waits, now)
    run = StepRun(instance=instance, actor=actor, now=now)
    run.know_waits(waits)
    wait = next((each for each in waits if each.kind == "message" and each.name == message), None)
    if wait is not None:
        run.perform(commands.ReceiveMessage(subscription=wait.number, variables={}))
    else:
        run.perform(commands.Cancel(reason=reason[:500]))
    run.store(reason=reason)
    return True

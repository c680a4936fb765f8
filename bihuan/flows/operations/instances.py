"""Starting and steering instances."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bihuan.accounts import queries as people
from bihuan.bpmn import Chart, commands
from bihuan.core.actor import Actor
from bihuan.core.rows import new_key
from bihuan.core.stamps import Kept, ask_first, operation
from bihuan.flows import queries
from bihuan.flows.errors import NoSuchDefinition
from bihuan.flows.models import Instance, Version
from bihuan.flows.operations.run import LOCKED, OPEN_WAITS, StepRun, as_json, is_suspended, locked_run
from bihuan.flows.registry import InstanceChange
from bihuan.flows.rules import takes_part

_live = Kept("flows", queries.live_versions)
Place = Callable[[], int | None]


@operation()
def start_instance(
    *,
    definition_key: str,
    variables: Mapping[str, object],
    offered: Mapping[str, object] | None = None,
    business_key: str = "",
    subject: str = "",
    place: Place | None = None,
    actor: Actor,
    now: datetime,
    on_created: Callable[[Instance], None] | None = None,
) -> Instance:
    """Starts the current version, or the pilot where it takes part in it.

    ``offered``: variables that the chart takes if it declares them and knows the value; others are left out.
    ``subject``: whom it is about ("customer:12"), who always meets the same of the two. ``place``: asked for the
    department that will work on it, where a pilot goes by departments. ``on_created`` makes the rows that point to the
    instance, before anything runs.
    """
    live = _live.get().get(definition_key)
    if live is None:
        raise NoSuchDefinition(params={"key": definition_key})
    key = new_key(Instance)
    version = live.current
    if live.pilot is not None and _is_tried(live.pilot, subject or business_key or str(key), place, actor):
        version = live.pilot
    instance = Instance(pk=key, version=version, state={}, business_key=business_key, started_at=now, end_nodes=[])
    if on_created is not None:
        on_created(instance)
    run = StepRun(instance=instance, actor=actor, now=now)
    run.perform(commands.Start(variables={**_taken(run.chart, offered or {}), **variables}))
    run.store()
    return instance


def can_start(*, definition_key: str) -> bool:
    """Whether the chart is published and not retired. Within an operation without a query."""
    return definition_key in _live.get()


def _taken(chart: Chart, offered: Mapping[str, object]) -> dict[str, object]:
    found = {}
    for name, value in offered.items():
        declared = chart.variables.get(name)
        if declared is not None and (not declared.values or value in declared.values):
            found[name] = value
    return found


def _is_tried(pilot: Version, subject: str, place: Place | None, actor: Actor) -> bool:
    mine: set[int] = set()
    if pilot.pilot_departments:
        near = {*actor.departments, *filter(None, [place() if place is not None else None])}
        mine = {above for each in near for above in people.departments_above(each)}
    return takes_part(
        percent=pilot.pilot_percent,
        departments=pilot.pilot_departments,
        mine=mine,
        token=str(pilot.pk),
        subject=subject,
    )


@operation()
def correlate_message(
    *, instance_id: int, name: str, variables: Mapping[str, object], actor: Actor, now: datetime
) -> bool:
    """Delivers a message to the oldest wait for that name. False when nothing waits, or the instance is suspended
    (nothing is changed)."""
    instances, waits = ask_first(LOCKED.of(instance_id), OPEN_WAITS.of(instance_id))
    if not instances or instances[0].ended_at is not None or is_suspended(instances[0]):
        return False
    wait = next((each for each in waits if each.kind == "message" and each.name == name), None)
    if wait is None:
        return False
    run = StepRun(instance=instances[0], actor=actor, now=now)
    run.know_waits(waits)
    run.perform(commands.ReceiveMessage(subscription=wait.number, variables=as_json(variables)))
    run.store()
    return True


@operation()
def set_variables(
    *, instance_id: int, variables: Mapping[str, object], actor: Actor, now: datetime, reason: str = ""
) -> InstanceChange:
    """Changes declared variables of a running instance (a correction by a person)."""
    run = locked_run(instance_id=instance_id, actor=actor, now=now)
    run.perform(commands.SetVariables(variables=as_json(variables)))
    return run.store(reason=reason)

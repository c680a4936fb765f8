"""Starting and steering instances."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bihuan.bpmn import commands
from bihuan.core.actor import Actor
from bihuan.core.rows import new_key
from bihuan.core.stamps import Kept, ask_first, operation
from bihuan.flows import queries
from bihuan.flows.errors import NoSuchDefinition
from bihuan.flows.models import Instance
from bihuan.flows.operations.run import LOCKED, OPEN_WAITS, StepRun, as_json, locked_run
from bihuan.flows.registry import InstanceChange

_current = Kept("flows", lambda: {version.definition.key: version for version in queries.current_versions()})


@operation()
def start_instance(
    *,
    definition_key: str,
    variables: Mapping[str, object],
    business_key: str = "",
    actor: Actor,
    now: datetime,
    on_created: Callable[[Instance], None] | None = None,
) -> Instance:
    """Starts the current version. ``on_created`` makes the rows that point to the instance, before anything runs."""
    version = _current.get().get(definition_key)
    if version is None:
        raise NoSuchDefinition(params={"key": definition_key})
    instance = Instance(
        pk=new_key(Instance), version=version, state={}, business_key=business_key, started_at=now, end_nodes=[]
    )
    if on_created is not None:
        on_created(instance)
    run = StepRun(instance=instance, actor=actor, now=now)
    run.perform(commands.Start(variables=as_json(variables)))
    run.store()
    return instance


@operation()
def correlate_message(
    *, instance_id: int, name: str, variables: Mapping[str, object], actor: Actor, now: datetime
) -> bool:
    """Delivers a message to the oldest wait for that name. False when nothing waits (nothing is changed)."""
    instances, waits = ask_first(LOCKED.of(instance_id), OPEN_WAITS.of(instance_id))
    if not instances or instances[0].ended_at is not None:
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

"""What other rooms hang into running charts. Registered once, in ``AppConfig.ready``; checked on registration."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Protocol, runtime_checkable

from bihuan.bpmn import Chart
from bihuan.core.actor import Actor
from bihuan.flows.models import Incident, Instance, Wait, WorkItem


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCall:
    """A service task asks for its work. ``variables`` are the instance's at this moment."""

    instance: Instance
    node: str
    variables: Mapping[str, object]
    actor: Actor
    now: datetime


ServiceHandler = Callable[[ServiceCall], Mapping[str, object]]


class Deviation(Enum):
    """How somebody left the drawn way in a stored step."""

    JUMPED = "jumped"
    SKIPPED = "skipped"  # an incident
    RETRIED = "retried"  # an incident
    STOPPED = "stopped"
    MIGRATED = "migrated"


@dataclass(slots=True, kw_only=True)
class InstanceChange:
    """All that one stored step changed. ``taken`` are the sequence flows in the order taken."""

    instance: Instance
    chart: Chart
    actor: Actor
    now: datetime
    variables: Mapping[str, object]
    opened: list[WorkItem] = field(default_factory=list)
    closed: list[WorkItem] = field(default_factory=list)
    changed: list[WorkItem] = field(default_factory=list)  # claimed, released, assigned, paused, resumed
    moved: list[WorkItem] = field(default_factory=list)  # waiting on in another version of the chart
    waits_opened: list[Wait] = field(default_factory=list)
    waits_closed: list[Wait] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    completed: WorkItem | None = None
    outcome: str = ""
    taken: list[str] = field(default_factory=list)
    reason: str = ""
    worded: bool = False  # whoever asked for it tells the timeline in words of its own
    deviation: "Deviation | None" = None
    started: bool = False
    ended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A deadline is near (``percent`` of the working time used) or over (``percent`` 100)."""

    work_item: WorkItem
    percent: int
    late: bool
    now: datetime


@runtime_checkable
class InstanceObserver(Protocol):
    """Told inside the transaction; what it raises undoes the step."""

    def step_stored(self, change: InstanceChange) -> None: ...

    def alarm_raised(self, alarm: Alarm) -> None: ...


_services: dict[str, ServiceHandler] = {}
_observers: list[InstanceObserver] = []
_relied_on: set[str] = set()


def register_service(name: str, handler: ServiceHandler) -> None:
    """Names the work behind ``bihuan:operation``. It runs in the step's transaction: rows only, no network."""
    if name in _services:
        raise ValueError(f"service {name} is registered twice")
    _services[name] = handler


def service(name: str) -> ServiceHandler | None:
    """The handler, or None: the step then becomes an incident."""
    return _services.get(name)


def register_observer(observer: InstanceObserver) -> None:
    """Adds an observer of every stored step and alarm."""
    if not isinstance(observer, InstanceObserver):
        raise TypeError("an observer has step_stored and alarm_raised")
    _observers.append(observer)


def observers() -> tuple[InstanceObserver, ...]:
    """All observers in the order of registration."""
    return tuple(_observers)


def rely_on(definition_key: str) -> None:
    """Says that the product itself starts this chart: it cannot be retired as a whole."""
    _relied_on.add(definition_key)


def relied_on() -> frozenset[str]:
    """The keys of charts that the product itself starts."""
    return frozenset(_relied_on)

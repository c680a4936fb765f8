"""What the shell must do after a step, in this order. The engine itself does nothing to the world."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bihuan.bpmn.values import JsonValue


@dataclass(frozen=True, slots=True)
class OpenWorkItem:
    """A user task waits for a person. In a multi-instance: `index` from 0, `element` of the collection."""

    item: int
    node: str
    element: JsonValue = None
    index: int | None = None


@dataclass(frozen=True, slots=True)
class CloseWorkItem:
    """A user task waits no longer. `how`: completed or cancelled."""

    item: int
    node: str
    how: str


@dataclass(frozen=True, slots=True)
class TimerSpec:
    """When a timer is due, counted from the step that sets it.

    `kind` date: at `value` (ISO 8601 instant); duration: after `value` (ISO 8601 duration); cycle: every `value`, and
    this timer stands for the next time. `repeat`: how often a cycle still fires, None for ever (1 for the others).
    `calendar`: "" plain time, else the key of the calendar in whose working time `value` is counted.
    """

    kind: str
    value: str
    calendar: str = ""
    repeat: int | None = 1


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Call back with FireTimer when due. `attached_to`: the item it watches over (boundary events), else None.

    `continues`: after a migration, the timer of the same event that this one replaces: the time that ran there counts.
    """

    timer: int
    node: str
    spec: TimerSpec
    attached_to: int | None = None
    continues: int | None = None


@dataclass(frozen=True, slots=True)
class ClearTimer:
    """The timer is no longer needed (also after it fired: a cycle then sets a new one)."""

    timer: int


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Something waits for a message or signal (`kind`) called `name`. `attached_to` as in SetTimer."""

    subscription: int
    node: str
    name: str
    kind: str
    attached_to: int | None = None


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """The subscription is over."""

    subscription: int


@dataclass(frozen=True, slots=True)
class RequestService:
    """Carry out `operation` and answer with ServiceResult or ServiceError for `item`.

    `kind`: the element kind. `operation` and `decision` are "" where the chart names none: then somebody else answers.
    """

    item: int
    node: str
    kind: str
    operation: str = ""
    decision: str = ""


@dataclass(frozen=True, slots=True)
class CancelService:
    """No answer is awaited any more: it has come, or is not wanted."""

    item: int


@dataclass(frozen=True, slots=True)
class ThrowMessage:
    """A message event threw `name`; `variables` are those seen there."""

    name: str
    node: str
    variables: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class ThrowSignal:
    """A signal event threw `name`. This instance has heard it already: broadcast it to all others."""

    name: str
    node: str
    variables: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class RaiseIncident:
    """The chart cannot go on at `node` until somebody helps. `code` for programs, `detail` in English."""

    incident: int
    node: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class ClearIncident:
    """The incident is over: retried, or what it was about was cancelled."""

    incident: int


@dataclass(frozen=True, slots=True)
class Relocate:
    """After a migration: what is open under `number` belongs to `node` of the new chart now.

    `kind`: item (work items and services), timer, subscription or incident.
    """

    kind: str
    number: int
    node: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The instance is over. `how`: completed or cancelled; `end_nodes`: the top-level end events reached."""

    end_nodes: tuple[str, ...]
    how: str


Effect: TypeAlias = (
    OpenWorkItem
    | CloseWorkItem
    | SetTimer
    | ClearTimer
    | Subscribe
    | Unsubscribe
    | RequestService
    | CancelService
    | ThrowMessage
    | ThrowSignal
    | RaiseIncident
    | ClearIncident
    | Relocate
    | Ended
)

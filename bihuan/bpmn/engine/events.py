"""What can happen: the events of the log, plain JSON with known keys. A released event is never changed."""

from typing import NotRequired, TypeAlias, TypedDict

from bihuan.bpmn.engine.records import Compensating, Done, Incident, Multi, Subscription, Timer
from bihuan.bpmn.values import JsonValue, Values

Event: TypeAlias = dict[str, object]
"""What happened: plain JSON with `type` and `v` (version). The first event of a step also says `at`."""


class Started(TypedDict):
    """The instance begins. `chart` is the content hash."""

    type: str
    v: int
    process: str
    chart: str


class Entered(TypedDict):
    """A token is in `node` now, as activation `id`; `flow` is the one it came along. Keys as in records.Act."""

    type: str
    v: int
    id: int
    node: str
    scope: int
    flow: NotRequired[str]
    count: NotRequired[bool]
    index: NotRequired[int]
    values: NotRequired[Values]
    mi: NotRequired[Multi]
    items: NotRequired[list[JsonValue]]
    comp: NotRequired[Compensating]


class Passed(TypedDict):
    """A token went through `node` without resting. `end`: it was an end event of the process."""

    type: str
    v: int
    node: str
    scope: int
    flow: NotRequired[str]
    count: NotRequired[bool]
    end: NotRequired[bool]


class Left(TypedDict):
    """Activation `id` of `node` is over. `how`: completed or cancelled."""

    type: str
    v: int
    id: int
    node: str
    how: str


class Skipped(TypedDict):
    """A multi-instance with nothing to do was passed."""

    type: str
    v: int
    node: str
    scope: int
    flow: NotRequired[str]


class Parked(TypedDict):
    """A token waits at the join `node`, having come along `flow`."""

    type: str
    v: int
    node: str
    scope: int
    flow: str


class Joined(TypedDict):
    """The join `node` took one token from each of these flows and goes on."""

    type: str
    v: int
    node: str
    scope: int
    flows: list[str]
    count: NotRequired[bool]


class OfScope(TypedDict):
    """`emptied`: waiting joins and incidents in `scope` are gone. `taken_over`: by an event sub-process."""

    type: str
    v: int
    scope: int


class VariablesSet(TypedDict):
    """Variables held by `scope` (0: the instance) have these values now."""

    type: str
    v: int
    scope: int
    values: Values


class TimerSet(TypedDict):
    """A timer was armed."""

    type: str
    v: int
    timer: Timer


class Subscribed(TypedDict):
    """Something waits for a message, signal or condition."""

    type: str
    v: int
    sub: Subscription


class OfNumber(TypedDict):
    """`timer_cleared`, `unsubscribed`, `incident_cleared`, `instance_done` (of that multi-instance body)."""

    type: str
    v: int
    id: int


class IncidentRaised(TypedDict):
    """The chart needs help."""

    type: str
    v: int
    incident: Incident


class Remembered(TypedDict):
    """A completed activity can be undone; `absorbs`: the records inside that scope are now part of this one."""

    type: str
    v: int
    record: Done
    absorbs: NotRequired[int]


class Undone(TypedDict):
    """These records are being compensated and will not be again."""

    type: str
    v: int
    ids: list[int]


class Jumped(TypedDict):
    """A person took the token `id` from `node` to `target`, which the chart does not draw."""

    type: str
    v: int
    id: int
    node: str
    target: str
    scope: int
    reason: str


class IncidentSkipped(TypedDict):
    """A person decided to go on behind `node` without what could not be done. `flow`: the arrow chosen for it."""

    type: str
    v: int
    id: int
    node: str
    reason: str
    flow: NotRequired[str]


class Migrated(TypedDict):
    """The instance goes on with the version `chart`. `names`: old node and flow ids that are called otherwise there."""

    type: str
    v: int
    chart: str
    names: dict[str, str]
    reason: str


class EndedEvent(TypedDict):
    """The instance is over."""

    type: str
    v: int
    how: str

"""The records a state consists of and the events that change it: plain JSON objects with known keys.

Records are never changed in place: an applier puts a new one in the place of the old. That is what makes copying a
state cheap.
"""

from typing import NotRequired, TypeAlias, TypedDict

from bihuan.bpmn.values import JsonValue, Values

Entry: TypeAlias = tuple[str, int, str, int | str | None]
"""A move that is still to be made: (what, scope, node or flow id, detail). See engine.run."""


class Multi(TypedDict):
    """How far a multi-instance or loop is: `n` instances in all (-1: not known before), `done` of them completed."""

    n: int
    done: int


class Act(TypedDict):
    """An activation: a token that is in `node`, inside the activation `scope` (0: the instance itself).

    A sub-process, call, event sub-process, multi-instance body or waiting compensation throw is an activation too and
    the scope of what is in it. `v`: names that exist only in it (`all` names, for a called process). `items`: the
    collection of a multi-instance. `off`: an interrupting event sub-process has taken this scope over.
    """

    id: int
    node: str
    scope: int
    index: NotRequired[int]
    v: NotRequired[Values]
    mi: NotRequired[Multi]
    items: NotRequired[list[JsonValue]]
    off: NotRequired[bool]
    comp: NotRequired["Compensating"]


class Compensating(TypedDict):
    """A compensation that runs: what happens when all handlers are done.

    `then`: `leave` (a throw goes on), `end` (an end event ends), `cancel` (a transaction leaves by its cancel event),
    `nothing` (the throw did not wait).
    """

    then: str


class Done(TypedDict):
    """A completed activity that can be undone. `inside`: what completed in it; `mi`: it is a whole multi-instance."""

    id: int
    node: str
    scope: int
    mi: NotRequired[bool]
    v: NotRequired[Values]
    inside: NotRequired[list["Done"]]


class Timer(TypedDict):
    """An armed timer of the event `node`; `act` is the activation it belongs to."""

    id: int
    node: str
    act: int
    kind: str
    value: str
    calendar: str
    repeat: int | None


class Subscription(TypedDict):
    """Waiting for a message or signal `name`, or for a condition; `act` is the activation it belongs to."""

    id: int
    node: str
    act: int
    kind: str
    name: str


class Incident(TypedDict):
    """The moves in `entries` could not be made. `act`: the activation that needs help, if it is not a move."""

    id: int
    node: str
    scope: int
    code: str
    detail: str
    entries: list[list[int | str | None]]
    act: NotRequired[int]


class Document(TypedDict):
    """A State as plain JSON. Empty parts are left out."""

    v: int
    process: str
    next: int
    variables: NotRequired[Values]
    acts: NotRequired[list[Act]]
    joins: NotRequired[list[tuple[int, str, dict[str, int]]]]
    timers: NotRequired[list[Timer]]
    subs: NotRequired[list[Subscription]]
    incidents: NotRequired[list[Incident]]
    times: NotRequired[dict[str, int]]
    done: NotRequired[list[Done]]
    ends: NotRequired[list[str]]
    off: NotRequired[bool]
    ended: NotRequired[str]

"""The sandbox: one instance in memory. Services answer at once, notices go nowhere, time is moved by hand."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Final, Protocol, TypedDict, TypeVar, cast

from bihuan.bpmn import Chart, Deadline, State, advance, commands, effects

_MOST: Final = 300
"""Services that may follow each other without a person: more is a chart that turns in circles."""
_LINES: Final = 400


class Due(Protocol):
    """Working time, as the calendars of the company have it."""

    def limit(self, deadline: Deadline, since: datetime) -> datetime:
        """When a step is due."""
        ...

    def timer(self, spec: effects.TimerSpec, now: datetime) -> datetime:
        """When a timer fires."""
        ...


@dataclass(frozen=True, slots=True)
class Work:
    """A step that waits for the trainee; ``nth``: how often it has been come to, from 1."""

    item: int
    node: str
    nth: int
    opened: datetime
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Wait:
    """What the chart waits for. ``kind`` timer, message or signal; ``attached``: to the step that it watches over."""

    number: int
    kind: str
    node: str
    name: str
    attached: int | None
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Said:
    """A line of the protocol: ``what`` done, system, sent, happened, ended or stuck."""

    at: datetime
    what: str
    node: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything about one practice case. Never changed: each act gives another."""

    state: State
    started: datetime
    now: datetime
    work: tuple[Work, ...] = ()
    waits: tuple[Wait, ...] = ()
    visits: Mapping[str, int] = field(default_factory=dict)
    closed: Mapping[str, datetime] = field(default_factory=dict)
    said: tuple[Said, ...] = ()
    stuck: bool = False

    def to_document(self) -> dict[str, object]:
        """Plain JSON."""
        return {
            "state": self.state.to_document(),
            "started": self.started.isoformat(),
            "now": self.now.isoformat(),
            "work": [_plain(asdict(one)) for one in self.work],
            "waits": [_plain(asdict(one)) for one in self.waits],
            "visits": dict(self.visits),
            "closed": {node: at.isoformat() for node, at in self.closed.items()},
            "said": [_plain(asdict(one)) for one in self.said],
            "stuck": self.stuck,
        }

    @classmethod
    def from_document(cls, found: Mapping[str, object]) -> "World":
        """What ``to_document`` wrote."""
        return _read(cast(_Document, found))


def _plain(found: dict[str, object]) -> dict[str, object]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in found.items()}


class _Document(TypedDict):
    state: dict[str, object]
    started: str
    now: str
    work: list[dict[str, object]]
    waits: list[dict[str, object]]
    visits: dict[str, int]
    closed: dict[str, str]
    said: list[dict[str, object]]
    stuck: bool


def _read(found: _Document) -> World:
    return World(
        state=State.from_document(found["state"]),
        started=datetime.fromisoformat(found["started"]),
        now=datetime.fromisoformat(found["now"]),
        work=tuple(_made(Work, one) for one in found["work"]),
        waits=tuple(_made(Wait, one) for one in found["waits"]),
        visits=found["visits"],
        closed={node: datetime.fromisoformat(at) for node, at in found["closed"].items()},
        said=tuple(_made(Said, one) for one in found["said"]),
        stuck=found["stuck"],
    )


_Record = TypeVar("_Record", Work, Wait, Said)
_MOMENTS: Final = frozenset({"opened", "due", "at"})


def _made(kind: type[_Record], found: dict[str, object]) -> _Record:
    values = {
        name: datetime.fromisoformat(value) if name in _MOMENTS and isinstance(value, str) else value
        for name, value in found.items()
    }
    return kind(**values)  # type: ignore[arg-type]  # the fields that to_document wrote


def begin(chart: Chart, variables: Mapping[str, object], now: datetime, due: Due) -> World:
    """A case begins at the chart's plain start, else at its first."""
    starts = chart.scopes[chart.process_id].starts
    plain = [one for one in starts if chart.nodes[one].trigger == "none"]
    first = None if plain or not starts else starts[0]
    world = World(state=State(chart.process_id), started=now, now=now)
    known = {name: value for name, value in variables.items() if name in chart.variables}
    step = advance(chart, None, commands.Start(variables=known, start_node=first), now)
    return _settled(chart, _taken(chart, replace(world, state=step.state), step.effects, due), due)


def act(chart: Chart, world: World, command: commands.Command, due: Due) -> World:
    """Carries out a command at the sandbox's own time; ``CommandRefused`` leaves it as it was."""
    step = advance(chart, world.state, command, world.now)
    return _settled(chart, _taken(chart, replace(world, state=step.state), step.effects, due), due)


def happen(chart: Chart, world: World, wait: Wait, values: Mapping[str, object], due: Due) -> World:
    """Lets happen what the chart waits for. A timer moves the clock; timers that are due before it fire before it."""
    if wait.kind == "message":
        world = _noted(world, "happened", wait.node)
        return act(chart, world, commands.ReceiveMessage(subscription=wait.number, variables=values), due)
    if wait.kind == "signal":
        world = _noted(world, "happened", wait.node)
        return act(chart, world, commands.ReceiveSignal(name=wait.name, variables=values), due)
    until = max(wait.due or world.now, world.now)
    for _turn in range(_MOST):
        ripe = sorted(
            ((one.due, one.number, one) for one in world.waits if one.due is not None and one.due <= until),
            key=lambda each: each[:2],
        )
        if not ripe or world.state.ended:
            break
        first = ripe[0][2]
        world = _noted(replace(world, now=max(world.now, ripe[0][0])), "happened", first.node)
        world = act(chart, world, commands.FireTimer(timer=first.number), due)
        if first.number == wait.number:
            break
    return replace(world, now=max(world.now, until))


def _settled(chart: Chart, world: World, due: Due) -> World:
    """Answers the services that were asked for, until somebody or something is waited for."""
    for _turn in range(_MOST):
        asked = next((one for one in world.waits if one.kind == "service"), None)
        if asked is None or world.state.ended:
            return world
        step = advance(chart, world.state, commands.ServiceResult(item=asked.number, variables={}), world.now)
        world = _noted(replace(world, state=step.state), "system", asked.node)
        world = _taken(chart, world, step.effects, due)
    return replace(world, stuck=True)


def _noted(world: World, what: str, node: str, detail: str = "") -> World:
    return replace(world, said=(*world.said, Said(world.now, what, node, detail))[-_LINES:])


def _taken(chart: Chart, world: World, found: tuple[effects.Effect, ...], due: Due) -> World:
    for effect in found:
        world = _one(chart, world, effect, due)
    return world


def _one(chart: Chart, world: World, effect: effects.Effect, due: Due) -> World:
    if isinstance(effect, effects.OpenWorkItem):
        return _opened(chart, world, effect, due)
    if isinstance(effect, effects.CloseWorkItem):
        return _closed(world, effect)
    if isinstance(effect, effects.SetTimer):
        at = due.timer(effect.spec, world.now)
        return _waiting(world, Wait(effect.timer, "timer", effect.node, "", effect.attached_to, at))
    if isinstance(effect, effects.Subscribe):
        wait = Wait(effect.subscription, effect.kind, effect.node, effect.name, effect.attached_to, None)
        return _waiting(world, wait)
    if isinstance(effect, effects.RequestService):
        return _waiting(world, Wait(effect.item, "service", effect.node, effect.operation, None, None))
    return _over(world, effect)


def _over(world: World, effect: effects.Effect) -> World:
    if isinstance(effect, effects.ClearTimer):
        return _gone(world, effect.timer, "timer")
    if isinstance(effect, effects.Unsubscribe):
        return _gone(world, effect.subscription, "message", "signal")
    if isinstance(effect, effects.CancelService):
        return _gone(world, effect.item, "service")
    if isinstance(effect, effects.ThrowMessage | effects.ThrowSignal):
        return _noted(world, "sent", effect.node)
    if isinstance(effect, effects.RaiseIncident):
        return _noted(replace(world, stuck=True), "stuck", effect.node, effect.code)
    if isinstance(effect, effects.Ended):
        return _noted(world, "ended", effect.end_nodes[-1] if effect.end_nodes else "")
    return world


def _opened(chart: Chart, world: World, effect: effects.OpenWorkItem, due: Due) -> World:
    deadline = chart.nodes[effect.node].ext.deadline
    nth = world.visits.get(effect.node, 0) + 1
    until = due.limit(deadline, _anchor(world, deadline)) if deadline is not None else None
    work = Work(effect.item, effect.node, nth, world.now, until)
    return replace(world, work=(*world.work, work), visits={**world.visits, effect.node: nth})


def _anchor(world: World, deadline: Deadline) -> datetime:
    if deadline.anchor == "start":
        return world.started
    return world.closed.get(deadline.anchor.removeprefix("node:"), world.now)


def _closed(world: World, effect: effects.CloseWorkItem) -> World:
    rest = tuple(one for one in world.work if one.item != effect.item)
    world = replace(world, work=rest, closed={**world.closed, effect.node: world.now})
    return _noted(world, "done" if effect.how == "completed" else "dropped", effect.node)


def _waiting(world: World, wait: Wait) -> World:
    return replace(world, waits=(*world.waits, wait))


def _gone(world: World, number: int, *kinds: str) -> World:
    kept = tuple(one for one in world.waits if not (one.number == number and one.kind in kinds))
    return replace(world, waits=kept)

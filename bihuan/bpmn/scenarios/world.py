"""A small shell in memory: instances of several charts that hear each other, with a virtual clock.

It knows the instances only by the effects of their steps, as any shell does.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bihuan.bpmn.engine.advance import Step, advance
from bihuan.bpmn.engine.commands import Command, CommandRefused, FireTimer, ReceiveMessage, ReceiveSignal, Start
from bihuan.bpmn.engine.effects import (
    CancelService,
    ClearTimer,
    CloseWorkItem,
    Effect,
    OpenWorkItem,
    RaiseIncident,
    RequestService,
    SetTimer,
    Subscribe,
    ThrowSignal,
    TimerSpec,
    Unsubscribe,
)
from bihuan.bpmn.engine.state import State
from bihuan.bpmn.model import Chart, Node
from bihuan.bpmn.timing import cycle_of, seconds_of
from bihuan.bpmn.values import JsonValue

START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Instance:
    """One running (or ended) instance and what it has open, by the engine's numbers."""

    chart: Chart
    state: State
    tasks: dict[int, tuple[int, str]] = field(default_factory=dict)
    services: dict[int, tuple[int, str]] = field(default_factory=dict)
    timers: dict[int, tuple[int, datetime]] = field(default_factory=dict)
    subs: dict[int, tuple[int, str, str]] = field(default_factory=dict)

    def copy(self) -> "Instance":
        """A twin that can go on by itself."""
        return Instance(
            self.chart, self.state, dict(self.tasks), dict(self.services), dict(self.timers), dict(self.subs)
        )


@dataclass(slots=True)
class StartTimer:
    """A process's start event that is due at some time; `left` None: again and again."""

    chart: Chart
    node: str
    due: datetime
    every: timedelta | None
    left: int | None
    order: int


class World:
    """Everything deployed and running. `order` numbers what opens, over all instances, in order of creation."""

    def __init__(self, charts: Mapping[str, Chart]) -> None:
        self.charts = dict(charts)
        self.now = START
        self.instances: list[Instance] = []
        self.visited: set[str] = set()
        self.incidents: list[RaiseIncident] = []
        self.order = 0
        self.start_timers: list[StartTimer] = []
        for chart in charts.values():
            for node in self._starts(chart, "timer"):
                self._arm_start(chart, node)

    def copy(self) -> "World":
        """A twin that can go on by itself, to try an action out."""
        twin = World({})
        twin.charts, twin.now, twin.order = self.charts, self.now, self.order
        twin.instances = [one.copy() for one in self.instances]
        twin.visited, twin.incidents = set(self.visited), list(self.incidents)
        twin.start_timers = list(self.start_timers)
        return twin

    @staticmethod
    def _starts(chart: Chart, trigger: str) -> Iterator[Node]:
        for node_id in chart.scopes[chart.process_id].starts:
            if chart.nodes[node_id].trigger == trigger:
                yield chart.nodes[node_id]

    def _arm_start(self, chart: Chart, node: Node) -> None:
        timer = node.event.timer if node.event is not None else None
        if timer is None or not timer.literal:
            return
        every: timedelta | None = None
        left: int | None = 1
        if timer.kind == "cycle" and (cycle := cycle_of(timer.text)) is not None:
            every, left = timedelta(seconds=seconds_of(cycle.every) or 0), cycle.count
            due = self.now + every
        else:
            due = due_at(TimerSpec(timer.kind, timer.text), self.now)
        self.order += 1
        self.start_timers.append(StartTimer(chart, node.id, due, every, left, self.order))

    def start(self, process: str, variables: Mapping[str, JsonValue], start_node: str | None = None) -> Instance:
        """Begins an instance."""
        chart = self.charts[process]
        step = advance(chart, None, Start(variables=variables, start_node=start_node), self.now)
        instance = Instance(chart, step.state)
        self.instances.append(instance)
        self._take(instance, step)
        return instance

    def do(self, instance: Instance, command: Command) -> None:
        """Carries out one command."""
        self._take(instance, advance(instance.chart, instance.state, command, self.now))

    def _take(self, instance: Instance, step: Step) -> None:
        instance.state = step.state
        self.visited.update(_visited(instance.chart, step))
        for effect in step.effects:
            self._open(instance, effect)
            self._close(instance, effect)
        for effect in step.effects:
            if isinstance(effect, ThrowSignal):
                self.signal(effect.name, {}, heard=instance)

    def _open(self, instance: Instance, effect: Effect) -> None:
        self.order += 1
        if isinstance(effect, OpenWorkItem):
            instance.tasks[effect.item] = (self.order, effect.node)
        elif isinstance(effect, RequestService):
            instance.services[effect.item] = (self.order, effect.node)
        elif isinstance(effect, SetTimer):
            instance.timers[effect.timer] = (self.order, due_at(effect.spec, self.now))
        elif isinstance(effect, Subscribe):
            instance.subs[effect.subscription] = (self.order, effect.kind, effect.name)
        elif isinstance(effect, RaiseIncident):
            self.incidents.append(effect)

    @staticmethod
    def _close(instance: Instance, effect: Effect) -> None:
        if isinstance(effect, CloseWorkItem):
            del instance.tasks[effect.item]
        elif isinstance(effect, CancelService):
            del instance.services[effect.item]
        elif isinstance(effect, ClearTimer):
            del instance.timers[effect.timer]
        elif isinstance(effect, Unsubscribe):
            del instance.subs[effect.subscription]

    def message(self, name: str, nth: int, variables: Mapping[str, JsonValue]) -> None:
        """Delivers to the nth that waits, else begins a process; CommandRefused if there is neither."""
        waiting = sorted(
            (order, number, at)
            for at, instance in enumerate(self.instances)
            for number, (order, kind, waits_for) in instance.subs.items()
            if kind == "message" and waits_for == name
        )
        if waiting:
            if nth >= len(waiting):
                raise CommandRefused("not_waiting", f"only {len(waiting)} wait for {name}")
            _, number, at = waiting[nth]
            self.do(self.instances[at], ReceiveMessage(subscription=number, variables=variables))
            return
        for chart in self.charts.values():
            for node in self._starts(chart, "message"):
                if node.event is not None and node.event.name == name:
                    self.start(chart.process_id, variables, node.id)
                    return
        raise CommandRefused("not_waiting", f"nothing waits for {name}")

    def signal(self, name: str, variables: Mapping[str, JsonValue], heard: Instance | None = None) -> None:
        """Broadcasts to all running instances but `heard`, and begins processes."""
        for instance in list(self.instances):
            if instance is not heard and not instance.state.ended:
                self.do(instance, ReceiveSignal(name=name, variables=variables))
        for chart in self.charts.values():
            for node in self._starts(chart, "signal"):
                if node.event is not None and node.event.name == name:
                    self.start(chart.process_id, variables, node.id)

    def move_clock(self, seconds: float) -> None:
        """Moves on, firing what gets due on the way in order of due time."""
        until = self.now + timedelta(seconds=seconds)
        while True:
            due = [
                (when, order, at, number)
                for at, instance in enumerate(self.instances)
                for number, (order, when) in instance.timers.items()
            ]
            due += [(one.due, one.order, -1, at) for at, one in enumerate(self.start_timers)]
            if not due or min(due)[0] > until:
                break
            when, _, at, number = min(due)
            self.now = max(self.now, when)
            if at >= 0:
                self.do(self.instances[at], FireTimer(timer=number))
            else:
                self._fire_start(number)
        self.now = until

    def _fire_start(self, at: int) -> None:
        one = self.start_timers.pop(at)
        if one.every is not None and one.left != 1:
            left = None if one.left is None else one.left - 1
            self.start_timers.append(StartTimer(one.chart, one.node, one.due + one.every, one.every, left, one.order))
        self.start(one.chart.process_id, {}, one.node)


def due_at(spec: TimerSpec, now: datetime) -> datetime:
    """When a timer without calendar is due."""
    if spec.kind == "date":
        return datetime.fromisoformat(spec.value)
    return now + timedelta(seconds=seconds_of(spec.value) or 0)


def _visited(chart: Chart, step: Step) -> Iterator[str]:
    for event in step.events:
        if event["type"] in ("entered", "passed", "joined", "parked"):
            yield chart.nodes[str(event["node"])].element_id

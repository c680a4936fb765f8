"""Another version of the chart under a running instance: what waits moves over, nothing is lost without a word."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bihuan.bpmn.engine import guards
from bihuan.bpmn.engine.arming import Arm, arm_for, set_arms, set_timer
from bihuan.bpmn.engine.behaviours import parallel
from bihuan.bpmn.engine.commands import CommandRefused, Migrate
from bihuan.bpmn.engine.effects import Relocate
from bihuan.bpmn.engine.records import Act, Done, Subscription, Timer
from bihuan.bpmn.engine.run import Run, Stuck
from bihuan.bpmn.engine.scopes import home_of
from bihuan.bpmn.engine.state import ROOT, State
from bihuan.bpmn.expressions import ExpressionError
from bihuan.bpmn.model import Chart, Node

_ARMED: Final = frozenset({"timer", "message", "signal", "conditional"})
_OUTSIDE: Final = guards.SERVICES | {"userTask"}


@dataclass(frozen=True, slots=True)
class _Watch:
    """Who watched over the activation `place` in the old chart."""

    place: int
    events: tuple[str, ...]


def migrate(run: Run, command: Migrate) -> None:
    """Moves the instance over; refuses by name what the mapping leaves out."""
    reason = guards.given_reason(command.reason)
    old, new = run.chart, command.chart
    if new.process_id != old.process_id:
        raise CommandRefused("bad_value", f"{new.process_id} is another process than {old.process_id}")
    _Check(old, new, run.state, command.mapping).all()
    watches = [_Watch(place, tuple(_watchers(old, run.state, place))) for place in (ROOT, *run.state.acts)]
    before = run.state.copy()
    names = {was: now for was, now in command.mapping.items() if was != now}
    run.emit({"type": "migrated", "v": 1, "chart": new.content_hash, "names": names, "reason": reason})
    run.chart, run.nodes, run.flows = new, new.nodes, new.flows
    try:
        for watch in watches:
            _rearm(run, old, watch, names)
    except (Stuck, ExpressionError) as error:
        raise CommandRefused("bad_value", error.detail) from error
    run.effects.extend(_relocations(before, run.state, new, names))
    _settle(run)
    run.changed = True


class _Check:
    """Whether everything that waits has its place in the new chart."""

    def __init__(self, old: Chart, new: Chart, state: State, mapping: Mapping[str, str]) -> None:
        self.old = old
        self.new = new
        self.state = state
        self.mapping = mapping

    def all(self) -> None:
        """Refuses (`not_mapped`) with the first thing that has none."""
        for act in self.state.acts.values():
            self._act(act)
        for (scope, node_id), flows in self.state.joins.items():
            node = self._node(node_id)
            self._at_home(node, scope)
            for flow in flows:
                if self._name(flow) not in node.incoming:
                    raise CommandRefused("not_mapped", f"{flow}, on which a token waits, leads not into {node.id}")
        for incident in self.state.incidents.values():
            for what, _, target, _ in incident["entries"]:
                self._entry(str(what), str(target))
        for record in self.state.done.values():
            self._done(record)

    def _name(self, name: str) -> str:
        return self.mapping.get(name, name)

    def _node(self, node_id: str) -> Node:
        if node_id not in self.mapping:
            raise CommandRefused("not_mapped", f"something waits at {node_id}, which is not mapped")
        node = self.new.nodes.get(self.mapping[node_id])
        if node is None:
            raise CommandRefused("not_mapped", f"{node_id} is mapped to {self.mapping[node_id]}, which does not exist")
        if _shape(self.old.nodes[node_id]) != _shape(node):
            raise CommandRefused("not_mapped", f"{node_id} is mapped to {node.id}, which waits in another way")
        return node

    def _act(self, act: Act) -> None:
        node = self._node(act["node"])
        around = self.state.acts.get(act["scope"])
        if around is not None and "mi" in around:
            if self._name(around["node"]) != node.id:
                raise CommandRefused("not_mapped", f"{node.id} is no instance of {self._name(around['node'])}")
        elif around is None or "comp" not in around:
            self._at_home(node, act["scope"])

    def _at_home(self, node: Node, scope: int) -> None:
        expected = self.new.process_id
        if scope != ROOT:
            around = self._node(self.state.acts[scope]["node"])
            expected = around.called or around.id
        if home_of(self.new, node) != expected:
            raise CommandRefused("not_mapped", f"{node.id} does not lie in {expected}: a token cannot change its scope")

    def _entry(self, what: str, target: str) -> None:
        if what == "go":
            if self._name(target) not in self.new.flows:
                raise CommandRefused("not_mapped", f"a token is stuck on {target}, which the new version has not")
        elif target:
            self._node(target)

    def _done(self, record: Done) -> None:
        if self._name(record["node"]) not in self.new.nodes:
            raise CommandRefused("not_mapped", f"{record['node']} can be undone; the new version has no such node")
        for one in record.get("inside", ()):
            self._done(one)


def _shape(node: Node) -> tuple[object, ...]:
    loop = None if node.loop is None else node.loop.kind
    links = node.trigger == "link"
    return node.kind, loop, node.event_sub, node.called, node.message is None, node.for_compensation, links


def _watchers(chart: Chart, state: State, place: int) -> Iterator[str]:
    """The events that may be armed for an activation."""
    if place == ROOT:
        yield from () if state.off else _starts(chart, chart.process_id)
        return
    act = state.acts[place]
    node = chart.nodes[act["node"]]
    if "index" not in act:
        yield from node.boundary
    if "mi" in act or "comp" in act:
        return
    if node.kind == "eventBasedGateway":
        yield from (chart.flows[flow].target for flow in node.outgoing)
    yield node.id
    if not act.get("off"):
        yield from _starts(chart, node.called or node.id)


def _starts(chart: Chart, key: str) -> tuple[str, ...]:
    return tuple(sub.start for sub in chart.scopes[key].event_subs) if key in chart.scopes else ()


def _rearm(run: Run, old: Chart, watch: _Watch, names: Mapping[str, str]) -> None:
    place = watch.place
    was = {names.get(event, event): old.nodes[event] for event in watch.events}
    kept: set[int] = set()
    timers = {one["node"]: one for one in run.state.timers.values() if one["act"] == place}
    subs = {one["node"]: one for one in run.state.subs.values() if one["act"] == place}
    for event_id in list(_watchers(run.chart, run.state, place)):
        arm = arm_for(run.nodes[event_id], run.lookup(place))
        timer, sub = timers.get(event_id), subs.get(event_id)
        armed = timer or sub
        if arm is None:
            continue
        if armed is None and _has_happened(was.get(event_id), arm):
            continue
        if armed is not None and _is_same(timer, sub, arm):
            kept.add(armed["id"])
        else:
            _replace(run, timer, arm, place)
    for number in [one["id"] for one in timers.values() if one["id"] not in kept]:
        run.clear_timer(number)
    for number in [one["id"] for one in subs.values() if one["id"] not in kept]:
        run.unsubscribe(number)


def _has_happened(was: Node | None, arm: Arm) -> bool:
    # What the old chart armed at entry and is armed no longer has fired once and does not fire again.
    return was is not None and was.trigger in _ARMED and was.trigger == (arm.kind or "timer")


def _is_same(timer: Timer | None, sub: Subscription | None, arm: Arm) -> bool:
    if timer is not None and arm.spec is not None:
        spec = arm.spec
        return (timer["kind"], timer["value"], timer["calendar"]) == (spec.kind, spec.value, spec.calendar)
    return sub is not None and (sub["kind"], sub["name"]) == (arm.kind, arm.name)


def _replace(run: Run, timer: Timer | None, arm: Arm, place: int) -> None:
    if arm.spec is not None and timer is not None:
        set_timer(run, arm.node, arm.spec, place, timer["id"])
    else:
        set_arms(run, [arm], place)


def _relocations(before: State, now: State, new: Chart, names: Mapping[str, str]) -> Iterator[Relocate]:
    for act in before.acts.values():
        if act["node"] in names and "mi" not in act and new.nodes[names[act["node"]]].kind in _OUTSIDE:
            yield Relocate("item", act["id"], names[act["node"]])
    for incident in before.incidents.values():
        if incident["node"] in names:
            yield Relocate("incident", incident["id"], names[incident["node"]])
    yield from _still_armed(before, now, names)


def _still_armed(before: State, now: State, names: Mapping[str, str]) -> Iterator[Relocate]:
    for timer in before.timers.values():
        if timer["node"] in names and timer["id"] in now.timers:
            yield Relocate("timer", timer["id"], names[timer["node"]])
    for sub in before.subs.values():
        if sub["node"] in names and sub["id"] in now.subs and sub["kind"] != "conditional":
            yield Relocate("subscription", sub["id"], names[sub["node"]])


def _settle(run: Run) -> None:
    """A join that now has a token on every arrow goes on."""
    for scope, node_id in list(run.state.joins):
        node = run.nodes[node_id]
        waiting = run.state.joins[scope, node_id]
        if node.kind == "parallelGateway" and len(waiting) == len(node.incoming):
            parallel.join(run, node, scope, list(waiting))

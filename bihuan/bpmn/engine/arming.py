"""Timers and subscriptions: what watches over an activation."""

from dataclasses import dataclass

from bihuan.bpmn.engine.effects import SetTimer, Subscribe, TimerSpec
from bihuan.bpmn.engine.records import Subscription, Timer
from bihuan.bpmn.engine.run import Run, Stuck
from bihuan.bpmn.expressions import Lookup
from bihuan.bpmn.model import Node, TimerDefinition
from bihuan.bpmn.timing import cycle_of, is_timer_value


@dataclass(frozen=True, slots=True)
class Arm:
    """A timer (`spec`) or a subscription (`kind` and `name`) to be set for the event `node`."""

    node: Node
    spec: TimerSpec | None
    kind: str = ""
    name: str = ""


def arm_for(node: Node, lookup: Lookup) -> Arm | None:
    """What the event `node` needs so that it can happen; None if nothing (errors, escalations … come by themselves).

    Raises Stuck or ExpressionError when a timer's value cannot be had.
    """
    if node.trigger == "timer" and node.event is not None and node.event.timer is not None:
        return Arm(node, timer_spec(node.event.timer, lookup, _repeats(node)))
    if node.trigger in ("message", "signal", "conditional") and node.event is not None:
        return Arm(node, None, node.trigger, node.event.name or "")
    if node.kind == "receiveTask" and node.message is not None:
        return Arm(node, None, "message", node.message)
    return None


def _repeats(node: Node) -> bool:
    return not node.interrupting and node.kind in ("boundaryEvent", "startEvent")


def timer_spec(definition: TimerDefinition, lookup: Lookup, repeats: bool) -> TimerSpec:
    """The timer to set. A cycle that may not repeat fires once."""
    value = definition.text if definition.literal else _looked_up(definition, lookup)
    if definition.kind != "cycle":
        return TimerSpec(definition.kind, value, definition.calendar, 1)
    cycle = cycle_of(value)
    if cycle is None:
        raise Stuck("bad_timer", f"{value!r} is not an ISO 8601 repetition")
    return TimerSpec("cycle", cycle.every, definition.calendar, cycle.count if repeats else 1)


def _looked_up(definition: TimerDefinition, lookup: Lookup) -> str:
    value = lookup(definition.text)
    if isinstance(value, str) and is_timer_value(definition.kind, value):
        return value
    raise Stuck("bad_timer", f"{definition.text} = {value!r} is not an ISO 8601 {definition.kind}")


def arms_of_boundary(run: Run, node: Node, lookup: Lookup) -> list[Arm]:
    """Everything that the boundary events of an activity need."""
    found = [arm_for(run.nodes[event], lookup) for event in node.boundary]
    return [arm for arm in found if arm is not None]


def arms_of_scope(run: Run, key: str, lookup: Lookup) -> list[Arm]:
    """Everything that the event sub-processes of a scope need."""
    found = [arm_for(run.nodes[sub.start], lookup) for sub in run.chart.scopes[key].event_subs]
    return [arm for arm in found if arm is not None]


def set_arms(run: Run, arms: list[Arm], act: int) -> None:
    """Sets them for the activation `act`."""
    for arm in arms:
        if arm.spec is not None:
            set_timer(run, arm.node, arm.spec, act)
        else:
            _subscribe(run, arm, act)


def set_timer(run: Run, node: Node, spec: TimerSpec, act: int, continues: int | None = None) -> None:
    """Arms one timer; `continues`: the timer that it replaces after a migration."""
    timer: Timer = {
        "id": run.state.next,
        "node": node.id,
        "act": act,
        "kind": spec.kind,
        "value": spec.value,
        "calendar": spec.calendar,
        "repeat": spec.repeat,
    }
    run.emit({"type": "timer_set", "v": 1, "timer": timer})
    run.effects.append(SetTimer(timer["id"], node.id, spec, act if node.kind == "boundaryEvent" else None, continues))


def _subscribe(run: Run, arm: Arm, act: int) -> None:
    sub: Subscription = {"id": run.state.next, "node": arm.node.id, "act": act, "kind": arm.kind, "name": arm.name}
    run.emit({"type": "subscribed", "v": 1, "sub": sub})
    if arm.kind == "conditional":
        run.fresh.add(sub["id"])
        return
    attached = act if arm.node.kind == "boundaryEvent" else None
    run.effects.append(Subscribe(sub["id"], arm.node.id, arm.name, arm.kind, attached))

"""Triggers that come to what waits: timers, messages, signals and conditions."""

from bihuan.bpmn.engine.arming import set_timer
from bihuan.bpmn.engine.behaviours import catch, event_based
from bihuan.bpmn.engine.behaviours.boundary import fire_boundary, fire_event_sub
from bihuan.bpmn.engine.effects import TimerSpec
from bihuan.bpmn.engine.records import Timer
from bihuan.bpmn.engine.run import Run
from bihuan.bpmn.engine.state import ROOT
from bihuan.bpmn.expressions import ExpressionError


def happen(run: Run, node_id: str, act: int) -> None:
    """The event `node_id`, which waits for activation `act`, happens."""
    node = run.nodes[node_id]
    if node.kind == "boundaryEvent":
        fire_boundary(run, node, run.state.acts[act])
    elif node.kind == "startEvent":
        fire_event_sub(run, node, act)
    elif run.state.acts[act]["node"] != node_id:
        event_based.happen(run, run.state.acts[act], node)
    else:
        catch.happen(run, run.state.acts[act])


def timer_due(run: Run, timer: Timer) -> None:
    """A timer fires; a cycle that is not over is armed again first, so that its scope puts it away if it ends."""
    node = run.nodes[timer["node"]]
    run.clear_timer(timer["id"])
    repeat = timer["repeat"]
    if timer["kind"] == "cycle" and repeat != 1:
        left = None if repeat is None else repeat - 1
        set_timer(run, node, TimerSpec("cycle", timer["value"], timer["calendar"], left), timer["act"])
    happen(run, node.id, timer["act"])


def subscription_met(run: Run, number: int) -> None:
    """What a subscription waits for has come. It stays where the event can happen again."""
    sub = run.state.subs[number]
    node = run.nodes[sub["node"]]
    again = not node.interrupting and node.kind in ("boundaryEvent", "startEvent")
    if not again:
        run.unsubscribe(number)
    happen(run, node.id, sub["act"])


def broadcast(run: Run, name: str) -> None:
    """A signal reaches everything that waits for it now."""
    waiting = [sub["id"] for sub in run.state.subs.values() if sub["kind"] == "signal" and sub["name"] == name]
    for number in waiting:
        if number in run.state.subs:
            subscription_met(run, number)


def look_at_conditions(run: Run) -> bool:
    """Lets conditional events happen whose condition holds; False if none did."""
    numbers = [
        number
        for number, sub in run.state.subs.items()
        if sub["kind"] == "conditional" and (run.changed or number in run.fresh)
    ]
    run.changed = False
    run.fresh.clear()
    happened = False
    for number in numbers:
        if number in run.state.subs and _holds(run, number):
            subscription_met(run, number)
            happened = True
    return happened


def _holds(run: Run, number: int) -> bool:
    sub = run.state.subs[number]
    node = run.nodes[sub["node"]]
    if node.event is None or node.event.condition is None:
        return False
    try:
        return node.event.condition.test(run.lookup(sub["act"] if sub["act"] in run.state.acts else ROOT))
    except ExpressionError:
        # A condition over names that have no value yet does not hold yet; wrong names are the verifier's to find.
        return False

"""Whether a command can be carried out. A guard gives what the command is about, or raises CommandRefused."""

from collections.abc import Mapping
from typing import cast

from bihuan.bpmn.engine.commands import CommandRefused, CompleteTask
from bihuan.bpmn.engine.names import settable
from bihuan.bpmn.engine.records import Act, Incident, Subscription, Timer
from bihuan.bpmn.engine.run import Run
from bihuan.bpmn.expressions import ExpressionError
from bihuan.bpmn.model import Node
from bihuan.bpmn.values import Values

SERVICES = frozenset({"serviceTask", "sendTask", "scriptTask", "businessRuleTask", "receiveTask"})


def is_running(run: Run) -> None:
    """Refuses on an instance that is over."""
    if run.state.ended:
        raise CommandRefused("ended", "the instance is over")


def waiting_task(run: Run, number: int, kinds: frozenset[str]) -> Act:
    """The open activation of one of these kinds."""
    act = run.state.acts.get(number)
    if act is None or "mi" in act or run.nodes[act["node"]].kind not in kinds:
        raise CommandRefused("not_waiting", f"nothing waits under number {number}")
    return act


def waiting_service(run: Run, number: int) -> Act:
    """The activation that waits for a service's answer."""
    act = waiting_task(run, number, SERVICES)
    if run.nodes[act["node"]].kind == "receiveTask" and run.nodes[act["node"]].message is not None:
        raise CommandRefused("not_waiting", f"{act['node']} waits for a message, not for a service")
    return act


def armed_timer(run: Run, number: int) -> Timer:
    """The armed timer."""
    timer = run.state.timers.get(number)
    if timer is None:
        raise CommandRefused("not_waiting", f"no timer {number} is set")
    return timer


def open_subscription(run: Run, number: int) -> Subscription:
    """The message subscription."""
    sub = run.state.subs.get(number)
    if sub is None or sub["kind"] != "message":
        raise CommandRefused("not_waiting", f"nothing waits for a message under number {number}")
    return sub


def open_incident(run: Run, number: int) -> Incident:
    """The open incident."""
    incident = run.state.incidents.get(number)
    if incident is None:
        raise CommandRefused("not_waiting", f"there is no incident {number}")
    return incident


def good_values(run: Run, place: int, values: Mapping[str, object]) -> Values:
    """The values, if they may be set there."""
    refusal = settable(run.chart, run.state, place, values) if values else None
    if refusal is not None:
        raise refusal
    return cast("Values", dict(values))


def good_outcome(run: Run, act: Act, node: Node, command: CompleteTask) -> str | None:
    """The chosen arrow, if the step offers a choice and the arrow is on offer with the new values."""
    if node.choice is None:
        if command.outcome is not None:
            raise CommandRefused("no_such_outcome", f"{node.id} offers no choice")
        return None
    if command.outcome is None:
        raise CommandRefused("outcome_required", f"{node.id} needs a choice")
    flow = run.flows.get(command.outcome)
    if flow is None or flow.source != node.choice:
        raise CommandRefused("no_such_outcome", f"{command.outcome} is no outcome of {node.id}")
    try:
        offered = flow.test is None or flow.test.test(run.lookup(act["id"], cast("Values", dict(command.variables))))
    except ExpressionError as error:
        raise CommandRefused(error.code, error.detail) from error
    if not offered:
        raise CommandRefused("no_such_outcome", f"{command.outcome} is not on offer at {node.id} now")
    return command.outcome

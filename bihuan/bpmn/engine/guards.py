"""Whether a command can be carried out. A guard gives what the command is about, or raises CommandRefused."""

from collections.abc import Mapping
from typing import cast

from bihuan.bpmn.engine.commands import CommandRefused, CompleteTask
from bihuan.bpmn.engine.names import settable
from bihuan.bpmn.engine.records import Act, Incident, Subscription, Timer
from bihuan.bpmn.engine.run import Run
from bihuan.bpmn.engine.scopes import home_of
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


def given_reason(reason: str) -> str:
    """The reason, stripped; refuses an empty one."""
    if not reason.strip():
        raise CommandRefused("reason_required", "say why")
    return reason.strip()


def movable_token(run: Run, number: int) -> Act:
    """The activation that a person may take out of where it rests."""
    act = run.state.acts.get(number)
    if act is None:
        raise CommandRefused("not_waiting", f"nothing rests under number {number}")
    if "index" in act:
        raise CommandRefused("not_waiting", f"{number} is one of several: take the whole {act['node']}, {act['scope']}")
    around = run.state.acts.get(act["scope"])
    if "comp" in act or (around is not None and "comp" in around):
        raise CommandRefused("not_waiting", f"{act['node']} undoes something; nothing is taken out of that")
    return act


def place_to_begin(run: Run, beside: Node, node_id: str) -> Node:
    """The node at which a token beside `beside` can begin."""
    node = run.nodes.get(node_id)
    if node is None or home_of(run.chart, node) != home_of(run.chart, beside):
        raise CommandRefused("no_such_target", f"there is no {node_id} in the scope of {beside.id}")
    if node.kind == "boundaryEvent" or node.event_sub or node.for_compensation or node.ext.choice:
        raise CommandRefused("no_such_target", f"nothing can begin at {node_id}")
    return node


def open_ad_hoc(run: Run, number: int, node_id: str) -> tuple[Act, Node]:
    """The open ad-hoc sub-process, and the node in it that can be begun again."""
    act = run.state.acts.get(number)
    if act is None or "mi" in act or run.nodes[act["node"]].ad_hoc is None:
        raise CommandRefused("not_waiting", f"no ad-hoc sub-process is open under number {number}")
    if node_id not in run.chart.scopes[act["node"]].entries:
        raise CommandRefused("no_such_target", f"{node_id} cannot be begun in {act['node']}")
    return act, run.nodes[node_id]


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

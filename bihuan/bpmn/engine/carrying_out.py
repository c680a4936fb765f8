"""Commands: guard, then what the command itself changes. The moves that follow are made by `advance`."""

from collections.abc import Callable
from typing import Final, cast

from bihuan.bpmn.engine import guards
from bihuan.bpmn.engine.arming import set_arms
from bihuan.bpmn.engine.behaviours import event_based, service, user_task
from bihuan.bpmn.engine.catching import throw_from_activity
from bihuan.bpmn.engine.commands import (
    BeginActivity,
    Cancel,
    Command,
    CommandRefused,
    CompleteTask,
    FireTimer,
    Jump,
    Migrate,
    ReceiveMessage,
    ReceiveSignal,
    RetryIncident,
    ServiceError,
    ServiceResult,
    SetVariables,
    SkipIncident,
    Start,
)
from bihuan.bpmn.engine.deviating import begin_activity, jump, skip_incident
from bihuan.bpmn.engine.migrating import migrate
from bihuan.bpmn.engine.records import Entry
from bihuan.bpmn.engine.run import Run, Stuck
from bihuan.bpmn.engine.scopes import end_instance, scope_arms, start_entries
from bihuan.bpmn.engine.signals import broadcast, subscription_met, timer_due
from bihuan.bpmn.engine.state import ROOT
from bihuan.bpmn.expressions import ExpressionError

_USER_TASK: Final = frozenset({"userTask"})


def _start(run: Run, command: Start) -> None:
    if run.state.next != 1:
        raise CommandRefused("not_waiting", "the instance has begun already")
    try:
        entries = start_entries(run, command.start_node)
        values = guards.good_values(run, ROOT, command.variables)
        run.emit({"type": "started", "v": 1, "process": run.chart.process_id, "chart": run.chart.content_hash})
        run.set_variables(ROOT, values)
        key = run.chart.process_id
        arms = scope_arms(run, run.nodes[entries[0]], key, ROOT) if entries else []
    except (Stuck, ExpressionError) as error:
        raise CommandRefused("bad_value", str(error)) from error
    set_arms(run, arms, ROOT)
    for node_id in entries:
        if run.nodes[node_id].begins:
            event_based.begin(run, run.nodes[node_id])
        else:
            run.agenda.append(("begin", ROOT, node_id, None))
    if not entries:
        run.check.add(ROOT)


def _complete_task(run: Run, command: CompleteTask) -> None:
    act = guards.waiting_task(run, command.item, _USER_TASK)
    values = guards.good_values(run, command.item, command.variables)
    outcome = guards.good_outcome(run, act, run.nodes[act["node"]], command)
    run.set_variables(command.item, values)
    user_task.complete(run, run.state.acts[command.item], outcome)


def _fire_timer(run: Run, command: FireTimer) -> None:
    timer_due(run, guards.armed_timer(run, command.timer))


def _receive_message(run: Run, command: ReceiveMessage) -> None:
    sub = guards.open_subscription(run, command.subscription)
    run.set_variables(sub["act"], guards.good_values(run, sub["act"], command.variables))
    subscription_met(run, command.subscription)


def _receive_signal(run: Run, command: ReceiveSignal) -> None:
    run.set_variables(ROOT, guards.good_values(run, ROOT, command.variables))
    broadcast(run, command.name)


def _service_result(run: Run, command: ServiceResult) -> None:
    guards.waiting_service(run, command.item)
    run.set_variables(command.item, guards.good_values(run, command.item, command.variables))
    service.complete(run, run.state.acts[command.item])


def _service_error(run: Run, command: ServiceError) -> None:
    guards.waiting_service(run, command.item)
    run.set_variables(command.item, guards.good_values(run, command.item, command.variables))
    act = run.state.acts[command.item]
    if not throw_from_activity(run, "error", command.code, act):
        run.clear_incidents_of(act["id"])
        detail = f"nobody catches the error {command.code} of {act['node']}"
        run.raise_incident(act["node"], act["scope"], "uncaught_error", detail, [], act["id"])


def _set_variables(run: Run, command: SetVariables) -> None:
    run.set_variables(ROOT, guards.good_values(run, ROOT, command.variables))


def _cancel(run: Run, command: Cancel) -> None:
    end_instance(run, "cancelled")


def _retry_incident(run: Run, command: RetryIncident) -> None:
    incident = guards.open_incident(run, command.incident)
    run.clear_incident(command.incident)
    if "act" in incident:
        act = run.state.acts[incident["act"]]
        service.request(run, run.nodes[act["node"]], act["id"])
    run.agenda.extend(cast("Entry", tuple(entry)) for entry in incident["entries"])


# Typed by the union, because each takes only its own kind of command.
CARRY_OUT: Final[dict[type[Command], Callable[[Run, Command], None]]] = {
    Start: cast("Callable[[Run, Command], None]", _start),
    CompleteTask: cast("Callable[[Run, Command], None]", _complete_task),
    FireTimer: cast("Callable[[Run, Command], None]", _fire_timer),
    ReceiveMessage: cast("Callable[[Run, Command], None]", _receive_message),
    ReceiveSignal: cast("Callable[[Run, Command], None]", _receive_signal),
    ServiceResult: cast("Callable[[Run, Command], None]", _service_result),
    ServiceError: cast("Callable[[Run, Command], None]", _service_error),
    SetVariables: cast("Callable[[Run, Command], None]", _set_variables),
    Cancel: cast("Callable[[Run, Command], None]", _cancel),
    RetryIncident: cast("Callable[[Run, Command], None]", _retry_incident),
    SkipIncident: cast("Callable[[Run, Command], None]", skip_incident),
    BeginActivity: cast("Callable[[Run, Command], None]", begin_activity),
    Jump: cast("Callable[[Run, Command], None]", jump),
    Migrate: cast("Callable[[Run, Command], None]", migrate),
}

"""`advance` and `rebuild`: the whole engine from outside."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from bihuan.bpmn.engine.appliers import Event, apply
from bihuan.bpmn.engine.carrying_out import CARRY_OUT
from bihuan.bpmn.engine.commands import Command, CommandRefused, Start
from bihuan.bpmn.engine.effects import Effect
from bihuan.bpmn.engine.moves import run_to_rest
from bihuan.bpmn.engine.run import Run
from bihuan.bpmn.engine.state import State
from bihuan.bpmn.model import Chart


@dataclass(frozen=True, slots=True)
class Step:
    """What one command led to: the new state, what happened, and what the shell must do, in order."""

    state: State
    events: tuple[Event, ...]
    effects: tuple[Effect, ...]


def advance(chart: Chart, state: State | None, command: Command, now: datetime) -> Step:
    """Carries out one command and runs until every token waits again.

    `state` is None for Start; it is never changed. `now` must be aware; it is noted in the first event (`at`) and
    nothing else depends on it. The same arguments give the same answer. Raises CommandRefused, and ValueError for a
    naive `now` or a state of another process.
    """
    if now.tzinfo is None:
        raise ValueError("now must be aware")
    if state is None:
        if not isinstance(command, Start):
            raise CommandRefused("not_waiting", "the instance has not begun")
        state = State(chart.process_id)
    elif state.process != chart.process_id:
        raise ValueError(f"the state belongs to {state.process}, not to {chart.process_id}")
    if state.how:
        raise CommandRefused("ended", "the instance is over")
    run = Run(chart, state)
    CARRY_OUT[type(command)](run, command)
    run_to_rest(run)
    events = cast("list[Event]", run.events)
    if events:
        events[0]["at"] = now.isoformat()
    return Step(run.state, tuple(events), tuple(run.effects))


def rebuild(chart: Chart, events: Iterable[Event]) -> State:
    """The state that the instance had after these events (all of them, from the first)."""
    state = State(chart.process_id)
    for event in events:
        apply(state, event)
    return state

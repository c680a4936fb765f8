"""The moves on a Run's agenda, made one after the other until nothing moves any more."""

from collections.abc import Callable
from typing import Final

from bihuan.bpmn.decisions.errors import DecisionError
from bihuan.bpmn.engine.appliers import apply
from bihuan.bpmn.engine.behaviours import ENTER, ad_hoc, call, compensation, inclusive, multi
from bihuan.bpmn.engine.records import Entry
from bihuan.bpmn.engine.run import STEPS, Run, Stuck
from bihuan.bpmn.engine.scopes import end_instance, is_empty
from bihuan.bpmn.engine.signals import look_at_conditions
from bihuan.bpmn.engine.state import ROOT
from bihuan.bpmn.expressions import ExpressionError


def run_to_rest(run: Run) -> None:
    """Makes moves until every token waits for something from outside.

    A move that cannot be made is taken back as a whole and becomes an incident. Too many moves become one too.
    """
    steps = 0
    while True:
        while run.agenda:
            steps += 1
            if steps > STEPS:
                _stop(run)
                return
            _move(run)
        if run.state.joins and inclusive.settle(run):
            continue
        if (run.changed or run.fresh) and run.state.subs and look_at_conditions(run):
            continue
        if not _end_scopes(run):
            return


def _move(run: Run) -> None:
    agenda = run.agenda
    entry = agenda.popleft()
    events, effects, waiting = len(run.events), len(run.effects), len(agenda)
    try:
        MOVES[entry[0]](run, entry)
    except (Stuck, ExpressionError, DecisionError) as error:
        _take_back(run, events, effects)
        # Moves only append to an agenda; what strikes moves out puts a new agenda in its place.
        while len(agenda) > waiting:
            agenda.pop()
        run.agenda = agenda
        node = run.flows[entry[2]].target if entry[0] == "go" else entry[2]
        if entry[0] == "done":
            node = run.state.acts[entry[1]]["node"] if entry[1] != ROOT else ""
        run.raise_incident(node, entry[1], error.code, error.detail, [entry])


def _take_back(run: Run, events: int, effects: int) -> None:
    # Rare, so it may cost: the state is built again from the events before the move.
    if len(run.events) > events:
        del run.events[events:]
        state = run.base.copy()
        for event in run.events:
            apply(state, event)
        run.state = state
    del run.effects[effects:]


def _stop(run: Run) -> None:
    by_scope: dict[int, list[Entry]] = {}
    for entry in run.agenda:
        by_scope.setdefault(entry[1], []).append(entry)
    run.agenda.clear()
    for scope, entries in by_scope.items():
        last = entries[-1]
        node = run.flows[last[2]].target if last[0] == "go" else last[2]
        run.raise_incident(node, scope, "step_limit", f"more than {STEPS} moves without waiting", entries)


def _go(run: Run, entry: Entry) -> None:
    _, scope, flow_id, detail = entry
    node = run.nodes[run.flows[flow_id].target]
    if node.loop is None:
        ENTER[node.kind](run, node, scope, flow_id, detail)
    else:
        multi.enter(run, node, node.loop, scope, flow_id)


def _begin(run: Run, entry: Entry) -> None:
    _, scope, node_id, _ = entry
    node = run.nodes[node_id]
    if node.loop is not None:
        multi.enter(run, node, node.loop, scope, None)
    else:
        ENTER[node.kind](run, node, scope, None, None)


def _instance(run: Run, entry: Entry) -> None:
    _, body, node_id, index = entry
    node = run.nodes[node_id]
    ENTER[node.kind](run, node, body, None, index)


def _leave(run: Run, entry: Entry) -> None:
    """Takes every flow without condition or with one that holds; the default if nothing else is taken."""
    _, scope, node_id, _ = entry
    node = run.nodes[node_id]
    lookup = run.lookup(scope)
    taken = [
        flow.id
        for flow in (run.flows[flow_id] for flow_id in node.outgoing)
        if not flow.is_default and (flow.test is None or flow.test.test(lookup))
    ]
    if not taken:
        if node.default is None:
            raise Stuck("no_way_out", f"no condition holds behind {node.id} and it has no default")
        taken = [node.default]
    for flow_id in taken:
        run.agenda.append(("go", scope, flow_id, None))


def _finish(run: Run, entry: Entry) -> None:
    _, scope, node_id, detail = entry
    node = run.nodes[node_id]
    around = run.state.acts.get(scope)
    if around is not None and "mi" in around and around["node"] == node_id:
        multi.instance_done(run, node, around, detail)
    elif around is not None and "comp" in around:
        run.check.add(scope)
    elif around is not None and ad_hoc.is_over_behind(run, around):
        return
    elif isinstance(detail, str):
        run.agenda.append(("go", scope, node.outgoing[0], detail))
    else:
        run.leave(node, scope)


def _end_scopes(run: Run) -> bool:
    """Ends the scopes that have no token left; False if there is none."""
    while run.check:
        # The innermost first: a scope opened later has a higher number.
        scope = max(run.check)
        run.check.discard(scope)
        alive = not run.state.ended if scope == ROOT else scope in run.state.acts
        if alive and is_empty(run, scope):
            run.agenda.append(("done", scope, "", None))
            return True
    return False


def _done(run: Run, entry: Entry) -> None:
    scope = entry[1]
    if scope == ROOT:
        end_instance(run, "completed")
        return
    act = run.state.acts[scope]
    node = run.nodes[act["node"]]
    if "comp" in act:
        compensation.resume(run, act)
        return
    if entry[3] != ad_hoc.OVER:
        ad_hoc.check_finished(run, act)
    if node.called is not None:
        call.copy_out(run, act)
    run.close(run.state.acts[scope], "completed")
    if node.event_sub:
        run.check.add(act["scope"])
    else:
        run.finish(node, act["scope"], act.get("index"))


MOVES: Final[dict[str, Callable[[Run, Entry], None]]] = {
    "go": _go,
    "begin": _begin,
    "inst": _instance,
    "leave": _leave,
    "finish": _finish,
    "done": _done,
}

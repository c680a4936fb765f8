"""Inclusive gateway: all ways whose condition holds; joins when no other token can come any more."""

from collections.abc import Iterable

from bihuan.bpmn.engine.behaviours.parallel import join
from bihuan.bpmn.engine.records import Act
from bihuan.bpmn.engine.run import Run
from bihuan.bpmn.model import Node


def enter(run: Run, node: Node, scope: int, by: str | None, detail: int | str | None) -> None:
    """Parks at a join; `settle` decides when it goes on."""
    if len(node.incoming) <= 1 or by is None:
        run.passed(node, scope, by)
        run.leave(node, scope)
        return
    run.emit({"type": "parked", "v": 1, "node": node.id, "scope": scope, "flow": by})


def settle(run: Run) -> bool:
    """Lets one inclusive join go on that nothing holds up any more; False if there is none.

    The rule of BPMN 2.0 (13.4.3): a token elsewhere holds the join up if it can reach an arrow into the join that has
    no token yet, by a way that does not go through the join, unless it can likewise reach one that has.
    """
    for scope, node_id in list(run.state.joins):
        node = run.nodes[node_id]
        if node.kind == "inclusiveGateway" and not _held_up(run, node, scope):
            join(run, node, scope, list(run.state.joins[scope, node_id]))
            return True
    return False


def _held_up(run: Run, node: Node, scope: int) -> bool:
    waiting = run.state.joins[scope, node.id]
    empty = [flow for flow in node.incoming if flow not in waiting]
    if not empty:
        return False
    holding = _upstream(run, node, empty)
    helping = _upstream(run, node, list(waiting))
    for arrows, sure in _tokens(run, scope, node):
        if not holding.isdisjoint(arrows) and helping.isdisjoint(sure):
            return True
    return False


def _upstream(run: Run, join_node: Node, into: Iterable[str]) -> set[str]:
    """All flows from which one of `into` can be reached without going through the join."""
    found = set(into)
    work = list(found)
    while work:
        source = run.nodes[run.flows[work.pop()].source]
        if source.id == join_node.id:
            continue
        for flow in _arrows_to(run, source):
            if flow not in found:
                found.add(flow)
                work.append(flow)
    return found


def _arrows_to(run: Run, node: Node) -> tuple[str, ...]:
    if node.kind == "boundaryEvent" and node.attached_to is not None:
        return run.nodes[node.attached_to].incoming
    if node.trigger == "link" and node.kind == "intermediateCatchEvent":
        throws = [one for one in run.nodes.values() if one.partner == node.id]
        return tuple(flow for one in throws for flow in one.incoming)
    return node.incoming


def _tokens(run: Run, scope: int, join_node: Node) -> Iterable[tuple[set[str], set[str]]]:
    """For each other token of the scope: the arrows it may leave by, and those that count for rule (ii)."""
    state = run.state
    for act in state.acts.values():
        if act["scope"] == scope:
            yield _ways_out(run, act)
    for (where, node_id), flows in state.joins.items():
        if where == scope and node_id != join_node.id:
            out = set(run.nodes[node_id].outgoing)
            for _ in flows:
                yield out, out
    for arrows in _stuck(run, scope):
        yield arrows, arrows


def _stuck(run: Run, scope: int) -> Iterable[set[str]]:
    # A move that waits for help is a token too: on its arrow, or in its node.
    for incident in run.state.incidents.values():
        for what, where, target, _ in incident["entries"] if incident["scope"] == scope else ():
            if what == "go":
                yield {str(target)}
            elif target and where == scope:
                yield set(run.nodes[str(target)].outgoing)


def _ways_out(run: Run, act: Act) -> tuple[set[str], set[str]]:
    node = run.nodes[act["node"]]
    sure = set(node.outgoing)
    if node.kind == "eventBasedGateway":
        return sure, sure
    maybe: set[str] = set()
    watching = (*run.state.timers.values(), *run.state.subs.values())
    armed = {one["node"] for one in watching if one["act"] == act["id"]}
    for event_id in node.boundary:
        event = run.nodes[event_id]
        if event.trigger == "compensation":
            continue
        if event.interrupting:
            sure.update(event.outgoing)
        elif event.trigger == "escalation" or event_id in armed:
            maybe.update(event.outgoing)
    return sure | maybe, sure

"""Exclusive gateway: the first way whose condition holds, else the default; or the one that a person chose."""

from bihuan.bpmn.engine.run import Run, Stuck
from bihuan.bpmn.model import Node


def enter(run: Run, node: Node, scope: int, by: str | None, detail: int | str | None) -> None:
    """Merges by passing every token on; splits to exactly one way. Stuck where there is none."""
    if len(node.outgoing) <= 1 and not node.split:
        run.passed(node, scope, by)
        run.leave(node, scope)
        return
    chosen = _chosen(node, detail) if node.ext.choice else _first_true(run, node, scope)
    run.passed(node, scope, by)
    run.agenda.append(("go", scope, chosen, None))


def _chosen(node: Node, detail: int | str | None) -> str:
    if detail not in node.outgoing:
        raise Stuck("outcome_required", f"nobody chose a way at {node.id}")
    return str(detail)


def _first_true(run: Run, node: Node, scope: int) -> str:
    lookup = run.lookup(scope)
    for flow_id in node.outgoing:
        flow = run.flows[flow_id]
        if not flow.is_default and (flow.test is None or flow.test.test(lookup)):
            return flow_id
    if node.default is None:
        raise Stuck("no_way_out", f"no condition holds at {node.id} and it has no default")
    return node.default

"""Parallel gateway: waits for one token on every arrow in, then gives one to every arrow out."""

from bihuan.bpmn.engine.run import Run
from bihuan.bpmn.model import Node


def enter(run: Run, node: Node, scope: int, by: str | None, detail: int | str | None) -> None:
    """Parks the token at a join until the last one comes."""
    if len(node.incoming) <= 1 or by is None:
        run.passed(node, scope, by)
        run.leave(node, scope)
        return
    run.emit({"type": "parked", "v": 1, "node": node.id, "scope": scope, "flow": by})
    waiting = run.state.joins[scope, node.id]
    if len(waiting) == len(node.incoming):
        join(run, node, scope, list(waiting))


def join(run: Run, node: Node, scope: int, flows: list[str]) -> None:
    """Takes one token from each of these flows and goes on."""
    event: dict[str, object] = {"type": "joined", "v": 1, "node": node.id, "scope": scope, "flows": flows}
    if node.counted:
        event["count"] = True
    run.emit(event)
    run.leave(node, scope)

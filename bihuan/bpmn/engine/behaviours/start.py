"""Start events: the token that begins there goes on."""

from bihuan.bpmn.engine.run import Run
from bihuan.bpmn.model import Node


def enter(run: Run, node: Node, scope: int, by: str | None, detail: int | str | None) -> None:
    """Passes."""
    run.passed(node, scope, by)
    run.leave(node, scope)

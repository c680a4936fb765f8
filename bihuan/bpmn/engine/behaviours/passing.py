"""Undefined and manual tasks: nobody reports them done, so a token goes straight through."""

from bihuan.bpmn.engine.run import Run
from bihuan.bpmn.model import Node


def enter(run: Run, node: Node, scope: int, by: str | None, detail: int | str | None) -> None:
    """Passes; remembered if it can be undone."""
    if node.undoable:
        act = run.open(node, scope, by, detail if isinstance(detail, int) else None)
        run.close(run.state.acts[act], "completed")
    elif not isinstance(detail, int):
        run.passed(node, scope, by)
    run.finish(node, scope, detail)

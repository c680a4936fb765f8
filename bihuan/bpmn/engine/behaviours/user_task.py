"""User tasks wait for a person."""

from bihuan.bpmn.engine.behaviours.resting import element_at, rest
from bihuan.bpmn.engine.effects import CloseWorkItem, OpenWorkItem
from bihuan.bpmn.engine.records import Act
from bihuan.bpmn.engine.run import Run
from bihuan.bpmn.model import Node


def enter(run: Run, node: Node, scope: int, by: str | None, detail: int | str | None) -> None:
    """A work item opens."""
    number = rest(run, node, scope, by, detail)
    index = detail if isinstance(detail, int) else None
    element = None if index is None else element_at(run, scope, index)
    run.effects.append(OpenWorkItem(number, node.id, element, index))


def complete(run: Run, act: Act, outcome: str | None) -> None:
    """The person is done."""
    node = run.nodes[act["node"]]
    run.close(act, "completed")
    run.effects.append(CloseWorkItem(act["id"], node.id, "completed"))
    run.finish(node, act["scope"], outcome if outcome is not None else act.get("index"))

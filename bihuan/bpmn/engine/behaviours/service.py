"""Service, send and script tasks (and others that nobody in the chart carries out) wait for a ServiceResult."""

from bihuan.bpmn.engine.behaviours.resting import rest
from bihuan.bpmn.engine.effects import CancelService, RequestService
from bihuan.bpmn.engine.records import Act
from bihuan.bpmn.engine.run import Run
from bihuan.bpmn.model import Node


def enter(run: Run, node: Node, scope: int, by: str | None, detail: int | str | None) -> None:
    """The shell is asked to carry it out."""
    request(run, node, rest(run, node, scope, by, detail))


def request(run: Run, node: Node, number: int) -> None:
    """Asks the shell (again)."""
    run.effects.append(RequestService(number, node.id, node.kind, node.ext.operation, node.ext.decision))


def complete(run: Run, act: Act) -> None:
    """The service answered."""
    node = run.nodes[act["node"]]
    run.close(act, "completed")
    run.effects.append(CancelService(act["id"]))
    run.finish(node, act["scope"], act.get("index"))

"""Embedded and ad-hoc sub-processes and transactions: a scope of their own."""

from bihuan.bpmn.engine.behaviours.resting import rest
from bihuan.bpmn.engine.run import Run
from bihuan.bpmn.engine.scopes import begin_inside, scope_arms
from bihuan.bpmn.model import Node


def enter(run: Run, node: Node, scope: int, by: str | None, detail: int | str | None) -> None:
    """Opens the scope; its start event, or what no arrow leads to, begins."""
    arms = scope_arms(run, node, node.id, scope)
    number = rest(run, node, scope, by, detail)
    begin_inside(run, number, node.id, arms)

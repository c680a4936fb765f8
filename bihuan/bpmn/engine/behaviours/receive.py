"""Receive tasks wait for their message; without one they wait for a ServiceResult."""

from bihuan.bpmn.engine.arming import arm_for, set_arms
from bihuan.bpmn.engine.behaviours import service
from bihuan.bpmn.engine.behaviours.resting import rest
from bihuan.bpmn.engine.run import Run
from bihuan.bpmn.model import Node


def enter(run: Run, node: Node, scope: int, by: str | None, detail: int | str | None) -> None:
    """Subscribes."""
    arm = arm_for(node, run.lookup(scope))
    if arm is None:
        service.enter(run, node, scope, by, detail)
    else:
        set_arms(run, [arm], rest(run, node, scope, by, detail))

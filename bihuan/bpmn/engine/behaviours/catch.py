"""Intermediate catch events wait for their timer, message, signal or condition."""

from bihuan.bpmn.engine.arming import arm_for, set_arms
from bihuan.bpmn.engine.records import Act
from bihuan.bpmn.engine.run import Run
from bihuan.bpmn.model import Node


def enter(run: Run, node: Node, scope: int, by: str | None, detail: int | str | None) -> None:
    """Arms it and waits; a link event passes."""
    arm = arm_for(node, run.lookup(scope))
    if arm is None:
        run.passed(node, scope, by)
        run.leave(node, scope)
    else:
        set_arms(run, [arm], run.open(node, scope, by))


def happen(run: Run, act: Act) -> None:
    """What it waited for has come."""
    node = run.nodes[act["node"]]
    run.close(act, "completed")
    run.finish(node, act["scope"], act.get("index"))

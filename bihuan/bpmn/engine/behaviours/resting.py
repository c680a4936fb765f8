"""What all activities share: a token comes to rest, watched over by boundary events."""

from bihuan.bpmn.engine.arming import arms_of_boundary, set_arms
from bihuan.bpmn.engine.run import Run
from bihuan.bpmn.model import Node
from bihuan.bpmn.values import JsonValue, Values


def rest(run: Run, node: Node, scope: int, by: str | None, detail: int | str | None) -> int:
    """Opens an activation of the activity and arms its boundary events; gives its number.

    The instances of a multi-instance have no boundary events of their own: those belong to the body.
    """
    if isinstance(detail, int):
        return run.open(node, scope, None, detail, instance_values(run, node, scope, detail))
    if not node.boundary:
        return run.open(node, scope, by)
    arms = arms_of_boundary(run, node, run.lookup(scope))
    number = run.open(node, scope, by)
    set_arms(run, arms, number)
    return number


def instance_values(run: Run, node: Node, body: int, index: int) -> Values:
    """The names that exist only in one instance of a multi-instance."""
    values: Values = {"loopCounter": index}
    if node.loop is not None and node.loop.element_variable:
        values[node.loop.element_variable] = element_at(run, body, index)
    return values


def element_at(run: Run, body: int, index: int | None) -> JsonValue:
    """The element of the collection that this instance is for; None without a collection."""
    if index is None:
        return None
    items = run.state.acts[body].get("items")
    return None if items is None else items[index]

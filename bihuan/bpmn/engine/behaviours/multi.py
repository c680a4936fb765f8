"""Multi-instance and loop activities: a body that counts, and instances in it."""

from typing import Final

from bihuan.bpmn.engine.arming import arms_of_boundary, set_arms
from bihuan.bpmn.engine.records import Act, Multi
from bihuan.bpmn.engine.run import Run, Stuck
from bihuan.bpmn.engine.scopes import cancel_inside
from bihuan.bpmn.model import Loop, Node
from bihuan.bpmn.values import JsonValue

MOST: Final = 1_000
"""Instances one multi-instance may have."""


def enter(run: Run, node: Node, loop: Loop, scope: int, by: str | None) -> None:
    """Opens the body and its first instance (sequential, loop) or all (parallel); with none to do it is passed."""
    items = None if loop.collection is None else _items(run, loop.collection, scope)
    number = _number(run, node, loop, scope, items)
    if number == 0:
        event: dict[str, object] = {"type": "skipped", "v": 1, "node": node.id, "scope": scope}
        if by is not None:
            event["flow"] = by
        run.emit(event)
        run.finish(node, scope)
        return
    arms = arms_of_boundary(run, node, run.lookup(scope))
    mi: Multi = {"n": number, "done": 0}
    body = run.open(node, scope, by, mi=mi, items=items)
    set_arms(run, arms, body)
    for index in range(number if loop.kind == "parallel" else 1):
        run.agenda.append(("inst", body, node.id, index))


def _items(run: Run, name: str, scope: int) -> list[JsonValue]:
    value = run.lookup(scope)(name)
    if not isinstance(value, list):
        raise Stuck("bad_collection", f"{name} is not a list")
    return value


def _number(run: Run, node: Node, loop: Loop, scope: int, items: list[JsonValue] | None) -> int:
    if loop.kind == "loop":
        if loop.maximum == 0:
            return 0
        before = loop.test_before and loop.condition is not None
        return -1 if not before or _again(run, loop, scope, 0) else 0
    if items is not None:
        number: JsonValue = len(items)
    else:
        number = None if loop.cardinality is None else loop.cardinality.evaluate(run.lookup(scope))
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= MOST:
        raise Stuck("bad_cardinality", f"{node.id}: {number!r} is no number of instances from 0 to {MOST}")
    return number


def _again(run: Run, loop: Loop, place: int, done: int) -> bool:
    if loop.maximum is not None and done >= loop.maximum:
        return False
    return loop.condition is None or loop.condition.test(run.lookup(place, {"loopCounter": done}))


def instance_done(run: Run, node: Node, body: Act, index: int | str | None) -> None:
    """One instance is done: the body goes on to the next, or is over."""
    number = body["id"]
    run.emit({"type": "instance_done", "v": 1, "id": number})
    now = run.state.acts[number]
    if node.loop is None or _is_over(run, node.loop, now, index):
        cancel_inside(run, number)
        run.close(run.state.acts[number], "completed")
        run.finish(node, body["scope"])
    elif node.loop.kind != "parallel":
        run.agenda.append(("inst", number, node.id, now["mi"]["done"]))


def _is_over(run: Run, loop: Loop, body: Act, index: int | str | None) -> bool:
    done = body["mi"]["done"]
    if loop.kind == "loop":
        return not _again(run, loop, body["id"], done)
    if done >= body["mi"]["n"]:
        return True
    if loop.completion is None:
        return False
    more: dict[str, JsonValue] = {}
    if isinstance(index, int):
        more["loopCounter"] = index
        if loop.element_variable and "items" in body:
            more[loop.element_variable] = body["items"][index]
    return loop.completion.test(run.lookup(body["id"], more))

"""What the timeline says about a stored step."""

from bihuan.accounts import queries as accounts
from bihuan.core.actor import SYSTEM
from bihuan.flows import queries as flows
from bihuan.flows.models import WorkItem
from bihuan.flows.registry import Deviation, InstanceChange
from bihuan.issues.operations.following.standing import Position, end_node
from bihuan.issues.operations.work import Work

Words = tuple[str, str]


def _next(change: InstanceChange, found: Position) -> Words:
    """What comes after the step, in both languages: the steps that opened, else what is waited for."""
    if change.opened:
        names = dict.fromkeys((item.name, item.name_en or item.name) for item in change.opened)
        return "、".join(name for name, _ in names), ", ".join(english for _, english in names)
    node = next((node for node in found.resting if node.name), None) if change.waits_opened else None
    return (node.name, node.name_en or node.name) if node else ("", "")


def _completed(work: Work, change: InstanceChange, found: Position, item: WorkItem) -> None:
    following, english = _next(change, found)
    flow = change.chart.flows.get(change.outcome)
    params = {
        "step": item.name,
        "step_en": item.name_en,
        "next": following,
        "next_en": english,
        "outcome": f"：{flow.name}" if flow and flow.name else "",
        "outcome_en": f": {flow.name_en or flow.name}" if flow and flow.name else "",
    }
    work.say("step.completed" if following else "step.ended", params, change.actor)


def _moved_by_itself(work: Work, change: InstanceChange, found: Position) -> None:
    """A message or an instant took the chart on."""
    following, english = _next(change, found)
    if not following or change.started or change.changed:
        return
    timer = any(wait.kind == "timer" for wait in change.waits_closed) and change.actor.kind is SYSTEM.kind
    work.say("flow.timer" if timer else "flow.message", {"next": following, "next_en": english}, change.actor)


def _deviated(work: Work, change: InstanceChange, found: Position, how: Deviation) -> None:
    """Somebody left the drawn way, or mended it; the other version is named by its number."""
    following, english = _next(change, found)
    params: dict[str, object] = {"next": following, "next_en": english or following, "reason": change.reason}
    if how is Deviation.MIGRATED:
        params["version"] = change.instance.version.number
    work.say(f"flow.{how.value}", params, change.actor)


def _given_to(item: WorkItem) -> Words:
    if item.assignee_id is not None:
        name = accounts.names(user_ids=[item.assignee_id]).get(item.assignee_id, "")
        return name, name
    place = next((each for each in accounts.departments() if each.pk == item.department_id), None)
    return (place.name, place.name_en or place.name) if place else ("", "")


def _code_of_change(change: InstanceChange, item: WorkItem) -> str:
    if flows.is_paused(item):
        return "step.paused"
    if not change.reason:
        return "step.resumed" if item.pauses and item.claimed_at != change.now else "step.claimed"
    before = item.holders[-2][1] if len(item.holders) > 1 else None
    back = item.assignee_id is None and item.department_id == before
    return "step.released" if back else "step.assigned"


def _changed(work: Work, change: InstanceChange, item: WorkItem) -> None:
    params: dict[str, object] = {"step": item.name, "step_en": item.name_en, "reason": change.reason}
    code = _code_of_change(change, item)
    if code == "step.assigned":
        params["to"], params["to_en"] = _given_to(item)
    work.say(code, params, change.actor)


def write_lines(work: Work, change: InstanceChange, found: Position) -> None:
    """The lines about what was done, what moved, what is stuck, and how it ended."""
    if change.completed is not None:
        _completed(work, change, found, change.completed)
    elif change.deviation is not None:
        _deviated(work, change, found, change.deviation)
    else:
        _moved_by_itself(work, change, found)
    for item in () if change.worded else change.changed:
        _changed(work, change, item)
    for incident in change.incidents:
        node = change.chart.nodes[incident.node]
        params = {"step": node.name or node.id, "step_en": node.name_en or node.id, "incident": incident.code}
        work.say("flow.incident", params, SYSTEM)
    if change.ended:
        final = end_node(change)
        words = (final.name, final.name_en or final.name) if final else ("", "")
        work.say("flow.ended", {"end": words[0], "end_en": words[1]}, SYSTEM)

"""Where an instance stands on its chart: for the list beside the issue and for the picture."""

from dataclasses import dataclass
from datetime import datetime

from bihuan.bpmn import Chart
from bihuan.flows.charts import chart_of
from bihuan.flows.models import Incident, Instance, StepRecord, Wait, WorkItem, WorkItemStatus
from bihuan.flows.operations.opening import step_clock

_STEP_KINDS = frozenset({"userTask", "manualTask"})
_DECISION_KINDS = frozenset({"exclusiveGateway", "inclusiveGateway"})
_THERE = (WorkItemStatus.OPEN, WorkItemStatus.CLAIMED, WorkItemStatus.SUSPENDED)


@dataclass(slots=True, kw_only=True)
class PlacedNode:
    """One line of the list. ``state``: done, now, ahead. ``used``/``limit`` in seconds of working time."""

    id: str
    kind: str
    name: str
    name_en: str
    phase: str
    state: str
    items: list[WorkItem]
    used: int | None = None
    limit: int | None = None
    at: datetime | None = None
    answer: str = ""
    answer_en: str = ""
    decision: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartPosition:
    """``nodes`` in the order to read; ``done``/``now`` node ids and ``taken`` flow ids for the picture."""

    chart: Chart
    nodes: tuple[PlacedNode, ...]
    done: frozenset[str]
    now: frozenset[str]
    taken: tuple[str, ...]


def _taken_flows(instance: Instance, chart: Chart) -> list[str]:
    """Arrows in the order taken; those of an earlier version that this one has not are left out."""
    return [
        str(event["flow"])
        for events in StepRecord.objects.filter(instance=instance).order_by("revision").values_list("events", flat=True)
        for event in events
        if event.get("flow") in chart.flows
    ]


def _ordinary_way(chart: Chart, start: str, seen: set[str]) -> list[str]:
    """Nodes ahead along default or first ordinary arrows, ending where the way would turn back."""
    way: list[str] = []
    current: str | None = start
    while current is not None:
        following = [chart.flows[flow] for flow in chart.nodes[current].outgoing]
        forward = [flow for flow in following if flow.kind == "ordinary"] or following
        forward.sort(key=lambda flow: not flow.is_default)
        current = forward[0].target if forward else None
        if current in seen or current is None:
            break
        seen.add(current)
        way.append(current)
    return way


def chart_position(*, instance: Instance, now: datetime) -> ChartPosition:
    """Done, now and ahead on the instance's own version; five queries at most."""
    chart = chart_of(instance.version_id)
    taken = _taken_flows(instance, chart)
    rows = WorkItem.objects.filter(instance=instance).select_related("assignee", "completed_by")
    items = list(rows.order_by("opened_at", "id"))
    waits = list(Wait.objects.filter(instance=instance, closed_at__isnull=True))
    current = {item.node for item in items if item.status in _THERE}
    current |= {
        wait.node
        for wait in waits
        if not chart.nodes[wait.node].attached_to and chart.nodes[wait.node].kind != "startEvent"
    }
    stuck = set(
        Incident.objects.filter(instance=instance, closed_at__isnull=True).values_list("node", flat=True)
    ) & set(chart.nodes)
    current |= stuck
    order: dict[str, None] = {}
    for flow in taken:
        order.setdefault(chart.flows[flow].source)
        order.setdefault(chart.flows[flow].target)
    done = frozenset(order) - current
    ahead: list[str] = []
    if instance.ended_at is None and current:
        seen = set(order) | current
        main = [node for node in order if node in current] or sorted(current)
        ahead = _ordinary_way(chart, main[-1], seen)
    by_node: dict[str, list[WorkItem]] = {}
    for item in items:
        by_node.setdefault(item.node, []).append(item)
    answers = {chart.flows[flow].source: flow for flow in taken}
    waiting = [node for node in order if node in current] + sorted(current - set(order))
    placed = [
        _place(chart, node, state, by_node.get(node, []), answers.get(node), now)
        for state, nodes in (("done", [n for n in order if n in done]), ("now", waiting), ("ahead", ahead))
        for node in nodes
        if node in stuck or _is_shown(chart, node)
    ]
    return ChartPosition(chart=chart, nodes=tuple(placed), done=done, now=frozenset(current), taken=tuple(taken))


def _is_shown(chart: Chart, node_id: str) -> bool:
    node = chart.nodes[node_id]
    if node.kind in _DECISION_KINDS:
        return len(node.outgoing) > 1 and bool(node.name) and not node.ext.choice
    return (
        node.kind in _STEP_KINDS
        or node.kind == "eventBasedGateway"
        or (node.kind == "endEvent" and bool(node.ext.status))
    )


def _place(
    chart: Chart, node_id: str, state: str, items: list[WorkItem], flow: str | None, now: datetime
) -> PlacedNode:
    node = chart.nodes[node_id]
    placed = PlacedNode(
        id=node_id,
        kind=node.kind,
        name=node.name,
        name_en=node.name_en,
        phase=node.ext.phase or "",
        state=state,
        items=items,
        decision=node.kind in _DECISION_KINDS,
    )
    if placed.decision and flow is not None and state == "done":
        placed.answer, placed.answer_en = chart.flows[flow].name, chart.flows[flow].name_en
    if items:
        last = items[-1]
        placed.at = last.closed_at or last.opened_at
        clock = step_clock(last)
        if clock is not None:
            placed.limit = last.limit_seconds
            placed.used = int(clock.used(last.closed_at or now))
    elif node.ext.deadline is not None:
        placed.limit = node.ext.deadline.seconds
    return placed

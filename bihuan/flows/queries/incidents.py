"""Where charts are stuck, and where a token could be taken instead."""

from collections.abc import Iterable
from dataclasses import dataclass

from bihuan.bpmn import Chart, Flow, Node, State
from bihuan.flows.charts import chart_of
from bihuan.flows.models import Incident, Instance

_BEGUN = frozenset(
    {"userTask", "manualTask", "serviceTask", "businessRuleTask", "scriptTask", "sendTask", "receiveTask", "subProcess"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIncident:
    """An incident with its element; ``ways``: the arrows among which somebody who skips it must choose."""

    row: Incident
    node: Node
    ways: tuple[Flow, ...]


def incidents(*, instance_id: int) -> list[OpenIncident]:
    """What is stuck in one instance, the oldest first."""
    rows = Incident.objects.filter(instance_id=instance_id, closed_at__isnull=True).select_related(
        "instance", "assignee"
    )
    return [_with_node(row) for row in rows.order_by("number")]


def open_incidents(*, instance_ids: Iterable[int] | None = None, limit: int = 200) -> list[OpenIncident]:
    """What is stuck, the oldest first, in these instances or in all."""
    rows = Incident.objects.filter(closed_at__isnull=True).select_related("instance", "assignee")
    if instance_ids is not None:
        rows = rows.filter(instance_id__in=list(instance_ids))
    return [_with_node(row) for row in rows.order_by("opened_at", "id")[:limit]]


def _with_node(row: Incident) -> OpenIncident:
    chart = chart_of(row.instance.version_id)
    node = chart.nodes[row.node]
    decides = node.kind.endswith("Gateway") and len(node.outgoing) > 1
    ways = tuple(chart.flows[flow] for flow in node.outgoing) if decides else ()
    return OpenIncident(row=row, node=node, ways=ways)


def jump_targets(*, instance: Instance, item: int) -> list[Node]:
    """Elements that the token `item` could be taken to: those of its own process or sub-process that can be begun."""
    chart = chart_of(instance.version_id)
    token = next((each for each in State.from_document(instance.state).tokens() if each.item == item), None)
    if token is None:
        return []
    return [node for node in chart.nodes.values() if _beside(chart, node, token.node)]


def _beside(chart: Chart, node: Node, here: str) -> bool:
    return node.kind in _BEGUN and node.id != here and node.parent == chart.nodes[here].parent and not node.event_sub

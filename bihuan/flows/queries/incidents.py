"""Where charts are stuck, and where a token could be taken instead."""

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


def _with_node(row: Incident) -> OpenIncident:
    chart = chart_of(row.instance.version_id)
    node = chart.nodes[row.node]
    decides = node.kind.endswith("Gateway") and len(node.outgoing) > 1
    ways = tuple(chart.flows[flow] for flow in node.outgoing) if decides else ()
    return OpenIncident(row=row, node=node, ways=ways)


@dataclass(frozen=True, slots=True, kw_only=True)
class JumpFrom:
    """A token that could be taken elsewhere: to those elements of its own process or sub-process that can be begun."""

    item: int
    node: Node
    targets: tuple[Node, ...]


def jumps(*, instance: Instance) -> list[JumpFrom]:
    """Where each token that rests could be taken; nothing for one that has ended."""
    if instance.ended_at is not None:
        return []
    chart = chart_of(instance.version_id)
    tokens = State.from_document(instance.state).tokens()
    scopes = {token.scope for token in tokens}
    return [
        JumpFrom(
            item=token.item,
            node=chart.nodes[token.node],
            targets=tuple(node for node in chart.nodes.values() if _beside(chart, node, token.node)),
        )
        for token in tokens
        if token.item not in scopes
    ]


def _beside(chart: Chart, node: Node, here: str) -> bool:
    return node.kind in _BEGUN and node.id != here and node.parent == chart.nodes[here].parent and not node.event_sub

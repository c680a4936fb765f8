"""Where a chart goes on when the customer says that it is not solved after all."""

from collections.abc import Iterator

from bihuan.bpmn import Chart

ANSWER = "customer_answer"
"""The message by which a chart hears the customer's verdict."""
WAITING = frozenset({"resolved", "callback"})
"""Statuses in which the result was told and nobody has said yet whether it holds."""


def _gates(chart: Chart) -> Iterator[str]:
    """What lies behind the customer's answer up to the next steps of people, nearest first."""
    ahead = [node.id for node in chart.nodes.values() if node.event is not None and node.event.name == ANSWER]
    seen: set[str] = set()
    while ahead:
        here = ahead.pop(0)
        if here in seen or chart.nodes[here].kind == "userTask":
            continue
        seen.add(here)
        yield here
        ahead += [chart.flows[flow].target for flow in chart.nodes[here].outgoing]


def way_back(chart: Chart) -> str | None:
    """The step to which the drawn arrow "not solved" leads; None where the chart draws none."""
    for gate in _gates(chart):
        for flow in (chart.flows[each] for each in chart.nodes[gate].outgoing):
            if flow.kind == "return" and chart.nodes[flow.target].kind == "userTask":
                return flow.target
    return None

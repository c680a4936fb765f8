"""Routes through the drawing: loops without a bound, approvals that can be passed by."""

import re
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Final

from bihuan.bpmn.model import Chart, Flow, Node
from bihuan.bpmn.verify.components import components
from bihuan.bpmn.verify.findings import Writer
from bihuan.bpmn.verify.reading import Source
from bihuan.bpmn.verify.report import Finding

_APPROVAL: Final = re.compile(r"审批|批准|核准|\bapprov", re.IGNORECASE)


def endless_loops(writer: Writer, source: Source) -> list[Finding]:
    """Loops that no condition on `times` bounds."""
    chart = source.chart
    numbers = {key: at for at, key in enumerate(chart.nodes)}
    after: list[set[int]] = [set() for _ in numbers]
    for source_id, target, flow in _arrows(chart):
        if flow is None or not _is_bounded(flow):
            after[numbers[source_id]].add(numbers[target])
    keys = list(chart.nodes)
    severity = "warning" if source.ours else "info"
    return [
        writer.finding("unbounded_loop", severity, [keys[one] for one in loop], None)
        for loop in components(after)
        if len(loop) > 1 or loop[0] in after[loop[0]]
    ]


def _arrows(chart: Chart) -> Iterable[tuple[str, str, Flow | None]]:
    for flow in chart.flows.values():
        yield flow.source, flow.target, flow
    for node in chart.nodes.values():
        if node.kind == "boundaryEvent" and node.attached_to is not None and node.trigger != "compensation":
            yield node.attached_to, node.id, None
        if node.partner is not None and node.trigger == "link":
            yield node.id, node.partner, None


def _is_bounded(flow: Flow) -> bool:
    return flow.test is not None and any(path[0] == "times" for path in flow.test.paths)


def skipped_approvals(writer: Writer, source: Source) -> list[Finding]:
    """Approvals whose approved way can also be come to without any approval, and no decision says when."""
    chart = source.chart
    approvals = {node.id for node in chart.nodes.values() if _is_approval(node)}
    meant = {key for key, node in chart.nodes.items() if _says_who_needs_none(chart, node, approvals)}
    nexts: dict[str, list[str]] = {}
    for source_id, target, _ in _arrows(chart):
        if source_id not in meant:
            nexts.setdefault(source_id, []).append(target)
    starts = [node.id for node in chart.nodes.values() if node.kind == "startEvent" and node.parent is None]
    free = _ways(nexts, starts, approvals)
    found = []
    for key in sorted(approvals, key=list(chart.nodes).index):
        for behind in _approved(chart, chart.nodes[key]):
            if behind in free:
                found.append(writer.finding("approval_skippable", "warning", (key, behind), free[behind]))
    return found


def _says_who_needs_none(chart: Chart, node: Node, approvals: set[str]) -> bool:
    """Whether a decision right before an approval says in words what needs none."""
    said = any(text.zh or text.en for text in node.ext.criterion)
    return said and any(chart.flows[one].target in approvals for one in node.outgoing)


def _is_approval(node: Node) -> bool:
    if node.kind != "userTask":
        return False
    return node.ext.status == "pending_approval" or bool(_APPROVAL.search(f"{node.name} {node.name_en}"))


def _approved(chart: Chart, node: Node) -> list[str]:
    """Where an approval leads on: the ordinary ways out of the decision behind it that are no end."""
    flows = [chart.flows[one] for one in node.outgoing]
    if len(flows) == 1 and chart.nodes[flows[0].target].kind == "exclusiveGateway":
        flows = [chart.flows[one] for one in chart.nodes[flows[0].target].outgoing]
    targets = [flow.target for flow in flows if flow.kind == "ordinary"]
    return [one for one in targets if chart.nodes[one].kind != "endEvent" and not _is_approval(chart.nodes[one])][:1]


def _ways(nexts: Mapping[str, list[str]], starts: list[str], without: set[str]) -> dict[str, tuple[str, ...]]:
    """What can be come to past the elements `without`, each with its shortest way along the arrows."""
    found: dict[str, tuple[str, ...]] = {key: (key,) for key in starts if key not in without}
    work = deque(found)
    while work:
        here = work.popleft()
        for key in nexts.get(here, ()):
            if key not in found and key not in without:
                found[key] = (*found[here], key)
                work.append(key)
    return found

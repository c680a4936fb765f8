"""The chart read as a list."""

from datetime import datetime

from django.utils.translation import gettext as _

from bihuan.bpmn import Chart, Node
from bihuan.flows.queries import ChartPosition, PlacedNode
from bihuan.web.present.deadlines import of_step
from bihuan.web.present.words import role_name
from bihuan.web.ui.environment import in_language
from bihuan.web.ui.trail import Branch, TrailNode


def trail(position: ChartPosition, now: datetime) -> list[TrailNode]:
    """Done, now and ahead as lines in the reader's language."""
    return [_line(position.chart, placed, now) for placed in position.nodes]


def _line(chart: Chart, placed: PlacedNode, now: datetime) -> TrailNode:
    node = chart.nodes[placed.id]
    name = in_language(placed.name, placed.name_en)
    if placed.decision:
        return TrailNode(
            name=name,
            kind="decision",
            state=placed.state,
            answer=in_language(placed.answer, placed.answer_en),
            branches=() if placed.state == "done" else _branches(chart, node),
            criterion=" ".join(in_language(text.zh, text.en) for text in node.ext.criterion),
        )
    if node.kind == "endEvent":
        return TrailNode(name=name or _("结束"), kind="end", state=placed.state)
    return _step(node, placed, name, now)


def _branches(chart: Chart, node: Node) -> tuple[Branch, ...]:
    flows = [chart.flows[flow] for flow in node.outgoing]
    return tuple(
        Branch(
            in_language(flow.name, flow.name_en),
            in_language(chart.nodes[flow.target].name, chart.nodes[flow.target].name_en),
        )
        for flow in flows
        if flow.name and chart.nodes[flow.target].name
    )


def _step(node: Node, placed: PlacedNode, name: str, now: datetime) -> TrailNode:
    if not placed.items:
        return TrailNode(name=name, state=placed.state, who=role_name(node.ext.role), limit=placed.limit, at=placed.at)
    last = placed.items[-1]
    view = of_step(last, now)
    holder = last.assignee or last.completed_by
    rounds = len({item.opened_at for item in placed.items})
    people = [item.assignee.name for item in placed.items if item.assignee and item.closed_at is None]
    who = "、".join(dict.fromkeys(people)) or (holder.name if holder else role_name(last.role))
    return TrailNode(
        name=name,
        state=placed.state,
        who=who,
        at=last.closed_at,
        due_at=view.due_at,
        clock=view.state,
        used=view.used if view.limit else None,
        limit=view.limit or None,
        left=view.left,
        percent=view.percent if view.limit else None,
        day=view.day,
        times=rounds,
        deliver="；".join(in_language(text.zh, text.en) for text in node.ext.evidence) if placed.state == "now" else "",
    )

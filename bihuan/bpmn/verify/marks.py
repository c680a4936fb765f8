"""The five marks of a good chart, each a score with the reasons for what is missing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bihuan.bpmn.model import Chart, Node, Text
from bihuan.bpmn.outline.naming import Caller
from bihuan.bpmn.verify.behaviour import BEHAVIOUR
from bihuan.bpmn.verify.report import Finding, Mark

_NAMES: Final = {
    "clear": Text("逻辑清晰", "Clear logic"),
    "easy": Text("易懂易执行", "Easy to follow"),
    "complete": Text("全面覆盖", "Complete"),
    "improving": Text("持续改进", "Improving"),
    "together": Text("协作", "Working together"),
}
_COSTS: Final[dict[str, dict[str, int]]] = {
    "clear": {**dict.fromkeys(BEHAVIOUR, 30), "condition_overlap": 8, "unbounded_loop": 8, "similar_steps": 4},
    "easy": {"name_too_long": 3, "no_criterion_text": 5},
    "complete": {"exclusive_gap": 15, "dead_element": 20, "no_path_to_end": 20, "approval_skippable": 10},
    "improving": {},
    "together": {"no_role": 15, "no_receiver": 10, "no_deadline": 5, "deadline_without_calendar": 5},
}
_MOST: Final = 40
"""What the findings of one kind may cost at most."""


@dataclass(frozen=True, slots=True)
class _Lack:
    cost: int
    why: Text


def marks(chart: Chart, findings: Sequence[Finding]) -> tuple[Mark, ...]:
    """The marks of one process, from its findings and from what it says about itself."""
    lacks = {
        "clear": _unsaid(chart.purpose.zh, 15, "没有写目标", "It does not say what it is for"),
        "easy": _shares(chart),
        "complete": [*_ends(chart), *_waits(chart), *_approvals(chart)],
        "improving": [
            *_unsaid(chart.review_by, 40, "没有下次评审日期", "It has no date of the next review"),
            *_unsaid(chart.owner, 30, "没有负责人", "Nobody owns it"),
            *_unsaid(chart.version, 10, "没有版本号", "It has no version"),
        ],
        "together": _escalations(chart),
    }
    return tuple(_mark(key, [*lacks[key], *_found(key, findings)]) for key in _NAMES)


def _mark(key: str, lacks: Sequence[_Lack]) -> Mark:
    score = max(0, 100 - sum(one.cost for one in lacks))
    return Mark(key, _NAMES[key], score, tuple(one.why for one in lacks))


def _found(key: str, findings: Iterable[Finding]) -> list[_Lack]:
    by_kind: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.kind in _COSTS[key]:
            by_kind.setdefault(finding.kind, []).append(finding)
    return [_Lack(min(_MOST, _COSTS[key][kind] * len(found)), _first_of(found)) for kind, found in by_kind.items()]


def _first_of(found: Sequence[Finding]) -> Text:
    if len(found) == 1:
        return found[0].message
    first = found[0].message
    return Text(f"{first.zh}（同类共 {len(found)} 处）", f"{first.en} ({len(found)} of this kind)")


def _unsaid(text: str, cost: int, zh: str, en: str) -> list[_Lack]:
    return [] if text else [_Lack(cost, Text(zh, en))]


def _tasks(chart: Chart) -> list[Node]:
    return [node for node in chart.nodes.values() if node.kind == "userTask"]


def _shares(chart: Chart) -> list[_Lack]:
    """Steps that do not say how they are done, or what to mind."""
    tasks = _tasks(chart)
    found = []
    for cost, zh, en, bare in (
        (40, "没有操作方法", "do not say how", [one for one in tasks if not (one.ext.methods or one.ext.instructions)]),
        (15, "没有注意事项", "have no caution", [one for one in tasks if not (one.ext.cautions or one.ext.importants)]),
    ):
        if bare:
            share = round(cost * len(bare) / len(tasks))
            zh_said = f"{len(tasks)} 个步骤中 {len(bare)} 个{zh}"
            found.append(_Lack(share, Text(zh_said, f"{len(bare)} of {len(tasks)} steps {en}")))
    return found


def _ends(chart: Chart) -> list[_Lack]:
    starts = _unsaid(chart.starts_when.zh, 10, "没有写起点", "It does not say when it starts")
    return starts + _unsaid(chart.ends_when.zh, 10, "没有写终点", "It does not say when it ends")


def _waits(chart: Chart) -> list[_Lack]:
    """Waiting for somebody outside without a limit."""
    caller, found = Caller(chart, chart.nodes), []
    for node in chart.nodes.values():
        waits = node.kind == "receiveTask" or (node.kind == "intermediateCatchEvent" and node.trigger == "message")
        if waits and not _has_limit(chart, node):
            who = caller.called(node.id)
            found.append(_Lack(10, Text(f"{who.zh}一直等下去，没有到期的办法", f"{who.en} may wait for ever")))
    return found


def _has_limit(chart: Chart, node: Node) -> bool:
    events = [chart.nodes[one] for one in node.boundary]
    if node.partner is not None:
        flows = (chart.flows[one] for one in chart.nodes[node.partner].outgoing)
        events += [chart.nodes[flow.target] for flow in flows]
    return any(one.trigger == "timer" for one in events)


def _approvals(chart: Chart) -> list[_Lack]:
    """Approvals that cannot be refused."""
    caller, found = Caller(chart, chart.nodes), []
    for node in _tasks(chart):
        if node.ext.status != "pending_approval":
            continue
        behind = [chart.nodes[chart.flows[one].target] for one in node.outgoing]
        if not any(one.kind == "exclusiveGateway" and len(one.outgoing) > 1 for one in behind):
            who = caller.called(node.id)
            found.append(_Lack(10, Text(f"{who.zh}只能同意，没有驳回的路", f"{who.en} cannot be refused")))
    return found


def _escalations(chart: Chart) -> list[_Lack]:
    tasks = [one for one in _tasks(chart) if one.ext.deadline is not None]
    bare = [one for one in tasks if one.ext.deadline and not one.ext.deadline.escalate_to]
    if not bare:
        return []
    return [
        _Lack(
            min(20, 3 * len(bare)),
            Text(f"{len(bare)} 个时限到期后不知道找谁", f"{len(bare)} limits do not say who is told"),
        )
    ]

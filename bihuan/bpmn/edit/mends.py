"""One-click mends: edits that certainly take a finding away. Each is tried out before it is offered."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from statistics import multimode
from typing import Final

from bihuan.bpmn.edit.apply import apply_edits
from bihuan.bpmn.edit.bounds import bounds
from bihuan.bpmn.edit.edits import (
    DeclareVariable,
    Edit,
    EditRefused,
    GatewayKind,
    InsertJoin,
    RemoveParts,
    SetCondition,
    SetExtension,
    SetGateway,
)
from bihuan.bpmn.edit.types import type_of
from bihuan.bpmn.model import Chart, Deadline, Flow, Node, Text
from bihuan.bpmn.outline.words import deadline_words, name_of
from bihuan.bpmn.problems import ChartRefused
from bihuan.bpmn.verify import Finding, Report, verify

_BRANCHES: Final = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway"})
_JOINED: Final[dict[GatewayKind, Text]] = {
    "parallel": Text("并行", "parallel"),
    "exclusive": Text("排他", "exclusive"),
    "inclusive": Text("包容", "inclusive"),
}
_HOURS: Final = 8 * 3_600
_WARN: Final = (50, 75, 90)
_OTHER: Final = ("其他", "其它", "否", "不", "other", "else", "no")


@dataclass(frozen=True, slots=True)
class Mend:
    """`title`: what a button says. `edits`: carried out one after the other."""

    title: Text
    edits: tuple[Edit, ...]


def mends(finding: Finding, chart: Chart) -> tuple[Mend, ...]:
    """The mends of a finding of `chart`, best first; () where no mend is certain.

    Offered is only what makes the finding go and brings no new error.
    """
    make = _MAKERS.get(finding.kind)
    if make is None or any(one not in chart.nodes and one not in chart.flows for one in finding.elements):
        return ()
    before = verify(chart.source)
    return tuple(mend for mend in make(finding, chart) if _helps(mend, finding, chart, before))


def _helps(mend: Mend, finding: Finding, chart: Chart, before: Report) -> bool:
    try:
        after = verify(apply_edits(chart.source, mend.edits, draw=False))
    except (EditRefused, ChartRefused):
        return False
    wrong = {(one.kind, frozenset(one.elements)) for one in before.findings if one.severity == "error"}
    shared = set(finding.elements)
    if any(one.kind == finding.kind and shared & set(one.elements) for one in after.findings):
        return False
    if before.decided and not after.decided:
        return False
    return all((one.kind, frozenset(one.elements)) in wrong for one in after.findings if one.severity == "error")


# gaps and dead parts ----------------------------------------------------------------------------------------------------


def _defaults(finding: Finding, chart: Chart) -> Iterator[Mend]:
    """The arrow without a condition, else each arrow: whoever draws knows which one is meant."""
    gateway = chart.nodes[finding.elements[0]]
    flows = [chart.flows[one] for one in gateway.outgoing]
    free = [one for one in flows if one.condition is None]
    chosen = free if len(free) == 1 else sorted(free or flows, key=_unlikely)
    for flow in chosen:
        name = flow_name(chart, flow)
        title = Text(f"“{name.zh}”作默认出口", f"Make “{name.en}” the default")
        yield Mend(title, (SetCondition(flow=flow.id, default=True),))


def _unlikely(flow: Flow) -> tuple[bool, bool]:
    words = f"{flow.name} {flow.name_en}".lower().split()
    return not any(word.startswith(_OTHER) for word in words), flow.kind != "ordinary"


def flow_name(chart: Chart, flow: Flow) -> Text:
    """An arrow's name, or what it leads to."""
    if flow.name:
        return Text(flow.name, flow.name_en or flow.name)
    target = name_of(chart.nodes[flow.target])
    return Text(f"到{target.zh}", f"to {target.en}")


def _removal(finding: Finding, chart: Chart) -> Iterator[Mend]:
    """What nothing leads to goes. Behind a fault it is not dead by itself."""
    gone = {one for one in finding.elements if one in chart.nodes}
    led_to = any(
        chart.flows[flow].source not in gone and chart.nodes[chart.flows[flow].source].parent == chart.nodes[one].parent
        for one in gone
        for flow in chart.nodes[one].incoming
    )
    hangs = any((host := chart.nodes[one].attached_to) is not None and host not in gone for one in gone)
    if not led_to and not hangs:
        top = tuple(one for one in finding.elements if one in gone and chart.nodes[one].parent not in gone)
        yield Mend(Text("删去走不到的部分", "Remove what is never reached"), (RemoveParts(nodes=top),))


# joins ------------------------------------------------------------------------------------------------------------------


def _joins(finding: Finding, chart: Chart) -> Iterator[Mend]:
    """Another kind of join or split, or the join that is missing."""
    order: tuple[GatewayKind, ...] = ("exclusive", "inclusive", "parallel")
    if finding.kind == "lack_of_synchronisation":
        order = ("parallel", "inclusive")
        for key in finding.elements:
            if key in chart.nodes:
                yield from _missing_joins(chart, chart.nodes[key], order)
    for key in finding.elements:
        node = chart.nodes.get(key)
        if node is not None and node.kind in _BRANCHES and len(node.incoming) > 1:
            yield from _other_kinds(node, order)
    for key in finding.path or ():
        node = chart.nodes.get(key)
        if node is not None and node.kind in _BRANCHES and len(node.outgoing) > 1 and not node.ext.choice:
            yield from _other_kinds(node, _splits(finding, node))


def _splits(finding: Finding, node: Node) -> tuple[GatewayKind, ...]:
    """A split is only changed the safe way: nothing that was conditional becomes so that it loses its conditions."""
    if finding.kind != "deadlock" or node.split:
        return ()
    return ("parallel",)


def _other_kinds(node: Node, kinds: Iterable[GatewayKind]) -> Iterator[Mend]:
    name = name_of(node)
    for kind in kinds:
        if node.kind != f"{kind}Gateway" and not (kind == "parallel" and node.split):
            word = _JOINED[kind]
            title = Text(f"“{name.zh}”改为{word.zh}网关", f"Make “{name.en}” a {word.en} gateway")
            yield Mend(title, (SetGateway(gateway=node.id, kind=kind),))


def _missing_joins(chart: Chart, node: Node, kinds: Iterable[GatewayKind]) -> Iterator[Mend]:
    forward = tuple(one for one in node.incoming if chart.flows[one].kind != "return")
    if len(forward) < 2 or (node.kind in _BRANCHES and len(node.outgoing) < 2):
        return
    name = name_of(node)
    for kind in kinds:
        word = _JOINED[kind]
        title = Text(f"在“{name.zh}”之前加{word.zh}汇聚", f"Join with a {word.en} gateway before “{name.en}”")
        yield Mend(title, (InsertJoin(node=node.id, flows=forward, kind=kind),))


# limits and names -------------------------------------------------------------------------------------------------------


def _limit(finding: Finding, chart: Chart) -> Iterator[Mend]:
    """The limit that steps of the same role usually have, else a working day of eight hours."""
    node = chart.nodes[finding.elements[0]]
    known = [one for one in chart.nodes.values() if one.ext.deadline is not None and one.ext.role == node.ext.role]
    usual = multimode([one.ext.deadline.seconds for one in known if one.ext.deadline and one.ext.deadline.seconds])
    told = multimode([one.ext.deadline.escalate_to for one in known if one.ext.deadline])
    limit = Deadline(
        anchor="entered",
        seconds=usual[0] if usual else _HOURS,
        workdays=None,
        calendar="default",
        warn=_WARN,
        escalate_to=told[0] if told else "",
    )
    words = deadline_words(limit)
    yield _with_limit(node, limit, Text(f"时限设为 {words.zh}", f"Set a limit of {words.en}"))


def _calendar(finding: Finding, chart: Chart) -> Iterator[Mend]:
    node = chart.nodes[finding.elements[0]]
    if node.ext.deadline is not None:
        limit = replace(node.ext.deadline, calendar="default")
        yield _with_limit(node, limit, Text("按工作时间计算", "Count working time"))


def _with_limit(node: Node, limit: Deadline, title: Text) -> Mend:
    return Mend(title, (SetExtension(node=node.element_id, ext=replace(node.ext, deadline=limit)),))


def _bounds(finding: Finding, chart: Chart) -> Iterator[Mend]:
    for title, edits in bounds(chart, finding.elements, flow_name):
        yield Mend(title, edits)


def _declaration(finding: Finding, chart: Chart) -> Iterator[Mend]:
    """The name, with the type that its use shows."""
    found = type_of(chart, finding.elements, finding.message.en)
    if found is not None:
        title = Text(f"声明名称 {found.name}（{found.type}）", f"Declare {found.name} ({found.type})")
        yield Mend(title, (DeclareVariable(process=chart.process_id, variable=found),))


_MAKERS: Final[Mapping[str, Callable[[Finding, Chart], Iterator[Mend]]]] = {
    "exclusive_gap": _defaults,
    "dead_element": _removal,
    "deadlock": _joins,
    "improper_completion": _joins,
    "lack_of_synchronisation": _joins,
    "no_deadline": _limit,
    "deadline_without_calendar": _calendar,
    "unbounded_loop": _bounds,
    "undeclared_name": _declaration,
}

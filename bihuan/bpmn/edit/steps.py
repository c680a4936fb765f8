"""Steps: put in, taken out, moved; timers on them."""

from collections.abc import Iterable
from typing import Final

from lxml import etree

from bihuan.bpmn.edit.document import Document
from bihuan.bpmn.edit.edits import AddBoundaryTimer, EditRefused, InsertStep, MoveStep, RemoveParts, RemoveStep
from bihuan.bpmn.edit.uses import refuse_if_used
from bihuan.bpmn.timing import is_duration
from bihuan.bpmn.xml.vocabulary import ACTIVITIES, BPMN, GATEWAYS, TASKS, flag, local, reference

_KINDS: Final = TASKS | {"intermediateThrowEvent", "intermediateCatchEvent"}


def place(doc: Document, at: str) -> tuple[etree._Element | None, etree._Element]:
    """The arrow `at` and its source, or the node `at` and its only arrow (None: nothing follows it yet)."""
    element = doc.element(at)
    if local(element) == "sequenceFlow":
        return element, doc.node(reference(element, "sourceRef") or "")
    node = doc.node(at)
    out = doc.outgoing(node)
    if len(out) > 1:
        raise EditRefused(
            "several_ways",
            f"“{doc.said(node)}”后面有几条路，请指明加在哪一条上。",
            f"Several ways lead on from “{doc.said(node)}”: say which one.",
        )
    if not out and local(node) == "endEvent":
        raise EditRefused("no_way_on", "结束之后不能再有步骤。", "Nothing can follow an end.")
    return (out[0] if out else None), node


def insert_step(doc: Document, edit: InsertStep) -> None:
    """Carries out InsertStep."""
    if edit.kind not in _KINDS:
        raise EditRefused("bad_value", f"不能这样加 {edit.kind}。", f"{edit.kind} cannot be put in like this.")
    flow, before = place(doc, edit.at)
    key = edit.id or doc.fresh("task" if edit.kind in TASKS else "event")
    made = doc.add(edit.kind, key, before, name=edit.name)
    doc.put(made, "bihuan:nameEn", edit.name_en)
    doc.put(made, "bihuan:role", edit.role)
    doc.put(made, "bihuan:phase", _phase(doc, before, flow))
    if edit.kind == "intermediateCatchEvent":
        add_timer(doc, made, edit.duration, edit.calendar)
    doc.enter_lane(key, doc.lane(edit.lane) if edit.lane else doc.lane_of(str(before.get("id"))))
    splice(doc, flow, before, made)


def _phase(doc: Document, before: etree._Element, flow: etree._Element | None) -> str:
    """The stage of a neighbour."""
    around = [before, doc.ids.get(reference(flow, "targetRef") or "") if flow is not None else None]
    tag = "{urn:bihuan:1}phase"
    return next((str(one.get(tag)) for one in around if one is not None and one.get(tag)), "")


def splice(doc: Document, flow: etree._Element | None, before: etree._Element, made: etree._Element) -> str:
    """Puts a node into an arrow (which then leads to it), or behind a node without one; gives the new arrow."""
    key = str(made.get("id"))
    if flow is None:
        new = doc.arrow(str(before.get("id")), key, _last(doc, before))
        doc.change.beside.append((key, str(before.get("id"))))
        doc.change.routed.append(new)
        return new
    new = doc.arrow(key, reference(flow, "targetRef") or "", flow)
    doc.lead(flow, target=key)
    doc.change.inserted.append((key, str(flow.get("id")), new))
    return new


def _last(doc: Document, node: etree._Element) -> etree._Element:
    """Behind which element a new arrow stands in the file."""
    return (doc.flows(doc.scope(node)) or doc.nodes(doc.scope(node)))[-1]


def add_timer(doc: Document, event: etree._Element, duration: str, calendar: str) -> None:
    """The timer definition of an event."""
    if not is_duration(duration):
        raise EditRefused(
            "bad_value",
            f"时长“{duration}”看不懂，应写成 PT2H 这样（不用年和月）。",
            f"The time {duration!r} cannot be read; write it like PT2H (no years or months).",
        )
    definition = etree.SubElement(event, f"{{{BPMN}}}timerEventDefinition")
    time = etree.SubElement(definition, f"{{{BPMN}}}timeDuration")
    doc.write_text(time, duration)
    doc.put(time, "bihuan:calendar", calendar)


def remove_step(doc: Document, edit: RemoveStep) -> None:
    """Carries out RemoveStep."""
    node = doc.node(edit.node)
    _check_removable(doc, node)
    aside = only_behind(doc, node)
    refuse_if_used(doc, [node, *aside])
    bridge(doc, node)
    for one in aside:
        remove_with_arrows(doc, one)
    doc.remove(node)


def _check_removable(doc: Document, node: etree._Element) -> None:
    said = doc.said(node)
    if local(node) == "startEvent":
        raise EditRefused("wrong_element", f"开始“{said}”不能删除。", f"The start “{said}” cannot go.")
    out = doc.outgoing(node)
    if len(out) > 1:
        raise EditRefused(
            "several_ways",
            f"“{said}”后面有几条路，请先删去分支。",
            f"Several ways lead on from “{said}”: remove the arms first.",
        )
    if local(node) == "boundaryEvent" or out:
        return
    for flow in doc.incoming(node):
        before = doc.node(reference(flow, "sourceRef") or "")
        if len(doc.outgoing(before)) < 2:
            raise EditRefused(
                "no_way_on",
                f"删去“{said}”之后，“{doc.said(before)}”就没有下一步了。",
                f"Without “{said}” nothing would follow “{doc.said(before)}”.",
            )


def bridge(doc: Document, node: etree._Element) -> None:
    """The arrows to a node lead on to what follows it; with nothing behind it they go."""
    key = str(node.get("id"))
    out = [one for one in doc.outgoing(node) if reference(one, "targetRef") != key]
    for flow in doc.incoming(node):
        if not out or reference(flow, "sourceRef") == key:
            remove_arrow(doc, flow)
            continue
        doc.lead(flow, target=reference(out[0], "targetRef") or "")
        doc.change.bridged.append((str(flow.get("id")), str(out[0].get("id"))))
    for flow in doc.outgoing(node):
        remove_arrow(doc, flow)


def remove_arrow(doc: Document, flow: etree._Element) -> None:
    """An arrow goes, and with it that it was the default."""
    source = doc.ids.get(reference(flow, "sourceRef") or "")
    if source is not None and reference(source, "default") == flow.get("id"):
        source.attrib.pop("default")
    doc.remove(flow)


def remove_with_arrows(doc: Document, node: etree._Element) -> None:
    """A node goes with all its arrows."""
    for flow in [*doc.incoming(node), *doc.outgoing(node)]:
        if str(flow.get("id")) in doc.ids:
            remove_arrow(doc, flow)
    doc.remove(node)


def only_behind(doc: Document, node: etree._Element) -> list[etree._Element]:
    """The boundary events of a node (of an event: nothing), and what can be reached over them alone."""
    events = [node] if local(node) == "boundaryEvent" else doc.boundary(node)
    return [one for one in lost(doc, doc.scope(node), events) if one is not node] if events else []


def lost(
    doc: Document, scope: etree._Element, gone: Iterable[etree._Element], cut: Iterable[etree._Element] = ()
) -> list[etree._Element]:
    """The nodes of a scope that cannot be reached any more without the nodes `gone` and the arrows `cut`."""
    nodes = {str(one.get("id")): one for one in doc.nodes(scope)}
    closed = {str(one.get("id")) for one in gone}
    left_out = {str(one.get("id")) for one in cut}
    before = _reached(doc, scope, nodes, set(), set())
    after = _reached(doc, scope, nodes, closed, left_out)
    return [one for key, one in nodes.items() if key in closed or (key in before and key not in after)]


def _reached(
    doc: Document, scope: etree._Element, nodes: dict[str, etree._Element], closed: set[str], cut: set[str]
) -> set[str]:
    """What the starts of a scope lead to. `nodes` without any arrow to them count as starts."""
    nexts: dict[str, list[str]] = {}
    led_to: set[str] = set()
    for source, target, flow in _links(doc, scope, nodes):
        led_to.add(target)
        if flow not in cut:
            nexts.setdefault(source, []).append(target)
    work = [key for key in nodes if key not in led_to and key not in closed]
    found: set[str] = set()
    while work:
        here = work.pop()
        if here not in found and here not in closed:
            found.add(here)
            work += nexts.get(here, [])
    return found


def _links(doc: Document, scope: etree._Element, nodes: dict[str, etree._Element]) -> Iterable[tuple[str, str, str]]:
    for flow in doc.flows(scope):
        yield reference(flow, "sourceRef") or "", reference(flow, "targetRef") or "", str(flow.get("id"))
    for key, node in nodes.items():
        host = reference(node, "attachedToRef")
        if host:
            yield host, key, ""
    for one in scope.iterfind(f"{{{BPMN}}}association"):
        source, target = reference(one, "sourceRef") or "", reference(one, "targetRef") or ""
        if target in nodes and flag(nodes[target], "isForCompensation", default=False):
            yield source, target, ""
    yield from _link_events(nodes)


def _link_events(nodes: dict[str, etree._Element]) -> Iterable[tuple[str, str, str]]:
    named: dict[str, dict[str, str]] = {"intermediateThrowEvent": {}, "intermediateCatchEvent": {}}
    throws: list[tuple[str, str]] = []
    for key, node in nodes.items():
        definition = node.find(f"{{{BPMN}}}linkEventDefinition")
        if definition is None or local(node) not in named:
            continue
        name = definition.get("name") or node.get("name") or ""
        if local(node) == "intermediateThrowEvent":
            throws.append((key, name))
        else:
            named["intermediateCatchEvent"][name] = key
    for key, name in throws:
        if name in named["intermediateCatchEvent"]:
            yield key, named["intermediateCatchEvent"][name], ""


def remove_parts(doc: Document, edit: RemoveParts) -> None:
    """Carries out RemoveParts."""
    nodes = [doc.node(key) for key in edit.nodes]
    aside = [one for node in nodes for one in doc.boundary(node) if one not in nodes]
    refuse_if_used(doc, [*nodes, *aside])
    for node in (*aside, *nodes):
        if str(node.get("id")) in doc.ids:
            remove_with_arrows(doc, node)


def move_step(doc: Document, edit: MoveStep) -> None:
    """Carries out MoveStep."""
    node, flow = doc.node(edit.node), doc.flow(edit.to)
    said = doc.said(node)
    if local(node) in ("startEvent", "endEvent", "boundaryEvent") or local(node) in GATEWAYS:
        raise EditRefused("wrong_element", f"“{said}”不能移动。", f"“{said}” cannot be moved.")
    if doc.scope(node) is not doc.scope(flow):
        raise EditRefused(
            "other_scope", "步骤不能移入或移出子流程。", "A step cannot be moved into a sub-process or out of one."
        )
    out = doc.outgoing(node)
    if reference(out[0], "targetRef") == edit.node if out else False:
        raise EditRefused("no_way_on", f"“{said}”只回到自己。", f"“{said}” only leads back to itself.")
    if flow in out or flow in doc.incoming(node):
        raise EditRefused("same_place", f"“{said}”已经在这里。", f"“{said}” stands there already.")
    if len(out) != 1:
        raise EditRefused(
            "several_ways" if out else "no_way_on",
            f"“{said}”后面不是只有一条路，不能移动。",
            f"“{said}” has not exactly one way on, so it cannot be moved.",
        )
    if edit.lane:
        doc.enter_lane(edit.node, doc.lane(edit.lane))
    for one in doc.incoming(node):
        doc.lead(one, target=reference(out[0], "targetRef") or "")
        doc.change.bridged.append((str(one.get("id")), str(out[0].get("id"))))
    doc.lead(out[0], target=reference(flow, "targetRef") or "")
    doc.lead(flow, target=edit.node)
    doc.change.inserted.append((edit.node, edit.to, str(out[0].get("id"))))


def add_boundary_timer(doc: Document, edit: AddBoundaryTimer) -> None:
    """Carries out AddBoundaryTimer."""
    host = doc.node(edit.node)
    if local(host) not in ACTIVITIES or flag(host, "triggeredByEvent", default=False):
        raise EditRefused("wrong_element", f"“{doc.said(host)}”不能带定时。", f"“{doc.said(host)}” takes no timer.")
    key = doc.fresh("timer")
    event = doc.add("boundaryEvent", key, host, name=edit.name, attachedToRef=edit.node)
    doc.put(event, "bihuan:nameEn", edit.name_en)
    if not edit.interrupting:
        event.set("cancelActivity", "false")
    add_timer(doc, event, edit.duration, edit.calendar)
    lane = doc.lane_of(edit.node)
    doc.enter_lane(key, lane)
    doc.change.beside.append((key, edit.node))
    target = edit.to or new_end(doc, event, lane)
    if doc.scope(doc.node(target)) is not doc.scope(host):
        raise EditRefused("other_scope", "连线不能穿过子流程的边界。", "An arrow may not cross a sub-process's border.")
    doc.change.routed.append(doc.arrow(key, target, _last(doc, host)))


def new_end(doc: Document, near: etree._Element, lane: etree._Element | None) -> str:
    """A new end event beside a node; gives its id."""
    key = doc.fresh("end")
    doc.add("endEvent", key, near)
    doc.enter_lane(key, lane)
    doc.change.beside.append((key, str(near.get("id"))))
    return key

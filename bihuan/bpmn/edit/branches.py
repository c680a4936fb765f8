"""Branches: made, given arms, robbed of arms; joins."""

from typing import Final

from lxml import etree

from bihuan.bpmn.edit.document import XSI, Document
from bihuan.bpmn.edit.edits import AddArm, EditRefused, InsertBranch, InsertJoin, NewArm, RemoveArm, SetGateway
from bihuan.bpmn.edit.steps import bridge, lost, new_end, place, remove_arrow, remove_with_arrows, splice
from bihuan.bpmn.edit.texts import write_sentence
from bihuan.bpmn.edit.uses import refuse_if_used
from bihuan.bpmn.outline import read_outline
from bihuan.bpmn.problems import ChartRefused
from bihuan.bpmn.verify.reading import read
from bihuan.bpmn.xml.vocabulary import BPMN, GATEWAYS, child, children, local, ours, reference

NEVER: Final = "false"
"""The condition of an arm of which nobody has said yet when it is taken."""


def insert_branch(doc: Document, edit: InsertBranch) -> None:
    """Carries out InsertBranch."""
    flow, before = _where(doc, edit)
    split = doc.add(f"{edit.kind}Gateway", doc.fresh("split"), before, name=edit.name)
    doc.put(split, "bihuan:nameEn", edit.name_en)
    doc.put(split, "bihuan:choice", "person" if edit.by_person else "")
    if edit.criterion.zh or edit.criterion.en:
        write_sentence(doc, split, "criterion", edit.criterion)
    join = doc.add(f"{edit.kind}Gateway", doc.fresh("join"), split)
    lane = doc.lane_of(str(before.get("id")))
    for made in (split, join):
        doc.put(made, "bihuan:phase", ours(before, "phase"))
        doc.enter_lane(str(made.get("id")), lane)
    first = doc.ids[splice(doc, flow, before, split)]
    splice(doc, first, split, join)
    arrows = [first]
    for _ in edit.arms[1:]:
        key = doc.arrow(str(split.get("id")), str(join.get("id")), arrows[-1])
        doc.change.routed.append(key)
        arrows.append(doc.ids[key])
    if edit.kind != "parallel" and not edit.by_person:
        split.set("default", str(arrows[-1].get("id")))
    for arrow, arm in zip(arrows, edit.arms, strict=True):
        _say(doc, split, arrow, arm)


def _where(doc: Document, edit: InsertBranch) -> tuple[etree._Element, etree._Element]:
    """The arrow that is opened, and its source."""
    if len(edit.arms) < 2:
        raise EditRefused("bad_value", "分支至少要有两条。", "A branch has at least two arms.")
    if edit.by_person and edit.kind != "exclusive":
        raise EditRefused("bad_value", "只有排他分支可由人选择。", "Only an exclusive branch is a person's choice.")
    flow, before = place(doc, edit.at)
    if flow is None:
        raise EditRefused(
            "no_way_on",
            f"“{doc.said(before)}”后面还没有连线，请先接上下一步。",
            f"Nothing follows “{doc.said(before)}” yet: connect it first.",
        )
    return flow, before


def _say(doc: Document, gateway: etree._Element, flow: etree._Element, arm: NewArm) -> None:
    doc.put(flow, "name", arm.name)
    doc.put(flow, "bihuan:nameEn", arm.name_en)
    doc.put(flow, "bihuan:kind", arm.kind if arm.kind != "ordinary" else "")
    asks = local(gateway) in ("exclusiveGateway", "inclusiveGateway")
    if arm.condition and not asks:
        raise EditRefused("bad_value", "这种分支没有条件。", "A branch of this kind has no conditions.")
    if gateway.get("default") == flow.get("id"):
        return
    free = not asks or ours(gateway, "choice") == "person"
    write_condition(doc, flow, arm.condition or ("" if free else NEVER))


def write_condition(doc: Document, flow: etree._Element, condition: str) -> None:
    """The condition of an arrow; "" takes it away."""
    found = child(flow, "conditionExpression")
    if not condition:
        if found is not None:
            flow.remove(found)
        return
    if found is None:
        found = etree.SubElement(flow, f"{{{BPMN}}}conditionExpression")
        doc.declare("xsi", XSI)
        prefix = next((key for key, space in found.nsmap.items() if space == BPMN), None)
        found.set(f"{{{XSI}}}type", f"{prefix}:tFormalExpression" if prefix else "tFormalExpression")
    doc.write_text(found, condition)


def add_arm(doc: Document, edit: AddArm) -> None:
    """Carries out AddArm."""
    gateway = doc.node(edit.gateway)
    if local(gateway) not in GATEWAYS - {"eventBasedGateway"} or not doc.outgoing(gateway):
        raise EditRefused("wrong_element", f"“{doc.said(gateway)}”不是分支。", f"“{doc.said(gateway)}” is no branch.")
    target = edit.to or _meets(doc, gateway) or new_end(doc, gateway, doc.lane_of(edit.gateway))
    if doc.scope(doc.node(target)) is not doc.scope(gateway):
        raise EditRefused("other_scope", "连线不能穿过子流程的边界。", "An arrow may not cross a sub-process's border.")
    only = doc.outgoing(gateway)
    if len(only) == 1 and local(gateway) != "parallelGateway" and ours(gateway, "choice") != "person":
        gateway.set("default", str(only[0].get("id")))  # what only joined until now goes on as it did
    key = doc.arrow(edit.gateway, target, only[-1])
    doc.change.routed.append(key)
    _say(doc, gateway, doc.ids[key], edit.arm)


def _meets(doc: Document, gateway: etree._Element) -> str:
    """Where the arms meet: for a parallel branch only a join will do. "" where they do not."""
    try:
        charts = [one.chart for one in read(doc.to_bytes())]
    except ChartRefused:
        return ""
    key = str(gateway.get("id"))
    found = next((block.meets for chart in charts for block in read_outline(chart).blocks() if block.node == key), "")
    arms = {reference(one, "targetRef") for one in doc.outgoing(gateway)}
    if not found or (found in arms and len(doc.incoming(doc.ids[found])) == 1):
        return ""
    fits = local(gateway) == "exclusiveGateway" or local(doc.ids[found]) == local(gateway)
    return found if fits else ""


def remove_arm(doc: Document, edit: RemoveArm) -> None:
    """Carries out RemoveArm."""
    flow = doc.flow(edit.flow)
    gateway = doc.node(reference(flow, "sourceRef") or "")
    if len(doc.outgoing(gateway)) < 2:
        raise EditRefused(
            "no_way_on", f"“{doc.said(gateway)}”只有这一条路。", f"This is the only way on from “{doc.said(gateway)}”."
        )
    gone = lost(doc, doc.scope(gateway), (), [flow])
    refuse_if_used(doc, [flow, *gone])
    was_default = reference(gateway, "default") == edit.flow
    followers = _followers(doc, [flow, *(one for node in gone for one in doc.outgoing(node))])
    remove_arrow(doc, flow)
    for node in gone:
        if str(node.get("id")) in doc.ids:
            remove_with_arrows(doc, node)
    _settle(doc, gateway, was_default)
    for node in followers:
        if str(node.get("id")) in doc.ids:
            _dissolve(doc, node)


def _followers(doc: Document, flows: list[etree._Element]) -> list[etree._Element]:
    """The joins that these arrows lead to: they may be left with one arrow."""
    targets = [doc.ids[key] for one in flows if (key := reference(one, "targetRef") or "") in doc.ids]
    return [one for one in dict.fromkeys(targets) if local(one) in GATEWAYS and len(doc.incoming(one)) > 1]


def _settle(doc: Document, gateway: etree._Element, was_default: bool) -> None:
    out = doc.outgoing(gateway)
    if len(out) < 2:
        _dissolve(doc, gateway)
    elif was_default and local(gateway) in GATEWAYS:
        gateway.set("default", str(out[-1].get("id")))
        write_condition(doc, out[-1], "")


def _dissolve(doc: Document, gateway: etree._Element) -> None:
    """A gateway with one arrow in and one out says nothing any more."""
    into, out = doc.incoming(gateway), doc.outgoing(gateway)
    if local(gateway) not in GATEWAYS - {"eventBasedGateway"} or len(out) != 1:
        return
    # An only arrow with a condition would block; where the gateway stays as a merge it must be free.
    gateway.attrib.pop("default", None)
    doc.put(gateway, "bihuan:choice", "")
    for one in children(out[0], "conditionExpression"):
        out[0].remove(one)
    if len(into) == 1 and reference(into[0], "sourceRef") != gateway.get("id"):
        refuse_if_used(doc, [gateway])
        bridge(doc, gateway)
        doc.remove(gateway)


def set_gateway(doc: Document, edit: SetGateway) -> None:
    """Carries out SetGateway."""
    gateway = doc.node(edit.gateway)
    if local(gateway) not in GATEWAYS - {"eventBasedGateway"}:
        raise EditRefused(
            "wrong_element", f"“{doc.said(gateway)}”不能改成别的分支。", f"“{doc.said(gateway)}” is no such gateway."
        )
    gateway.tag = f"{{{BPMN}}}{edit.kind}Gateway"
    if edit.kind != "exclusive":
        doc.put(gateway, "bihuan:choice", "")
    if edit.kind == "parallel":
        gateway.attrib.pop("default", None)
        for flow in doc.outgoing(gateway):
            write_condition(doc, flow, "")


def insert_join(doc: Document, edit: InsertJoin) -> None:
    """Carries out InsertJoin."""
    node = doc.node(edit.node)
    flows = [doc.flow(key) for key in edit.flows]
    if len(flows) < 2 or any(reference(one, "targetRef") != edit.node for one in flows):
        raise EditRefused(
            "bad_value",
            f"要汇聚的连线应有两条以上，并且都通向“{doc.said(node)}”。",
            f"A join takes two or more arrows, all leading to “{doc.said(node)}”.",
        )
    key = doc.fresh("join")
    before = doc.node(reference(flows[0], "sourceRef") or "")
    made = doc.add(f"{edit.kind}Gateway", key, before)
    doc.put(made, "bihuan:phase", ours(node, "phase"))
    doc.enter_lane(key, doc.lane_of(edit.node))
    splice(doc, flows[0], before, made)
    for one in flows[1:]:
        doc.lead(one, target=key)
        doc.change.routed.append(str(one.get("id")))

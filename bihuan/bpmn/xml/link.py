"""Second pass: arrows, boundary events, lanes, link events, compensation handlers and choices put on the nodes."""

from dataclasses import replace

from bihuan.bpmn.model import Flow, Node
from bihuan.bpmn.xml.container import Draft
from bihuan.bpmn.xml.reading import Reading
from bihuan.bpmn.xml.vocabulary import flag

# These give a token to every arrow (or leave the choice to events), whatever condition is drawn on it.
_ALL_WAYS = frozenset({"parallelGateway", "eventBasedGateway"})


def link(reading: Reading, draft: Draft) -> None:
    """Completes the nodes of `draft` in place; references to nothing are noted as problems."""
    _link_flows(reading, draft)
    _link_boundary(reading, draft)
    _link_partners(draft)
    _link_choices(draft)
    _link_lanes(draft)
    _count_entries(reading, draft)


def _link_flows(reading: Reading, draft: Draft) -> None:
    incoming: dict[str, list[str]] = {}
    outgoing: dict[str, list[str]] = {}
    for flow in list(draft.flows.values()):
        missing = [end for end in (flow.source, flow.target) if end not in draft.nodes]
        if missing:
            reading.refuse(
                draft.elements[flow.id],
                "missing_reference",
                f"连线的端点 {missing[0]} 不存在",
                f"the arrow's end {missing[0]!r} does not exist",
            )
            continue
        outgoing.setdefault(flow.source, []).append(flow.id)
        incoming.setdefault(flow.target, []).append(flow.id)
    for node in list(draft.nodes.values()):
        leaving = tuple(outgoing.get(node.id, ()))
        if node.default is not None:
            _mark_default(reading, draft, node, leaving)
        draft.nodes[node.id] = replace(
            node,
            incoming=tuple(incoming.get(node.id, ())),
            outgoing=leaving,
            split=node.kind not in _ALL_WAYS
            and (node.default is not None or any(draft.flows[one].test is not None for one in leaving)),
        )


def _mark_default(reading: Reading, draft: Draft, node: Node, leaving: tuple[str, ...]) -> None:
    if node.default not in leaving:
        reading.refuse(
            draft.elements[node.id],
            "missing_reference",
            f"默认连线 {node.default} 不从这里出发",
            f"the default arrow {node.default} does not leave here",
        )
        return
    # A condition on the default arrow means nothing in BPMN: the arrow is taken when no other is.
    draft.flows[node.default] = replace(draft.flows[node.default], is_default=True, test=None)


def _link_boundary(reading: Reading, draft: Draft) -> None:
    attached: dict[str, list[str]] = {}
    for node in draft.nodes.values():
        if node.kind != "boundaryEvent":
            continue
        if node.attached_to not in draft.nodes:
            reading.refuse(
                draft.elements[node.id],
                "missing_reference",
                f"边界事件附着的 {node.attached_to} 不存在",
                f"the boundary event is attached to {node.attached_to!r}, which does not exist",
            )
            continue
        attached.setdefault(node.attached_to or "", []).append(node.id)
    for host, events in attached.items():
        draft.nodes[host] = replace(draft.nodes[host], boundary=tuple(events))


def _link_partners(draft: Draft) -> None:
    catches = {
        (node.parent, node.event.name): node.id
        for node in draft.nodes.values()
        if node.kind == "intermediateCatchEvent" and node.trigger == "link" and node.event
    }
    undoes = dict(draft.associations)
    for node in list(draft.nodes.values()):
        partner: str | None = None
        if node.kind == "intermediateThrowEvent" and node.trigger == "link" and node.event:
            partner = catches.get((node.parent, node.event.name))
        elif node.kind == "boundaryEvent" and node.trigger == "compensation":
            partner = undoes.get(node.id)
        elif node.incoming:
            source = draft.nodes[draft.flows[node.incoming[0]].source]
            partner = source.id if source.kind == "eventBasedGateway" else None
        if partner is not None:
            draft.nodes[node.id] = replace(node, partner=partner, begins=_begins(draft, partner))


def _begins(draft: Draft, partner: str) -> str:
    element = draft.elements[partner]
    if draft.nodes[partner].kind != "eventBasedGateway" or not flag(element, "instantiate", default=False):
        return ""
    return "all" if element.get("eventGatewayType") == "Parallel" else "one"


def _link_choices(draft: Draft) -> None:
    for gateway in list(draft.nodes.values()):
        if not gateway.ext.choice:
            continue
        for flow_id in gateway.incoming:
            source = draft.nodes[draft.flows[flow_id].source]
            draft.nodes[source.id] = replace(source, choice=gateway.id)


def _link_lanes(draft: Draft) -> None:
    for node in list(draft.nodes.values()):
        here: str | None = node.id
        while here in draft.nodes and here not in draft.lane_of:
            here = draft.nodes[here].attached_to or draft.nodes[here].parent
        if here in draft.lane_of:
            draft.nodes[node.id] = replace(node, lane=draft.lane_of[here])


def _count_entries(reading: Reading, draft: Draft) -> None:
    asked: set[str] = set()
    for name, place in _counted_names(draft):
        key = reading.key(name)
        if key not in draft.nodes:
            reading.refuse(
                draft.elements.get(place),
                "missing_reference",
                f"times.{name}:没有这个节点",
                f"times.{name}: there is no such node",
            )
        asked.add(key)
    for key in asked & draft.nodes.keys():
        draft.nodes[key] = replace(draft.nodes[key], counted=True)


def _counted_names(draft: Draft) -> list[tuple[str, str]]:
    used = [(flow.id, flow.test) for flow in draft.flows.values()]
    for node in draft.nodes.values():
        if node.event:
            used.append((node.id, node.event.condition))
        if node.loop:
            used += [(node.id, one) for one in (node.loop.cardinality, node.loop.completion, node.loop.condition)]
        if node.ad_hoc:
            used.append((node.id, node.ad_hoc.completion))
        used.append((node.id, node.script))
    return [
        (path[1] if len(path) > 1 else "", place)
        for place, test in used
        if test is not None
        for path in test.paths
        if path[0] == "times"
    ]


def sources(draft: Draft, node: Node) -> list[Node]:
    """The nodes whose arrows lead to `node`."""
    return [draft.nodes[draft.flows[one].source] for one in node.incoming]


def arrows(draft: Draft, ids: tuple[str, ...]) -> list[Flow]:
    """The flows with these ids."""
    return [draft.flows[one] for one in ids]

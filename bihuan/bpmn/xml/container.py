"""A process or sub-process: its nodes, flows, lanes and associations, gathered into one flat draft of the chart."""

from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from bihuan.bpmn.model import Flow, Lane, Node
from bihuan.bpmn.xml.nodes import is_node, read_node
from bihuan.bpmn.xml.reading import Reading
from bihuan.bpmn.xml.vocabulary import (
    DESCRIPTIVE,
    LOOPS,
    SUB_PROCESSES,
    child,
    children,
    flag,
    local,
    ours,
    reference,
    text_of,
)

_ABOUT_ITSELF: Final = {"subProcess": LOOPS, "transaction": LOOPS, "adHocSubProcess": LOOPS | {"completionCondition"}}
"""Children of a sub-process that are about it and not in it."""


@dataclass(slots=True)
class Draft:
    """What is read before everything is linked. `elements` gives problems their place."""

    nodes: dict[str, Node] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    lanes: dict[str, Lane] = field(default_factory=dict)
    lane_of: dict[str, str] = field(default_factory=dict)
    associations: list[tuple[str, str]] = field(default_factory=list)
    elements: dict[str, etree._Element] = field(default_factory=dict)
    scopes: dict[str, etree._Element] = field(default_factory=dict)
    flow_scope: dict[str, str] = field(default_factory=dict)


def read_process(reading: Reading, process: etree._Element, draft: Draft) -> None:
    """Adds everything in `process` to `draft`."""
    key = reading.key(str(process.get("id")))
    draft.scopes[key] = process
    _read_container(reading, process, draft, parent=None, key=key)
    for lane_set in children(process, "laneSet"):
        _read_lanes(reading, lane_set, draft, None)


def _read_container(reading: Reading, container: etree._Element, draft: Draft, *, parent: str | None, key: str) -> None:
    event_sub = flag(container, "triggeredByEvent", default=False)
    for element in container:
        name = local(element)
        if name == "sequenceFlow":
            _read_flow(reading, element, draft, key)
        elif is_node(element):
            _add_node(reading, element, draft, parent, event_sub)
        elif name == "association":
            source, target = reference(element, "sourceRef"), reference(element, "targetRef")
            draft.associations.append((reading.key(source or ""), reading.key(target or "")))
        elif name not in DESCRIPTIVE and name not in _ABOUT_ITSELF.get(local(container), ()):
            reading.unsupported(element)


def _add_node(reading: Reading, element: etree._Element, draft: Draft, parent: str | None, event_sub: bool) -> None:
    node = read_node(reading, element, parent, event_sub)
    if node is None or _is_double(reading, element, draft, node.id):
        return
    draft.nodes[node.id] = node
    draft.elements[node.id] = element
    if node.kind in SUB_PROCESSES:
        draft.scopes[node.id] = element
        _read_container(reading, element, draft, parent=node.id, key=node.id)
        for lane_set in children(element, "laneSet"):
            _read_lanes(reading, lane_set, draft, None)


def _is_double(reading: Reading, element: etree._Element, draft: Draft, key: str) -> bool:
    if key not in draft.elements and key not in draft.scopes:
        return False
    reading.refuse(element, "duplicate_id", f"id {element.get('id')} 重复", f"the id {element.get('id')} is used twice")
    return True


def _read_flow(reading: Reading, element: etree._Element, draft: Draft, scope: str) -> None:
    source, target = reference(element, "sourceRef"), reference(element, "targetRef")
    key = reading.key(element.get("id") or f"{source}-{target}-{len(draft.flows)}")
    if _is_double(reading, element, draft, key):
        return
    condition = child(element, "conditionExpression")
    kind = ours(element, "kind") or "ordinary"
    if kind not in ("ordinary", "return", "refuse"):
        reading.refuse(element, "bad_value", f"bihuan:kind 的值 {kind} 无效", f"bihuan:kind: not {kind}")
    text = text_of(condition)
    draft.elements[key] = element
    draft.flow_scope[key] = scope
    draft.flows[key] = Flow(
        id=key,
        name=(element.get("name") or "").strip(),
        name_en=ours(element, "nameEn"),
        source=reading.key(source or ""),
        target=reading.key(target or ""),
        condition=text or None,
        is_default=False,
        kind=kind,
        line=element.sourceline or 0,
        test=reading.expression(condition) if text else None,
    )


def _read_lanes(reading: Reading, lane_set: etree._Element, draft: Draft, parent: str | None) -> None:
    for element in children(lane_set, "lane"):
        lane_id = reading.key(element.get("id") or f"lane-{len(draft.lanes)}")
        listed = tuple(reading.key(text_of(one)) for one in children(element, "flowNodeRef"))
        draft.lanes[lane_id] = Lane(
            lane_id, (element.get("name") or "").strip(), ours(element, "nameEn"), listed, parent
        )
        # An inner lane is read after the one around it and so has the last word.
        draft.lane_of.update(dict.fromkeys(listed, lane_id))
        inner = child(element, "childLaneSet")
        if inner is not None:
            _read_lanes(reading, inner, draft, lane_id)

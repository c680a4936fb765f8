"""One BPMN element to one Node (arrows and links to other nodes come later, in `link`)."""

from lxml import etree

from bihuan.bpmn.model import AdHoc, Node, VariableMapping
from bihuan.bpmn.xml.events import read_loop, read_trigger
from bihuan.bpmn.xml.extension import extension_elements, read_extension
from bihuan.bpmn.xml.reading import Reading
from bihuan.bpmn.xml.vocabulary import (
    ACTIVITIES,
    DESCRIPTIVE,
    EVENT_DEFINITIONS,
    EVENTS,
    LOOPS,
    NODES,
    SUB_PROCESSES,
    child,
    either,
    flag,
    local,
    ours,
    reference,
    text_of,
)


def read_node(reading: Reading, element: etree._Element, parent: str | None, in_event_sub: bool) -> Node | None:
    """The Node of `element`; None (with a problem noted) if it has no id."""
    element_id = element.get("id")
    if not element_id:
        reading.refuse(element, "structure", f"{local(element)} 没有 id", f"{local(element)} has no id")
        return None
    kind = local(element)
    _check_children(reading, element, kind)
    _check_attributes(reading, element)
    trigger, event = "", None
    if kind in EVENTS:
        trigger, event = read_trigger(reading, element, _place(kind, parent, in_event_sub))
    default = reference(element, "default")
    attached = reference(element, "attachedToRef")
    return Node(
        id=reading.key(element_id),
        element_id=element_id,
        name=(element.get("name") or "").strip(),
        name_en=ours(element, "nameEn"),
        kind=kind,
        trigger=trigger,
        incoming=(),
        outgoing=(),
        parent=parent,
        lane=None,
        attached_to=None if attached is None else reading.key(attached),
        ext=read_extension(reading, element),
        line=element.sourceline or 0,
        documentation=text_of(child(element, "documentation")),
        default=None if default is None else reading.key(default),
        event=event,
        interrupting=flag(element, "cancelActivity" if kind == "boundaryEvent" else "isInterrupting", default=True),
        loop=read_loop(reading, element) if kind in ACTIVITIES else None,
        event_sub=kind in SUB_PROCESSES and flag(element, "triggeredByEvent", default=False),
        for_compensation=flag(element, "isForCompensation", default=False),
        called=_called(reading, element, kind),
        inputs=_mappings(reading, element, "in"),
        outputs=_mappings(reading, element, "out"),
        message=_message(reading, element, kind),
        ad_hoc=_ad_hoc(reading, element) if kind == "adHocSubProcess" else None,
        script=reading.expression(_script(element)) if kind == "scriptTask" else None,
        result=ours(element, "result") if kind == "scriptTask" else "",
    )


def _ad_hoc(reading: Reading, element: etree._Element) -> AdHoc:
    if (element.get("ordering") or "Parallel") != "Parallel":
        reading.unsupported(element, f"adHocSubProcess ordering={element.get('ordering')}")
    return AdHoc(
        reading.expression(child(element, "completionCondition")),
        flag(element, "cancelRemainingInstances", default=True),
    )


def _script(element: etree._Element) -> etree._Element | None:
    found = child(element, "script")
    return found if text_of(found) else None


def _place(kind: str, parent: str | None, in_event_sub: bool) -> str:
    if kind != "startEvent" or parent is None:
        return kind
    return "eventSubStart" if in_event_sub else "embeddedStart"


def _check_children(reading: Reading, element: etree._Element, kind: str) -> None:
    if kind in SUB_PROCESSES:
        return
    allowed = DESCRIPTIVE
    if kind in EVENTS:
        allowed = allowed | frozenset(EVENT_DEFINITIONS)
    elif kind in ACTIVITIES:
        allowed = allowed | LOOPS
    for one in element:
        name = local(one)
        if name == "script" and kind == "scriptTask" and (not text_of(one) or ours(element, "result")):
            continue
        if name not in allowed:
            reading.unsupported(one, f"{name} in {kind}")


def _check_attributes(reading: Reading, element: etree._Element) -> None:
    if flag(element, "instantiate", default=False) and local(element) != "eventBasedGateway":
        reading.unsupported(element, f"{local(element)} instantiate")
    for name in ("startQuantity", "completionQuantity"):
        if (element.get(name) or "1").strip() != "1":
            reading.unsupported(element, f"{name}={element.get(name)}")


def _called(reading: Reading, element: etree._Element, kind: str) -> str | None:
    if kind != "callActivity":
        return None
    called = reference(element, "calledElement")
    if called is None:
        reading.refuse(element, "missing_reference", "调用活动没有 calledElement", "call activity: no calledElement")
    return called


def _message(reading: Reading, element: etree._Element, kind: str) -> str | None:
    if kind not in ("receiveTask", "sendTask"):
        return None
    return reading.name_of("message", element, "messageRef")


def _mappings(reading: Reading, element: etree._Element, name: str) -> tuple[VariableMapping, ...]:
    found: list[VariableMapping] = []
    for one in extension_elements(element).get(name, []):
        source, target = either(one, "source") or None, either(one, "target") or None
        everything = either(one, "variables") == "all"
        if everything == (source is not None) or (source is None) != (target is None):
            reading.refuse(
                one,
                "bad_value",
                f"bihuan:{name} 须有 source 和 target,或 variables=all",
                f"bihuan:{name} needs source and target, or variables=all",
            )
            continue
        found.append(VariableMapping(source, target))
    return tuple(found)


def is_node(element: etree._Element) -> bool:
    """Whether `element` is a BPMN flow node that we run."""
    return local(element) in NODES

"""The words of BPMN that we know."""

from typing import Final

from lxml import etree

BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BIHUAN: Final = "urn:bihuan:1"

TASKS: Final = frozenset(
    {"task", "manualTask", "userTask", "serviceTask", "sendTask", "receiveTask", "scriptTask", "businessRuleTask"}
)
SUB_PROCESSES: Final = frozenset({"subProcess", "transaction", "adHocSubProcess"})
ACTIVITIES: Final = TASKS | SUB_PROCESSES | {"callActivity"}
GATEWAYS: Final = frozenset({"exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway"})
EVENTS: Final = frozenset(
    {"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"}
)
NODES: Final = ACTIVITIES | GATEWAYS | EVENTS

LOOPS: Final = frozenset({"multiInstanceLoopCharacteristics", "standardLoopCharacteristics"})

DESCRIPTIVE: Final = frozenset(
    {
        "documentation", "extensionElements", "laneSet", "dataObject", "dataObjectReference", "dataStoreReference",
        "textAnnotation", "group", "association", "property", "ioSpecification", "auditing", "monitoring",
        "resourceRole", "performer", "humanPerformer", "potentialOwner", "incoming", "outgoing", "dataInput",
        "dataOutput", "inputSet", "outputSet", "dataInputAssociation", "dataOutputAssociation", "rendering",
        "correlationSubscription", "supports", "categoryValueRef",
    }
)  # fmt: skip
"""Children that say something to people or other tools and do not change how the chart runs."""

EVENT_DEFINITIONS: Final = {
    "messageEventDefinition": "message",
    "timerEventDefinition": "timer",
    "signalEventDefinition": "signal",
    "conditionalEventDefinition": "conditional",
    "errorEventDefinition": "error",
    "escalationEventDefinition": "escalation",
    "compensateEventDefinition": "compensation",
    "cancelEventDefinition": "cancel",
    "terminateEventDefinition": "terminate",
    "linkEventDefinition": "link",
}
_WAITING: Final = frozenset({"message", "timer", "signal", "conditional"})
TRIGGERS: Final = {
    "startEvent": _WAITING | {"none"},
    "eventSubStart": _WAITING | {"error", "escalation", "compensation"},
    "embeddedStart": frozenset({"none"}),
    "intermediateCatchEvent": _WAITING | {"link"},
    "intermediateThrowEvent": frozenset({"none", "message", "signal", "escalation", "compensation", "link"}),
    "boundaryEvent": _WAITING | {"error", "escalation", "compensation", "cancel"},
    "endEvent": frozenset({"none", "message", "signal", "error", "escalation", "compensation", "cancel", "terminate"}),
}
"""Which triggers run where."""


def local(element: etree._Element) -> str:
    """The name of a BPMN element without namespace; elements of other namespaces as `{uri}name`."""
    name = etree.QName(element)
    return name.localname if name.namespace == BPMN else str(element.tag)


def ours(element: etree._Element, name: str) -> str:
    """Our attribute `bihuan:name`, stripped; "" if absent."""
    return (element.get(f"{{{BIHUAN}}}{name}") or "").strip()


def either(element: etree._Element, name: str) -> str:
    """An attribute of one of our own elements, with or without our prefix."""
    return ours(element, name) or (element.get(name) or "").strip()


def child(element: etree._Element, name: str) -> etree._Element | None:
    """The first BPMN child of that name."""
    return element.find(f"{{{BPMN}}}{name}")


def children(element: etree._Element, name: str) -> list[etree._Element]:
    """All BPMN children of that name, in document order."""
    return element.findall(f"{{{BPMN}}}{name}")


def text_of(element: etree._Element | None) -> str:
    """The text of an element, stripped; "" for None."""
    return ("".join(element.itertext()) if element is not None else "").strip()


def flag(element: etree._Element, name: str, *, default: bool) -> bool:
    """A BPMN boolean attribute."""
    value = element.get(name)
    return default if value is None else value.strip() in ("true", "1")


def reference(element: etree._Element, name: str) -> str | None:
    """A QName attribute that refers to an element by id, without its namespace prefix."""
    value = (element.get(name) or "").strip()
    return value.rpartition(":")[2] or None

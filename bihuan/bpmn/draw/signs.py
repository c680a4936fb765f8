"""Small signs inside symbols: what an event waits for, what kind a task is. Drawn around (0, 0), about 16 wide."""

from typing import Final

from lxml import etree

from bihuan.bpmn.draw.geometry import Point
from bihuan.bpmn.draw.pen import stroke
from bihuan.bpmn.xml.vocabulary import EVENT_DEFINITIONS, children, local

TRIGGERS: Final = {
    "message": "M-7-5H7V5H-7ZL0 1L7-5",
    "timer": "M-7 0a7 7 0 1 0 14 0a7 7 0 1 0-14 0M0-5V0L4 2",
    "signal": "M0-7L7 5H-7Z",
    "conditional": "M-5-7H5V7H-5ZM-3-4H3M-3 0H3M-3 4H3",
    "error": "M-6 6L-2-6L2 2L6-6L2 6L-2-2Z",
    "escalation": "M0-7L6 6L0 0L-6 6Z",
    "compensation": "M0-5V5L-7 0ZM7-5V5L0 0Z",
    "cancel": "M-5-5L5 5M5-5L-5 5",
    "terminate": "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0",
    "link": "M-6-3H1V-6L7 0L1 6V3H-6Z",
    "multiple": "M0-7L7-2L4 6H-4L-7-2Z",
}
GATEWAYS: Final = {
    "exclusiveGateway": "M-5-5L5 5M5-5L-5 5",
    "parallelGateway": "M0-8V8M-8 0H8",
    "inclusiveGateway": "M-7 0a7 7 0 1 0 14 0a7 7 0 1 0-14 0",
    "eventBasedGateway": "M-9 0a9 9 0 1 0 18 0a9 9 0 1 0-18 0M0-5L5-1.500L3 4.500H-3L-5-1.500Z",
    "complexGateway": "M0-8V8M-8 0H8M-5-5L5 5M5-5L-5 5",
}
TASKS: Final = {
    "userTask": "M-2.500-3a2.500 2.500 0 1 0 5 0a2.500 2.500 0 1 0-5 0M-5 5.500C-5 0 5 0 5 5.500Z",
    "manualTask": "M-5 4V-1L-1-5L1-3L-1-1H5V4Z",
    "serviceTask": "M-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0M0-5.500V-3.500M0 3.500V5.500M-5.500 0H-3.500M3.500 0H5.500"
    "M-3.900-3.900L-2.500-2.500M3.900 3.900L2.500 2.500M-3.900 3.900L-2.500 2.500M3.900-3.900L2.500-2.500",
    "sendTask": "M-6-4H6V4H-6ZL0 1L6-4",
    "receiveTask": "M-6-4H6V4H-6ZL0 1L6-4",
    "scriptTask": "M-4-5H5C2-2 6 2 3 5H-5C-2 2-6-2-4-5M-2-2H2M-1 1H3",
    "businessRuleTask": "M-6-4.500H6V4.500H-6ZM-6-1.500H6M-2-1.500V4.500",
}
_FILLED: Final = frozenset({"terminate", "sendTask"})


def trigger_of(element: etree._Element) -> str:
    """What an event waits for or throws; "" for nothing, multiple for several things."""
    found = [
        EVENT_DEFINITIONS[local(one)] for one in element if isinstance(one.tag, str) and local(one) in EVENT_DEFINITIONS
    ]
    found = found or [""]
    return found[0] if len(found) == 1 else "multiple"


def sign(way: str, at: Point, colour: str, *, fill: str = "none", scale: float = 1.0) -> str:
    """A sign in its place."""
    return (
        f'<path transform="translate({at[0]:g} {at[1]:g}) scale({scale:g})" d="{way}" fill="{fill}" stroke="{colour}"'
        f' stroke-width="1.2" stroke-linejoin="round"/>'
    )


def trigger_sign(element: etree._Element, at: Point, colour: str) -> str:
    """What an event waits for (outline) or throws (filled)."""
    trigger = trigger_of(element)
    if not trigger:
        return ""
    throws = local(element) in ("endEvent", "intermediateThrowEvent") and trigger not in ("message", "timer", "cancel")
    return sign(TRIGGERS[trigger], at, colour, fill=colour if throws or trigger in _FILLED else "none")


def task_sign(kind: str, at: Point, colour: str) -> str:
    """What kind a task is."""
    return sign(TASKS[kind], at, colour, scale=0.9) if kind in TASKS else ""


def loop_sign(element: etree._Element, at: Point, colour: str) -> str:
    """Below the middle of an activity: how often it runs; a plus for what is folded in."""
    x, y = at
    found = ""
    for each in children(element, "multiInstanceLoopCharacteristics"):
        across = each.get("isSequential") == "true"
        way = f"M{x - 5:g} {y - 3:g}h10M{x - 5:g} {y:g}h10M{x - 5:g} {y + 3:g}h10"
        found += stroke(way if across else f"M{x - 4:g} {y - 4:g}v8M{x:g} {y - 4:g}v8M{x + 4:g} {y - 4:g}v8", colour)
    if children(element, "standardLoopCharacteristics"):
        found += stroke(f"M{x + 2:g} {y + 4:g}a4 4 0 1 0-4 0M{x - 2:g} {y + 4:g}l-3 0.500m3-0.500l0.500-3", colour)
    return found

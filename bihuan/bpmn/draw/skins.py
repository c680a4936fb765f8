"""The two ways to draw a symbol: BPMN, and GB/T 1526-1989 (ISO 5807) flowchart symbols."""

from collections.abc import Callable
from typing import Final

from bihuan.bpmn.draw.diagram import Shape
from bihuan.bpmn.draw.geometry import Box, Point
from bihuan.bpmn.draw.pen import LINE, PAPER, Look, circle, path, polygon, rect, stroke
from bihuan.bpmn.draw.signs import GATEWAYS, loop_sign, sign, trigger_of, trigger_sign

Skin = Callable[[Shape, Look], str]
"""Draws a symbol without its texts."""

_SLANT: Final = 6.0
_FLAT: Final = 0.18


def diamond(box: Box, look: Look) -> str:
    """Through the middles of the box's sides."""
    x, y = box.middle
    return polygon([(x, box.y), (box.right, y), (x, box.bottom), (box.x, y)], look)


def bpmn(shape: Shape, look: Look) -> str:
    """BPMN 2.0."""
    if shape.kind.endswith("Gateway"):
        return _gateway(shape, look)
    if shape.kind.endswith("Event"):
        return _event(shape, look)
    if shape.kind in _THINGS:
        return _THINGS[shape.kind](shape.box, look)
    return _activity(shape, look)


def _gateway(shape: Shape, look: Look) -> str:
    scale = min(shape.box.width, shape.box.height) / 38
    return diamond(shape.box, look) + sign(GATEWAYS.get(shape.kind, ""), shape.box.middle, look.line, scale=scale)


def _event(shape: Shape, look: Look) -> str:
    """A circle: thin at the start, double in between, thick at the end; dashed where it does not interrupt."""
    radius = min(shape.box.width, shape.box.height) / 2
    waits_aside = "false" in (shape.element.get("cancelActivity"), shape.element.get("isInterrupting"))
    dashes = ' stroke-dasharray="4 3"' if waits_aside else ""
    if shape.kind == "endEvent":
        look = Look(look.line, look.fill, max(3.5, look.width))
    found = circle(shape.box.middle, radius, look, more=dashes)
    if shape.kind in ("intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"):
        found += circle(shape.box.middle, radius - 3.5, Look(look.line, "none", 1), more=dashes)
    return found + trigger_sign(shape.element, shape.box.middle, look.line)


def _activity(shape: Shape, look: Look) -> str:
    box = shape.box
    if shape.kind == "callActivity":
        look = Look(look.line, look.fill, max(3.0, look.width))
    found = rect(box, look, radius=8)
    if shape.kind == "transaction":
        found += rect(box.grown(-3), Look(look.line, "none", 1), radius=6)
    return found + _foot(shape, look)


def _foot(shape: Shape, look: Look) -> str:
    """Signs at the foot of an activity: how often it runs, what is folded in, what undoes."""
    x, y = shape.box.middle[0], shape.box.bottom - 8
    found = loop_sign(shape.element, (x - 12 if shape.kind in _FOLDED else x, y), look.line)
    if shape.kind in _FOLDED:
        found += stroke(f"M{x - 5:g} {y - 5:g}h10v10h-10zM{x:g} {y - 3:g}v6M{x - 3:g} {y:g}h6", look.line, width=1)
    if shape.element.get("isForCompensation") == "true":
        found += stroke(f"M{x:g} {y - 4:g}v8l-5-4zM{x + 5:g} {y - 4:g}v8l-5-4z", look.line, width=1)
    return found


_FOLDED: Final = frozenset({"subProcess", "transaction", "adHocSubProcess", "callActivity"})


def frame(shape: Shape, look: Look) -> str:
    """A sub-process with its inside; one that an event triggers is dotted."""
    dotted = ' stroke-dasharray="2 4"' if shape.element.get("triggeredByEvent") == "true" else ""
    found = rect(shape.box, look, radius=8, more=dotted)
    if shape.kind == "transaction":
        found += rect(shape.box.grown(-3), Look(look.line, "none", 1), radius=6)
    return found


def flowchart_frame(shape: Shape, look: Look) -> str:
    """A predefined process with its inside."""
    dotted = ' stroke-dasharray="2 4"' if shape.element.get("triggeredByEvent") == "true" else ""
    return rect(shape.box, look, more=dotted) + _bars(shape.box, look.line)


def flowchart(shape: Shape, look: Look) -> str:
    """GB/T 1526-1989."""
    if shape.kind.endswith("Gateway"):
        return _decision(shape, look)
    if shape.kind.endswith("Event"):
        return _point(shape, look)
    if shape.kind in _THINGS:
        return _THINGS[shape.kind](shape.box, look)
    if shape.kind in ("userTask", "manualTask"):
        return _by_hand(shape.box, look) + _foot(shape, look)
    if shape.kind in _FOLDED:
        return (
            rect(shape.box, look) + _bars(shape.box, look.line) + loop_sign(shape.element, _low(shape.box), look.line)
        )
    return rect(shape.box, look) + _foot(shape, look)


def _low(box: Box) -> Point:
    return box.middle[0], box.bottom - 8


def _bars(box: Box, colour: str) -> str:
    return stroke(f"M{box.x + 7:g} {box.y:g}V{box.bottom:g}M{box.right - 7:g} {box.y:g}V{box.bottom:g}", colour)


def _by_hand(box: Box, look: Look) -> str:
    """Manual operation: wider above than below; at half height exactly as wide as its box."""
    return polygon(
        [
            (box.x - _SLANT, box.y),
            (box.right + _SLANT, box.y),
            (box.right - _SLANT, box.bottom),
            (box.x + _SLANT, box.bottom),
        ],
        look,
    )


def _decision(shape: Shape, look: Look) -> str:
    """A diamond has exactly one active exit: what may have several runs in parallel mode, what only joins connects."""
    ways = sum(one.tag is not None and str(one.tag).endswith("}outgoing") for one in shape.element)
    if shape.kind in ("exclusiveGateway", "eventBasedGateway", "complexGateway"):
        return circle(shape.box.middle, shape.box.width / 2, look) if ways == 1 else diamond(shape.box, look)
    return _parallel(shape.box, look)


def _parallel(box: Box, look: Look) -> str:
    """Two parallel bars across the direction of flow."""
    x, y = box.middle
    ground = rect(Box(x - 5, box.y, 10, box.height), Look("none", look.fill if look.fill != PAPER else "none", 0))
    stubs = stroke(f"M{box.x:g} {y:g}H{x - 5:g}M{x + 5:g} {y:g}H{box.right:g}", look.line, width=look.width)
    bars = stroke(f"M{x - 5:g} {box.y:g}V{box.bottom:g}M{x + 5:g} {box.y:g}V{box.bottom:g}", look.line, width=2.5)
    return ground + stubs + bars


def _point(shape: Shape, look: Look) -> str:
    """Terminals at start and end, connectors for links, data for messages, preparation for what waits for time."""
    box, trigger = shape.box, trigger_of(shape.element)
    if shape.kind in ("startEvent", "endEvent"):
        height = box.height - 2 * flowchart_inset(shape)
        terminal = Box(box.x, box.middle[1] - height / 2, box.width, height)
        return rect(terminal, look, radius=height / 2)
    if trigger == "link":
        return circle(box.middle, box.width / 2, look)
    if trigger == "message" and shape.kind != "boundaryEvent":
        return _data(box, look)
    if trigger == "timer" and shape.kind != "boundaryEvent":
        return _preparation(box, look) + trigger_sign(shape.element, box.middle, look.line)
    return circle(box.middle, box.width / 2, look) + trigger_sign(shape.element, box.middle, look.line)


def flowchart_inset(shape: Shape) -> float:
    """How much lower than its box a flowchart symbol is, above and below."""
    is_data = trigger_of(shape.element) == "message" and shape.kind.startswith("intermediate")
    flat = shape.kind in ("startEvent", "endEvent", "dataInput", "dataOutput") or is_data
    return _FLAT * shape.box.height if flat else 0.0


def _preparation(box: Box, look: Look) -> str:
    y, side = box.middle[1], box.width / 4
    left, right = box.x + side, box.right - side
    return polygon(
        [(left, box.y), (right, box.y), (box.right, y), (right, box.bottom), (left, box.bottom), (box.x, y)], look
    )


def _data(box: Box, look: Look) -> str:
    slant = box.width / 6
    top, bottom = box.y + _FLAT * box.height, box.bottom - _FLAT * box.height
    return polygon(
        [(box.x + slant, top), (box.right + slant, top), (box.right - slant, bottom), (box.x - slant, bottom)], look
    )


def _document(box: Box, look: Look) -> str:
    wave = box.height / 8
    return path(
        f"M{box.x:g} {box.y:g}H{box.right:g}V{box.bottom - wave:g}q{-box.width / 4:g} {-2 * wave:g} {-box.width / 2:g} 0"
        f"t{-box.width / 2:g} 0Z",
        look,
    )


def _paper(box: Box, look: Look) -> str:
    ear = min(12.0, box.width / 3)
    return path(
        f"M{box.x:g} {box.y:g}H{box.right - ear:g}L{box.right:g} {box.y + ear:g}V{box.bottom:g}H{box.x:g}Z"
        f"M{box.right - ear:g} {box.y:g}v{ear:g}h{ear:g}",
        look,
    )


def _store(box: Box, look: Look) -> str:
    curve = min(7.0, box.height / 5)
    arc = f"a{box.width / 2:g} {curve:g} 0 0 0"
    return path(
        f"M{box.x:g} {box.y + curve:g}V{box.bottom - curve:g}{arc} {box.width:g} 0V{box.y + curve:g}"
        f"{arc} {-box.width:g} 0{arc} {box.width:g} 0",
        look,
    )


def _note(box: Box, look: Look) -> str:
    ground = rect(box, Look("none", look.fill, 0))
    return ground + stroke(f"M{box.x + 12:g} {box.y:g}H{box.x:g}V{box.bottom:g}H{box.x + 12:g}", LINE)


_THINGS: Final[dict[str, Callable[[Box, Look], str]]] = {
    "dataObjectReference": _document,
    "dataObject": _document,
    "dataInput": _data,
    "dataOutput": _data,
    "dataStoreReference": _store,
    "textAnnotation": _note,
}

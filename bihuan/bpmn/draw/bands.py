"""Pools and lanes with their names along the edge, and the phases across the top."""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from bihuan.bpmn.draw.diagram import Diagram, Shape
from bihuan.bpmn.draw.geometry import Box, around
from bihuan.bpmn.draw.pen import FAINT, INK, LINE, PAPER, SOFT, SUNKEN, Look, clean, rect, stroke, texts, title
from bihuan.bpmn.draw.text import LONGEST, cut, is_chinese
from bihuan.bpmn.xml.vocabulary import BIHUAN, BPMN, either, ours

HEAD: Final = 28.0
_SIZE: Final = 13
_STEP: Final = 14


def band(shape: Shape) -> str:
    """A pool or a lane."""
    box = shape.box
    pool = shape.layer == "pool"
    found = title(shape.name) + rect(box, Look(SOFT, SUNKEN if not pool else PAPER, 1))
    if shape.upright:
        return found + texts(
            [cut(shape.name, box.width / _SIZE - 1)], box.middle[0], box.y + 15, size=_SIZE, fill=FAINT
        )
    head = Box(box.x, box.y, HEAD, box.height)
    return found + rect(head, Look(SOFT, PAPER, 1)) + _edge_name(shape.name, head, bold=pool)


def _edge_name(name: str, head: Box, *, bold: bool) -> str:
    """Chinese from top to bottom, everything else turned."""
    x, y = head.middle
    plain = " ".join(name.split())[:LONGEST]
    if is_chinese(plain):
        most = max(1, int((head.height - 6) / _STEP))
        letters = list(plain) if len(plain) <= most else [*plain[: most - 1], "⋮"]
        top = y - (len(letters) - 1) * _STEP / 2
        return "".join(
            texts([one], x, top + number * _STEP, size=_SIZE, fill=INK if bold else FAINT, bold=bold)
            for number, one in enumerate(letters)
        )
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{_SIZE}" text-anchor="middle" dominant-baseline="central" fill="{FAINT}"'
        f'{weight} transform="rotate(-90 {x:g} {y:g})">{clean(cut(plain, (head.height - 8) / _SIZE))}</text>'
    )


def phases(root: etree._Element, diagram: Diagram, language: str) -> tuple[str, Box | None]:
    """The stages above the picture where each stands wholly left of the next, and the room they take."""
    spans = list(_spans(root, diagram, language))
    if len(spans) < 2 or any(one[2] > two[1] for one, two in zip(spans, spans[1:], strict=False)):
        return "", None
    boxes = [shape.box for shape in diagram.shapes.values()]
    lanes = [shape.box for shape in diagram.layer("lane")]
    whole = around([shape.box for shape in diagram.layer("pool", "lane")] or [box.grown(12) for box in boxes])
    bottom = max(box.bottom for box in lanes) if lanes else whole.bottom
    left = max((box.x for box in lanes), default=whole.x)
    head = Box(left + (HEAD if lanes else 0), whole.y - HEAD, whole.right - left - (HEAD if lanes else 0), HEAD)
    seams = [(one[2] + two[1]) / 2 for one, two in zip(spans, spans[1:], strict=False)]
    found = rect(Box(whole.x, head.y, whole.width, HEAD), Look(SOFT, PAPER, 1))
    for seam in seams:
        found += stroke(f"M{seam:g} {head.y:g}V{bottom:g}", LINE, width=1, more=' stroke-dasharray="1 4"')
    edges = [head.x, *seams, head.right]
    for number, (name, _, _) in enumerate(spans):
        start, end = edges[number], edges[number + 1]
        text = cut(f"{number + 1} {name}", (end - start - 12) / _SIZE)
        found += f"<g>{title(name)}{texts([text], (start + end) / 2, head.middle[1], size=_SIZE, bold=True)}</g>"
    return found, head


def _spans(root: etree._Element, diagram: Diagram, language: str) -> Iterator[tuple[str, float, float]]:
    for phase in root.iterfind(f"{{{BPMN}}}process/{{{BPMN}}}extensionElements/{{{BIHUAN}}}phase"):
        key = either(phase, "id")
        boxes = [shape.box for shape in diagram.layer("node") if ours(shape.element, "phase") == key]
        if boxes:
            name = either(phase, "nameEn") if language == "en" else ""
            yield name or either(phase, "name"), min(box.x for box in boxes), max(box.right for box in boxes)

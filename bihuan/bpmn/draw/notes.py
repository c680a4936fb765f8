"""Badges on the picture and what stands below it: the chart's own notes and the legend."""

from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

from bihuan.bpmn.draw.diagram import Diagram, Line, Shape
from bihuan.bpmn.draw.geometry import Box, Point
from bihuan.bpmn.draw.marks import DrawMarks, Finding
from bihuan.bpmn.draw.pen import (
    FAINT,
    GOLD,
    GREEN,
    GREEN_INK,
    HEAT,
    INK,
    LINE,
    PAPER,
    RED,
    SOLID,
    Look,
    circle,
    rect,
    stroke,
    texts,
    title,
)
from bihuan.bpmn.draw.text import cut, wide, wrap
from bihuan.bpmn.xml.extension import texts as sentences

_COLUMN: Final = 380.0
_WORDS: Final = {
    "legend": ("图例", "Legend"),
    "return": ("退回", "return"),
    "important": ("重要", "important"),
    "caution": ("注意", "caution"),
    "error": ("要改", "to mend"),
    "hint": ("提醒", "hint"),
    "fresh": ("新增", "new"),
    "heat": ("少 → 多", "less → more"),
    "new": ("新", "new"),
}

NoteKind: TypeAlias = Literal["important", "caution"]


def word(key: str, language: str) -> str:
    """A word of the picture's own."""
    return _WORDS[key][1 if language == "en" else 0]


def notes_of(shape: Shape, language: str) -> list[tuple[NoteKind, str]]:
    """The important and caution notes of a node, important first."""
    kinds: tuple[NoteKind, ...] = ("important", "caution")
    return [
        (kind, (text.en or text.zh) if language == "en" else text.zh)
        for kind in kinds
        for text in sentences(shape.element, kind)
    ]


def note_icon(kind: NoteKind, at: Point) -> str:
    """A red triangle or a green circle, each with its own sign."""
    x, y = at
    if kind == "important":
        return (
            f'<path d="M{x:g} {y - 8:g}L{x + 8.5:g} {y + 6.5:g}H{x - 8.5:g}Z" fill="{RED}" stroke="{SOLID}"'
            f' stroke-linejoin="round"/>' + stroke(f"M{x:g} {y - 3:g}v4.500m0 2v1.500", SOLID, width=1.6)
        )
    return circle(at, 7, Look(SOLID, GREEN, 1)) + stroke(f"M{x:g} {y - 1:g}v4.500m0-7.500v1.500", SOLID, width=1.6)


def badges(diagram: Diagram, marks: DrawMarks, language: str) -> Iterator[str]:
    """Everything that sits on the edges of nodes and on arrows."""
    for shape in diagram.layer("node", "frame"):
        yield from _on_node(shape, marks, language)
    lines = {line.id: line for line in diagram.lines}
    taken: dict[str, int] = {}
    for finding in marks.findings:
        at = _spot(diagram.shapes.get(finding.element), lines.get(finding.element))
        if at is not None:
            number = taken.get(finding.element, 0)
            taken[finding.element] = number + 1
            yield _numbered(finding, (at[0] + 16 * number, at[1]))


def _spot(shape: Shape | None, line: Line | None) -> Point | None:
    if shape is not None:
        return (shape.box.middle[0] - 10 if shape.kind.endswith("Gateway") else shape.box.x), shape.box.y
    if line is not None:
        (x, y), (to_x, to_y) = max(
            line.pieces, key=lambda piece: abs(piece[0][0] - piece[1][0]) + abs(piece[0][1] - piece[1][1])
        )
        return (x + to_x) / 2, (y + to_y) / 2
    return None


def _numbered(finding: Finding, at: Point) -> str:
    ground = circle(at, 8.5, Look(PAPER, RED if finding.severe else GOLD, 1.5))
    ink = SOLID if finding.severe else PAPER
    text = texts([str(finding.number)[:3]], at[0], at[1] + 0.5, size=11, fill=ink, bold=True)
    return f"<g>{title(finding.text)}{ground}{text}</g>"


def _on_node(shape: Shape, marks: DrawMarks, language: str) -> Iterator[str]:
    box = shape.box
    if shape.id in marks.counts:
        yield _pill(marks.counts[shape.id], box.right, box.bottom, INK)
    right = box.right
    if shape.id in marks.fresh:
        yield _pill(word("new", language), right + 4, box.y, GREEN_INK)
        right -= 24
    if marks.notes:
        found = notes_of(shape, language)
        for kind in dict.fromkeys(kind for kind, _ in found):
            text = "\n".join(text for each, text in found if each == kind)
            yield f"<g>{title(text)}{note_icon(kind, (right - 6, box.y))}</g>"
            right -= 18


def _pill(text: str, right: float, y: float, colour: str) -> str:
    # `colour` is an ink: dark on light paper and light on dark, so the paper can be read on it in both.
    shown = cut(text, 8)
    width = max(18.0, wide(shown) * 11 + 10)
    box = Box(right - width + 4, y - 9, width, 18)
    return rect(box, Look(PAPER, colour, 1.5), radius=9) + texts([shown], *box.middle, size=11, fill=PAPER, bold=True)


def below(diagram: Diagram, marks: DrawMarks, language: str, area: Box) -> tuple[str, float]:
    """The legend and the notes under the picture, and how much height they take."""
    entries = list(_entries(diagram, marks, language))
    if not entries:
        return "", 0.0
    x, y = area.x, area.bottom + 18
    found = texts([word("legend", language)], x, y, anchor="start", bold=True)
    x += 44
    for picture, width, text in entries:
        found += f'<g transform="translate({x:g} {y:g})">{picture}</g>'
        found += texts([text], x + width + 6, y, anchor="start", fill=FAINT)
        x += width + 6 + wide(text) * 12 + 22
    height = 36.0
    if marks.notes:
        more, extra = _sentences(diagram, language, Box(area.x, y + 12, max(area.width, _COLUMN), 0))
        found, height = found + more, height + extra
    return found, height


def _entries(diagram: Diagram, marks: DrawMarks, language: str) -> Iterator[tuple[str, float, str]]:
    """Picture around (0, 0) from its left end, its width, and the word; only what the picture shows."""
    kinds = (
        {kind for shape in diagram.shapes.values() for kind, _ in notes_of(shape, language)} if marks.notes else set()
    )
    severe = {finding.severe for finding in marks.findings}
    if marks.heat:
        scale = "".join(rect(Box(12.0 * number, -7, 12, 14), Look(LINE, tint, 0.5)) for number, tint in enumerate(HEAT))
        yield scale, 48.0, word("heat", language)
    if kinds or severe or marks.fresh:
        yield stroke("M0 0H28", LINE, more=' stroke-dasharray="5 4"'), 28.0, word("return", language)
    if marks.fresh:
        yield _pill(word("new", language), 20, 0, GREEN_INK), 26.0, word("fresh", language)
    for level, name in ((True, "error"), (False, "hint")):
        if level in severe:
            yield _numbered(Finding(1, "", level), (8, 0)), 18.0, word(name, language)
    for kind in ("important", "caution"):
        if kind in kinds:
            yield note_icon("important" if kind == "important" else "caution", (8, 0)), 18.0, word(kind, language)


def _sentences(diagram: Diagram, language: str, area: Box) -> tuple[str, float]:
    """The notes in columns, each with the name of its node."""
    rows = [
        (shape, kind, text)
        for shape in diagram.shapes.values()
        for kind, text in notes_of(shape, language)
        if text.strip()
    ]
    columns = max(1, int(area.width // _COLUMN))
    found, heights = "", [0.0] * columns
    for shape, kind, text in rows:
        column = heights.index(min(heights))
        lines = wrap(f"{shape.name}：{text}" if language != "en" else f"{shape.name}: {text}", (_COLUMN - 40) / 12, 3)
        x, y = area.x + column * _COLUMN, area.y + heights[column] + 10
        found += note_icon(kind, (x + 9, y + 1))
        found += f"<g>{title(text)}{texts(lines, x + 24, y + (len(lines) - 1) * 7.5, anchor='start', fill=FAINT)}</g>"
        heights[column] += len(lines) * 15 + 8
    return found, max(heights, default=0.0) + 12

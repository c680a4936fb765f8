"""A chart's diagram as SVG: lanes, steps with their limits, arrows with their names, and where an instance stands.

Colours are the page's own (CSS custom properties with fallbacks), so the picture follows light and dark. Every text
of the chart is escaped; there is no script, no style sheet and no link in the picture.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from lxml import etree

from bihuan.bpmn.xml.reader import read_xml

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_DC = "{http://www.omg.org/spec/DD/20100524/DC}"
_WAY = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
_OURS = "{urn:bihuan:1}"
_PAD = 20
_INK, _FAINT, _LINE = "var(--ink,#1c1e22)", "var(--ink-3,#696c73)", "var(--line-3,#94938c)"
_PAPER, _SUNKEN = "var(--surface,#fff)", "var(--sunken,#fafaf8)"
_GREEN, _GREEN_TINT = "var(--green,#2a8a50)", "var(--green-tint,#e4f4e9)"
_BLUE, _BLUE_TINT = "var(--accent,#2557c4)", "var(--accent-tint,#ecf1fc)"


@dataclass(frozen=True, slots=True)
class DrawMarks:
    """Ids of nodes gone through and waiting, and of flows taken."""

    done: frozenset[str] = frozenset()
    current: frozenset[str] = frozenset()
    taken: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Box:
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


def _number(element: etree._Element, name: str) -> float:
    value = float(element.get(name, "0"))
    if not -1e6 < value < 1e6:
        raise ValueError(f"{name} is out of bounds")
    return value


def _boxes(root: etree._Element) -> dict[str, _Box]:
    found = {}
    for shape in root.iter(f"{_DI}BPMNShape"):
        bounds = shape.find(f"{_DC}Bounds")
        if bounds is not None:
            found[shape.get("bpmnElement", "")] = _Box(
                *(_number(bounds, name) for name in ("x", "y", "width", "height"))
            )
    return found


def _edges(root: etree._Element) -> dict[str, list[tuple[float, float]]]:
    return {
        edge.get("bpmnElement", ""): [(_number(point, "x"), _number(point, "y")) for point in edge.iter(_WAY)]
        for edge in root.iter(f"{_DI}BPMNEdge")
    }


def _wide(text: str) -> float:
    """The width of a text in em: a Chinese character is one, others about half."""
    return sum(1.0 if ord(character) > 0x2E7F else 0.56 for character in text)


def wrap(text: str, width: float, most: int) -> list[str]:
    """Lines of at most ``width`` em; what does not fit into ``most`` lines ends in an ellipsis."""
    lines, line = [], ""
    for character in " ".join(text.split())[:300]:
        if line and _wide(line + character) > width:
            lines.append(line)
            line = ""
        line += character
    lines.append(line)
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1][:-1] + "…"]
    return [line.strip() for line in lines if line.strip()]


def _limit(element: etree._Element, language: str) -> str:
    deadline = next(element.iter(f"{_OURS}deadline"), None)
    if deadline is None:
        return ""
    if deadline.get("workdays"):
        days = deadline.get("workdays", "")
        return f"≤ {days} d" if language == "en" else f"≤ {days} 个工作日"
    text = (deadline.get("duration") or "").removeprefix("P").replace("T", "")
    for unit, zh, en in (("H", "小时", "h"), ("M", "分", "min"), ("D", "天", "d")):
        text = text.replace(unit, f" {en if language == 'en' else zh} ")
    return f"≤ {text.strip()}" if text else ""


class _Pen:
    """Collects the picture's pieces."""

    def __init__(self, marks: DrawMarks, language: str) -> None:
        self.marks, self.language = marks, language
        self.out: list[str] = []

    def name(self, element: etree._Element) -> str:
        """The element's name in the reader's language."""
        english = element.get(f"{_OURS}nameEn")
        return (english if self.language == "en" and english else element.get("name")) or ""

    def text(
        self,
        lines: list[str],
        x: float,
        y: float,
        *,
        size: int = 13,
        anchor: str = "middle",
        fill: str = _INK,
        bold: bool = False,
    ) -> None:
        """Lines centred around ``y``."""
        top = y - (len(lines) - 1) * size * 0.62
        weight = ' font-weight="600"' if bold else ""
        for index, line in enumerate(lines):
            self.out.append(
                f'<text x="{x:g}" y="{top + index * size * 1.24:g}" font-size="{size}" text-anchor="{anchor}"'
                f' dominant-baseline="central" fill="{fill}"{weight}>{escape(line)}</text>'
            )

    def colours(self, node: str) -> tuple[str, str, float]:
        """Line, fill and line width of a node by where the instance stands."""
        if node in self.marks.current:
            return _BLUE, _BLUE_TINT, 2.5
        if node in self.marks.done:
            return _GREEN, _GREEN_TINT, 1.5
        return _LINE, _PAPER, 1.25

    def lane(self, element: etree._Element, box: _Box) -> None:
        """A lane or pool with its name along the left edge."""
        self.out.append(
            f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}"'
            f' fill="{_SUNKEN}" stroke="var(--line-2,#d5d4cd)"/>'
        )
        x, y = box.x + 15, box.y + box.height / 2
        self.out.append(
            f'<text x="{x:g}" y="{y:g}" font-size="13" text-anchor="middle" dominant-baseline="central"'
            f' fill="{_FAINT}" transform="rotate(-90 {x:g} {y:g})">{escape(self.name(element)[:40])}</text>'
        )

    def task(self, element: etree._Element, box: _Box) -> None:
        """A rounded box with name and limit; a service has a small gear's place taken by a double line."""
        line, fill, width = self.colours(element.get("id", ""))
        kind = etree.QName(element).localname
        self.out.append(
            f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="8"'
            f' fill="{fill}" stroke="{line}" stroke-width="{width}"/>'
        )
        if kind in ("serviceTask", "sendTask", "businessRuleTask", "scriptTask"):
            self.out.append(f'<path d="M{box.x + 8:g} {box.y + 6:g}h14" stroke="{line}" stroke-width="3"/>')
        if element.find(f"{_BPMN}multiInstanceLoopCharacteristics") is not None:
            x, y = box.middle[0], box.y + box.height - 12
            self.out.append(f'<path d="M{x - 4:g} {y:g}v8M{x:g} {y:g}v8M{x + 4:g} {y:g}v8" stroke="{line}"/>')
        limit = _limit(element, self.language)
        x, y = box.middle
        self.text(wrap(self.name(element), (box.width - 12) / 13, 3), x, y - (8 if limit else 0), bold=True)
        if limit:
            self.text([limit], x, box.y + box.height - 15, size=11, fill=_FAINT)

    def gateway(self, element: etree._Element, box: _Box) -> None:
        """A diamond with its sign and its question below."""
        line, fill, width = self.colours(element.get("id", ""))
        x, y = box.middle
        half = box.width / 2
        self.out.append(
            f'<path d="M{x:g} {y - half:g}L{x + half:g} {y:g}L{x:g} {y + half:g}L{x - half:g} {y:g}Z"'
            f' fill="{fill}" stroke="{line}" stroke-width="{width}"/>'
        )
        signs = {
            "exclusiveGateway": "M-7-7L7 7M7-7L-7 7",
            "parallelGateway": "M0-10V10M-10 0H10",
            "inclusiveGateway": "M-9 0a9 9 0 1 0 18 0a9 9 0 1 0-18 0",
            "eventBasedGateway": "M0-9L8.600-2.800L5.300 7.300H-5.300L-8.600-2.800Z",
        }
        sign = signs.get(etree.QName(element).localname, "")
        self.out.append(
            f'<path transform="translate({x:g} {y:g})" d="{sign}" fill="none" stroke="{line}" stroke-width="2"/>'
        )
        self.text(wrap(self.name(element), 9, 2), x, box.y + box.height + 14, size=12, fill=_FAINT)

    def event(self, element: etree._Element, box: _Box) -> None:
        """A circle: thin at the start, double in between, thick at the end."""
        line, fill, width = self.colours(element.get("id", ""))
        kind = etree.QName(element).localname
        x, y = box.middle
        radius = box.width / 2
        weight = 3.5 if kind == "endEvent" else width
        self.out.append(
            f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{fill}" stroke="{line}" stroke-width="{weight:g}"/>'
        )
        if kind in ("intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"):
            self.out.append(f'<circle cx="{x:g}" cy="{y:g}" r="{radius - 4:g}" fill="none" stroke="{line}"/>')
        if element.find(f"{_BPMN}timerEventDefinition") is not None:
            self.out.append(f'<path d="M{x:g} {y - 7:g}V{y:g}L{x + 5:g} {y + 3:g}" fill="none" stroke="{line}"/>')
        if element.find(f"{_BPMN}messageEventDefinition") is not None:
            self.out.append(f'<path d="M{x - 8:g} {y - 5:g}h16v11h-16zl8 6 8-6" fill="none" stroke="{line}"/>')
        self.text(wrap(self.name(element), 8, 2), x, box.y + box.height + 14, size=12, fill=_FAINT)

    def frame(self, element: etree._Element, box: _Box) -> None:
        """A sub-process; one that an event triggers is dotted."""
        dotted = ' stroke-dasharray="2 4"' if element.get("triggeredByEvent") == "true" else ""
        self.out.append(
            f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="8"'
            f' fill="{_PAPER}" stroke="{_LINE}"{dotted}/>'
        )
        self.text(wrap(self.name(element), 20, 1), box.x + 10, box.y + 15, size=12, anchor="start", fill=_FAINT)

    def flow(self, element: etree._Element, points: list[tuple[float, float]]) -> None:
        """An arrow; a return is dashed, one that was taken is green."""
        if len(points) < 2:
            return
        taken = element.get("id", "") in self.marks.taken
        back = element.get(f"{_OURS}kind") == "return"
        colour, end = (_GREEN, "bh-taken") if taken else (_LINE, "bh-arrow")
        dashed = ' stroke-dasharray="5 4"' if back else ""
        way = " ".join(f"{x:g},{y:g}" for x, y in points)
        self.out.append(
            f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-linejoin="round"'
            f' stroke-width="{2 if taken else 1.25}"{dashed} marker-end="url(#{end})"/>'
        )
        name = self.name(element)
        if name:
            (x, y), (far_x, far_y) = points[0], points[1]
            upright = abs(far_x - x) < abs(far_y - y)
            at = (x + 6, y + (14 if far_y > y else -14)) if upright else (min(x, far_x) + 5, y - 9)
            self.text([name[:12]], *at, size=11, anchor="start", fill=_FAINT)


def _elements(root: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag.startswith(_BPMN) and element.get("id"):
            yield etree.QName(element).localname, element


_LAYERS = {
    "participant": "lane",
    "lane": "lane",
    "subProcess": "frame",
    "transaction": "frame",
    "adHocSubProcess": "frame",
    "sequenceFlow": "flow",
}


def _drawn(
    pen: _Pen, root: etree._Element, boxes: dict[str, _Box], edges: dict[str, list[tuple[float, float]]]
) -> None:
    layers: dict[str, list[tuple[etree._Element, str]]] = {"lane": [], "frame": [], "flow": [], "node": []}
    for kind, element in _elements(root):
        layers[_LAYERS.get(kind, "node")].append((element, kind))
    for layer, elements in layers.items():
        for element, kind in elements:
            key = element.get("id", "")
            if layer == "flow":
                pen.flow(element, edges.get(key, []))
            elif key in boxes:
                _draw_node(pen, layer, kind, element, boxes[key])


def _draw_node(pen: _Pen, layer: str, kind: str, element: etree._Element, box: _Box) -> None:
    if layer == "lane":
        pen.lane(element, box)
    elif layer == "frame":
        pen.frame(element, box)
    elif kind.endswith("Gateway"):
        pen.gateway(element, box)
    elif kind.endswith("Event"):
        pen.event(element, box)
    elif kind.lower().endswith("task") or kind == "callActivity":
        pen.task(element, box)


def draw_svg(xml: bytes, *, marks: DrawMarks | None = None, lang: str = "zh") -> str:
    """The diagram as one SVG element. ``lang`` zh or en. Raises ``ValueError`` for a chart without a diagram."""
    root = read_xml(xml)
    boxes, edges = _boxes(root), _edges(root)
    if not boxes:
        raise ValueError("the chart has no diagram")
    pen = _Pen(marks or DrawMarks(), lang)
    _drawn(pen, root, boxes, edges)
    spots = [(x, y) for points in edges.values() for x, y in points]
    left = min([box.x for box in boxes.values()] + [x for x, _ in spots]) - _PAD
    top = min([box.y for box in boxes.values()] + [y for _, y in spots]) - _PAD
    right = max([box.x + box.width for box in boxes.values()] + [x for x, _ in spots]) + _PAD
    bottom = max([box.y + box.height for box in boxes.values()] + [y for _, y in spots]) + _PAD
    title = {"zh": "流程图", "en": "Flowchart"}.get(lang, "流程图")
    heads = "".join(
        f'<marker id="{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7"'
        f' orient="auto-start-reverse"><path d="M0 0L10 5L0 10z" fill="{colour}"/></marker>'
        for name, colour in (("bh-arrow", _LINE), ("bh-taken", _GREEN))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left:g} {top:g} {right - left:g} {bottom - top:g}"'
        f' width="{right - left:g}" height="{bottom - top:g}" role="img" aria-label="{title}"'
        f" font-family=\"system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif\">"
        f"<defs>{heads}</defs>{''.join(pen.out)}</svg>"
    )

"""The whole picture. Every text of the chart is escaped; there is no script, no style sheet and no link in it."""

from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

from lxml import etree

from bihuan.bpmn.draw.bands import band, phases
from bihuan.bpmn.draw.diagram import Diagram, Line, Shape, read_diagram
from bihuan.bpmn.draw.geometry import Box, Point, around
from bihuan.bpmn.draw.labels import LEADING, SIZE, Label, place_labels
from bihuan.bpmn.draw.layout.write import with_layout
from bihuan.bpmn.draw.marks import DrawMarks
from bihuan.bpmn.draw.notes import badges, below
from bihuan.bpmn.draw.pen import FAINT, GREEN, LINE, PAPER, Look, circle, look_of, rounded, stroke, texts, title
from bihuan.bpmn.draw.signs import task_sign
from bihuan.bpmn.draw.skins import Skin, bpmn, flowchart, flowchart_frame, flowchart_inset, frame
from bihuan.bpmn.draw.text import cut, wide, wrap
from bihuan.bpmn.xml.reader import read_xml
from bihuan.bpmn.xml.vocabulary import BIHUAN, flag

SkinName: TypeAlias = Literal["bpmn", "gbt1526"]

_PAD: Final = 16.0
_SKINS: Final[dict[str, tuple[Skin, Skin]]] = {"bpmn": (bpmn, frame), "gbt1526": (flowchart, flowchart_frame)}
_DASHES: Final = {"message": ' stroke-dasharray="7 4"', "association": ' stroke-dasharray="1.500 3.500"'}


def draw_svg(xml: bytes, *, marks: DrawMarks | None = None, lang: str = "zh", skin: SkinName = "bpmn") -> str:
    """The diagram as one SVG element; a chart without a diagram gets one laid out.

    ``lang`` zh or en. ``skin`` bpmn, or gbt1526 for flowchart symbols. Raises ``ChartRefused`` for what is no safe XML
    and ``ValueError`` for a chart with nothing to draw, bad coordinates or an unknown skin.
    """
    if skin not in _SKINS:
        raise ValueError(f"no skin {skin}: bpmn or gbt1526")
    root = read_xml(xml)
    diagram = read_diagram(root, lang)
    if not diagram.shapes:
        root = read_xml(with_layout(xml))
        diagram = read_diagram(root, lang)
    if not diagram.shapes:
        raise ValueError("the chart has nothing to draw")
    return _Picture(root, diagram, marks or DrawMarks(), lang, skin).svg()


class _Picture:
    """Puts the layers on top of each other."""

    def __init__(self, root: etree._Element, diagram: Diagram, marks: DrawMarks, language: str, skin: str) -> None:
        self.root, self.diagram, self.marks, self.language = root, diagram, marks, language
        self.skin, self.frame = _SKINS[skin]
        self.flowchart = skin == "gbt1526"
        self.labels = place_labels(diagram)

    def svg(self) -> str:
        """The picture."""
        head, head_box = phases(self.root, self.diagram, self.language)
        area = self._area(head_box)
        foot, height = below(self.diagram, self.marks, self.language, area)
        left, top = area.x - _PAD, area.y - _PAD
        width, height = area.width + 2 * _PAD, area.height + 2 * _PAD + height
        body = "".join([*self._grounds(), head, *self._lines(), *self._nodes(), *self._names()])
        on_top = "".join(badges(self.diagram, self.marks, self.language))
        name = {"zh": "流程图", "en": "Flowchart"}.get(self.language, "流程图")
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left:g} {top:g} {width:g} {height:g}"'
            f' width="{width:g}" height="{height:g}" role="img" aria-label="{name}"'
            " font-family=\"system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif\">"
            f"<defs>{_HEADS}</defs>{body}{on_top}{foot}</svg>"
        )

    def _area(self, head: Box | None) -> Box:
        boxes = [shape.box for shape in self.diagram.shapes.values()]
        boxes += [label.box for label in self.labels.values()]
        boxes += [Box(x, y, 0, 0) for line in self.diagram.lines for x, y in line.points]
        return around([*boxes, *([head] if head else [])])

    def _grounds(self) -> Iterator[str]:
        """Pools, lanes, groups, and frames from the outside in."""
        for layer in ("pool", "lane"):
            for shape in self.diagram.layer("pool" if layer == "pool" else "lane"):
                yield f"<g>{band(shape)}</g>"
        for shape in sorted(self.diagram.layer("frame"), key=lambda shape: -shape.box.width * shape.box.height):
            look = look_of(shape.id, self.marks)
            text = cut(shape.name, max(2.0, (shape.box.width - 20) / SIZE))
            name = texts([text], shape.box.x + 10, shape.box.y + 13, anchor="start", fill=FAINT)
            yield f"<g>{title(shape.name)}{self.frame(shape, look)}{name}</g>"
        for shape in self.diagram.layer("group"):
            box = shape.box
            way = f"M{box.x:g} {box.y:g}H{box.right:g}V{box.bottom:g}H{box.x:g}Z"
            yield stroke(way, LINE, more=' stroke-dasharray="8 3 2 3"')

    def _lines(self) -> Iterator[str]:
        """Arrows; those that were taken lie on top."""
        for line in sorted(self.diagram.lines, key=lambda line: line.id in self.marks.taken):
            yield self._line(line)

    def _line(self, line: Line) -> str:
        taken = line.id in self.marks.taken
        colour = GREEN if taken else LINE
        # From its head on: where arrows run together their dashes lie on each other.
        way = rounded(self._reaching(line)[::-1], 5)
        more = ' stroke-dasharray="5 4"' if line.back else _DASHES.get(line.style, "")
        if line.style == "flow":
            more += f' marker-start="url(#{"bh-taken" if taken else "bh-arrow"})"'
        elif line.style == "message":
            more += ' marker-start="url(#bh-open)" marker-end="url(#bh-dot)"'
        found = stroke(way, colour, width=2 if taken else 1.25, more=more)
        return found + (_tick(line, colour) if not self.flowchart and self._is_default(line) else "")

    def _is_default(self, line: Line) -> bool:
        source = self.diagram.shapes.get(line.element.get("sourceRef", ""))
        return source is not None and source.element.get("default") == line.id

    def _reaching(self, line: Line) -> list[Point]:
        """Some flowchart symbols are lower than their boxes: arrows go on to where they begin."""
        points = list(line.points)
        if not self.flowchart:
            return points
        for at, name in ((0, "sourceRef"), (-1, "targetRef")):
            shape = self.diagram.shapes.get(line.element.get(name, ""))
            if shape is not None:
                x, y = points[at]
                inset = flowchart_inset(shape) if abs(x - shape.box.middle[0]) < 2 else 0.0
                points[at] = x, y + (inset if y < shape.box.middle[1] else -inset)
        return points

    def _nodes(self) -> Iterator[str]:
        inner = [shape for shape in self.diagram.layer("node") if shape.kind != "boundaryEvent"]
        edge = [shape for shape in self.diagram.layer("node") if shape.kind == "boundaryEvent"]
        burdened = {id(shape) for shape in inner if any(_sits_below(event.box, shape.box) for event in edge)}
        for shape in (*inner, *edge):
            look = look_of(shape.id, self.marks)
            inside = "" if shape.named_outside else self._inside(shape, look, burdened=id(shape) in burdened)
            yield f"<g>{title(shape.name)}{self.skin(shape, look)}{inside}</g>"

    def _inside(self, shape: Shape, look: Look, *, burdened: bool) -> str:
        """Name and limit, above what sits on the lower border; a sign in the corner where the name leaves it free."""
        box = shape.box
        if shape.kind == "textAnnotation":
            lines = wrap(shape.name, (box.width - 14) / SIZE, max(1, int(box.height / LEADING)))
            return texts(lines, box.x + 7, box.middle[1], anchor="start", fill=FAINT)
        limit = cut(limit_of(shape.element, self.language), (box.width - 8) / 11)
        foot = 12.0 if (_has_foot(shape) or burdened) and box.height < 70 else 0.0
        most = max(1, int((box.height - (16 if limit else 0) - foot) / 15.5))
        size, room = 13, box.width - (10 if box.width > 60 else 4)
        if len(wrap(shape.name, room / 13, 9)) > 1:
            size = 12
        lines = wrap(shape.name, max(1.5, room / size), most)
        x, y = box.middle[0], box.middle[1] - (8 if limit else 0) - foot / 2
        found = texts(lines, x, y, size=size, bold=True)
        if limit:
            found += texts([limit], x, y + len(lines) * size * 0.625 + 9, size=11, fill=FAINT)
        widest = max((wide(line) for line in lines), default=0.0) * size
        free = y - len(lines) * size * 0.625 > box.y + 18 or x - widest / 2 > box.x + 18
        return found + (
            task_sign(shape.kind, (box.x + 11, box.y + 10.5), look.line) if free and not self.flowchart else ""
        )

    def _names(self) -> Iterator[str]:
        for label in self.labels.values():
            shape = self.diagram.shapes.get(label.id)
            name = shape.name if shape else next(line.name for line in self.diagram.lines if line.id == label.id)
            yield _name(label, name)


def _name(label: Label, name: str) -> str:
    shown = "".join(label.lines).replace(" ", "")
    hover = title(name) if shown != "".join(name.split()) else ""
    return f"<g>{hover}{texts(label.lines, *label.box.middle, size=SIZE, fill=FAINT, halo=True)}</g>"


def _sits_below(event: Box, box: Box) -> bool:
    return abs(event.middle[1] - box.bottom) < 4 and box.x < event.middle[0] < box.right


def _has_foot(shape: Shape) -> bool:
    marks = ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics")
    folded = shape.kind in ("subProcess", "transaction", "adHocSubProcess", "callActivity")
    looped = any(str(one.tag).endswith(marks) for one in shape.element)
    return folded or looped or flag(shape.element, "isForCompensation", default=False)


def limit_of(element: etree._Element, language: str) -> str:
    """The time a step may take, in a few words; "" if there is no limit."""
    deadline = next(element.iter(f"{{{BIHUAN}}}deadline"), None)
    if deadline is None:
        return ""
    if deadline.get("workdays"):
        days = deadline.get("workdays", "")
        return f"≤ {days} d" if language == "en" else f"≤ {days} 个工作日"
    text = (deadline.get("duration") or "").removeprefix("P").replace("T", "")
    for unit, zh, en in (("H", "小时", "h"), ("M", "分", "min"), ("D", "天", "d")):
        text = text.replace(unit, f" {en if language == 'en' else zh} ")
    return f"≤ {text.strip()}" if text else ""


def _tick(line: Line, colour: str) -> str:
    """The slash of a default arrow."""
    (x, y), (to_x, to_y) = line.points[0], line.points[1]
    dx, dy = (to_x > x) - (to_x < x), (to_y > y) - (to_y < y)
    x, y = x + 7 * dx, y + 7 * dy
    return stroke(f"M{x - 3:g} {y - 4:g}L{x + 3:g} {y + 4:g}", colour)


def _head(name: str, colour: str) -> str:
    return (
        f'<marker id="{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8"'
        f' markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path d="M0 0.500L10 5L0 9.500z" fill="{colour}"/></marker>'
    )


_HEADS: Final = (
    _head("bh-arrow", LINE)
    + _head("bh-taken", GREEN)
    + '<marker id="bh-open" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9"'
    f' markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path d="M1 1L9 5L1 9z" fill="{PAPER}" stroke="{LINE}"/></marker>'
    '<marker id="bh-dot" viewBox="0 0 10 10" refX="5" refY="5" markerWidth="8" markerHeight="8"'
    f' markerUnits="userSpaceOnUse">{circle((5, 5), 3.5, Look(LINE, PAPER, 1))}</marker>'
)

"""The pieces of the picture as SVG text. Colours are the page's own, with fallbacks for where there is no page."""

from dataclasses import dataclass
from html import escape
from typing import Final

from bihuan.bpmn.draw.geometry import Box, Point
from bihuan.bpmn.draw.marks import DrawMarks

INK: Final = "var(--ink,#1c1e22)"
FAINT: Final = "var(--ink-2,#54575e)"
LINE: Final = "var(--line-3,#85847d)"
SOFT: Final = "var(--line-2,#d5d4cd)"
PAPER: Final = "var(--surface,#fff)"
SUNKEN: Final = "var(--sunken,#fafaf8)"
SOLID: Final = "var(--on-solid,#fff)"
GREEN: Final = "var(--green,#2a8a50)"
GREEN_TINT: Final = "var(--green-tint,#e4f4e9)"
BLUE: Final = "var(--accent,#2557c4)"
BLUE_TINT: Final = "var(--accent-tint,#ecf1fc)"
RED: Final = "var(--red,#cb3128)"
GREEN_INK: Final = "var(--green-ink,#1c673a)"
GOLD: Final = "var(--gold-ink,#7a4b00)"
HEAT: Final = ("var(--heat-1,#fdf3e1)", "var(--heat-2,#fbe0b6)", "var(--heat-3,#f7c27e)", "var(--heat-4,#f1a07a)")


@dataclass(frozen=True, slots=True)
class Look:
    """Line, fill and line width of a node."""

    line: str
    fill: str
    width: float


def look_of(key: str, marks: DrawMarks) -> Look:
    """By where the instance stands, else by heat."""
    heat = marks.heat.get(key)
    hot = PAPER if heat is None or heat != heat else HEAT[min(3, max(0, int(heat * 4)))]
    if key in marks.current:
        return Look(BLUE, BLUE_TINT if heat is None else hot, 2.5)
    if key in marks.done:
        return Look(GREEN, GREEN_TINT if heat is None else hot, 1.5)
    return Look(LINE, hot, 1.25)


def clean(text: str) -> str:
    """Text for SVG: escaped, without characters that XML does not know."""
    return escape("".join(one for one in text if one >= " " and not 0xD800 <= ord(one) <= 0xDFFF and one not in "￾￿"))


def title(text: str) -> str:
    """What is read on hover."""
    return f"<title>{clean(' '.join(text.split()))}</title>" if text.strip() else ""


def texts(
    lines: list[str],
    x: float,
    y: float,
    *,
    size: int = 12,
    anchor: str = "middle",
    fill: str = INK,
    bold: bool = False,
    halo: bool = False,
) -> str:
    """Lines centred around ``y``; a halo keeps them readable where they cannot help lying on a line."""
    leading = size * 1.25
    top = y - (len(lines) - 1) * leading / 2
    more = ' font-weight="600"' if bold else ""
    if halo:
        more += f' paint-order="stroke" stroke="{SUNKEN}" stroke-width="3" stroke-linejoin="round"'
    return "".join(
        f'<text x="{x:g}" y="{top + number * leading:g}" font-size="{size}" text-anchor="{anchor}"'
        f' dominant-baseline="central" fill="{fill}"{more}>{clean(line)}</text>'
        for number, line in enumerate(lines)
    )


def rect(box: Box, look: Look, *, radius: float = 0, more: str = "") -> str:
    """A rectangle."""
    return (
        f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="{radius:g}"'
        f' fill="{look.fill}" stroke="{look.line}" stroke-width="{look.width:g}"{more}/>'
    )


def path(way: str, look: Look, *, more: str = "") -> str:
    """A closed shape."""
    return f'<path d="{way}" fill="{look.fill}" stroke="{look.line}" stroke-width="{look.width:g}"{more}/>'


def stroke(way: str, colour: str, *, width: float = 1.25, more: str = "") -> str:
    """An open line."""
    return f'<path d="{way}" fill="none" stroke="{colour}" stroke-width="{width:g}"{more}/>'


def circle(centre: Point, radius: float, look: Look, *, more: str = "") -> str:
    """A circle."""
    return (
        f'<circle cx="{centre[0]:g}" cy="{centre[1]:g}" r="{radius:g}" fill="{look.fill}" stroke="{look.line}"'
        f' stroke-width="{look.width:g}"{more}/>'
    )


def polygon(points: list[Point], look: Look) -> str:
    """A closed shape with straight sides."""
    way = "M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "Z"
    return path(way, look, more=' stroke-linejoin="round"')


def rounded(points: list[Point], radius: float) -> str:
    """The way of a line with rounded corners."""
    way = f"M{points[0][0]:g} {points[0][1]:g}"
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        size = min(radius, _far(before, here) / 2, _far(here, after) / 2)
        one, two = _towards(here, before, size), _towards(here, after, size)
        way += f"L{one[0]:g} {one[1]:g}Q{here[0]:g} {here[1]:g} {two[0]:g} {two[1]:g}"
    return way + f"L{points[-1][0]:g} {points[-1][1]:g}"


def _far(a: Point, b: Point) -> float:
    return float(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5)


def _towards(start: Point, end: Point, length: float) -> Point:
    far = _far(start, end) or 1.0
    return start[0] + (end[0] - start[0]) * length / far, start[1] + (end[1] - start[1]) * length / far

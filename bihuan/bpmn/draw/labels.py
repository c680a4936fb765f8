"""Where the texts of arrows, decisions and events go: on no node, on no other text, on no arrow, while there is room."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from bihuan.bpmn.draw.diagram import Diagram, Line, Shape
from bihuan.bpmn.draw.geometry import Box, Point
from bihuan.bpmn.draw.text import wide, wrap

SIZE: Final = 12
LEADING: Final = 15.0
_CELL: Final = 120.0
_NEAR, _STEP, _FURTHEST = 3.0, 12.0, 260.0
_ON_NODE, _ON_TEXT, _ON_LINE, _ON_BORDER = 1000.0, 900.0, 120.0, 4.0


@dataclass(slots=True)
class Label:
    """A text in its place."""

    id: str
    lines: list[str]
    box: Box


@dataclass(slots=True)
class _Room:
    """What is where already, by cells of the plane."""

    boxes: dict[tuple[int, int], list[tuple[Box, float]]] = field(default_factory=dict)
    pieces: dict[tuple[int, int], list[tuple[Point, Point, str]]] = field(default_factory=dict)

    def add_box(self, box: Box, weight: float) -> None:
        for cell in _cells(box):
            self.boxes.setdefault(cell, []).append((box, weight))

    def add_piece(self, start: Point, end: Point, key: str) -> None:
        low_x, low_y = min(start[0], end[0]), min(start[1], end[1])
        for cell in _cells(Box(low_x, low_y, abs(start[0] - end[0]), abs(start[1] - end[1]))):
            self.pieces.setdefault(cell, []).append((start, end, key))

    def cost(self, box: Box, key: str) -> float:
        """0 where a text of that arrow or node disturbs nothing."""
        cost = 0.0
        for cell in _cells(box):
            for other, weight in self.boxes.get(cell, []):
                if box.overlap(other):
                    cost += weight
            for start, end, owner in self.pieces.get(cell, []):
                if box.crossed_by(start, end):
                    cost += _ON_BORDER if owner == "border" else _ON_LINE
        return cost


def _cells(box: Box) -> Iterator[tuple[int, int]]:
    for column in range(int(box.x // _CELL), int(box.right // _CELL) + 1):
        for row in range(int(box.y // _CELL), int(box.bottom // _CELL) + 1):
            yield column, row


def place_labels(diagram: Diagram) -> dict[str, Label]:
    """A place for every text that stands beside what it names."""
    room = _occupied(diagram)
    placed: dict[str, Label] = {}
    for shape in diagram.layer("node"):
        if shape.named_outside and shape.name.strip():
            placed[shape.id] = _put(room, shape.id, _widths(shape.name, 7, 2), _around(shape))
    named = [line for line in diagram.lines if line.name.strip()]
    for line in sorted(named, key=_room_of):
        placed[line.id] = _put(room, line.id, _widths(line.name, 12, 2), _along(line, _shared(line, diagram)))
    return placed


def _occupied(diagram: Diagram) -> _Room:
    room = _Room()
    for shape in diagram.layer("node"):
        room.add_box(shape.box.grown(1), _ON_NODE)
    for shape in diagram.layer("frame", "pool", "lane"):
        box = shape.box
        corners = [(box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom), (box.x, box.y)]
        for start, end in zip(corners, corners[1:], strict=False):
            room.add_piece(start, end, "border")
        if shape.layer == "frame":
            room.add_box(Box(box.x, box.y, min(box.width, wide(shape.name) * SIZE + 20), 22), _ON_TEXT)
        elif not shape.upright:
            room.add_box(Box(box.x, box.y, 26, box.height), _ON_TEXT)
    for line in diagram.lines:
        for start, end in line.pieces:
            room.add_piece(start, end, line.id)
    return room


def _widths(name: str, width: float, most: int) -> list[list[str]]:
    """The same text in one shape, and in a narrower one for places that are tight."""
    found = [wrap(name, width, most)]
    narrow = wrap(name, max(2.0, width / 2), most + 1)
    return [*found, narrow] if narrow != found[0] else found


def _size(lines: list[str]) -> tuple[float, float]:
    return max(wide(line) for line in lines) * SIZE, LEADING * len(lines)


_Spots = tuple[Iterable[tuple[Point, str, float]], Point]
"""Points with the side of the text that lies there and a price; and the point that the text should be near."""


def _put(room: _Room, key: str, shapes: list[list[str]], spots: _Spots) -> Label:
    best: tuple[float, Label] | None = None
    candidates = list(spots[0])
    for number, lines in enumerate(shapes):
        width, height = _size(lines)
        for point, side, price in [*candidates, *(_rings(spots[1]) if number == len(shapes) - 1 else ())]:
            if best is not None and price + 25 * number >= best[0]:
                continue
            box = _at(point, side, width, height)
            cost = price + 25 * number + room.cost(box, key)
            if best is None or cost < best[0]:
                best = cost, Label(key, lines, box)
    assert best is not None
    room.add_box(best[1].box.grown(1), _ON_TEXT)
    return best[1]


def _at(point: Point, side: str, width: float, height: float) -> Box:
    """A box on that side of a point: n above it, e right of it, ne with its lower left corner there, c around it."""
    x, y = point
    left = x if "e" in side else x - width if "w" in side else x - width / 2
    top = y - height if "n" in side else y if "s" in side else y - height / 2
    return Box(left, top, width, height)


def _rings(near: Point) -> Iterator[tuple[Point, str, float]]:
    """Everywhere around, further and further, for texts that find no better place."""
    distance = 20.0
    while distance < _FURTHEST:
        for dx, dy in ((0, -1), (0, 1), (1, 0), (-1, 0), (0.7, -0.7), (0.7, 0.7), (-0.7, -0.7), (-0.7, 0.7)):
            yield (near[0] + dx * distance, near[1] + dy * distance), "c", 60 + distance / 2
        distance += _STEP


def _around(shape: Shape) -> _Spots:
    """Above a decision, below an event, then the corners, then the sides."""
    box, (x, y) = shape.box, shape.box.middle
    above = shape.kind.endswith("Gateway")
    corner = box.width * (0.3 if above else 0.42)
    spots: list[tuple[Point, str, float]] = [
        ((x, box.y - _NEAR), "n", 0.0 if above else 2.0),
        ((x, box.bottom + _NEAR), "s", 2.0 if above else 0.0),
        ((x - 3, box.y - 1), "nw", 3.0),
        ((x + 3, box.y - 1), "ne", 3.5),
        ((x - 3, box.bottom + 1), "sw", 4.0 if above else 2.6),
        ((x + 3, box.bottom + 1), "se", 4.5 if above else 2.8),
        ((x - corner, y - corner), "nw", 6.0),
        ((x + corner, y - corner), "ne", 6.5),
        ((x - corner, y + corner), "sw", 7.0),
        ((x + corner, y + corner), "se", 7.5),
        ((box.right + _NEAR, y), "e", 9.0),
        ((box.x - _NEAR, y), "w", 9.5),
    ]
    for shift in (10.0, 20.0):
        spots += [((x + dx, box.y - _NEAR), "n", 10 + shift) for dx in (-shift, shift)]
        spots += [((x + dx, box.bottom + _NEAR), "s", 10 + shift) for dx in (-shift, shift)]
    if shape.label is not None and shape.label.width:
        spots.append((shape.label.middle, "c", 5.0))
    return spots, (x, y)


def _room_of(line: Line) -> tuple[float, str]:
    """Short arrows choose first."""
    return sum(abs(a[0] - b[0]) + abs(a[1] - b[1]) for a, b in line.pieces), line.id


def _shared(line: Line, diagram: Diagram) -> float:
    """How far from its beginning an arrow runs together with others from the same place."""
    longest = 0.0
    for other in diagram.lines:
        if other is not line and other.points[0] == line.points[0]:
            longest = max(longest, _common(line.points, other.points))
    return longest


def _common(one: list[Point], two: list[Point]) -> float:
    length = 0.0
    for a, b, c in zip(one, one[1:], two[1:], strict=False):
        towards_b, towards_c = _distance(a, b), _distance(a, c)
        if (b[0] - a[0]) * (c[1] - a[1]) != (b[1] - a[1]) * (c[0] - a[0]) or _opposite(a, b, c):
            break
        length += min(towards_b, towards_c)
        if b != c:
            break
    return length


def _opposite(a: Point, b: Point, c: Point) -> bool:
    return (b[0] - a[0]) * (c[0] - a[0]) + (b[1] - a[1]) * (c[1] - a[1]) <= 0


def _distance(a: Point, b: Point) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _along(line: Line, shared: float) -> _Spots:
    """Along the arrow from its source on, on both sides, past what it shares with others."""
    spots: list[tuple[Point, str, float]] = []
    if line.label is not None and line.label.width:
        spots.append((line.label.middle, "c", 0.5))
    walked, first = 0.0, line.points[0]
    for start, end in line.pieces:
        length = _distance(start, end)
        level = abs(start[1] - end[1]) < abs(start[0] - end[0])
        here = max(0.0, shared - walked)
        if shared and not spots and here < length:
            first = _between(start, end, here / max(length, 1.0))
        while here + 4 <= length:
            point = _between(start, end, (here + 4) / length)
            early = 200.0 if walked + here + 4 < shared else 0.0
            for shift, side in _sides(level, start, end):
                spots.append(((point[0] + shift[0], point[1] + shift[1]), side, early + min(70.0, (walked + here) / 6)))
            here += 10
        walked += length
    return spots, first


def _between(start: Point, end: Point, share: float) -> Point:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _sides(level: bool, start: Point, end: Point) -> tuple[tuple[Point, str], ...]:
    if level:
        ahead = "e" if end[0] > start[0] else "w"
        return (((0.0, -2.0), "n" + ahead), ((0.0, 2.0), "s" + ahead))
    ahead = "s" if end[1] > start[1] else "n"
    return (((4.0, 0.0), ahead + "e"), ((-4.0, 0.0), ahead + "w"))

"""Boxes, points and the few questions about them that drawing asks. Units are pixels, y grows downwards."""

from dataclasses import dataclass
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle by its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height

    @property
    def middle(self) -> Point:
        """The centre."""
        return self.x + self.width / 2, self.y + self.height / 2

    def moved(self, dx: float, dy: float) -> "Box":
        """The same rectangle elsewhere."""
        return Box(self.x + dx, self.y + dy, self.width, self.height)

    def grown(self, by: float) -> "Box":
        """The rectangle with a margin on all sides."""
        return Box(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def overlap(self, other: "Box") -> float:
        """The common area; 0 where they only touch."""
        wide = min(self.right, other.right) - max(self.x, other.x)
        high = min(self.bottom, other.bottom) - max(self.y, other.y)
        return wide * high if wide > 0 and high > 0 else 0.0

    def contains(self, other: "Box") -> bool:
        """Whether the other lies inside, the border included."""
        return self.x <= other.x and self.y <= other.y and other.right <= self.right and other.bottom <= self.bottom

    def crossed_by(self, start: Point, end: Point) -> bool:
        """Whether the segment runs through the inside."""
        low, high = 0.0, 1.0
        for at, to, least, most in ((start[0], end[0], self.x, self.right), (start[1], end[1], self.y, self.bottom)):
            step = to - at
            if abs(step) < 1e-9:
                if not least < at < most:
                    return False
                continue
            one, two = (least - at) / step, (most - at) / step
            low, high = max(low, min(one, two)), min(high, max(one, two))
        return high - low > 1e-9


def around(boxes: list[Box]) -> Box:
    """The smallest box around them all; at least one."""
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    return Box(left, top, max(box.right for box in boxes) - left, max(box.bottom for box in boxes) - top)


def crossing(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether the segments a–b and c–d cross in a point inside both of them."""

    def side(p: Point, q: Point, r: Point) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    one, two = side(a, b, c), side(a, b, d)
    three, four = side(c, d, a), side(c, d, b)
    return one * two < -1e-9 and three * four < -1e-9

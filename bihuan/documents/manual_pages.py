"""How a large drawing is spread over pages: the whole first, then parts that overlap and can be read."""

from dataclasses import dataclass
from math import ceil
from typing import Final

from bihuan.documents.manual import Picture

WIDTH: Final = 745.0
HEIGHT: Final = 448.0
"""Points that a drawing may take of an A4 page on its side, below its heading and above its caption."""
_LEGIBLE: Final = 0.52
"""Points a pixel at least: names of twelve pixels are then printed larger than six points."""
_PARTS: Final = 0.62
_LAP: Final = 26.0
MOST: Final = 60


@dataclass(frozen=True, slots=True)
class Tile:
    """A piece of a drawing in points: its place (``x``, ``y``) and size at ``scale`` points a pixel."""

    x: float
    y: float
    width: float
    height: float
    scale: float


def tiles(picture: Picture) -> tuple[Tile, ...]:
    """The pages of a drawing: one if it can be read there, else the whole and then its parts, row by row."""
    fit = min(WIDTH / picture.width, HEIGHT / picture.height, 0.75)
    whole = Tile(0, 0, picture.width * fit, picture.height * fit, fit)
    if fit >= _LEGIBLE:
        return (whole,)
    scale = _scale(picture)
    width, height = picture.width * scale, picture.height * scale
    found = [whole]
    for y in _cuts(height, HEIGHT):
        for x in _cuts(width, WIDTH):
            found.append(Tile(x, y, min(WIDTH, width - x), min(HEIGHT, height - y), scale))
    return tuple(found)


def _scale(picture: Picture) -> float:
    """A drawing that only just fails to fit in one direction is fitted in the other."""
    for rows in range(1, 9):
        scale = (rows * (HEIGHT - _LAP) + _LAP) / picture.height
        if scale >= _LEGIBLE:
            return min(scale, 0.75)
    area = picture.width * picture.height
    return max(min(_PARTS, (MOST * WIDTH * HEIGHT / area) ** 0.5), 0.05) if area else _PARTS


def _cuts(length: float, room: float) -> list[float]:
    """Where parts begin: as many as are needed, of equal steps, with some overlap."""
    if length <= room + 0.5:
        return [0.0]
    count = ceil((length - _LAP) / (room - _LAP))
    step = (length - room) / (count - 1)
    return [step * at for at in range(count)]

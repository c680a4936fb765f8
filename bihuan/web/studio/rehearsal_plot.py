"""Queues over time as an SVG: numbers become ways here, the template draws them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bihuan.worktime import Calendar

_LEFT, _TOP, _BOTTOM = 34.0, 12.0, 24.0
_NICE: Final = (1.0, 2.0, 2.5, 4.0, 5.0, 8.0, 10.0)


@dataclass(frozen=True, slots=True)
class Series:
    """One line with its band, a point a day. ``main``: drawn in full, else dashed."""

    name: str
    note: str
    mean: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    main: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """Where days and numbers are in the picture."""

    width: float
    height: float
    right: float
    days: int
    top: float

    def x(self, day: float) -> float:
        """The place of a day."""
        return _LEFT + (self.width - _LEFT - self.right) * day / max(1, self.days - 1)

    def y(self, value: float) -> float:
        """The place of a number."""
        return self.height - _BOTTOM - (self.height - _BOTTOM - _TOP) * value / self.top


def plot(
    series: Sequence[Series], first: date, calendar: Calendar, *, width: float, height: float, right: float
) -> "dict[str, object]":
    """What the template draws. ``right``: room for names behind the lines; 0 leaves them to the legend."""
    days = max((len(one.mean) for one in series), default=0)
    frame = Frame(
        width, height, right, days, _ceiling(max((max(one.high, default=0.0) for one in series), default=0.0))
    )
    places = _name_places([frame.y(one.mean[-1]) for one in series]) if right else []
    return {
        "width": width,
        "height": height,
        "closed": _closed(frame, first, calendar),
        "levels": [_level(frame, frame.top * n / 4) for n in range(5)],
        "days": [_day(frame, first, day) for day in _labelled(days, 5 if right else 4)],
        "left": _LEFT,
        "right": width - right,
        "lines": [_line(frame, one) for one in sorted(series, key=lambda one: one.main)],
        "names": [
            {"x": width - right + 10, "y": round(place, 1), "name": one.name, "note": one.note, "main": one.main}
            for one, place in zip(series, places, strict=False)
        ],
    }


def _ceiling(most: float) -> float:
    """A round number above all: four times something that is easily read."""
    quarter = max(most, 1.0) / 4
    size = 10.0 ** math.floor(math.log10(quarter))
    return 4 * next(size * nice for nice in _NICE if size * nice >= quarter - 1e-9)


def _way(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _line(frame: Frame, one: Series) -> dict[str, object]:
    upper = [(frame.x(day), frame.y(value)) for day, value in enumerate(one.high)]
    lower = [(frame.x(day), frame.y(value)) for day, value in enumerate(one.low)]
    mean = [(frame.x(day), frame.y(value)) for day, value in enumerate(one.mean)]
    return {"main": one.main, "mean": _way(mean), "band": _way(upper + lower[::-1]) + "z"}


def _closed(frame: Frame, first: date, calendar: Calendar) -> list[dict[str, float]]:
    """Days on which nobody works."""
    found = []
    step = frame.x(1) - frame.x(0)
    for day in range(frame.days):
        if not calendar.is_workday(first + timedelta(days=day)):
            begin = max(frame.x(0), frame.x(day) - step / 2)
            end = min(frame.x(frame.days - 1), frame.x(day) + step / 2)
            found.append({"x": round(begin, 1), "width": round(end - begin, 1)})
    return found


def _level(frame: Frame, value: float) -> dict[str, object]:
    return {"y": round(frame.y(value), 1), "text": f"{value:g}", "zero": value == 0}


def _labelled(days: int, most: int) -> list[int]:
    """Days that bear their date: the first, then evenly."""
    step = max(1, math.ceil(days / most))
    step = 7 if 3 < step <= 8 else step
    return [day for day in range(0, days, step) if day == 0 or days - day > step / 3]


def _day(frame: Frame, first: date, day: int) -> dict[str, object]:
    anchor = "start" if day == 0 else "end" if day == frame.days - 1 else "middle"
    return {"x": round(frame.x(day), 1), "text": (first + timedelta(days=day)).strftime("%m-%d"), "anchor": anchor}


def _name_places(wanted: Sequence[float]) -> list[float]:
    """Names at the ends of their lines, apart from one another."""
    order = sorted(range(len(wanted)), key=lambda n: wanted[n])
    found = list(wanted)
    for before, after in zip(order, order[1:], strict=False):
        found[after] = max(found[after], found[before] + 40)
    return found

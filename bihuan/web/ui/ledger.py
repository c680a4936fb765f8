"""The strip of the clock ledger: where the time of a limit went, as lengths of a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bihuan.web.ui.filters import time_of_day

# The narrowest column that shows a strip, and its signs, in pixels: what fits there fits everywhere.
_COLUMN, _EM, _GAP = 290.0, 12.0, 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of the ledger. ``kind``: ``worked`` (counted), ``rest`` (not counted), ``hold`` (paused).

    ``counted``: seconds of the limit that it used. ``label`` is for people: 上午, 午休, 等客户.
    """

    start: datetime
    end: datetime
    kind: str
    label: str = ""
    counted: float = 0


@dataclass(frozen=True, slots=True)
class Bar:
    """A piece of the drawn strip, in per cent of its width; ``kind``: used, left, rest, hold."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Label:
    """A text above (instants) or below (words) the strip; ``anchor`` as in SVG."""

    text: str
    x: float
    anchor: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Strip:
    """What the ledger's picture is drawn from; ``here`` is the present, None when it lies outside."""

    bars: tuple[Bar, ...]
    above: tuple[Label, ...]
    below: tuple[Label, ...]
    here: float | None


def _extent(label: Label) -> tuple[float, float]:
    """From where to where a label reaches, in pixels of the narrowest column."""
    width = sum(_EM if ord(sign) > 0x2E7F else _EM * 0.6 for sign in label.text)
    at = label.x / 100 * _COLUMN
    start = at - {"start": 0.0, "middle": width / 2, "end": width}[label.anchor]
    return start, start + width


def _spaced(labels: list[Label]) -> tuple[Label, ...]:
    """Drops what would overlap: strong labels stay, of the others the first ones given."""
    kept: list[tuple[float, float, Label]] = []
    for label in sorted(labels, key=lambda one: not one.strong):
        start, end = _extent(label)
        if all(end + _GAP <= left or start >= right + _GAP for left, right, _ in kept):
            kept.append((start, end, label))
    return tuple(label for _, _, label in sorted(kept, key=lambda one: one[0]))


def _anchor(x: float) -> str:
    return "start" if x < 6 else "end" if x > 94 else "middle"


def _pieces(segment: Segment, now: datetime, place: "_Scale") -> list[Bar]:
    if segment.kind != "worked":
        return [place.bar("hold" if segment.kind == "hold" else "rest", segment.start, segment.end)]
    middle = min(max(now, segment.start), segment.end)
    pieces = [place.bar("used", segment.start, middle), place.bar("left", middle, segment.end)]
    return [piece for piece in pieces if piece.width > 0]


@dataclass(frozen=True, slots=True)
class _Scale:
    start: datetime
    total: float

    def at(self, instant: datetime) -> float:
        share = (instant - self.start).total_seconds() / self.total * 100
        return round(min(max(share, 0.0), 100.0), 2)

    def bar(self, kind: str, start: datetime, end: datetime) -> Bar:
        x = self.at(start)
        return Bar(kind, x, round(self.at(end) - x, 2))


def strip(segments: Sequence[Segment], now: datetime, now_text: str = "", end_text: str = "") -> Strip:
    """Lays segments (in order, without gaps) along a line; future worked time is drawn as left.

    ``now_text`` and ``end_text`` are the words at the present and at the end (现在 14:05, 14:43 截止).
    """
    if not segments:
        return Strip((), (), (), None)
    start, end = segments[0].start, segments[-1].end
    place = _Scale(start, max((end - start).total_seconds(), 1.0))
    bars = [bar for segment in segments for bar in _pieces(segment, now, place)]
    inside = start <= now <= end
    above = [Label(time_of_day(start), 0.0, "start")]
    above += [Label(time_of_day(one.start), place.at(one.start), _anchor(place.at(one.start))) for one in segments[1:]]
    if inside:
        above.append(Label(now_text or time_of_day(now), place.at(now), _anchor(place.at(now)), strong=True))
    below = [Label(end_text or time_of_day(end), 100.0, "end", strong=True)]
    # Where words do not fit, those of the longest stretches are worth most.
    for one in sorted(segments, key=lambda each: each.start - each.end):
        middle = (place.at(one.start) + place.at(one.end)) / 2
        if one.label:
            below.append(Label(one.label, round(middle, 2), _anchor(middle)))
    return Strip(tuple(bars), _spaced(above), _spaced(below), place.at(now) if inside else None)

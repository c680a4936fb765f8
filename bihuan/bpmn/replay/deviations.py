"""Moves of an explanation to deviations in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bihuan.bpmn.replay.explain import Move

KINDS: Final[dict[str, tuple[str, str]]] = {
    "skipped": ("未做:{}", "left out: {}"),
    "extra": ("多做:{}", "done though the chart has no such step here: {}"),
    "returned": ("退回到:{}(图上没有这条退回的路)", "went back to {} (the chart has no such way back)"),
    "wrong_order": ("顺序不对:{}", "in the wrong order: {}"),
    "unknown": ("图上没有的活动:{}", "not in the chart: {}"),
    "unfinished": ("未走到终点,停在:{} 之前", "stopped before the end: {} would be next"),
    "unexplained": ("与图差别太大,未能说明:{}", "too far from the chart to be explained: {}"),
}
"""What a kind says, in Chinese and in English."""


@dataclass(frozen=True, slots=True)
class Found:
    """One deviation of a case. `element`: an element, or the name of an activity that the chart does not have.

    `event`: the number of the event that shows it, -1 where none does.
    """

    kind: str
    element: str
    event: int


def deviations(moves: Sequence[Move], names: Sequence[str]) -> list[Found]:
    """The deviations of a case; `names`: what the log calls each of its events.

    An element left out here and done there is in the wrong order. Events alone that repeat what was done before are one
    return, to the first of them. Elements left out behind the last event are one early stop.
    """
    moved = _moved(moves)
    last = max((at for at, move in enumerate(moves) if move.event >= 0), default=-1)
    done: set[str] = set()
    found: list[Found] = []
    returning = stopped = False
    for at, move in enumerate(moves):
        if move.kind == "silent" or (move.kind == "skipped" and at in moved):
            continue
        repeats = move.kind == "extra" and move.node in done and at not in moved
        stops = move.kind == "stopped" or (move.kind == "skipped" and at > last)
        if not (repeats and returning) and not (stops and stopped):
            found += _one(move, at in moved, repeats, stops, names)
        returning, stopped = repeats, stopped or stops
        if move.event >= 0 and move.node:
            done.add(move.node)
    return found


def _moved(moves: Sequence[Move]) -> dict[int, int]:
    """Numbers of extra moves whose element is left out elsewhere, and of these, one for one."""
    skipped: dict[str, list[int]] = {}
    for at, move in enumerate(moves):
        if move.kind == "skipped":
            skipped.setdefault(move.node, []).append(at)
    pairs: dict[int, int] = {}
    for at, move in enumerate(moves):
        if move.kind == "extra" and skipped.get(move.node):
            other = skipped[move.node].pop(0)
            pairs[at], pairs[other] = other, at
    return pairs


def _one(move: Move, moved: bool, repeats: bool, stops: bool, names: Sequence[str]) -> list[Found]:
    if move.kind == "done":
        return []
    if stops:
        return [Found("unfinished", move.node, -1)]
    if move.kind in ("skipped", "returned"):
        return [Found(move.kind, move.node, move.event)]
    if not move.node:
        return [Found("unknown", names[move.event], move.event)]
    kind = "wrong_order" if moved else "returned" if repeats else "extra"
    return [Found(kind, move.node, move.event)]

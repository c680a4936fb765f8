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
    """The deviations of a case; `names`: what the log calls each of its events."""
    moved = _moved(moves)
    found = []
    for at, move in enumerate(moves):
        if at in moved:
            found.append(Found("wrong_order", moved[at], move.event))
        elif move.kind in ("skipped", "returned"):
            found.append(Found(move.kind, move.node, move.event))
        elif move.kind == "stopped":
            found.append(Found("unfinished", move.node, -1))
        elif move.kind == "extra":
            found.append(
                Found("extra", move.node, move.event) if move.node else Found("unknown", names[move.event], move.event)
            )
    return found


def _moved(moves: Sequence[Move]) -> dict[int, str]:
    """Numbers of moves that were made good elsewhere, with the element."""
    found: dict[int, str] = {}
    for at, move in enumerate(moves):
        if move.kind == "moved":
            kind, what = ("extra", move.event) if move.step >= 0 else ("skipped", -1)
            partners = (one for one in range(at - 1, -1, -1) if moves[one].kind == kind and moves[one].event == what)
            fitting = (one for one in partners if kind == "extra" or moves[one].node == move.node)
            found[next(one for one in fitting if one not in found)] = move.node
    return found

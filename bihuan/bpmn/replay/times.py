"""How long work waited and how long it was worked on, by element."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bihuan.bpmn.replay.logs.model import Done
from bihuan.bpmn.replay.play import Player


@dataclass(slots=True)
class Times:
    """Seconds of one element, one entry a piece of work. `total`: from when it could be begun until it was done.

    `open`: for work not done yet, from when it could be begun until the last moment of the log.
    """

    count: int = 0
    waiting: list[float] = field(default_factory=list)
    working: list[float] = field(default_factory=list)
    total: list[float] = field(default_factory=list)
    open: list[float] = field(default_factory=list)
    open_count: int = 0
    disordered: int = 0

    def add(self, enabled: float | None, start: float | None, end: float | None) -> None:
        """One piece of work that is done. An end before its begin is counted and not measured."""
        self.count += 1
        for kept, begin, over in (
            (self.waiting, enabled, start),
            (self.working, start, end),
            (self.total, enabled, end),
        ):
            if begin is not None and over is not None:
                if over >= begin:
                    kept.append(over - begin)
                else:
                    self.disordered += 1


def causes(player: Player, trace: Sequence[tuple[str, ...]]) -> list[tuple[int, ...]]:
    """For each event the numbers of the events that made it possible: whose tokens it takes, silent steps between."""
    transitions = player.game.net.transitions
    tokens: dict[int, list[frozenset[int]]] = {player.game.net.source: [frozenset()]}
    found: list[tuple[int, ...]] = []
    for number, steps in enumerate(player.steps(trace)):
        before: frozenset[int] = frozenset()
        for at in steps:
            one = transitions[at]
            for place in one.clears:
                tokens.pop(place, None)
            taken = [tokens[place].pop(0) for place in one.takes if tokens.get(place)]
            before = frozenset().union(*taken)
            made = frozenset((number,)) if at == steps[-1] else before
            for place in one.gives:
                tokens.setdefault(place, []).append(made)
        found.append(tuple(sorted(before)))
    return found


def enabled_at(rows: Sequence[Done], number: int, before: Sequence[int]) -> float | None:
    """When the event could be begun: as the log says, else when the last event that it waited for was done."""
    said = rows[number].enabled
    if said is not None or not before:
        return said
    ends = [rows[one].end for one in before]
    known = [end for end in ends if end is not None]
    return max(known) if len(known) == len(ends) else None

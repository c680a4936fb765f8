"""What one replication measured: small, and can be sent between processes."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from bihuan.bpmn.simulate.tallies import Tally

BATCHES: Final = 20
"""Parts of a run whose means tell how sure its own mean is."""

Ratio = tuple[float, float]
"""How much, in how long."""


def ratio(batches: list[Ratio]) -> float:
    """The mean over all batches; 0 for no time."""
    length = sum(one for _, one in batches)
    return sum(amount for amount, _ in batches) / length if length else 0.0


@dataclass(slots=True)
class PostFigures:
    """One task. `waits`: until somebody began; `waits_open`: of that in open hours; `efforts`: working time, seconds.

    `queue`: seconds waited in so many seconds, by batch.
    """

    name: str
    pool: str
    waits: Tally
    waits_open: Tally
    efforts: Tally
    queue: list[Ratio]
    abandoned: int
    cost: float
    breached: int
    due: int


@dataclass(slots=True)
class CrewFigures:
    """One pool. `queue` as in PostFigures; `busy`: seconds worked of those there were to work, by batch."""

    size: int
    cost_per_hour: float
    queue: list[Ratio] = field(default_factory=list)
    busy: list[Ratio] = field(default_factory=list)
    longest: int = 0


@dataclass(slots=True)
class Outcome:
    """`cases`: counted ones that came to an end. `measures`: by name, one value a case. `in_progress`: cases alive.

    `ends`: how often each end event was reached. `incidents`: (element, code). `steps`, `calculated`: the engine's steps
    in all, and those that were not known already. `span`: seconds of virtual time in which was counted. `watched`: how
    much waited before each pool at the instants that the scenario watches; shorter where the run was over before.
    """

    cases: int = 0
    span: float = 0.0
    measures: dict[str, Tally] = field(default_factory=dict)
    posts: dict[str, PostFigures] = field(default_factory=dict)
    crews: dict[str, CrewFigures] = field(default_factory=dict)
    watched: dict[str, list[int]] = field(default_factory=dict)
    in_progress: list[Ratio] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)
    incidents: Counter[tuple[str, str]] = field(default_factory=Counter)
    abandoned: int = 0
    unfinished: int = 0
    calculated: int = 0

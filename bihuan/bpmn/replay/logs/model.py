"""An event log in memory: what happened in each case, in order of being done."""

from dataclasses import dataclass, field
from typing import NamedTuple


class LogError(ValueError):
    """This is no log that we read; the text says where and why."""


class Label(NamedTuple):
    """What an event says was done: an element of the chart by id, an activity by name, or both ("" where not said)."""

    element: str
    activity: str


class Done(NamedTuple):
    """One piece of work. `label`: a number in `Log.labels`. Times are seconds since 1970 UTC, None where not said.

    `enabled`: it could be begun; `start`: it was begun; `end`: it was done, None while it is not.
    """

    label: int
    enabled: float | None
    start: float | None
    end: float | None
    resource: str


@dataclass(slots=True)
class Log:
    """A log. `cases`: what was done by case, in order; `open`: what is not done yet, by case.

    `events`: how many pieces of work there are, open ones included. `left_out`: rows that could not be used, by reason.
    `case_type`: the kind of object that is a case, where the log has several (`case_types`).
    """

    labels: list[Label] = field(default_factory=list)
    cases: dict[str, list[Done]] = field(default_factory=dict)
    open: dict[str, list[Done]] = field(default_factory=dict)
    events: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    case_type: str = ""
    case_types: tuple[str, ...] = ()

    def leave_out(self, reason: str) -> None:
        """Notes a row that says too little."""
        self.left_out[reason] = self.left_out.get(reason, 0) + 1

"""Posts: the elements of a chart at which a case waits, with what the scenario assumes of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bihuan.bpmn.engine.commands import Command, CompleteTask, ServiceResult
from bihuan.bpmn.simulate.distributions import Distribution, Fixed, ValueDraw
from bihuan.bpmn.simulate.tallies import Tally

if TYPE_CHECKING:
    from bihuan.bpmn.model import Deadline, Node
    from bihuan.bpmn.simulate.cases import Case
    from bihuan.bpmn.simulate.crews import Crew
    from bihuan.bpmn.simulate.timetable import Always
    from bihuan.bpmn.values import JsonValue
    from bihuan.worktime import Calendar

_SLACK: Final = 1e-6
"""Seconds that floats may be off."""


class Clock:
    """A deadline: how much working time may pass from its anchor until the work is done."""

    __slots__ = ("_calendar", "_first", "_table", "anchor", "breached", "counted", "seconds", "workdays")

    def __init__(self, deadline: Deadline, table: Always, calendar: Calendar | None, first: datetime) -> None:
        self.anchor = deadline.anchor
        self.seconds = deadline.seconds
        self.workdays = deadline.workdays
        self._table = table
        self._calendar = calendar
        self._first = first
        self.counted = 0
        self.breached = 0

    def mark(self, now: float) -> float:
        """What has to be remembered of the anchor's instant: working time by then, or the due instant itself."""
        if self.workdays is None:
            return self._table.worked(now)
        instant = self._first + timedelta(seconds=now)
        if self._calendar is None:
            midnight = instant.replace(hour=0, minute=0, second=0, microsecond=0)
            return (midnight + timedelta(days=self.workdays + 1) - self._first).total_seconds()
        return (self._calendar.end_of_workday(instant, self.workdays) - self._first).total_seconds()

    def is_late(self, mark: float, now: float) -> bool:
        """Whether work that is done now comes too late."""
        if self.seconds is None:
            return now > mark + _SLACK
        return self._table.worked(now) - mark > self.seconds + _SLACK


class Post:
    """A task at which work is done. Slots say which of a case's uniform numbers is used for what.

    `plain`: completing it needs no values and no choice. `ways`: the arrows that a person chooses among, with weights.
    `has_hours`: its crew closes. `rare`: there is more to do than to wait and to work; `noted`: or its hours are of
    interest. `marks`: clocks that count from the end of its work. `same_as`: whoever did that element does this too;
    `is_remembered`: somebody will ask who did it. `waited`, `worked`: new values of `waits` and `efforts`. `bit`: its
    place in what a case has seen, 0 where it is done several times by intention. `milestone`: the clock on which its
    completion is read.
    """

    __slots__ = (
        "abandoned",
        "area",
        "at",
        "bit",
        "clock",
        "cost",
        "crew",
        "efforts",
        "has_hours",
        "id",
        "is_task",
        "is_remembered",
        "marks",
        "milestone",
        "name",
        "noted",
        "patience",
        "patience_slot",
        "plain",
        "rare",
        "rate",
        "same_as",
        "sets",
        "skills",
        "slot",
        "waited",
        "waits",
        "waits_open",
        "way_slot",
        "ways",
        "worked",
    )

    def __init__(self, node: Node, crew: Crew | None, duration: Distribution | None) -> None:
        self.id = node.id
        self.name = node.name or node.id
        self.is_task = node.kind == "userTask"
        self.crew = crew
        self.at = (duration or Fixed(0.0)).at
        self.slot = -1
        self.plain = True
        self.ways: Mapping[str, float] = {}
        self.way_slot = -1
        self.sets: tuple[tuple[str, ValueDraw, int], ...] = ()
        self.patience: Distribution | None = None
        self.patience_slot = -1
        self.skills: frozenset[str] = frozenset()
        self.cost = 0.0
        self.rate = 0.0
        self.clock: Clock | None = None
        self.marks: tuple[Clock, ...] = ()
        self.waits = Tally()
        self.waits_open = Tally()
        self.efforts = Tally()
        self.waited = self.waits.raw
        self.worked = self.efforts.raw
        self.area = 0.0
        self.abandoned = 0
        self.rare = False
        self.noted = False
        self.same_as = ""
        self.is_remembered = False
        self.bit = 0
        self.milestone: Always | None = None
        self.has_hours = crew is not None and crew.spec.calendar is not None

    def tallies(self) -> tuple[Tally, Tally, Tally]:
        """How long work of counted cases waited, of that in open hours, and took."""
        return self.waits, self.waits_open, self.efforts

    def pick_way(self, offers: tuple[str, ...], u: float) -> str | None:
        """The arrow that a uniform number stands for, of those on offer; None if there is none."""
        weights = [self.ways[offer] for offer in offers]
        total = sum(weights)
        if total <= 0.0:
            weights = [1.0] * len(offers)
            total = float(len(offers))
        left = u * total
        for offer, weight in zip(offers, weights, strict=True):
            left -= weight
            if left < 0.0:
                return offer
        return offers[-1] if offers else None

    def command(self, item: int, values: Mapping[str, JsonValue], outcome: str | None) -> Command:
        """What says that this work is done."""
        if self.is_task:
            return CompleteTask(item=item, variables=values, outcome=outcome)
        return ServiceResult(item=item, variables=values)


class Alarm:
    """A timer, or a message on its way, for one number of a case."""

    __slots__ = ("case", "gone", "name", "number", "signal", "timer")

    def __init__(self, case: Case, number: int, *, timer: bool, signal: bool = False, name: str = "") -> None:
        self.case = case
        self.number = number
        self.timer = timer
        self.signal = signal
        self.name = name
        self.gone = False

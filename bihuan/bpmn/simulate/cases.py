"""What is alive in a rehearsal: cases, their pieces of work, and the posts at which work is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bihuan.bpmn.simulate.crews import Crew
    from bihuan.bpmn.simulate.machine import Spot
    from bihuan.bpmn.simulate.posts import Alarm, Clock, Post


class Work:
    """A piece of work: open, in a queue or in somebody's hands. Instants in seconds; `start` < 0: not yet begun.

    `effort`: seconds of working time it takes. `worked`: while it waits, what the crew's timetable showed when it was
    enabled; in hand, how much of the effort is in the figures already. `waited_open`: seconds it waited in open hours.
    `mark`: see Clock. `needs`: what whoever does it must be able to do.
    """

    __slots__ = (
        "case",
        "effort",
        "enabled",
        "end",
        "gone",
        "item",
        "mark",
        "needs",
        "seat",
        "post",
        "start",
        "waited_open",
        "worked",
    )

    def __init__(self, case: Case, item: int, post: Post, enabled: float, effort: float) -> None:
        self.case = case
        self.item = item
        self.post = post
        self.enabled = enabled
        self.effort = effort
        self.start = -1.0
        self.end = 0.0
        self.mark = 0.0
        self.worked = 0.0
        self.waited_open = 0.0
        self.gone = False
        self.seat: Seat | None = None
        self.needs = post.skills


class Seat:
    """One of the pieces of work that a person can have in hand."""

    __slots__ = ("crew", "name")

    def __init__(self, crew: Crew, name: str) -> None:
        self.crew = crew
        self.name = name


class Case:
    """One instance. `draws`: its uniform numbers by slot; below 0: used, and how often. `counted`: in the figures.

    `did`: who completed an element last, where that matters. `came_open`: working time at arrival; `reached_open`: at
    the last completion of the milestone, below 0 before. `seen`: the posts that it went through, a bit each;
    `again`: those that it went through a second time.
    """

    __slots__ = (
        "again",
        "arrived",
        "breaches",
        "came_open",
        "cost",
        "counted",
        "did",
        "draws",
        "marks",
        "number",
        "open",
        "reached_open",
        "seen",
        "spot",
        "steps",
        "subs",
        "timers",
        "waited",
        "waited_open",
        "worked",
    )

    def __init__(self, number: int, arrived: float, draws: list[float], spot: Spot, *, counted: bool) -> None:
        self.number = number
        self.arrived = arrived
        self.draws = draws
        self.spot = spot
        self.counted = counted
        self.open: dict[int, Work] = {}
        self.timers: dict[int, Alarm] = {}
        self.subs: dict[int, Alarm] = {}
        self.marks: dict[Clock, float] = {}
        self.did: dict[str, str] = {}
        self.waited = 0.0
        self.waited_open = 0.0
        self.worked = 0.0
        self.cost = 0.0
        self.breaches = 0
        self.steps = 0
        self.came_open = 0.0
        self.reached_open = -1.0
        self.seen = 0
        self.again = 0

"""What one run is equipped with: crews, posts, messages on their way, and the uniform numbers of each place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from bihuan.bpmn.simulate.crews import Crew
from bihuan.bpmn.simulate.draws import Group, Tape, with_draws
from bihuan.bpmn.simulate.posts import Clock, Post
from bihuan.bpmn.simulate.randomness import place_key, stream
from bihuan.bpmn.simulate.scenario import Person
from bihuan.bpmn.simulate.staff import Staff
from bihuan.bpmn.simulate.timetable import Always, Timetable

if TYPE_CHECKING:
    from bihuan.bpmn.model import Node
    from bihuan.bpmn.simulate.agenda import Agenda
    from bihuan.bpmn.simulate.distributions import Distribution, ValueDraw
    from bihuan.bpmn.simulate.plan import Plan
    from bihuan.bpmn.simulate.scenario import NodeSpec, PoolSpec
    from bihuan.worktime import Calendar


class Slots:
    """Places that draw. `streams` gives the next case's numbers, one for each place; `keys` mix further ones."""

    def __init__(self, seed: int, replication: int) -> None:
        self._seed, self._replication = seed, replication
        self.streams: list[Callable[[], float]] = []
        self.keys: list[int] = []

    def new(self, place: str) -> int:
        """A new place."""
        self.streams.append(stream(self._seed, self._replication, place).random)
        self.keys.append(place_key(self._seed, self._replication, place))
        return len(self.keys) - 1


class Inbox:
    """A message that comes (or not) after some time. `chance_slot` -1: it always comes."""

    __slots__ = ("at", "chance", "chance_slot", "slot")

    def __init__(self, duration: Distribution | None, slot: int, chance: float, chance_slot: int) -> None:
        self.at = None if duration is None else duration.at
        self.slot = slot
        self.chance = chance
        self.chance_slot = chance_slot


class Outfit:
    """Built anew for every run, because all of it is used up."""

    def __init__(self, plan: Plan, agenda: Agenda, seed: int, replication: int) -> None:
        self.plan = plan
        self.first: datetime = plan.scenario.first
        default = plan.scenario.calendars.default
        self.zone: tzinfo = UTC if default is None else default.zone
        self.slots = Slots(seed, replication)
        self.tape = Tape()
        self._tables: dict[Calendar | None, Always] = {None: Always()}
        self.ranks = _ranks(plan)
        self._personal = {one.pool for key, one in plan.tasks.items() if _same_as(plan.chart.nodes[key])}
        self.crews = {key: self._crew(spec, agenda) for key, spec in plan.pools.items()}
        self.posts = {key: self._post(plan.chart.nodes[key], spec) for key, spec in plan.tasks.items()}
        self.hours = self.table(default)
        self._set_marks()
        self.inboxes = {key: self._inbox(key, spec) for key, spec in plan.comes.items()}
        groups = {
            key: Group(
                key, ways.weights, several=ways.several, slot=self.slots.new(f"{key}:ways"), never_none=ways.never_none
            )
            for key, ways in plan.splits.items()
        }
        self.chart = with_draws(plan.chart, groups, self.tape)
        self.races = self._races()
        self.data: tuple[tuple[str, ValueDraw, int], ...] = self._values("data", plan.scenario.data)

    def table(self, calendar: Calendar | None) -> Always:
        """The timetable of a calendar, shared by all who go by it."""
        found = self._tables.get(calendar)
        if found is None:
            assert calendar is not None
            found = self._tables[calendar] = Timetable(calendar, self.first)
        return found

    def table_named(self, key: str) -> Always:
        """The timetable of a calendar as the chart names it; "" is plain time."""
        return self.table(self.plan.scenario.calendars.named(key, key) if key else None)

    def _crew(self, spec: PoolSpec, agenda: Agenda) -> Crew:
        by_rank = spec.discipline == "priority" or (not spec.discipline and bool(self.ranks))
        table = self.table(spec.calendar)
        if not spec.people and spec.name in self._personal:
            alike = range(1, spec.size + 1)
            people = tuple(Person(f"{spec.name}-{n}", spec.calendar, at_once=spec.at_once) for n in alike)
            spec = replace(spec, people=people)
        if spec.people:
            return Staff(spec, table, self.first, agenda, by_rank=by_rank)
        return Crew(spec, table, agenda, by_rank=by_rank)

    def _post(self, node: Node, spec: NodeSpec) -> Post:
        crew = self.crews.get(spec.pool)
        post = Post(node, crew, spec.duration)
        new = self.slots.new
        post.slot = new(f"{node.id}:duration")
        post.skills = spec.skills
        post.cost = spec.cost
        post.rate = crew.spec.cost_per_hour / 3600.0 if crew is not None else 0.0
        post.sets = self._values(node.id, spec.sets)
        post.ways = self.plan.choices.get(node.id, {})
        if post.ways:
            post.way_slot = new(f"{node.id}:choice")
        if spec.patience is not None and crew is not None:
            post.patience, post.patience_slot = spec.patience, new(f"{node.id}:patience")
        post.same_as = _same_as(node)
        post.plain = not post.sets and not post.ways
        if node.ext.deadline is not None:
            calendar = self.plan.scenario.calendars.named(node.ext.deadline.calendar, node.id)
            post.clock = Clock(node.ext.deadline, self.table(calendar), calendar, self.first)
        return post

    def _set_marks(self) -> None:
        """Tells each post whose clocks count from the end of its work, and how a case remembers that it was there."""
        for number, post in enumerate(self.posts.values()):
            node = self.plan.chart.nodes[post.id]
            post.bit = 1 << number if node.loop is None and node.kind == "userTask" else 0
            begins = [
                one.clock
                for one in self.posts.values()
                if one.clock is not None and one.clock.anchor == f"node:{post.id}"
            ]
            post.marks = tuple(begins)
            post.milestone = self.hours if post.id == self.plan.scenario.milestone else None
            post.is_remembered = any(one.same_as == post.id for one in self.posts.values())

    def _values(self, place: str, draws: Mapping[str, ValueDraw]) -> tuple[tuple[str, ValueDraw, int], ...]:
        return tuple((name, draw, self.slots.new(f"{place}:{name}")) for name, draw in draws.items())

    def _inbox(self, node: str, spec: NodeSpec) -> Inbox:
        slot = self.slots.new(f"{node}:comes") if spec.duration is not None else -1
        chance_slot = self.slots.new(f"{node}:chance") if spec.probability is not None else -1
        return Inbox(spec.duration, slot, 1.0 if spec.probability is None else spec.probability, chance_slot)

    def _races(self) -> dict[str, tuple[Group, int]]:
        """For each event behind an event-based gateway whose winner is drawn: the draw, and its place in it."""
        found: dict[str, tuple[Group, int]] = {}
        for gateway, ways in self.plan.races.items():
            group = Group(gateway, ways.weights, several=False, slot=self.slots.new(f"{gateway}:ways"))
            for place, flow in enumerate(self.plan.chart.nodes[gateway].outgoing):
                found[self.plan.chart.flows[flow].target] = (group, place)
        return found


def _same_as(node: Node) -> str:
    """The element whose doer does this one too; "" if anybody may."""
    return node.ext.assign.removeprefix("same_as:") if node.ext.assign.startswith("same_as:") else ""


def _ranks(plan: Plan) -> dict[str, int]:
    """The declared values of the chart's variable `priority`, the most urgent first."""
    variable = plan.chart.variables.get("priority")
    return {} if variable is None else {value: rank for rank, value in enumerate(variable.values)}

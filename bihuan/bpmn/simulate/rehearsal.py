"""One run: arrivals, work, timers and messages in order of time, each led through the engine."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from heapq import heappop, heappush
from itertools import chain
from typing import TYPE_CHECKING, Final

from bihuan.bpmn.engine.commands import Command, CommandRefused, Start
from bihuan.bpmn.expressions import ExpressionError
from bihuan.bpmn.simulate.agenda import Agenda
from bihuan.bpmn.simulate.alarms import Alarms
from bihuan.bpmn.simulate.books import Books
from bihuan.bpmn.simulate.cases import Case, Work
from bihuan.bpmn.simulate.errors import ScenarioRefused
from bihuan.bpmn.simulate.machine import Key, Leaf, Machine
from bihuan.bpmn.simulate.outfit import Outfit
from bihuan.bpmn.simulate.randomness import mixed, stream

if TYPE_CHECKING:
    from bihuan.bpmn.engine.state import State
    from bihuan.bpmn.simulate.crews import Crew
    from bihuan.bpmn.simulate.distributions import ValueDraw
    from bihuan.bpmn.simulate.draws import Group
    from bihuan.bpmn.simulate.log import Entry
    from bihuan.bpmn.simulate.outcome import Outcome
    from bihuan.bpmn.simulate.plan import Plan
    from bihuan.bpmn.simulate.posts import Post
    from bihuan.bpmn.values import JsonValue, Values

_NOTHING: Final[Values] = {}
_MOST_STEPS: Final = 5_000
"""Steps that one case may have; beyond, it goes round for ever."""
_LONGEST_TAIL: Final = 366 * 86_400.0
"""Seconds after the last arrival in which what is still open may come to an end."""
_STEP: Final = 0xD1342543DE82EF95


class Rehearsal:
    """One replication. `cases` are counted after `warm_up` others; further ones arrive until the counted are done.

    `write` is given every piece of work that was completed in a counted case. `remember` False calculates every step.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        seed: int,
        replication: int,
        cases: int,
        warm_up: int,
        write: Callable[[Entry], None] | None = None,
        remember: bool = True,
    ) -> None:
        self.agenda = Agenda(self._finish, self._wake)
        self.outfit = Outfit(plan, self.agenda, seed, replication)
        outfit = self.outfit
        self.machine = Machine(
            outfit.chart,
            outfit.tape,
            outfit.posts,
            outfit.first,
            self._rank,
            self._draw,
            keep=("priority",) if outfit.ranks else (),
            remember=remember,
        )
        self.live: dict[Case, None] = {}
        self.books = Books(self, plan, cases=cases, warm_up=warm_up, write=write)
        self._alarms = Alarms(self)
        self._arrivals = plan.scenario.arrivals.instants(outfit.first, stream(seed, replication, "arrivals"))
        self._number = 0
        self._last_arrival = 0.0
        self._ranks = outfit.ranks

    def run(self) -> Outcome:
        """Runs until every counted case has come to its end, or none can any more."""
        heap = self.agenda.heap
        now = 0.0
        self._watch()
        self._schedule_arrival()
        while heap:
            now, _, act, what = heappop(heap)
            act(now, what)
        return self.books.outcome(now)

    def _watch(self) -> None:
        """Queues are looked at again and again, as the scenario asks."""
        watch = self.outfit.plan.scenario.watch
        if watch is None:
            return
        begin = (watch.first - self.outfit.first).total_seconds()
        for number in range(watch.times):
            self.agenda.note(begin + number * watch.every, self._look, None)

    def _look(self, now: float, what: None) -> None:
        self.books.look(self.outfit.crews)

    # Draws

    def uniform(self, case: Case, slot: int) -> float:
        """The next uniform number of a case at a place."""
        u = case.draws[slot]
        if u >= 0.0:
            case.draws[slot] = -1.0
            return u
        case.draws[slot] = u - 1.0
        return mixed(self.outfit.slots.keys[slot] + case.number * _STEP, int(-u))

    def _draw(self, case: Case, group: Group) -> int:
        return group.draw(self.uniform(case, group.slot))

    def _rank(self, state: State) -> int:
        ranks = self._ranks
        value = state.variables.get("priority")
        return ranks.get(value, len(ranks)) if isinstance(value, str) else len(ranks)

    # Arrivals

    def _schedule_arrival(self) -> None:
        if not self.books.wants_more(self._number):
            self._stop_later()
            return
        when = next(self._arrivals, None)
        if when is None:
            self.books.no_more_arrivals(self._number)
            self._stop_later()
            return
        self._last_arrival = when
        self.agenda.note(when, self._arrive, self._number)

    def _stop_later(self) -> None:
        self.agenda.note(self._last_arrival + _LONGEST_TAIL, self._stop, None)

    def _stop(self, now: float, what: None) -> None:
        self.agenda.heap.clear()

    def _arrive(self, now: float, number: int) -> None:
        books, outfit = self.books, self.outfit
        if number == books.boundary:
            books.close_batch(now, number)
            if books.is_complete:
                self.agenda.heap.clear()
                return
        draws = [draw() for draw in outfit.slots.streams]
        case = Case(number, now, draws, self.machine.root, counted=books.is_counted(number))
        case.came_open = outfit.hours.worked(now)
        self.live[case] = None
        self._number = number + 1
        self._schedule_arrival()
        values: Values = {}
        key: Key = "start"
        if outfit.data:
            values, key = self._values(case, outfit.data)
        for clock in books.from_start:
            case.marks[clock] = clock.mark(now)
        try:
            self.step(now, case, key, lambda: Start(variables=values))
        except CommandRefused as refused:
            raise ScenarioRefused(f"a case cannot begin: {refused.detail}") from refused

    def _values(self, case: Case, draws: tuple[tuple[str, ValueDraw, int], ...]) -> tuple[Values, str]:
        """Variables drawn for a case, and a text that tells them apart."""
        values: Values = {}
        texts = []
        for name, draw, slot in draws:
            values[name], text = draw.pick(self.uniform(case, slot))
            texts.append(text)
        return values, "\n".join(texts)

    # Steps

    def step(self, now: float, case: Case, key: Key, make: Callable[[], Command]) -> None:
        """Leads a command through the engine."""
        entry = case.spot.moves.get(key)
        self._carry_out(now, case, entry if isinstance(entry, Leaf) else self.machine.find(now, case, key, make))

    def _carry_out(self, now: float, case: Case, leaf: Leaf) -> None:
        case.spot = leaf.spot
        case.steps += 1
        if leaf.loud and not self._carry_out_more(now, case, leaf):
            return
        if case.steps > _MOST_STEPS:
            self.lose(now, case, leaf.opened[0][1].id if leaf.opened else "", "endless")
            return
        draws = case.draws
        for item, post in leaf.opened:
            u = draws[post.slot]
            if u >= 0.0:
                draws[post.slot] = -1.0
            else:
                u = self.uniform(case, post.slot)
            work = case.open[item] = Work(case, item, post, now, post.at(u))
            if post.crew is not None:
                post.crew.offer(now, work)
            else:
                work.start = now
                agenda = self.agenda
                heappush(agenda.heap, (now + work.effort, agenda.tick(), agenda.finish, work))
            if post.rare:
                self._opened(now, work)

    def _carry_out_more(self, now: float, case: Case, leaf: Leaf) -> bool:
        """What a step asks for besides opening work; False if nothing else is to be done."""
        if leaf.incident is not None:
            self.lose(now, case, leaf.incident.node, leaf.incident.code)
            return False
        self._alarms.carry_out(now, case, leaf)
        if leaf.ended is not None:
            self._end(now, case, leaf.ended)
            return False
        return True

    def _opened(self, now: float, work: Work) -> None:
        post, case = work.post, work.case
        if post.clock is not None and post.clock.anchor != "start":
            work.mark = post.clock.mark(now)
        if post.patience is not None and work.start < 0.0:
            after = post.patience.at(self.uniform(case, post.patience_slot))
            self.agenda.note(now + after, self._lose_patience, work)

    def _finish(self, now: float, work: Work) -> None:
        if work.gone:
            return
        case, post = work.case, work.post
        seat, effort = work.seat, work.effort
        if seat is not None:
            crew = seat.crew
            crew.busy += effort - work.worked
            crew.release(now, seat)
        if case.counted:
            post.waited.append(work.start - work.enabled)
            post.worked.append(effort)
            case.worked += effort
            case.again |= case.seen & post.bit
            case.seen |= post.bit
            if post.noted:
                self.books.finished(now, work)
        if post.is_remembered or post.marks or post.milestone is not None:
            self._note_end(now, work)
        item = work.item
        del case.open[item]
        if not post.plain:
            self._decide(now, case, work)
            return
        entry = case.spot.moves.get(item)
        if not isinstance(entry, Leaf):
            entry = self.machine.find(now, case, item, partial(post.command, item, _NOTHING, None), item)
        self._carry_out(now, case, entry)

    def _note_end(self, now: float, work: Work) -> None:
        case, post = work.case, work.post
        if work.seat is not None:
            case.did[post.id] = work.seat.name
        for clock in post.marks:
            case.marks[clock] = clock.mark(now)
        if post.milestone is not None:
            case.reached_open = post.milestone.worked(now)

    def _decide(self, now: float, case: Case, work: Work) -> None:
        """Completes work that sets variables or ends with a choice."""
        post, item = work.post, work.item
        values, texts = self._values(case, post.sets) if post.sets else (_NOTHING, "")
        outcome: str | None = None
        if post.ways:
            try:
                outcome = self._choose(case, post, values, texts)
            except ExpressionError as error:
                self.lose(now, case, post.id, error.code)
                return
            if outcome is None:
                self.lose(now, case, post.id, "no_outcome")
                return
        key = (item, outcome, texts)
        entry = case.spot.moves.get(key)
        if not isinstance(entry, Leaf):
            entry = self.machine.find(now, case, key, partial(post.command, item, values, outcome), item)
        self._carry_out(now, case, entry)

    def _choose(self, case: Case, post: Post, values: dict[str, JsonValue], texts: str) -> str | None:
        """The arrow that the person takes, of those on offer."""
        spot = case.spot
        offers = spot.offers.get((post.id, texts))
        if offers is None:
            assert spot.state is not None
            found = self.outfit.chart.outcomes(post.id, values, spot.state)
            offers = spot.offers[(post.id, texts)] = tuple(one.id for one in found)
        return post.pick_way(offers, self.uniform(case, post.way_slot))

    # Ends

    def take_away(self, now: float, work: Work) -> None:
        """Work is not wanted any more."""
        work.gone = True
        if work.case.counted:
            self.books.look_at_clock(now, work)
        crew = work.post.crew
        if crew is None:
            return
        if work.start < 0.0:
            crew.give_up(now, work)
            return
        crew.busy += crew.worked_until(work, now) - work.worked
        if work.seat is not None:
            crew.release(now, work.seat)

    def _lose_patience(self, now: float, work: Work) -> None:
        if work.gone or work.start >= 0.0:
            return
        if work.case.counted:
            work.post.abandoned += 1
            self.books.abandoned += 1
        self._drop(now, work.case)

    def lose(self, now: float, case: Case, node: str, code: str) -> None:
        """The engine needs help that nobody gives here: the case is over, and counted as such."""
        if case.counted:
            self.books.incidents[node, code] += 1
        self._drop(now, case)

    def _drop(self, now: float, case: Case) -> None:
        """The case leaves without having come to its end."""
        for work in case.open.values():
            self.take_away(now, work)
        for alarm in chain(case.timers.values(), case.subs.values()):
            alarm.gone = True
        case.open = {}
        if case in self.live:
            self.live.pop(case, None)
            self.books.left(now, case)
            self._stop_if_done()

    def _end(self, now: float, case: Case, end_nodes: tuple[str, ...]) -> None:
        self.live.pop(case, None)
        self.books.ended(now, case, end_nodes)
        self._stop_if_done()

    def _stop_if_done(self) -> None:
        if self.books.is_complete:
            self.agenda.heap.clear()

    def _wake(self, now: float, crew: Crew) -> None:
        crew.wake(now)


def rehearse(
    plan: Plan, *, seed: int, replication: int, cases: int, write: Callable[[Entry], None] | None = None
) -> Outcome:
    """One replication of `cases` counted cases, after the scenario's warm-up. The same arguments give the same answer.

    `write` is given every piece of work that was completed in a counted case, in order of its end.
    ScenarioRefused where no case can begin, or the run goes beyond the year 9999; NoTimeLeft where a calendar never
    opens again.
    """
    rehearsal = Rehearsal(
        plan, seed=seed, replication=replication, cases=cases, warm_up=plan.scenario.warm_up_of(cases), write=write
    )
    try:
        return rehearsal.run()
    except OverflowError as error:
        raise ScenarioRefused("arrivals: so few that the run goes beyond the year 9999") from error

"""The books of a run: which cases count, batch by batch what was measured, and what is written to a log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from bihuan.bpmn.simulate.log import Entry
from bihuan.bpmn.simulate.outcome import BATCHES, CrewFigures, Outcome, PostFigures, Ratio
from bihuan.bpmn.simulate.tallies import Tally

if TYPE_CHECKING:
    from bihuan.bpmn.simulate.cases import Case, Work
    from bihuan.bpmn.simulate.crews import Crew
    from bihuan.bpmn.simulate.plan import Plan
    from bihuan.bpmn.simulate.rehearsal import Rehearsal

MEASURES: Final = (
    "cycle_time",
    "open_time",
    "waiting_time",
    "waiting_time_open",
    "working_time",
    "rework",
    "cost",
    "deadline_breaches",
)
_FOLD: Final = 4_096
"""Cases after which values are added up, so that they do not pile up."""


class Books:
    """Keeps account of one run. Averages over time are taken from the first counted arrival to the next after the last."""

    def __init__(
        self, rehearsal: Rehearsal, plan: Plan, *, cases: int, warm_up: int, write: Callable[[Entry], None] | None
    ) -> None:
        self._rehearsal = rehearsal
        self._outfit = rehearsal.outfit
        self._first, self._stop = warm_up, warm_up + cases
        self._most = self._stop + max(1_000, cases)
        count = min(BATCHES, cases)
        self._boundaries = [warm_up + cases * k // count for k in range(count, -1, -1)]
        self.boundary = self._boundaries.pop()
        self._write = write
        self._since = 0.0
        self._opened = 0.0
        self._open = True
        self._arrivals_over = False
        self._area = 0.0
        self._in_progress: list[Ratio] = []
        self._tallies = {name: Tally() for name in MEASURES}
        self._ends: Counter[str] = Counter()
        self.incidents: Counter[tuple[str, str]] = Counter()
        self.abandoned = 0
        self.left_to_do = cases
        self._done = 0
        self._crews = {
            key: CrewFigures(crew.seats, crew.spec.cost_per_hour) for key, crew in self._outfit.crews.items()
        }
        self._queues: dict[str, list[Ratio]] = {key: [] for key in self._outfit.posts}
        self._watched: dict[str, list[int]] = {key: [] for key in self._outfit.crews}
        clocks = [post.clock for post in self._outfit.posts.values() if post.clock is not None]
        self.from_start = tuple(one for one in clocks if one.anchor == "start")
        for post in self._outfit.posts.values():
            post.rare = bool(write or post.clock or post.patience or post.cost or post.rate)
            post.noted = post.rare or post.has_hours

    # Which cases

    def is_counted(self, number: int) -> bool:
        """Whether the figures are about the case with this number."""
        return self._first <= number < self._stop

    def wants_more(self, number: int) -> bool:
        """Whether the case with this number is still to arrive."""
        return number < self._most

    def no_more_arrivals(self, number: int) -> None:
        """The arrivals of a trace are over."""
        self._arrivals_over = True
        if number < self._stop:
            self.left_to_do -= self._stop - max(number, self._first)

    @property
    def is_complete(self) -> bool:
        """Whether every counted case is over, and the time that is averaged over too."""
        return self.left_to_do == 0 and (not self._open or self._arrivals_over)

    # What happens

    def finished(self, now: float, work: Work) -> None:
        """A piece of work of a counted case is done: what not every post needs."""
        post, case = work.post, work.case
        if post.has_hours:
            post.waits_open.raw.append(work.waited_open)
            if not post.rare:
                return
        case.cost += post.cost + work.effort * post.rate
        self.look_at_clock(now, work)
        if self._write is not None:
            person = "" if work.seat is None else work.seat.name
            self._write(Entry(case.number - self._first + 1, post.id, post.name, person, work.enabled, work.start, now))

    def look_at_clock(self, now: float, work: Work) -> None:
        """Work of a counted case is over: was it in time?"""
        clock = work.post.clock
        if clock is None:
            return
        clock.counted += 1
        if clock.is_late(work.case.marks.get(clock, work.mark), now):
            clock.breached += 1
            work.case.breaches += 1

    def ended(self, now: float, case: Case, end_nodes: tuple[str, ...]) -> None:
        """A case has come to its end."""
        self._area += now - (case.arrived if case.arrived > self._since else self._since)
        if not case.counted:
            return
        tallies = self._tallies
        tallies["cycle_time"].raw.append(now - case.arrived)
        done_open = case.reached_open if case.reached_open >= 0.0 else self._outfit.hours.worked(now)
        tallies["open_time"].raw.append(done_open - case.came_open)
        tallies["rework"].raw.append(1.0 if case.again else 0.0)
        tallies["waiting_time"].raw.append(case.waited)
        tallies["waiting_time_open"].raw.append(case.waited_open)
        tallies["working_time"].raw.append(case.worked)
        tallies["cost"].raw.append(case.cost)
        tallies["deadline_breaches"].raw.append(case.breaches)
        for node in end_nodes:
            self._ends[node] += 1
        self._done += 1
        self.left_to_do -= 1
        if self._done % _FOLD == 0:
            self._fold()

    def look(self, crews: Mapping[str, Crew]) -> None:
        """How much waits before each crew, now."""
        for key, crew in crews.items():
            self._watched[key].append(crew.queue.waiting)

    def left(self, now: float, case: Case) -> None:
        """A case is over without having come to its end."""
        self._area += now - max(case.arrived, self._since)
        if case.counted:
            self.left_to_do -= 1

    # Batches

    def _fold(self) -> None:
        for tally in self._all_tallies():
            tally.fold()

    def _all_tallies(self) -> list[Tally]:
        return [*self._tallies.values(), *(one for post in self._outfit.posts.values() for one in post.tallies())]

    def close_batch(self, now: float, number: int) -> None:
        """A batch is over, or (the first time) the warm-up."""
        span = now - self._since
        for case in self._rehearsal.live:
            self._area += now - max(case.arrived, self._since)
        begun = number > self._first
        self._note_crews(now, span, begun=begun)
        if begun:
            self._in_progress.append((self._area, span))
        else:
            self._opened = now
        self._area, self._since = 0.0, now
        self.boundary = self._boundaries.pop() if self._boundaries else -1
        if self.boundary < 0:
            self._open = False
        elif begun:
            for tally in self._all_tallies():
                tally.close_batch()

    def _note_crews(self, now: float, span: float, *, begun: bool) -> None:
        in_hand: dict[str, list[Work]] = {key: [] for key in self._outfit.crews}
        for case in self._rehearsal.live:
            for work in case.open.values():
                if work.post.crew is not None and work.start >= 0.0:
                    in_hand[work.post.crew.name].append(work)
        for key, crew in self._outfit.crews.items():
            area, busy, capacity = crew.close_batch(now, in_hand[key])
            if begun:
                self._crews[key].queue.append((area, span))
                self._crews[key].busy.append((busy, capacity))
        for node, post in self._outfit.posts.items():
            if begun:
                self._queues[node].append((post.area, span))
            post.area = 0.0

    # The end

    def outcome(self, now: float) -> Outcome:
        """Everything measured, when the run has ended at `now`."""
        if self._open and now > self._since:
            self._boundaries = []
            self.close_batch(now, self._stop)
        for tally in self._all_tallies():
            tally.close_batch()
        for key, crew in self._outfit.crews.items():
            self._crews[key].longest = crew.queue.longest
        return Outcome(
            cases=self._done,
            span=self._since - self._opened,
            measures=self._tallies,
            posts={key: self._post(key) for key in self._outfit.posts},
            crews=self._crews,
            watched=self._watched,
            in_progress=self._in_progress,
            ends=self._ends,
            incidents=self.incidents,
            abandoned=self.abandoned,
            unfinished=self.left_to_do,
            calculated=self._rehearsal.machine.calculated,
        )

    def _post(self, key: str) -> PostFigures:
        post = self._outfit.posts[key]
        clock = post.clock
        return PostFigures(
            post.name,
            post.crew.name if post.crew is not None else "",
            post.waits,
            post.waits_open if post.has_hours else post.waits,
            post.efforts,
            self._queues[key],
            post.abandoned,
            post.cost,
            clock.breached if clock is not None else 0,
            clock.counted if clock is not None else 0,
        )

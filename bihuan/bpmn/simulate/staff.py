"""People who differ: hours, leave and skills of their own."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import datetime
from heapq import heappush
from itertools import count
from typing import TYPE_CHECKING, cast

from bihuan.bpmn.simulate.cases import Seat
from bihuan.bpmn.simulate.crews import Crew, Queue
from bihuan.bpmn.simulate.timetable import Always, Timetable

if TYPE_CHECKING:
    from bihuan.bpmn.simulate.agenda import Agenda
    from bihuan.bpmn.simulate.cases import Work
    from bihuan.bpmn.simulate.scenario import Person, PoolSpec


def myself(name: str) -> str:
    """The skill that only this person has: being themselves."""
    return f"={name}"


class OwnSeat(Seat):
    """A seat of a person with a timetable of their own."""

    __slots__ = ("skills", "table")

    def __init__(self, crew: Crew, person: Person, table: Always) -> None:
        super().__init__(crew, person.name)
        self.table = table
        self.skills = person.skills | {myself(person.name)}

    def is_there(self, now: float) -> bool:
        """Whether the person is at work."""
        if now >= self.table.turn:
            self.table.move(now)
        return self.table.open


class Staff(Crew):
    """A crew of individuals: each takes, of all that waits and that they can do, what stands first.

    Work goes to whoever has been free longest, or to whoever did the case's earlier step where the chart says so.
    Open waiting time is counted in the hours of the pool.
    """

    def __init__(self, spec: PoolSpec, table: Always, first: datetime, agenda: Agenda, *, by_rank: bool) -> None:
        super().__init__(spec, table, agenda, by_rank=by_rank)
        self._by_rank = by_rank
        self._queues: dict[frozenset[str], Queue] = {}
        self._order = count()
        self._free: deque[OwnSeat] = deque()
        self._tables: list[tuple[Always, int]] = []
        self._names = {person.name for person in spec.people}
        for person in spec.people:
            own: Always = Always() if person.calendar is None else Timetable(person.calendar, first, person.leave)
            self._tables.append((own, person.at_once))
            self._free.extend(OwnSeat(self, person, own) for _ in range(person.at_once))
        self.seats = len(self._free)
        self._open_before = 0.0

    def offer(self, now: float, work: Work) -> None:
        """Work comes: the first who is there, free and able takes it, or it waits."""
        before = work.case.did.get(work.post.same_as)
        if before in self._names:
            work.needs = work.needs | {myself(before)}
        skills = work.needs
        for seat in self._free:
            if skills <= seat.skills and seat.is_there(now):
                self._free.remove(seat)
                self._take(now, work, seat)
                return
        work.worked = self.table.worked(now)
        queue = self._queues.get(skills)
        if queue is None:
            queue = self._queues[skills] = Queue(by_rank=self._by_rank, order=self._order)
        queue.push(work)
        self.queue.count_in()
        self._come_back(now)

    def _take(self, now: float, work: Work, seat: OwnSeat) -> None:
        work.start = now
        work.seat = seat
        work.worked = 0.0
        work.end = seat.table.add(now, work.effort)
        agenda = self._agenda
        heappush(agenda.heap, (work.end, agenda.tick(), agenda.finish, work))

    def release(self, now: float, seat: Seat) -> None:
        """Somebody is free again and takes what stands first of what they can do."""
        own = cast("OwnSeat", seat)
        if not (own.is_there(now) and self._take_next(now, own)):
            self._free.append(own)
            self._come_back(now)

    def _take_next(self, now: float, seat: OwnSeat) -> bool:
        best: tuple[tuple[int, int], Queue] | None = None
        for skills, queue in self._queues.items():
            head = queue.head() if skills <= seat.skills else None
            if head is not None and (best is None or head < best[0]):
                best = (head, queue)
        if best is None:
            return False
        work = best[1].pop()
        self.queue.waiting -= 1
        self.waited(now, work, self.table.worked(now) - work.worked)
        self._take(now, work, seat)
        return True

    def look(self, now: float) -> None:
        """Whoever is there and free takes what they can do."""
        for seat in list(self._free):
            if seat.is_there(now) and self._take_next(now, seat):
                self._free.remove(seat)
        self._come_back(now)

    def _come_back(self, now: float) -> None:
        """Looks again when the next of those who are free now, but not there, comes to work."""
        if self._waking or not self.queue.waiting:
            return
        turns = [seat.table.turn for seat in self._free if not seat.is_there(now)]
        if turns:
            self._waking = True
            agenda = self._agenda
            heappush(agenda.heap, (min(turns), agenda.tick(), agenda.wake, self))

    def give_up(self, now: float, work: Work) -> None:
        """Work that waits is wanted no more."""
        self._queues[work.needs].waiting -= 1
        super().give_up(now, work)

    def waiting_work(self) -> Iterable[Work]:
        """Everything that waits."""
        return [work for queue in self._queues.values() for work in queue.all()]

    def worked_until(self, work: Work, now: float) -> float:
        """How much of the work in hand has been done."""
        table = cast("OwnSeat", work.seat).table
        return work.effort - (table.worked_at(work.end) - table.worked(now))

    def capacity(self, now: float) -> float:
        """Working seconds that all of them had since the last time."""
        before = self._open_before
        self._open_before = sum(table.worked(now) * at_once for table, at_once in self._tables)
        return self._open_before - before

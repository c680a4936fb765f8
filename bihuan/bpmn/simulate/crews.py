"""Who does the work of a role: queues, hands, and what they have been busy with.

A crew takes the next piece of work only while it is open; work in hand pauses at closing and goes on at the next
opening, in the same hands.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING

from bihuan.bpmn.simulate.cases import Seat

if TYPE_CHECKING:
    from bihuan.bpmn.simulate.agenda import Agenda
    from bihuan.bpmn.simulate.cases import Work
    from bihuan.bpmn.simulate.scenario import PoolSpec
    from bihuan.bpmn.simulate.timetable import Always


class Queue:
    """Work that waits: first come first served, among those whose cases rank first.

    `order`: counts on with other queues, so that heads can be compared.
    """

    __slots__ = ("_by_rank", "_heap", "_order", "_plain", "longest", "waiting")

    def __init__(self, *, by_rank: bool, order: Iterator[int] | None = None) -> None:
        self._by_rank = by_rank
        self._order: Iterator[int] = count() if order is None else order
        self._plain: deque[Work] | None = None if by_rank or order is not None else deque()
        self._heap: list[tuple[int, int, Work]] = []
        self.waiting = 0
        self.longest = 0

    def push(self, work: Work) -> None:
        """Work comes."""
        if self._plain is not None:
            self._plain.append(work)
        else:
            heappush(self._heap, (work.case.spot.rank if self._by_rank else 0, next(self._order), work))
        self.count_in()

    def count_in(self) -> None:
        """One more waits."""
        self.waiting += 1
        if self.waiting > self.longest:
            self.longest = self.waiting

    def pop(self) -> Work:
        """The next one. There must be one waiting."""
        self.waiting -= 1
        while True:
            work = heappop(self._heap)[2] if self._plain is None else self._plain.popleft()
            if not work.gone:
                return work

    def head(self) -> tuple[int, int] | None:
        """Where the next one stands; None if nothing waits."""
        heap = self._heap
        while heap and heap[0][2].gone:
            heappop(heap)
        return heap[0][:2] if heap else None

    def all(self) -> Iterable[Work]:
        """Everything that waits."""
        return [work for work in (*(self._plain or ()), *(one[2] for one in self._heap)) if not work.gone]


class Crew:
    """People who are all alike. `area`: seconds that work has waited; `busy`: seconds worked; both since `since`."""

    def __init__(self, spec: PoolSpec, table: Always, agenda: Agenda, *, by_rank: bool) -> None:
        self.name = spec.name
        self.spec = spec
        self.table = table
        self.area = 0.0
        self.busy = 0.0
        self.since = 0.0
        self.queue = Queue(by_rank=by_rank)
        self._agenda = agenda
        self._waking = False
        names = [f"{spec.name}-{number}" for number in range(1, spec.size + 1)]
        self.idle = deque(Seat(self, name) for _ in range(spec.at_once) for name in names)
        self.seats = len(self.idle)
        self._open_before = 0.0

    def offer(self, now: float, work: Work) -> None:
        """Work comes: somebody takes it at once, or it waits."""
        table, queue = self.table, self.queue
        if now >= table.turn:
            table.move(now)
        if table.open and self.idle and not queue.waiting:
            work.start = now
            work.seat = self.idle.popleft()
            end = work.end = now + work.effort
            if end > table.turn:
                end = work.end = table.add(now, work.effort)
            agenda = self._agenda
            heappush(agenda.heap, (end, agenda.tick(), agenda.finish, work))
            return
        work.worked = table.base + now if table.open else table.base
        queue.push(work)
        if self.idle:
            self.look(now)

    def release(self, now: float, seat: Seat) -> None:
        """Somebody is free again and takes what waits next."""
        queue = self.queue
        if queue.waiting:
            table = self.table
            if now >= table.turn:
                table.move(now)
            if table.open:
                self._begin_next(now, seat)
                return
            self.idle.append(seat)
            self.look(now)
            return
        self.idle.append(seat)

    def _begin_next(self, now: float, seat: Seat) -> None:
        """Somebody takes what waits next; the table is at `now` and open."""
        work = self.queue.pop()
        table = self.table
        self.waited(now, work, table.base + now - work.worked)
        work.start = now
        work.seat = seat
        work.worked = 0.0
        end = work.end = now + work.effort
        if end > table.turn:
            end = work.end = table.add(now, work.effort)
        agenda = self._agenda
        heappush(agenda.heap, (end, agenda.tick(), agenda.finish, work))

    def waited(self, now: float, work: Work, open_seconds: float) -> None:
        """Notes how long work has waited, and how much of that in open hours."""
        enabled, since = work.enabled, self.since
        case, post = work.case, work.post
        case.waited += now - enabled
        case.waited_open += open_seconds
        passed = now - (enabled if enabled > since else since)
        self.area += passed
        post.area += passed
        work.waited_open = open_seconds

    def look(self, now: float) -> None:
        """Begins what can be begun, or comes back at the next opening."""
        table = self.table
        if now >= table.turn:
            table.move(now)
        if table.open:
            while self.idle and self.queue.waiting:
                self._begin_next(now, self.idle.popleft())
        elif not self._waking and self.queue.waiting:
            self._waking = True
            agenda = self._agenda
            heappush(agenda.heap, (table.turn, agenda.tick(), agenda.wake, self))

    def wake(self, now: float) -> None:
        """It opens."""
        self._waking = False
        self.look(now)

    def give_up(self, now: float, work: Work) -> None:
        """Work that waits is wanted no more."""
        self.queue.waiting -= 1
        self._count_waiting(now, work)

    def _count_waiting(self, now: float, work: Work) -> None:
        passed = now - max(work.enabled, self.since)
        self.area += passed
        work.post.area += passed

    def waiting_work(self) -> Iterable[Work]:
        """Everything that waits."""
        return self.queue.all()

    def worked_until(self, work: Work, now: float) -> float:
        """How much of the work in hand has been done."""
        return work.effort - (self.table.worked_at(work.end) - self.table.worked(now))

    def close_batch(self, now: float, in_hand: Sequence[Work]) -> tuple[float, float, float]:
        """(seconds waited, seconds worked, seconds there were to work) since the last time."""
        for work in self.waiting_work():
            self._count_waiting(now, work)
        for work in in_hand:
            done = self.worked_until(work, now)
            self.busy += done - work.worked
            work.worked = done
        found = (self.area, self.busy, self.capacity(now))
        self.area = self.busy = 0.0
        self.since = now
        return found

    def capacity(self, now: float) -> float:
        """Working seconds that the crew had since `since`."""
        before = self._open_before
        self._open_before = self.table.worked(now)
        return (self._open_before - before) * self.seats

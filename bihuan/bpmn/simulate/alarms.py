"""What a step asks for besides work: timers, messages, signals, and putting away what is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bihuan.bpmn.engine.commands import Command, FireTimer, ReceiveMessage, ReceiveSignal
from bihuan.bpmn.engine.effects import SetTimer, Subscribe, TimerSpec
from bihuan.bpmn.simulate.posts import Alarm
from bihuan.bpmn.timing import parse_date, parse_duration

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bihuan.bpmn.simulate.cases import Case
    from bihuan.bpmn.simulate.machine import Leaf
    from bihuan.bpmn.simulate.rehearsal import Rehearsal


class Alarms:
    """Carries out the rarer parts of a step."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._rehearsal = rehearsal
        self._outfit = rehearsal.outfit

    def carry_out(self, now: float, case: Case, leaf: Leaf) -> None:
        """Everything of a step but the work that it opens and the end of the case."""
        for item in leaf.closed:
            self._rehearsal.take_away(now, case.open.pop(item))
        for number in leaf.cleared:
            _put_away(case.timers, number)
        for number in leaf.unsubscribed:
            _put_away(case.subs, number)
        if leaf.renamed:
            _rename(case, leaf.renamed)
        for number, timer in leaf.timers:
            self._set_timer(now, case, number, timer)
        if leaf.subs:
            self._subscribe(now, case, leaf)
        for name in leaf.thrown:
            self._signal(now, case, name)

    def _set_timer(self, now: float, case: Case, number: int, effect: SetTimer) -> None:
        alarm = case.timers[number] = Alarm(case, number, timer=True)
        self._rehearsal.agenda.note(self._due(now, effect.spec), self._ring, alarm)

    def _due(self, now: float, spec: TimerSpec) -> float:
        if spec.kind == "date":
            when = parse_date(spec.value, self._outfit.zone)
            return max(now, (when - self._outfit.first).total_seconds())
        return self._outfit.table_named(spec.calendar).add(now, float(parse_duration(spec.value)))

    def _subscribe(self, now: float, case: Case, leaf: Leaf) -> None:
        drawn: dict[str, int] = {}
        for number, effect in leaf.subs:
            alarm = Alarm(case, number, timer=False, signal=effect.kind == "signal", name=effect.name)
            case.subs[number] = alarm
            after = self._comes_after(case, effect, drawn)
            if after is not None:
                self._rehearsal.agenda.note(now + after, self._ring, alarm)

    def _comes_after(self, case: Case, effect: Subscribe, drawn: dict[str, int]) -> float | None:
        """After how many seconds the message comes; None if it does not."""
        uniform = self._rehearsal.uniform
        inbox = self._outfit.inboxes.get(effect.node)
        race = self._outfit.races.get(effect.node)
        if race is not None:
            group, place = race
            if group.node not in drawn:
                drawn[group.node] = group.draw(uniform(case, group.slot))
            if drawn[group.node] != place:
                return None
        if inbox is None:
            return None
        if inbox.chance_slot >= 0 and uniform(case, inbox.chance_slot) >= inbox.chance:
            return None
        return 0.0 if inbox.at is None else inbox.at(uniform(case, inbox.slot))

    def _ring(self, now: float, alarm: Alarm) -> None:
        """A timer is due, or a message has come."""
        if alarm.gone:
            return
        case, number = alarm.case, alarm.number
        alarm.gone = True
        key = f"{'timer' if alarm.timer else alarm.name if alarm.signal else 'message'} {number}"

        def make() -> Command:
            if alarm.timer:
                return FireTimer(timer=number)
            if alarm.signal:
                return ReceiveSignal(name=alarm.name)
            return ReceiveMessage(subscription=number)

        self._rehearsal.step(now, case, key, make)

    def _signal(self, now: float, thrower: Case, name: str) -> None:
        """The other cases hear it too."""
        for case in list(self._rehearsal.live):
            if case is not thrower and any(one.signal and one.name == name for one in case.subs.values()):
                self._rehearsal.agenda.note(now, self._hear, (case, name))

    def _hear(self, now: float, what: tuple[Case, str]) -> None:
        case, name = what
        if case in self._rehearsal.live:
            self._rehearsal.step(now, case, f"signal {name}", lambda: ReceiveSignal(name=name))


def _put_away(alarms: dict[int, Alarm], number: int) -> None:
    alarm = alarms.pop(number, None)
    if alarm is not None:
        alarm.gone = True


def _rename(case: Case, renamed: Mapping[int, int]) -> None:
    case.open = {renamed[item]: work for item, work in case.open.items()}
    for item, work in case.open.items():
        work.item = item
    case.timers = {renamed[number]: alarm for number, alarm in case.timers.items()}
    case.subs = {renamed[number]: alarm for number, alarm in case.subs.items()}
    for alarms in (case.timers, case.subs):
        for number, alarm in alarms.items():
            alarm.number = number

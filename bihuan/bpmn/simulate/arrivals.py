"""When cases arrive: instants in seconds since the run's first, in order."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from bihuan.bpmn.simulate.calendars import Calendars
from bihuan.bpmn.simulate.distributions import Distribution, Exponential, read_distribution
from bihuan.bpmn.simulate.errors import ScenarioRefused
from bihuan.bpmn.simulate.reading import Part, list_in, number_in
from bihuan.bpmn.simulate.timetable import Always, Timetable
from bihuan.worktime import Calendar

_HOUR: Final = 3600.0
_RAREST: Final = 1e-4
"""Cases an hour: about one a year."""
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Rates = tuple[tuple[float, ...], ...]
"""Cases an hour: Monday to Sunday, hours 0 to 23 of the local clock."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """One of `gap` (time between two, counted in `calendar`'s working time), `rates`, and `times`.

    `first`: the first instant of `times` that were given as instants; then `times` count from there.
    """

    gap: Distribution | None = Exponential(_HOUR)
    calendar: Calendar | None = None
    rates: Rates = ()
    zone: ZoneInfo | None = None
    times: tuple[float, ...] = ()
    first: datetime | None = None

    def instants(self, first: datetime, random: Random) -> Iterator[float]:
        """The arrivals of one run that begins at `first`; ends only where `times` do."""
        if self.times:
            shift = self.shift(first)
            return iter([time + shift for time in self.times])
        if self.rates:
            return self._by_hour(first, random)
        return self._with_gaps(first, random)

    def shift(self, first: datetime) -> float:
        """How long after `first` the beginning of `times` is."""
        return 0.0 if self.first is None else (self.first - first).total_seconds()

    def _with_gaps(self, first: datetime, random: Random) -> Iterator[float]:
        table = Always() if self.calendar is None else Timetable(self.calendar, first)
        gap = self.gap or Exponential(_HOUR)
        now = 0.0
        while True:
            now = table.add(now, gap.at(random.random()))
            yield now

    def _by_hour(self, first: datetime, random: Random) -> Iterator[float]:
        """The rate changes from hour to hour: as much as one case takes is used up hour by hour."""
        zone = self.zone or UTC
        now = 0.0
        rate, until = 0.0, 0.0
        while True:
            left = -math.log(1.0 - random.random())
            while left >= (room := rate * (until - now) / _HOUR):
                left -= room
                now = until
                local = (first + timedelta(seconds=now)).astimezone(zone)
                rate = self.rates[local.weekday()][local.hour]
                until = now + _HOUR - (local.minute * 60 + local.second + local.microsecond / 1e6)
            now += left / rate * _HOUR
            yield now


def read_arrivals(part: Part, calendars: Calendars) -> Arrivals:
    """The `arrivals` of a scenario; one an hour where it has none."""
    if not part.keys():
        return Arrivals(calendar=calendars.default)
    kind = part.text("kind")
    reader = {"poisson": _poisson, "renewal": _renewal, "empirical": _empirical, "trace": _trace}.get(kind)
    if reader is None:
        raise ScenarioRefused(f"arrivals.kind: {kind!r} is none of poisson, renewal, empirical, trace")
    found = reader(part, calendars)
    part.done()
    return found


def _poisson(part: Part, calendars: Calendars) -> Arrivals:
    rate = part.number("per_hour", least=_RAREST)
    return Arrivals(Exponential(_HOUR / rate), calendars.of(part.get("calendar"), part.place("calendar")))


def _renewal(part: Part, calendars: Calendars) -> Arrivals:
    gap = read_distribution(part.part("gap"))
    if gap.mean < 1e-6:
        raise ScenarioRefused("arrivals.gap: is 0, so that all cases would come at once")
    return Arrivals(gap, calendars.of(part.get("calendar"), part.place("calendar")))


def _empirical(part: Part, calendars: Calendars) -> Arrivals:
    days = part.part("per_hour")
    rates = tuple(_day(days.get(day), days.place(day)) for day in _DAYS)
    days.done()
    if not any(rate >= _RAREST for day in rates for rate in day):
        raise ScenarioRefused("arrivals.per_hour: nobody ever comes")
    zone = _zone(part.text("timezone")) if "timezone" in part else None
    if zone is None and calendars.default is not None:
        zone = calendars.default.zone
    return Arrivals(None, None, rates, zone)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ScenarioRefused(f"arrivals.timezone: there is no zone {name!r:.60}") from None


def _day(value: object, place: str) -> tuple[float, ...]:
    if value is None:
        return (0.0,) * 24
    found = tuple(number_in(one, place) for one in list_in(value, place))
    if len(found) != 24:
        raise ScenarioRefused(f"{place}: give 24 numbers, one for each hour")
    return found


def _trace(part: Part, calendars: Calendars) -> Arrivals:
    given = list_in(part.get("times"), part.place("times"))
    if all(isinstance(one, str) for one in given):
        instants = sorted(_instants(given))
        return Arrivals(None, times=_since(instants, instants[0]), first=instants[0])
    times = sorted(number_in(one, part.place("times")) for one in given)
    return Arrivals(None, times=tuple(times))


def _instants(given: Sequence[object]) -> list[datetime]:
    try:
        found = [datetime.fromisoformat(str(one)) for one in given]
    except ValueError as error:
        raise ScenarioRefused(f"arrivals.times: {error}") from None
    if any(one.tzinfo is None for one in found):
        raise ScenarioRefused("arrivals.times: an instant has no offset from UTC")
    return [one.astimezone(UTC) for one in found]


def _since(instants: Sequence[datetime], first: datetime) -> tuple[float, ...]:
    return tuple((one - first).total_seconds() for one in instants)

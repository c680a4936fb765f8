"""What a rehearsal assumes about the world around the chart. Shape and defaults: docs/reference/simulate.md."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from bihuan.bpmn.simulate.arrivals import Arrivals, read_arrivals
from bihuan.bpmn.simulate.calendars import Calendars, read_calendars
from bihuan.bpmn.simulate.distributions import Distribution, Exponential, ValueDraw, read_distribution, read_value
from bihuan.bpmn.simulate.errors import ScenarioRefused
from bihuan.bpmn.simulate.reading import Part, list_in, number_in
from bihuan.bpmn.simulate.timetable import Leave
from bihuan.worktime import Calendar

_FIRST: Final = datetime(2026, 3, 2, tzinfo=UTC)
DISCIPLINES: Final = ("fifo", "priority")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with hours, skills and leave of their own. `at_once`: how many pieces of work side by side."""

    name: str
    calendar: Calendar | None
    skills: frozenset[str] = frozenset()
    leave: tuple[Leave, ...] = ()
    at_once: int = 1


@dataclass(frozen=True, slots=True)
class PoolSpec:
    """Who does the work of a role. `people` () where all `size` are alike. `discipline`: "" as the chart has it."""

    name: str
    size: int
    calendar: Calendar | None
    at_once: int = 1
    cost_per_hour: float = 0.0
    discipline: str = ""
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class NodeSpec:
    """What is assumed of one element. `pool` "": the element's role. `duration` of work, or until a message comes.

    `probability`: that the message comes at all. `patience`: how long a case waits in the queue before it is given
    up. `skills`: what whoever does it must be able to do. `sets`: variables that are known afterwards.
    """

    pool: str = ""
    duration: Distribution | None = None
    probability: float | None = None
    patience: Distribution | None = None
    skills: frozenset[str] = frozenset()
    cost: float = 0.0
    sets: Mapping[str, ValueDraw] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Watch:
    """When queues are looked at: `times` times, every so many seconds."""

    first: datetime
    every: float
    times: int


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario that has been read. `warm_up` None: a tenth of the cases, none of a trace. `data`: variables at the start.

    `milestone`: the task with whose last completion `open_time` ends; "" the case's end.
    """

    first: datetime = _FIRST
    calendars: Calendars = field(default_factory=Calendars)
    arrivals: Arrivals = field(default_factory=Arrivals)
    pools: Mapping[str, PoolSpec] = field(default_factory=dict)
    nodes: Mapping[str, NodeSpec] = field(default_factory=dict)
    branches: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    data: Mapping[str, ValueDraw] = field(default_factory=dict)
    default_duration: Distribution = field(default_factory=lambda: Exponential(600.0))
    warm_up: int | None = None
    replications: int = 1
    milestone: str = ""
    watch: Watch | None = None

    def warm_up_of(self, cases: int) -> int:
        """Cases before the first that counts, in a run that counts so many."""
        if self.warm_up is not None:
            return self.warm_up
        return 0 if self.arrivals.times else cases // 10


def read_scenario(value: object) -> Scenario:
    """The scenario that a JSON object describes. ScenarioRefused with what is wrong, and where."""
    part = Part(value, "")
    calendars = read_calendars(part)
    arrivals = read_arrivals(part.part("arrivals"), calendars)
    start = part.get("start")
    first = arrivals.first or _FIRST if start is None else _instant(start, "start")
    if arrivals.times and arrivals.times[0] + arrivals.shift(first) < 0:
        raise ScenarioRefused("arrivals.times: a case comes before the start")
    default = part.part("default_duration")
    found = Scenario(
        first=first,
        calendars=calendars,
        arrivals=arrivals,
        pools={key: _pool(key, one, calendars) for key, one in part.parts("pools").items()},
        nodes={key: _node(one) for key, one in part.parts("nodes").items()},
        branches={key: _weights(one) for key, one in part.parts("branches").items()},
        data={key: read_value(one) for key, one in part.parts("data").items()},
        default_duration=read_distribution(default) if default.keys() else Exponential(600.0),
        warm_up=part.whole("warm_up", 0, most=10**9) if "warm_up" in part else None,
        replications=part.whole("replications", 1, least=1),
        milestone=part.text("milestone", ""),
        watch=_watch(part.part("watch"), first) if "watch" in part else None,
    )
    part.done()
    return found


def _watch(part: Part, first: datetime) -> Watch:
    begin = _instant(part.get("from"), part.place("from")) if "from" in part else first
    if begin < first:
        raise ScenarioRefused(f"{part.place('from')}: is before the start")
    found = Watch(begin, part.number("every", 3600.0, least=1.0), part.whole("times", 1, least=1, most=100_000))
    part.done()
    return found


def _instant(value: object, place: str) -> datetime:
    try:
        found = datetime.fromisoformat(str(value))
    except (ValueError, OverflowError):
        raise ScenarioRefused(f"{place}: {value!r:.60} is no ISO 8601 instant") from None
    if found.tzinfo is None:
        raise ScenarioRefused(f"{place}: {value} has no offset from UTC")
    return found.astimezone(UTC)


def _pool(name: str, part: Part, calendars: Calendars) -> PoolSpec:
    calendar = calendars.of(part.get("calendar"), part.place("calendar"))
    at_once = part.whole("at_once", 1, least=1)
    people = _people(name, part, calendar, at_once, calendars)
    size = part.whole("size", len(people) or 1, least=1)
    discipline = part.text("discipline", "")
    if discipline and discipline not in DISCIPLINES:
        raise ScenarioRefused(f"{part.place('discipline')}: {discipline!r} is none of {', '.join(DISCIPLINES)}")
    if people and size != len(people):
        raise ScenarioRefused(f"{part.place('size')}: {size}, but {len(people)} people")
    found = PoolSpec(name, size, calendar, at_once, part.number("cost_per_hour", 0.0), discipline, people)
    part.done()
    return found


def _people(name: str, part: Part, calendar: Calendar | None, at_once: int, calendars: Calendars) -> tuple[Person, ...]:
    if "people" not in part:
        return ()
    given = list_in(part.get("people"), part.place("people"))
    found = tuple(
        _person(f"{name}-{number}", Part(one, f"{part.place('people')}[{number - 1}]"), calendar, at_once, calendars)
        for number, one in enumerate(given, 1)
    )
    if len({person.name for person in found}) < len(found):
        raise ScenarioRefused(f"{part.place('people')}: two have the same name")
    return found


def _person(name: str, part: Part, calendar: Calendar | None, at_once: int, calendars: Calendars) -> Person:
    own = calendars.of(part.get("calendar"), part.place("calendar")) if "calendar" in part else calendar
    leave = () if "leave" not in part else list_in(part.get("leave"), part.place("leave"))
    found = Person(
        part.text("name", name),
        own,
        frozenset(part.texts("skills")),
        tuple(_leave(one, part.place("leave")) for one in leave),
        part.whole("at_once", at_once, least=1),
    )
    if found.leave and own is None:
        raise ScenarioRefused(f"{part.place('leave')}: leave is taken from a calendar, and there is none")
    part.done()
    return found


def _leave(value: object, place: str) -> Leave:
    part = Part(value, place)
    begin, end = _instant(part.get("from"), part.place("from")), _instant(part.get("to"), part.place("to"))
    if begin >= end:
        raise ScenarioRefused(f"{place}: ends before it begins")
    part.done()
    return begin, end


def _node(part: Part) -> NodeSpec:
    probability = part.number("probability") if "probability" in part else None
    if probability is not None and probability > 1.0:
        raise ScenarioRefused(f"{part.place('probability')}: {probability} is more than 1")
    found = NodeSpec(
        part.text("pool", ""),
        read_distribution(part.part("duration")) if "duration" in part else None,
        probability,
        read_distribution(part.part("patience")) if "patience" in part else None,
        frozenset(part.texts("skills")),
        part.number("cost", 0.0),
        {key: read_value(one) for key, one in part.parts("sets").items()},
    )
    part.done()
    return found


def _weights(part: Part) -> dict[str, float]:
    return {key: number_in(part.get(key), part.place(key)) for key in part.keys()}

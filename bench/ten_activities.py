"""One model twice: as a chart with a scenario, and written by hand in SimPy. Ten activities, four pools, office hours.

Reception registers and sorts; three in five are answered at once, the others go through analysis, a plan that one in
five times comes back from approval, execution and a call to the customer; everything is archived.
"""

import random
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Final

import simpy

HOUR: Final = 3600.0
WEEK: Final = 7 * 24 * HOUR
START: Final = "2026-03-02T00:00:00+08:00"
"""A Monday, midnight."""
PER_HOUR: Final = 5.0
LONG: Final = {"mon": [["08:00", "20:00"]], "sat": [["09:00", "17:00"]]}
SHORT: Final = {"mon": [["09:00", "12:00"], ["13:00", "18:00"]]}
POOLS: Final[dict[str, tuple[int, dict[str, list[list[str]]]]]] = {
    "agent": (3, LONG),
    "engineer": (11, SHORT),
    "approver": (1, SHORT),
    "quality": (2, SHORT),
}
MINUTES: Final = {
    "register": ("agent", 6.0), "classify": ("agent", 5.0), "answer": ("agent", 12.0),
    "contact": ("engineer", 20.0), "analyse": ("engineer", 40.0), "plan": ("engineer", 30.0),
    "approve": ("approver", 9.0), "execute": ("engineer", 50.0), "inform": ("agent", 8.0), "archive": ("quality", 7.0),
}  # fmt: skip
SIMPLE: Final = 0.6
RETURNED: Final = 0.2
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _week(hours: dict[str, list[list[str]]]) -> dict[str, list[list[str]]]:
    """The same from Monday to Friday."""
    return {day: hours.get(day, hours["mon"] if day in DAYS[:5] else []) for day in DAYS}


def chart_source() -> bytes:
    """The chart."""
    tasks = "".join(f'<userTask id="{name}" bihuan:role="{pool}"/>' for name, (pool, _) in MINUTES.items())
    ways = (
        ("start", "register"), ("register", "classify"), ("classify", "simple"), ("simple", "answer"),
        ("simple", "contact"), ("answer", "joined"), ("contact", "analyse"), ("analyse", "again"), ("again", "plan"),
        ("plan", "approve"), ("approve", "approved"), ("approved", "again"), ("approved", "execute"),
        ("execute", "inform"), ("inform", "joined"), ("joined", "archive"), ("archive", "end"),
    )  # fmt: skip
    flows = "".join(f'<sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in ways)
    gateways = "".join(f'<exclusiveGateway id="{name}"/>' for name in ("simple", "joined", "again", "approved"))
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bihuan="urn:bihuan:1" '
        'targetNamespace="urn:bench"><process id="ten" isExecutable="true"><startEvent id="start"/><endEvent id="end"/>'
        f"{tasks}{gateways}{flows}</process></definitions>"
    ).encode()


def scenario(warm_up: int = 500, replications: int = 1) -> dict[str, object]:
    """The scenario."""
    calendars = {
        name: {"timezone": "Asia/Shanghai", "week": _week(hours), "holidays": [], "shifts": {}}
        for name, (_, hours) in POOLS.items()
    }
    return {
        "start": START,
        "calendars": calendars,
        "arrivals": {"kind": "poisson", "per_hour": PER_HOUR, "calendar": "agent"},
        "pools": {name: {"size": size, "calendar": name} for name, (size, _) in POOLS.items()},
        "nodes": {
            name: {"pool": pool, "duration": {"kind": "exponential", "mean": minutes * 60}}
            for name, (pool, minutes) in MINUTES.items()
        },
        "branches": {
            "simple": {"simple_answer": SIMPLE, "simple_contact": 1 - SIMPLE},
            "approved": {"approved_again": RETURNED, "approved_execute": 1 - RETURNED},
        },
        "warm_up": warm_up,
        "replications": replications,
    }


class Hours:
    """Office hours that repeat every week; seconds since a Monday's midnight."""

    def __init__(self, hours: dict[str, list[list[str]]]) -> None:
        def seconds(clock: str) -> float:
            return int(clock[:2]) * HOUR + int(clock[3:]) * 60

        spans = [
            (day * 24 * HOUR + seconds(opens), day * 24 * HOUR + seconds(closes))
            for day, name in enumerate(DAYS)
            for opens, closes in _week(hours)[name]
        ]
        self.opens = [opens for opens, _ in spans]
        self.closes = [closes for _, closes in spans]
        self.upto = [0.0]
        for opens, closes in spans:
            self.upto.append(self.upto[-1] + closes - opens)
        self.total = self.upto[-1]

    def worked(self, now: float) -> float:
        """Open seconds up to now."""
        weeks, rest = divmod(now, WEEK)
        i = bisect_right(self.opens, rest) - 1
        inside = self.upto[i] + min(rest, self.closes[i]) - self.opens[i] if i >= 0 else 0.0
        return weeks * self.total + inside

    def after(self, now: float, seconds: float) -> float:
        """When so many open seconds will have passed."""
        rest = now % WEEK
        i = bisect_right(self.opens, rest) - 1
        if i >= 0 and rest + seconds <= self.closes[i]:
            return now + seconds
        weeks, rest = divmod(self.worked(now) + seconds, self.total)
        i = max(bisect_left(self.upto, rest) - 1, 0)
        return weeks * WEEK + self.opens[i] + rest - self.upto[i]

    def opening(self, now: float) -> float:
        """Now if it is open, else the next opening."""
        rest = now % WEEK
        i = bisect_right(self.opens, rest) - 1
        if i >= 0 and rest < self.closes[i]:
            return now
        return now - rest + (self.opens[i + 1] if i + 1 < len(self.opens) else WEEK + self.opens[0])


@dataclass
class Measured:
    """What SimPy's model measures, of the cases that count: seconds."""

    cycle: list[float] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)
    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))


class ByHand:
    """The model in SimPy."""

    def __init__(self, cases: int, warm_up: int, seed: int) -> None:
        self.env = simpy.Environment()
        self.rng = random.Random(seed)
        self.pools = {name: simpy.Resource(self.env, size) for name, (size, _) in POOLS.items()}
        self.hours = {name: Hours(hours) for name, (_, hours) in POOLS.items()}
        self.first, self.last = warm_up, warm_up + cases
        self.left = cases
        self.done = self.env.event()
        self.measured = Measured()

    def run(self) -> Measured:
        """Until every case that counts is over."""
        self.env.process(self._arrivals())
        self.env.run(until=self.done)
        return self.measured

    def _arrivals(self) -> Generator[simpy.Event, None, None]:
        env, hours = self.env, self.hours["agent"]
        number = 0
        while True:
            when = hours.after(env.now, self.rng.expovariate(PER_HOUR / HOUR))
            yield env.timeout(when - env.now)
            env.process(self._case(self.first <= number < self.last))
            number += 1

    def _task(self, name: str, counted: bool, sums: list[float]) -> Generator[simpy.Event, None, None]:
        env = self.env
        pool, minutes = MINUTES[name]
        enabled = env.now
        with self.pools[pool].request() as request:
            yield request
            seconds = self.rng.expovariate(1 / (minutes * 60))
            # Whoever gets it out of hours begins at the next opening.
            hours = self.hours[pool]
            begins = hours.opening(env.now)
            end = hours.after(env.now, seconds)
            yield env.timeout(end - env.now)
        if counted:
            self.measured.waits[name].append(begins - enabled)
            sums[0] += begins - enabled
            sums[1] += seconds

    def _case(self, counted: bool) -> Generator[simpy.Event, None, None]:
        arrived = self.env.now
        sums = [0.0, 0.0]
        for name in ("register", "classify"):
            yield from self._task(name, counted, sums)
        if self.rng.random() < SIMPLE:
            yield from self._task("answer", counted, sums)
        else:
            yield from self._at_length(counted, sums)
        yield from self._task("archive", counted, sums)
        if counted:
            self.measured.cycle.append(self.env.now - arrived)
            self.measured.waited.append(sums[0])
            self.measured.worked.append(sums[1])
            self.left -= 1
            if self.left == 0:
                self.done.succeed()

    def _at_length(self, counted: bool, sums: list[float]) -> Generator[simpy.Event, None, None]:
        for name in ("contact", "analyse", "plan", "approve"):
            yield from self._task(name, counted, sums)
        while self.rng.random() < RETURNED:
            for name in ("plan", "approve"):
                yield from self._task(name, counted, sums)
        for name in ("execute", "inform"):
            yield from self._task(name, counted, sums)

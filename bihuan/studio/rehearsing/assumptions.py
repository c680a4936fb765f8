"""What a rehearsal assumes, in words that a manager uses, and where each number comes from. Kept as JSON."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final, cast

from bihuan.bpmn.simulate.reading import Part, list_in, number_in

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ROUND_THE_CLOCK: Final = "24x7"
Week = tuple[tuple[float, ...], ...]
"""Monday to Sunday, hours 0 to 23: how arrivals are spread; all of it adds up to 1. () evenly over working hours."""
Shape = tuple[float, ...]
"""Amounts relative to their mean, as they were seen; () lognormal."""


@dataclass(frozen=True, slots=True)
class Origin:
    """`kind`: history (`seen` times in `days` days), staff, default or hand."""

    kind: str = "default"
    seen: int = 0
    days: int = 0


@dataclass(frozen=True, slots=True)
class Arrivals:
    """How many issues come in a week."""

    per_week: float
    week: Week
    origin: Origin


@dataclass(frozen=True, slots=True)
class Step:
    """Working time that a step takes, on average."""

    minutes: float
    shape: Shape
    origin: Origin


@dataclass(frozen=True, slots=True)
class Team:
    """Who holds a role. `at_once`: how many pieces of work one person has in hand side by side. `hours`: the working
    calendar, "" the company's. `leave`: absences, from and to as instants; counted if `count_leave`."""

    people: int
    at_once: int
    hours: str
    leave: tuple[tuple[str, str], ...]
    count_leave: bool
    origin: Origin
    at_once_origin: Origin


@dataclass(frozen=True, slots=True)
class Split:
    """The share of each arrow of a decision."""

    shares: Mapping[str, float]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Wait:
    """How long it takes, by the clock on the wall, until a message comes, and how likely it comes at all."""

    hours: float
    shape: Shape
    chance: float
    origin: Origin


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many elements a list has that a step is repeated for: none but with `chance`, then `number` on average."""

    chance: float
    number: float
    origin: Origin


@dataclass(frozen=True, slots=True)
class Goal:
    """`share` of the issues within so many working hours. `until`: the step with which an issue counts as dealt with, ""
    the end. `role`: whose number is asked for."""

    share: float
    hours: float
    role: str
    until: str


@dataclass(frozen=True, slots=True)
class Back:
    """A past period with what really happened. `times`: arrivals as instants, of which the first `lead` only fill the
    system. `until`: as in Goal. `p90_hours`: working hours that 90 of 100 needed; None if too many were open. `ended` of
    those counted."""

    first: date
    last: date
    times: tuple[str, ...]
    lead: int
    until: str
    p90_hours: float | None
    ended: int


@dataclass(frozen=True, slots=True)
class Assumptions:
    """`first` and `last`: days of the period, both in it. `calendar`: the company's working hours, by key. `steps`, `splits`
    and `waits` by element, `teams` by role, `crowds` by variable."""

    first: date
    last: date
    calendar: str
    arrivals: Arrivals
    steps: Mapping[str, Step]
    teams: Mapping[str, Team]
    splits: Mapping[str, Split]
    waits: Mapping[str, Wait]
    crowds: Mapping[str, Crowd]
    goal: Goal
    back: Back | None = None

    def to_json(self) -> dict[str, object]:
        """Plain JSON, as `read_assumptions` takes it."""
        return cast("dict[str, object]", json.loads(json.dumps(asdict(self), default=str)))

    def as_seen(self) -> bool:
        """Whether nobody has changed people, times or ways by hand."""
        parts = (self.steps, self.teams, self.splits, self.waits, self.crowds)
        changed = any(one.origin.kind == "hand" for part in parts for one in part.values())
        return not changed and all(team.at_once_origin.kind != "hand" for team in self.teams.values())


def read_assumptions(value: object) -> Assumptions:
    """What `to_json` wrote; ScenarioRefused for anything else."""
    part = Part(value, "")
    given = part.get("back")
    return Assumptions(
        first=date.fromisoformat(part.text("first")),
        last=date.fromisoformat(part.text("last")),
        calendar=part.text("calendar"),
        arrivals=_arrivals(part.part("arrivals")),
        steps={key: _step(one) for key, one in part.parts("steps").items()},
        teams={key: _team(one) for key, one in part.parts("teams").items()},
        splits={key: Split(_numbers(one.part("shares")), _origin(one)) for key, one in part.parts("splits").items()},
        waits={key: _wait(one) for key, one in part.parts("waits").items()},
        crowds={
            key: Crowd(one.number("chance"), one.number("number"), _origin(one))
            for key, one in part.parts("crowds").items()
        },
        goal=_goal(part.part("goal")),
        back=None if given is None else _back(Part(given, "back")),
    )


def _origin(part: Part, word: str = "origin") -> Origin:
    one = part.part(word)
    return Origin(one.text("kind"), one.whole("seen", 0, most=10**9), one.whole("days", 0))


def _arrivals(part: Part) -> Arrivals:
    week = tuple(_row(one, part.place("week")) for one in list_or_none(part, "week"))
    return Arrivals(part.number("per_week"), week, _origin(part))


def list_or_none(part: Part, word: str) -> list[object]:
    """The list at `word`; [] where it is empty."""
    given = part.get(word)
    return list(list_in(given, part.place(word))) if given else []


def _row(value: object, place: str) -> tuple[float, ...]:
    return tuple(number_in(one, place) for one in list_in(value, place))


def _shape(part: Part) -> Shape:
    return tuple(number_in(one, part.place("shape")) for one in list_or_none(part, "shape"))


def _step(part: Part) -> Step:
    return Step(part.number("minutes"), _shape(part), _origin(part))


def _team(part: Part) -> Team:
    leave = tuple((str(one[0]), str(one[1])) for one in list_or_none(part, "leave") if isinstance(one, (list, tuple)))
    return Team(
        part.whole("people", 1, least=1),
        part.whole("at_once", 1, least=1),
        part.text("hours", "") if part.get("hours") else "",
        leave,
        bool(part.get("count_leave")),
        _origin(part),
        _origin(part, "at_once_origin"),
    )


def _numbers(part: Part) -> dict[str, float]:
    return {key: number_in(part.get(key), part.place(key)) for key in part.keys()}


def _wait(part: Part) -> Wait:
    return Wait(part.number("hours"), _shape(part), part.number("chance"), _origin(part))


def _goal(part: Part) -> Goal:
    return Goal(part.number("share"), part.number("hours"), str(part.get("role") or ""), str(part.get("until") or ""))


def _back(part: Part) -> Back:
    return Back(
        first=date.fromisoformat(part.text("first")),
        last=date.fromisoformat(part.text("last")),
        times=tuple(str(one) for one in list_or_none(part, "times")),
        lead=part.whole("lead", 0, most=10**6),
        until=str(part.get("until") or ""),
        p90_hours=None if part.get("p90_hours") is None else part.number("p90_hours"),
        ended=part.whole("ended", 0, most=10**6),
    )

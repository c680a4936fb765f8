"""Numbers that somebody typed, taken over into assumptions: what was not changed keeps where it came from."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, TypeVar

from bihuan.bpmn.model import Chart
from bihuan.studio.rehearsing.assumptions import Assumptions, Crowd, Goal, Origin, Split, Step, Team, Wait
from bihuan.studio.rehearsing.fitting import is_awaited, is_decision, is_step, role_of

Given = Mapping[str, str]
BY_HAND: Final = Origin("hand")
_LONGEST: Final = 366
_What = TypeVar("_What")


class NoNumber(ValueError):
    """What was typed at `field` is no number from `least` to `most`."""

    def __init__(self, field: str, least: float, most: float) -> None:
        super().__init__(field)
        self.field, self.least, self.most = field, least, most


class BadPeriod(ValueError):
    """The days typed are no period of at most a year."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be chosen: roles, steps and calendars by key."""

    roles: frozenset[str]
    steps: frozenset[str]
    calendars: frozenset[str]


def edited(before: Assumptions, given: Given, choices: Choices) -> Assumptions:
    """The assumptions with what a form says; fields that it has not stay. NoNumber, BadPeriod."""
    first, last = _period(before, given)
    per_week = _number(given, "arrivals", before.arrivals.per_week, 0.1, 100_000)
    arrivals = before.arrivals
    if per_week != arrivals.per_week:
        arrivals = replace(arrivals, per_week=per_week, origin=replace(arrivals.origin, kind="hand"))
    return replace(
        before,
        first=first,
        last=last,
        arrivals=arrivals,
        steps={key: _step(key, one, given) for key, one in before.steps.items()},
        teams={key: _team(key, one, given, choices) for key, one in before.teams.items()},
        splits={key: _split(key, one, given) for key, one in before.splits.items()},
        waits={key: _wait(key, one, given) for key, one in before.waits.items()},
        crowds={key: _crowd(key, one, given) for key, one in before.crowds.items()},
        goal=_goal(before.goal, given, choices),
    )


def adopted(proposal: Assumptions, given: Assumptions) -> Assumptions:
    """`given` for another chart, or for one that has changed: what it does not know is taken from `proposal`."""
    splits = {
        key: given.splits[key] if key in given.splits and given.splits[key].shares.keys() == one.shares.keys() else one
        for key, one in proposal.splits.items()
    }
    goal = given.goal
    if goal.role not in proposal.teams:
        goal = replace(goal, role=proposal.goal.role)
    if goal.until not in proposal.steps:
        goal = replace(goal, until=proposal.goal.until if goal.until else "")
    return replace(
        given,
        steps=_known(proposal.steps, given.steps),
        teams=_known(proposal.teams, given.teams),
        splits=splits,
        waits=_known(proposal.waits, given.waits),
        crowds=_known(proposal.crowds, given.crowds),
        goal=goal,
    )


def covers(given: Assumptions, chart: Chart) -> bool:
    """Whether nothing is missing for this chart."""
    nodes = chart.nodes.values()
    steps = [node for node in nodes if is_step(node)]
    return (
        all(node.id in given.steps and role_of(chart, node) in given.teams for node in steps)
        and all(node.id in given.waits for node in nodes if is_awaited(node))
        and all(
            node.id in given.splits and given.splits[node.id].shares.keys() == set(node.outgoing)
            for node in nodes
            if is_decision(node)
        )
    )


def _known(proposal: Mapping[str, _What], given: Mapping[str, _What]) -> dict[str, _What]:
    return {key: given.get(key, one) for key, one in proposal.items()}


def shown(value: float) -> str:
    """A number as it stands in a field: at most two digits after the point."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def number(text: str, field: str, least: float, most: float) -> float:
    """A number that somebody typed, full-width figures and thousands commas too; NoNumber."""
    plain = text.strip().replace(",", "").replace("，", "").replace("。", ".").replace("．", ".")
    try:
        found = float(plain) if len(plain) <= 20 else float("nan")
    except ValueError:
        found = float("nan")
    if not least <= found <= most:
        raise NoNumber(field, least, most)
    return found


def _number(given: Given, field: str, before: float, least: float, most: float) -> float:
    """The number typed; as before where the field still shows that."""
    text = given.get(field)
    if text is None or text.strip() == shown(before):
        return before
    return number(text, field, least, most)


def _whole(given: Given, field: str, before: int, most: int) -> int:
    found = _number(given, field, before, 1, most)
    if found != int(found):
        raise NoNumber(field, 1, most)
    return int(found)


def _period(before: Assumptions, given: Given) -> tuple[date, date]:
    try:
        first = date.fromisoformat(given.get("first", before.first.isoformat()).strip())
        last = date.fromisoformat(given.get("last", before.last.isoformat()).strip())
    except ValueError:
        raise BadPeriod from None
    if not (timedelta() <= last - first < timedelta(days=_LONGEST) and 2000 < first.year < 2100):
        raise BadPeriod
    return first, last


def _step(key: str, before: Step, given: Given) -> Step:
    minutes = _number(given, f"step:{key}", before.minutes, 0, 100_000)
    return before if minutes == before.minutes else replace(before, minutes=minutes, origin=BY_HAND)


def _team(key: str, before: Team, given: Given, choices: Choices) -> Team:
    people = _whole(given, f"people:{key}", before.people, 1_000)
    at_once = _whole(given, f"once:{key}", before.at_once, 100)
    found = before
    if people != before.people:
        found = replace(found, people=people, origin=BY_HAND)
    if at_once != before.at_once:
        found = replace(found, at_once=at_once, at_once_origin=BY_HAND)
    hours = given.get(f"hours:{key}", before.hours)
    leave = before.count_leave
    if f"hours:{key}" in given:  # a box that is not ticked is not sent
        leave = f"leave:{key}" in given
    return replace(found, hours=hours if hours in choices.calendars else "", count_leave=leave)


def _split(key: str, before: Split, given: Given) -> Split:
    shares = {
        flow: _number(given, f"share:{key}:{flow}", share * 100, 0, 100) / 100 for flow, share in before.shares.items()
    }
    same = all(abs(share - before.shares[flow]) < 1e-9 for flow, share in shares.items())
    if same:
        return before
    if not any(shares.values()):
        raise NoNumber(f"share:{key}:{next(iter(shares))}", 0, 100)
    return Split(shares, BY_HAND)


def _wait(key: str, before: Wait, given: Given) -> Wait:
    hours = _number(given, f"wait:{key}", before.hours, 0, 10_000)
    chance = _number(given, f"chance:{key}", before.chance * 100, 0, 100) / 100
    if hours == before.hours and abs(chance - before.chance) < 1e-9:
        return before
    return replace(before, hours=hours, chance=chance, origin=BY_HAND)


def _crowd(key: str, before: Crowd, given: Given) -> Crowd:
    chance = _number(given, f"some:{key}", before.chance * 100, 0, 100) / 100
    number = _number(given, f"number:{key}", before.number, 1, 100)
    if number == before.number and abs(chance - before.chance) < 1e-9:
        return before
    return Crowd(chance, number, BY_HAND)


def _goal(before: Goal, given: Given, choices: Choices) -> Goal:
    role, until = given.get("goal_role", before.role), given.get("goal_until", before.until)
    return Goal(
        share=_number(given, "goal_share", before.share * 100, 1, 99.9) / 100,
        hours=_number(given, "goal_hours", before.hours, 0.1, 10_000),
        role=role if role in choices.roles else before.role,
        until=until if until in choices.steps or not until else before.until,
    )

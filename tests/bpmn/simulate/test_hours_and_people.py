"""Office hours, shifts, leave, skills: small days worked out by hand, and the calendar library as the oracle."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.bpmn import load_chart
from bihuan.bpmn.simulate import Entry, Outcome, Rehearsal, prepare, read_scenario
from bihuan.bpmn.simulate.timetable import Always, Timetable
from bihuan.worktime import Calendar, NoTimeLeft
from tests.bpmn.building import flows, process, variables

FIRST = datetime(2026, 3, 2, tzinfo=UTC)
"""A Monday, midnight."""
DAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = {"timezone": "UTC", "week": {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in DAYS}}
BERLIN = {
    "timezone": "Europe/Berlin",
    "week": {day: [["00:00", "06:00"], ["20:00", "24:00"]] for day in (*DAYS, "sun")},
    "holidays": ["2026-03-03", "2026-04-06"],
    "shifts": {"2026-03-28": [["01:00", "05:00"]]},
}
HOUR = 3600.0
TASK = process(
    '<startEvent id="a"/><userTask id="work"/><endEvent id="z"/>' + flows("a>work", "work>z"),
    variables(priority="choice P1 P2"),
)
TWO = process(
    '<startEvent id="a"/><exclusiveGateway id="g"/><userTask id="easy"/><userTask id="hard"/><endEvent id="z"/>'
    + flows("a>g", "g>easy", "g>hard", "easy>z", "hard>z")
)


def at(day: int, clock: str) -> float:
    """Seconds from the first Monday's midnight to a clock time on the n-th day from it."""
    hours, minutes = clock.split(":")
    return day * 24 * HOUR + int(hours) * HOUR + int(minutes) * 60


def run(source: bytes, scenario: dict[str, object], cases: int) -> tuple[list[Entry], Outcome]:
    rows: list[Entry] = []
    plan = prepare(load_chart(source), read_scenario({"start": FIRST.isoformat(), **scenario}))
    rehearsal = Rehearsal(plan, seed=1, replication=0, cases=cases, warm_up=0, write=rows.append)
    return rows, rehearsal.run()


def spans(rows: list[Entry]) -> list[tuple[float, float]]:
    return [(row.start, row.end) for row in sorted(rows)]


@pytest.mark.correctness(82, 97)
@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([OFFICE, BERLIN]),
    st.lists(st.tuples(st.integers(0, 5 * 86_400), st.integers(0, 3 * 86_400)), min_size=1, max_size=30),
)
def test_a_timetable_says_what_its_calendar_says(description: dict[str, object], moves: list[tuple[int, int]]) -> None:
    """Going forward by the first of each pair, and adding the second."""
    calendar = Calendar.from_dict(description)
    table = Timetable(calendar, FIRST)
    now = 0
    for step, amount in moves:
        now += step
        instant = FIRST + timedelta(seconds=now)
        assert table.worked(float(now)) == calendar.between(FIRST, instant)
        assert table.open == calendar.is_open(instant)
        assert table.open or table.turn == (calendar.next_open(instant) - FIRST).total_seconds()
        due = table.add(float(now), float(amount))
        assert due == (calendar.add(instant, amount) - FIRST).total_seconds()
        assert table.worked_at(due + 86_400) == calendar.between(FIRST, instant) + calendar.between(
            instant, FIRST + timedelta(seconds=due + 86_400)
        )


def test_a_timetable_forgets_what_lies_behind() -> None:
    table = Timetable(Calendar.from_dict(OFFICE), FIRST)
    for week in range(4_000):
        assert table.worked(week * 7 * 24 * HOUR) == week * 35 * HOUR
    assert len(table._opens) < 5_000


def test_a_calendar_that_ends_says_so() -> None:
    only = {"timezone": "UTC", "week": {}, "shifts": {"2026-03-04": [["09:00", "10:00"]]}}
    table = Timetable(Calendar.from_dict(only), FIRST)
    assert not table.open and table.turn == at(2, "09:00")
    with pytest.raises(NoTimeLeft):
        table.add(0.0, 2 * HOUR)


def test_round_the_clock() -> None:
    table = Always()
    assert (table.worked(5.0), table.add(5.0, 7.0), table.worked_at(9.0)) == (5.0, 12.0, 9.0)


@pytest.mark.correctness(82, 97)
def test_work_pauses_at_closing_and_goes_on_at_opening() -> None:
    """Four hours each, one person, from eleven on Friday: over lunch, over the weekend."""
    rows, outcome = run(
        TASK,
        {
            "arrivals": {"kind": "trace", "times": [at(4, "11:00"), at(4, "11:30"), at(5, "10:00")]},
            "pools": {"crew": {"size": 1, "calendar": OFFICE}},
            "nodes": {"work": {"pool": "crew", "duration": {"kind": "fixed", "seconds": 4 * HOUR}}},
        },
        cases=3,
    )
    assert spans(rows) == [
        (at(4, "11:00"), at(4, "16:00")),
        (at(4, "16:00"), at(7, "12:00")),
        (at(7, "13:00"), at(7, "17:00")),
    ]
    waits = outcome.measures["waiting_time_open"]
    waits.fold()
    assert sum(total for _, total in waits.batches) == (0 + 3.5 + 3) * HOUR
    assert sum(busy for busy, _ in outcome.crews["crew"].busy) == pytest.approx(12 * HOUR)
    # From Friday 11:00 to Monday 17:00 there were 1 + 4 + 7 hours.
    assert sum(there for _, there in outcome.crews["crew"].busy) == pytest.approx(12 * HOUR)


@pytest.mark.correctness(7)
def test_who_comes_at_night_is_served_by_rank_in_the_morning() -> None:
    rows, _ = run(
        TASK,
        {
            "arrivals": {"kind": "trace", "times": [at(0, "01:00") + n for n in range(40)]},
            "data": {"priority": {"kind": "choice", "values": {"P1": 1, "P2": 3}}},
            "pools": {"crew": {"size": 1, "calendar": OFFICE}},
            "nodes": {"work": {"pool": "crew", "duration": {"kind": "fixed", "seconds": 600}}},
        },
        cases=40,
    )
    order = [row.case for row in sorted(rows, key=lambda row: row.start)]
    falls = [n for n in range(39) if order[n] > order[n + 1]]
    assert min(row.start for row in rows) == at(0, "09:00")
    assert len(falls) == 1, "first all urgent cases in order of arrival, then all others"


@pytest.mark.correctness(97)
def test_leave_and_shifts() -> None:
    """Ann is away on Monday morning, Bob only comes for the late shift."""
    late = {"timezone": "UTC", "week": {"mon": [["16:00", "22:00"]]}}
    rows, outcome = run(
        TASK,
        {
            "arrivals": {"kind": "trace", "times": [at(0, "08:00"), at(0, "08:01"), at(0, "08:02"), at(0, "20:00")]},
            "pools": {
                "crew": {
                    "calendar": OFFICE,
                    "people": [
                        {"name": "Ann", "leave": [{"from": "2026-03-02T00:00Z", "to": "2026-03-02T12:00Z"}]},
                        {"name": "Bob", "calendar": late},
                    ],
                }
            },
            "nodes": {"work": {"pool": "crew", "duration": {"kind": "fixed", "seconds": 3 * HOUR}}},
        },
        cases=4,
    )
    assert [(row.case, row.resource, row.start, row.end) for row in sorted(rows)] == [
        (1, "Ann", at(0, "13:00"), at(0, "16:00")),
        (2, "Ann", at(0, "16:00"), at(1, "11:00")),
        (3, "Bob", at(0, "16:00"), at(0, "19:00")),
        (4, "Bob", at(0, "20:00"), at(7, "17:00")),
    ]
    assert outcome.crews["crew"].size == 2
    # Ann had 4 hours on Monday and 7 on the other days, Bob 6 on each Monday; up to Monday 17:00 a week later.
    there = 4 + 4 * 7 + 7 + 6 + 1
    assert sum(time for _, time in outcome.crews["crew"].busy) == pytest.approx(there * HOUR)
    assert sum(busy for busy, _ in outcome.crews["crew"].busy) == pytest.approx(12 * HOUR)


@pytest.mark.correctness(97)
def test_skills() -> None:
    """Only Eve can do what is hard; she leaves what is easy to Dan while he is free."""
    rows, _ = run(
        TWO,
        {
            "arrivals": {"kind": "trace", "times": [60.0 * n for n in range(200)]},
            "pools": {"crew": {"people": [{"name": "Dan"}, {"name": "Eve", "skills": ["law"]}]}},
            "nodes": {
                "easy": {"pool": "crew", "duration": {"kind": "fixed", "seconds": 70}},
                "hard": {"pool": "crew", "duration": {"kind": "fixed", "seconds": 100}, "skills": ["law"]},
            },
            "branches": {"g": {"g_hard": 0.4}},
        },
        cases=200,
    )
    assert len(rows) == 200
    assert {row.resource for row in rows if row.element == "hard"} == {"Eve"}
    assert {row.resource for row in rows if row.element == "easy"} == {"Dan", "Eve"}
    for name in ("Dan", "Eve"):
        mine = sorted((row.start, row.end) for row in rows if row.resource == name)
        assert all(end <= start for (_, end), (start, _) in zip(mine, mine[1:], strict=False)), "one thing at a time"
    _no_idling(rows)


def _no_idling(rows: list[Entry]) -> None:
    """Nothing waits that somebody could have done: whoever begins later was not free, or not able."""
    for row in rows:
        for other in rows:
            if other.element == row.element and other.enabled < row.enabled:
                assert other.start <= row.start, "first come, first served"


@pytest.mark.correctness(97)
def test_whoever_did_it_before_does_it_again() -> None:
    """Others may be free: the case waits for its own. Without the rule it does not."""
    source = process(
        '<startEvent id="a"/><userTask id="u"/><userTask id="other"/><userTask id="v" ASSIGN/><endEvent id="z"/>'
        + flows("a>u", "u>other", "other>v", "v>z")
    )
    scenario: dict[str, object] = {
        "arrivals": {"kind": "poisson", "per_hour": 4},
        "pools": {"crew": {"size": 3}},
        "nodes": {
            name: {"duration": {"kind": "exponential", "mean": 900}, **({} if name == "other" else {"pool": "crew"})}
            for name in ("u", "other", "v")
        },
    }
    waited = []
    for assign in (b'bihuan:assign="same_as:u"', b""):
        rows, outcome = run(source.replace(b"ASSIGN", assign), scenario, cases=2_000)
        did = {(row.case, row.element): row.resource for row in rows}
        same = sum(did[case, "u"] == did[case, "v"] for case in range(1, 2_001))
        assert same == 2_000 if assign else 500 < same < 900
        waited.append(outcome.measures["waiting_time"].batches)
        by_name = {
            name: sorted((row.start, row.end) for row in rows if row.resource == name) for name in set(did.values())
        }
        del by_name[""]
        assert len(by_name) == 3
        for mine in by_name.values():
            assert all(end <= start for (_, end), (start, _) in zip(mine, mine[1:], strict=False))
    assert sum(total for _, total in waited[0]) > 1.3 * sum(total for _, total in waited[1])


def test_alike_people_and_single_ones_do_the_same() -> None:
    """A crew of individuals without peculiarities has the same figures as one of people who are all alike."""
    common: dict[str, object] = {
        "arrivals": {"kind": "poisson", "per_hour": 3.2, "calendar": OFFICE},
        "nodes": {"work": {"pool": "crew", "duration": {"kind": "lognormal", "mean": 3000, "cv": 1}}},
    }
    alike, first = run(TASK, {**common, "pools": {"crew": {"size": 3, "calendar": OFFICE}}}, cases=2_000)
    single, second = run(TASK, {**common, "pools": {"crew": {"calendar": OFFICE, "people": [{}, {}, {}]}}}, cases=2_000)
    assert [row[4:] for row in sorted(alike)] == [pytest.approx(row[4:]) for row in sorted(single)]
    assert first.crews["crew"].longest == second.crews["crew"].longest > 5
    for one, other in zip(first.crews["crew"].busy, second.crews["crew"].busy, strict=True):
        assert one == pytest.approx(other)
    for one, other in zip(first.crews["crew"].queue, second.crews["crew"].queue, strict=True):
        assert one == pytest.approx(other)

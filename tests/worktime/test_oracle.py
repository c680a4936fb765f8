"""Working time against a walker that looks at the wall clock minute by minute, on calendars nobody thought of."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.worktime import Calendar

from .walker import NAMES, Description, opened, walk_add, walk_between

# Zones and weeks with something happening: jumps of an hour and of half an hour, over midnight, a lost day.
EVENTS = [
    ("Asia/Shanghai", date(2026, 10, 5)),
    ("Asia/Shanghai", date(1986, 5, 3)),
    ("Asia/Shanghai", date(1991, 9, 14)),
    ("America/New_York", date(2026, 3, 7)),
    ("America/New_York", date(2026, 10, 31)),
    ("Europe/Berlin", date(2040, 3, 24)),
    ("Australia/Lord_Howe", date(2026, 4, 4)),
    ("America/Sao_Paulo", date(2018, 2, 17)),
    ("America/Sao_Paulo", date(2018, 11, 3)),
    ("Pacific/Apia", date(2011, 12, 28)),
    ("Asia/Kathmandu", date(1985, 12, 30)),
    ("America/St_Johns", date(2006, 10, 28)),
    ("Africa/Casablanca", date(2026, 2, 14)),
    ("UTC", date(2026, 12, 30)),
]


def _time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


windows = st.lists(
    st.tuples(st.integers(0, 1440), st.integers(0, 1440)).filter(lambda pair: pair[0] != pair[1]), max_size=3
).map(lambda pairs: [[_time(min(pair)), _time(max(pair))] for pair in pairs])


@st.composite
def cases(draw: st.DrawFn) -> tuple[Description, datetime]:
    """A calendar with special days near an event of its zone, and an instant near it."""
    zone, day = draw(st.sampled_from(EVENTS))
    near = st.integers(-3, 6).map(lambda n: (day + timedelta(days=n)).isoformat())
    week = {name: draw(windows) for name in NAMES}
    week[draw(st.sampled_from(NAMES))] = [["09:00", "17:00"]]
    description: Description = {
        "timezone": zone,
        "week": week,
        "holidays": draw(st.lists(near, max_size=4)),
        "shifts": draw(st.dictionaries(near, windows, max_size=3)),
    }
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return description, midnight + timedelta(minutes=draw(st.integers(-2880, 2880)))


@pytest.mark.correctness(2, 3, 4, 25, 30)
@settings(max_examples=150, deadline=None)
@given(case=cases(), length=st.integers(0, 5000))
def test_between_agrees_with_the_walker(case: tuple[Description, datetime], length: int) -> None:
    description, start = case
    end = start + timedelta(minutes=length)
    assert Calendar.from_dict(description).between(start, end) == walk_between(description, start, end)


@pytest.mark.correctness(1, 4, 30)
@settings(max_examples=150, deadline=None)
@given(case=cases(), minutes=st.integers(0, 900))
def test_add_agrees_with_the_walker(case: tuple[Description, datetime], minutes: int) -> None:
    description, start = case
    assert Calendar.from_dict(description).add(start, minutes * 60) == walk_add(description, start, minutes * 60)


@settings(max_examples=40, deadline=None)
@given(case=cases(), offset=st.integers(0, 59), seconds=st.integers(0, 4000), moments=st.lists(st.integers(0, 9000)))
def test_seconds_agree_with_the_walker(
    case: tuple[Description, datetime], offset: int, seconds: int, moments: list[int]
) -> None:
    description, start = case
    calendar = Calendar.from_dict(description)
    start += timedelta(seconds=offset)
    end = start + timedelta(seconds=seconds)
    worked = walk_between(description, start, end, tick=1)
    assert calendar.between(start, end) == worked
    assert calendar.add(start, worked) == walk_add(description, start, worked, tick=1)
    for moment in moments:
        instant = start + timedelta(seconds=moment)
        assert calendar.is_open(instant) == opened(description, instant)


@settings(max_examples=200, deadline=None)
@given(case=cases(), micros=st.integers(0, 10**12), split=st.integers(0, 10**12), amount=st.integers(0, 3 * 10**12))
def test_laws(case: tuple[Description, datetime], micros: int, split: int, amount: int) -> None:
    """Spans add up, add undoes between, intervals are what is counted, the next opening is the first."""
    description, start = case
    calendar = Calendar.from_dict(description)
    middle = start + timedelta(microseconds=min(micros, split))
    end = start + timedelta(microseconds=max(micros, split))
    whole = calendar.between(start, end)
    assert calendar.between(start, middle) + calendar.between(middle, end) == pytest.approx(whole, abs=1e-6)

    spans = calendar.intervals(start, end)
    assert sum((one.end - one.start for one in spans), timedelta()) / timedelta(seconds=1) == pytest.approx(whole)
    assert all(one.start < one.end for one in spans)
    assert all(one.end < two.start for one, two in pairwise(spans))

    seconds = amount // 10**6
    due = calendar.add(start, seconds)
    assert calendar.between(start, due) == seconds
    if seconds:
        assert calendar.between(start, due - timedelta(microseconds=1)) < seconds

    opening = calendar.next_open(start)
    assert calendar.is_open(opening)
    assert calendar.between(start, opening) == 0


@settings(max_examples=60, deadline=None)
@given(case=cases(), n=st.integers(1, 15))
def test_the_nth_working_day_is_found_by_counting_dates(case: tuple[Description, datetime], n: int) -> None:
    description, start = case
    calendar = Calendar.from_dict(description)
    day = start.astimezone(calendar.zone).date()
    left = n
    while left:
        day += timedelta(days=1)
        left -= calendar.is_workday(day)
    closing = calendar.closing(day)
    if closing is not None:  # hours that a clock jump leaves out have no end
        assert calendar.end_of_workday(start, n) == closing
        last = closing - timedelta(microseconds=1)
        assert calendar.is_open(last)
        assert calendar.local_date(last) == day


@given(st.data())
@settings(max_examples=3, deadline=None)
def test_the_leap_over_centuries_equals_going_through_them(data: st.DataObject) -> None:
    description, start = data.draw(cases())
    calendar = Calendar.from_dict(description)
    far = datetime(data.draw(st.integers(2520, 3400)), 5, 17, 3, 4, tzinfo=UTC)
    marks = [start, *(datetime(year, 1, 1, tzinfo=UTC) for year in range(2060, far.year, 90)), far]
    by_steps = sum(calendar.between(a, b) for a, b in pairwise(marks))
    assert calendar.between(start, far) == by_steps
    assert calendar.between(start, calendar.add(start, by_steps)) == by_steps


def test_a_deadline_on_a_calendar_full_of_holidays_costs_little() -> None:
    """At least 20,000 additions a second; measured are some 300,000."""
    hours = [["08:00", "12:00"], ["14:00", "18:00"]]
    first = date(2020, 1, 1)
    calendar = Calendar.from_dict(
        {
            "timezone": "Asia/Shanghai",
            "week": dict.fromkeys(NAMES, hours),
            "holidays": [(first + timedelta(days=3 * n)).isoformat() for n in range(1500)],
        }
    )
    starts = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=97 * n) for n in range(2000)]

    def once() -> float:
        began = perf_counter()
        for start in starts:
            calendar.add(start, 14_400)
        return perf_counter() - began

    assert min(once() for _ in range(5)) < 2000 / 20_000

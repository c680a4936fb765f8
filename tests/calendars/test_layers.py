"""Which layer wins, as a table; no database."""

from datetime import date

import pytest

from bihuan.calendars.rules.coverage import missing_years
from bihuan.calendars.rules.layers import Day, Plan, combine
from bihuan.worktime import BadCalendar

LUNCH = [["08:00", "12:00"], ["14:00", "18:00"]]
MORNING = [["08:00", "12:00"]]
OFFICE = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), LUNCH)
WEDNESDAY, SATURDAY = date(2026, 11, 25), date(2026, 11, 28)


def hours(day: date, *, official: list[Day], company: list[Day], week: object = OFFICE, like: str = "mon") -> float:
    """Open hours of a day after all layers."""
    plan = Plan(timezone="Asia/Shanghai", week=week, make_up_like=like)
    windows = combine(plan, official=official, company=company, loaded_years=[2026]).hours_on(day)
    return sum(end - start for start, end in windows) / 3600


@pytest.mark.correctness(25)
@pytest.mark.parametrize(
    ("day", "official", "company", "expected"),
    [
        (WEDNESDAY, [], [], 8),
        (WEDNESDAY, [("holiday", None)], [], 0),
        (WEDNESDAY, [("holiday", None)], [("workday", None)], 8),
        (WEDNESDAY, [("holiday", None)], [("custom", MORNING)], 4),
        (WEDNESDAY, [], [("holiday", None)], 0),
        (WEDNESDAY, [], [("custom", [])], 0),
        (SATURDAY, [], [], 0),
        (SATURDAY, [("workday", None)], [], 8),
        (SATURDAY, [("workday", MORNING)], [], 4),
        (SATURDAY, [("workday", None)], [("holiday", None)], 0),
        (SATURDAY, [("workday", None)], [("workday", MORNING)], 4),
        (SATURDAY, [], [("workday", None)], 8),
    ],
)
def test_the_later_layer_wins(
    day: date, official: list[tuple[str, object]], company: list[tuple[str, object]], expected: float
) -> None:
    layers = [[Day(day, kind, "", windows) for kind, windows in layer] for layer in (official, company)]
    assert hours(day, official=layers[0], company=layers[1]) == expected


@pytest.mark.correctness(26)
def test_a_make_up_day_has_the_hours_of_the_weekday_it_is_like() -> None:
    week = {**OFFICE, "fri": MORNING, "sat": [["09:00", "10:00"]]}
    make_up = [Day(SATURDAY, "workday")]
    assert hours(SATURDAY, official=[], company=[], week=week) == 1
    assert hours(SATURDAY, official=make_up, company=[], week=week) == 8
    assert hours(SATURDAY, official=make_up, company=[], week=week, like="fri") == 4
    assert hours(SATURDAY, official=make_up, company=[], week=week, like="sat") == 1


@pytest.mark.correctness(26)
def test_where_that_weekday_is_closed_the_day_keeps_its_own_hours() -> None:
    weekend = {"sat": MORNING, "sun": MORNING}
    assert hours(SATURDAY, official=[Day(SATURDAY, "workday")], company=[], week=weekend) == 4
    assert hours(SATURDAY, official=[Day(SATURDAY, "workday")], company=[], week={"tue": LUNCH}) == 8


@pytest.mark.correctness(26)
def test_a_make_up_day_in_summer_has_summer_hours() -> None:
    late = [["08:00", "12:00"], ["15:00", "18:00"]]
    plan = Plan(
        timezone="Asia/Shanghai",
        week=OFFICE,
        seasons=[{"from": "05-01", "to": "09-30", "week": dict.fromkeys(OFFICE, late)}],
    )
    made = combine(
        plan, official=[Day(date(2026, 5, 9), "workday"), Day(SATURDAY, "workday")], company=[], loaded_years=None
    )
    assert made.hours_on(date(2026, 5, 9))[-1] == (15 * 3600, 18 * 3600)
    assert made.hours_on(SATURDAY)[-1] == (14 * 3600, 18 * 3600)


@pytest.mark.correctness(29)
def test_official_days_count_in_rotating_weeks_too() -> None:
    plan = Plan(
        timezone="Asia/Shanghai",
        week=OFFICE,
        rotation={"starts": "2026-11-16", "weeks": [{**OFFICE, "sat": LUNCH}, OFFICE]},
    )
    made = combine(plan, official=[Day(date(2026, 11, 21), "holiday")], company=[], loaded_years=None)
    assert [made.is_workday(date(2026, 11, day)) for day in (21, 28)] == [False, False]
    assert made.is_workday(date(2026, 12, 5))


def test_layers_that_leave_nothing_open_are_refused() -> None:
    with pytest.raises(BadCalendar):
        combine(Plan(timezone="UTC", week={}), official=[], company=[], loaded_years=None)
    wrong = Day(SATURDAY, "custom", "", "x")
    with pytest.raises(BadCalendar):
        combine(Plan(timezone="UTC", week=OFFICE), official=[], company=[wrong], loaded_years=None)


@pytest.mark.correctness(27, 150)
@pytest.mark.parametrize(
    ("today", "loaded", "codes"),
    [
        ("2026-10-31", [2026], []),
        ("2026-11-01", [2026], ["next_year_missing"]),
        ("2026-12-31", [2026, 2027], []),
        ("2027-01-01", [2026], ["year_missing"]),
        ("2027-11-01", [], ["year_missing", "next_year_missing"]),
    ],
)
def test_the_missing_year_is_said(today: str, loaded: list[int], codes: list[str]) -> None:
    found = missing_years("cn", loaded, date.fromisoformat(today))
    assert [one.code for one in found] == codes
    assert all(str(one.year) in one.zh and str(one.year) in one.en for one in found)

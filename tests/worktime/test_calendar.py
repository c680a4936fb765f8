"""The cases a veteran tries on working time; expected instants are written down, not computed."""

import pickle
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bihuan.worktime import BadAmount, BadCalendar, BadInstant, Calendar, NoTimeLeft

WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
LUNCH = [["08:00", "12:00"], ["14:00", "18:00"]]


def calendar(
    windows: list[list[str]], days: tuple[str, ...] = WORKDAYS, zone: str = "Asia/Shanghai", **more: object
) -> Calendar:
    """A calendar with the same hours on some weekdays."""
    return Calendar.from_dict({"timezone": zone, "week": dict.fromkeys(days, windows), **more})


def at(text: str) -> datetime:
    """An instant from its ISO text."""
    return datetime.fromisoformat(text)


NINE_TO_FIVE = calendar([["09:00", "17:00"]])
DEFAULT = calendar(LUNCH, holidays=["2026-10-01", "2026-10-02"], shifts={"2026-10-10": LUNCH})


@pytest.mark.correctness(1)
def test_the_rest_of_an_hour_falls_on_monday() -> None:
    assert NINE_TO_FIVE.add(at("2026-11-20T16:30+08:00"), 3600) == at("2026-11-23T09:30+08:00")


@pytest.mark.correctness(2)
def test_lunch_does_not_count() -> None:
    lunch = calendar([["09:00", "12:00"], ["13:30", "18:00"]])
    assert lunch.add(at("2026-11-23T11:30+08:00"), 3600) == at("2026-11-23T14:00+08:00")
    assert lunch.between(at("2026-11-23T12:05+08:00"), at("2026-11-23T13:25+08:00")) == 0
    assert lunch.add(at("2026-11-23T12:45+08:00"), 60) == at("2026-11-23T13:31+08:00")


@pytest.mark.correctness(3)
def test_windows_at_minute_and_second_grain() -> None:
    odd = calendar([["08:07", "08:08"], ["09:00:15", "09:00:45"]])
    assert odd.between(at("2026-11-23T00:00+08:00"), at("2026-11-24T00:00+08:00")) == 90
    assert odd.add(at("2026-11-23T08:07:30+08:00"), 45) == at("2026-11-23T09:00:30+08:00")


@pytest.mark.correctness(3)
def test_night_shift_past_midnight() -> None:
    night = Calendar.from_dict(
        {
            "timezone": "Asia/Shanghai",
            "week": {
                "mon": [["22:00", "24:00"]],
                "tue": [["00:00", "06:00"], ["22:00", "24:00"]],
                "wed": [["00:00", "06:00"]],
            },
        }
    )
    assert night.add(at("2026-11-23T23:30+08:00"), 3600) == at("2026-11-24T00:30+08:00")
    noon, next_noon = at("2026-11-23T12:00+08:00"), at("2026-11-24T12:00+08:00")
    assert night.between(noon, next_noon) == 8 * 3600
    assert [one.end - one.start for one in night.intervals(noon, next_noon)] == [timedelta(hours=8)]
    assert night.is_open(at("2026-11-24T00:00+08:00"))
    assert not night.is_open(at("2026-11-24T06:00+08:00"))


@pytest.mark.correctness(4)
@pytest.mark.parametrize("start", ["2026-11-20T18:00+08:00", "2026-11-21T10:00+08:00", "2026-11-23T07:59:59+08:00"])
def test_a_start_outside_hours_counts_from_the_next_opening(start: str) -> None:
    assert DEFAULT.add(at(start), 600) == at("2026-11-23T08:10+08:00")
    assert DEFAULT.next_open(at(start)) == at("2026-11-23T08:00+08:00")


def test_an_amount_that_ends_at_closing_time_is_due_then_and_not_at_the_next_opening() -> None:
    assert DEFAULT.add(at("2026-11-20T17:00+08:00"), 3600) == at("2026-11-20T18:00+08:00")
    assert DEFAULT.add(at("2026-11-20T11:00+08:00"), 3600) == at("2026-11-20T12:00+08:00")
    assert DEFAULT.next_open(at("2026-11-20T18:00+08:00")) == at("2026-11-23T08:00+08:00")


@pytest.mark.parametrize("start", ["2026-11-20T17:00+08:00", "2026-11-21T03:00+08:00"])
def test_nothing_added_gives_the_start_itself(start: str) -> None:
    assert DEFAULT.add(at(start), 0) == at(start)


@pytest.mark.correctness(9)
def test_one_working_day_is_a_working_day_and_not_24_hours_of_work() -> None:
    friday = at("2026-11-20T16:30+08:00")
    assert DEFAULT.end_of_workday(friday, 1) == at("2026-11-23T18:00+08:00")
    assert DEFAULT.end_of_workday(friday, 0) == at("2026-11-20T18:00+08:00")
    assert DEFAULT.end_of_workday(at("2026-11-20T18:00+08:00"), 0) == at("2026-11-23T18:00+08:00")
    assert DEFAULT.end_of_workday(at("2026-11-21T10:00+08:00"), 0) == at("2026-11-23T18:00+08:00")
    assert DEFAULT.end_of_workday(at("2026-11-21T10:00+08:00"), 1) == at("2026-11-23T18:00+08:00")


@pytest.mark.correctness(21)
def test_working_days_skip_holidays_and_count_make_up_days() -> None:
    assert DEFAULT.end_of_workday(at("2026-09-30T10:00+08:00"), 1) == at("2026-10-05T18:00+08:00")
    assert DEFAULT.end_of_workday(at("2026-10-09T10:00+08:00"), 1) == at("2026-10-10T18:00+08:00")
    assert DEFAULT.end_of_workday(at("2026-10-09T10:00+08:00"), 2) == at("2026-10-12T18:00+08:00")


def test_many_working_days_are_bounded() -> None:
    assert DEFAULT.end_of_workday(at("2026-11-23T10:00+08:00"), 10_000) == at("2065-03-23T18:00+08:00")
    for wrong in (-1, 100_001):
        with pytest.raises(BadAmount):
            DEFAULT.end_of_workday(at("2026-11-23T10:00+08:00"), wrong)


@pytest.mark.correctness(25)
def test_holiday_beats_weekday_and_make_up_day_beats_weekend() -> None:
    assert DEFAULT.add(at("2026-09-30T17:00+08:00"), 7200) == at("2026-10-05T09:00+08:00")
    assert DEFAULT.between(at("2026-10-10T00:00+08:00"), at("2026-10-11T00:00+08:00")) == 8 * 3600
    both = calendar(LUNCH, holidays=["2026-10-01"], shifts={"2026-10-01": [["10:00", "11:00"]]})
    assert both.between(at("2026-10-01T00:00+08:00"), at("2026-10-02T00:00+08:00")) == 3600


@pytest.mark.correctness(32)
def test_half_days_and_days_closed_by_a_shift() -> None:
    half = calendar(LUNCH, shifts={"2026-12-31": [["08:00", "12:00"]], "2026-12-30": []})
    assert half.add(at("2026-12-29T17:00+08:00"), 2 * 3600) == at("2026-12-31T09:00+08:00")
    assert half.add(at("2026-12-31T11:00+08:00"), 2 * 3600) == at("2027-01-01T09:00+08:00")


@pytest.mark.correctness(29)
def test_big_and_small_weeks_take_turns() -> None:
    week = dict.fromkeys(WORKDAYS, LUNCH)
    turns = calendar(LUNCH, rotation={"starts": "2026-11-16", "weeks": [{**week, "sat": LUNCH}, week]})
    open_saturdays = [day for day in (14, 21, 28) if turns.is_workday(date(2026, 11, day))]
    assert open_saturdays == [21]
    assert turns.is_workday(date(2026, 12, 5))


def test_summer_and_winter_hours() -> None:
    summer = {day: [["08:00", "12:00"], ["14:30", "18:30"]] for day in WORKDAYS}
    seasons = calendar(LUNCH, seasons=[{"from": "05-01", "to": "09-30", "week": summer}])
    assert seasons.add(at("2026-04-30T17:30+08:00"), 3600) == at("2026-05-01T08:30+08:00")
    assert seasons.add(at("2026-05-01T12:00+08:00"), 60) == at("2026-05-01T14:31+08:00")
    assert seasons.end_of_workday(at("2026-09-29T10:00+08:00"), 1) == at("2026-09-30T18:30+08:00")
    winter = calendar(LUNCH, seasons=[{"from": "11-01", "to": "02-29", "week": summer}])
    assert winter.end_of_workday(at("2027-02-25T20:00+08:00"), 1) == at("2027-02-26T18:30+08:00")
    assert winter.end_of_workday(at("2027-02-28T20:00+08:00"), 1) == at("2027-03-01T18:00+08:00")


@pytest.mark.correctness(30)
def test_new_york_spring_and_autumn() -> None:
    night = calendar([["00:00", "06:00"]], days=("sat", "sun", "mon"), zone="America/New_York")
    assert night.between(at("2026-03-08T00:00-05:00"), at("2026-03-08T12:00-04:00")) == 5 * 3600
    assert night.between(at("2026-11-01T00:00-04:00"), at("2026-11-01T12:00-05:00")) == 7 * 3600
    office = calendar([["09:00", "17:00"]], zone="America/New_York")
    assert office.add(at("2026-03-06T16:00-05:00"), 7200) == at("2026-03-09T10:00-04:00")
    assert office.add(at("2026-10-30T16:00-04:00"), 7200) == at("2026-11-02T10:00-05:00")


@pytest.mark.correctness(30)
def test_shanghai_summer_time_of_1986() -> None:
    day_and_night = calendar([["00:00", "24:00"]], days=(*WORKDAYS, "sat", "sun"))
    assert day_and_night.between(at("1986-05-04T00:00+08:00"), at("1986-05-05T00:00+09:00")) == 23 * 3600
    assert day_and_night.between(at("1986-09-14T00:00+09:00"), at("1986-09-15T00:00+08:00")) == 25 * 3600
    assert DEFAULT.add(at("1986-05-02T17:00+08:00"), 7200) == at("1986-05-05T09:00+09:00")


@pytest.mark.correctness(30)
def test_a_boundary_that_the_clocks_show_twice() -> None:
    """01:30 to 02:30 where 01:00–02:00 comes twice: open at 01:30, closed again at 01:00, open at 01:30."""
    twice = calendar([["01:30", "02:30"]], days=("sun",), zone="America/New_York")
    spans = twice.intervals(at("2026-11-01T00:00-04:00"), at("2026-11-01T12:00-05:00"))
    assert [(one.start, one.end) for one in spans] == [
        (at("2026-11-01T01:30-04:00"), at("2026-11-01T02:00-04:00")),
        (at("2026-11-01T01:30-05:00"), at("2026-11-01T02:30-05:00")),
    ]
    assert twice.end_of_workday(at("2026-10-31T12:00-04:00"), 1) == at("2026-11-01T02:30-05:00")


@pytest.mark.correctness(30)
def test_a_local_date_that_never_was() -> None:
    samoa = calendar([["09:00", "17:00"]], zone="Pacific/Apia")
    assert samoa.add(at("2011-12-29T16:00-10:00"), 7200) == at("2012-01-02T10:00+14:00")
    assert samoa.closing(date(2011, 12, 30)) is None


@pytest.mark.correctness(20)
def test_a_calendar_that_never_opens_is_refused() -> None:
    weeks: list[dict[str, list[str]]] = [{}, {"mon": []}, {day: [] for day in (*WORKDAYS, "sat", "sun")}]
    for week in weeks:
        with pytest.raises(BadCalendar) as caught:
            Calendar.from_dict({"timezone": "Asia/Shanghai", "week": week})
        assert caught.value.code == "no_working_time"
    all_year = [{"from": "01-01", "to": "12-31", "week": {}}]
    with pytest.raises(BadCalendar):
        Calendar.from_dict({"timezone": "UTC", "week": {"mon": LUNCH}, "seasons": all_year})


@pytest.mark.correctness(20)
def test_a_calendar_that_stops_opening_says_so_at_once() -> None:
    once = Calendar.from_dict({"timezone": "Asia/Shanghai", "week": {}, "shifts": {"2026-10-10": LUNCH}})
    assert once.add(at("2026-01-01T00:00Z"), 8 * 3600) == at("2026-10-10T18:00+08:00")
    with pytest.raises(NoTimeLeft):
        once.add(at("2026-01-01T00:00Z"), 8 * 3600 + 1)
    with pytest.raises(NoTimeLeft):
        once.add(at("2028-01-01T00:00Z"), 1)
    with pytest.raises(NoTimeLeft):
        once.next_open(at("2026-10-10T18:00+08:00"))
    with pytest.raises(NoTimeLeft):
        once.end_of_workday(at("2026-10-10T08:00+08:00"), 1)


@pytest.mark.correctness(20)
def test_hours_that_only_a_clock_jump_would_show_end_too() -> None:
    gap = Calendar.from_dict(
        {
            "timezone": "Europe/Berlin",
            "week": {},
            "seasons": [{"from": "03-31", "to": "03-31", "week": {"sun": [["02:10", "02:50"]]}}],
        }
    )
    with pytest.raises(NoTimeLeft):
        gap.add(at("2026-01-01T00:00Z"), 86_400)


def test_negative_and_senseless_amounts_are_refused() -> None:
    for wrong in (-1, -0.5, float("nan"), float("inf")):
        with pytest.raises(BadAmount):
            DEFAULT.add(at("2026-11-20T17:00+08:00"), wrong)


def test_instants_without_zone_or_outside_the_years_are_refused() -> None:
    naive = datetime(2026, 11, 20, 17)
    outside = datetime(2, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
    for wrong in (naive, *outside):
        for ask in (DEFAULT.is_open, DEFAULT.next_open, DEFAULT.local_date):
            with pytest.raises(BadInstant):
                ask(wrong)
        with pytest.raises(BadInstant):
            DEFAULT.add(wrong, 0)
        with pytest.raises(BadInstant):
            DEFAULT.between(wrong, wrong)
    with pytest.raises(BadInstant):
        DEFAULT.add(at("2026-11-20T17:00+08:00"), 10**30)


def test_far_dates_take_a_moment_and_not_a_walk() -> None:
    start = at("2026-11-20T17:00+08:00")
    far = DEFAULT.add(start, 40_000_000_000)
    assert far.year == 7350
    assert DEFAULT.between(start, far) == 40_000_000_000


def test_microseconds_are_kept() -> None:
    start = at("2026-11-20T17:59:59.999999+08:00")
    assert DEFAULT.add(start, 1) == at("2026-11-23T08:00:00.999999+08:00")
    assert DEFAULT.between(start, at("2026-11-23T08:00:00.5+08:00")) == 0.500001
    assert DEFAULT.add(start, 0.25) == at("2026-11-23T08:00:00.249999+08:00")


def test_whole_seconds_are_integers_and_backwards_is_nothing() -> None:
    worked = DEFAULT.between(at("2026-11-20T08:00+08:00"), at("2026-11-20T18:00+08:00"))
    assert worked == 28_800
    assert isinstance(worked, int)
    assert DEFAULT.between(at("2026-11-20T18:00+08:00"), at("2026-11-20T08:00+08:00")) == 0


@pytest.mark.correctness(19)
def test_results_are_in_utc_whatever_zone_was_given() -> None:
    start = datetime(2026, 11, 20, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    added = DEFAULT.add(start, 60), DEFAULT.add(start, 0)
    for result in (*added, DEFAULT.next_open(start), DEFAULT.end_of_workday(start, 1)):
        assert result.tzinfo is UTC


def test_equal_descriptions_make_equal_calendars() -> None:
    week = {"sun": [], **{day: list(reversed(LUNCH)) for day in WORKDAYS}}
    twin = Calendar.from_dict(
        {
            "timezone": "Asia/Shanghai",
            "week": week,
            "holidays": ["2026-10-02", "2026-10-01"],
            "shifts": {"2026-10-10": LUNCH},
            "name": "default",
        }
    )
    assert twin == DEFAULT
    assert hash(twin) == hash(DEFAULT)
    assert Calendar.from_dict(twin.to_dict()) == DEFAULT
    assert pickle.loads(pickle.dumps(twin)) == DEFAULT
    assert calendar(LUNCH) != DEFAULT
    assert calendar(LUNCH, zone="Asia/Hong_Kong") != calendar(LUNCH)


def test_round_the_clock_is_one_interval() -> None:
    always = calendar([["00:00", "24:00"]], days=(*WORKDAYS, "sat", "sun"))
    start, end = at("2025-12-30T03:00Z"), at("2026-01-02T05:00Z")
    assert [(one.start, one.end) for one in always.intervals(start, end)] == [(start, end)]
    assert always.intervals(end, start) == ()
    assert always.add(start, 3600) == start + timedelta(hours=1)


@pytest.mark.correctness(27)
def test_years_that_are_not_loaded_are_named() -> None:
    bound = calendar(LUNCH, loaded_years=[2025, 2026])
    assert bound.covers(at("2026-11-20T00:00Z"), at("2026-12-20T00:00Z")).complete
    late = bound.covers(at("2026-11-20T00:00Z"), at("2027-01-05T00:00Z"))
    assert (late.years, late.missing, late.complete) == ((2026, 2027), (2027,), False)
    new_year = bound.covers(at("2026-12-20T00:00Z"), at("2026-12-28T00:00Z"))
    assert new_year.missing == (2027,)
    assert calendar(LUNCH).covers(at("2040-01-01T00:00Z"), at("2040-01-01T00:00Z")).complete
    assert bound.covers(at("2026-12-31T16:00Z"), at("2026-12-31T17:00Z")).years == (2027,)

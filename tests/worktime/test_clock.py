"""Deadline clocks with pauses, against expected instants and against a walker."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.worktime import BadAmount, BadInstant, Calendar, Clock, Segment, SegmentKind

from .walker import Description, opened

HOURS = [["08:00", "12:00"], ["14:00", "18:00"]]
OFFICE: Description = {
    "timezone": "Asia/Shanghai",
    "week": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), HOURS),
    "holidays": ["2026-11-26"],
    "shifts": {"2026-11-28": [["08:00", "12:00"]]},
}
NIGHTS: Description = {
    "timezone": "America/New_York",
    "week": {day: [["00:00", "03:30"], ["20:15", "24:00"]] for day in ("mon", "wed", "thu", "fri", "sat", "sun")},
    "holidays": [],
    "shifts": {},
}
CALENDAR = Calendar.from_dict(OFFICE)
HOUR = 3600


def at(text: str) -> datetime:
    """An instant in Shanghai."""
    return datetime.fromisoformat(f"2026-11-{text}+08:00")


def clock(hours: float, started: str, *pauses: tuple[str, str | None]) -> Clock:
    """A clock of the office calendar."""
    spans = tuple((at(start), at(end) if end else None) for start, end in pauses)
    return Clock(CALENDAR, hours * HOUR, at(started), spans)


def test_a_clock_without_pauses_is_the_calendar() -> None:
    plain = clock(4, "20T16:30")
    assert plain.due_at(at("20T16:30")) == at("23T10:30")
    assert plain.used(at("23T09:00")) == 2.5 * HOUR
    assert plain.remaining(at("23T09:00")) == 1.5 * HOUR
    assert plain.remaining(at("23T11:30")) == -HOUR
    assert plain.used(at("20T10:00")) == 0


@pytest.mark.correctness(6)
def test_a_pause_over_a_weekend_credits_nothing() -> None:
    paused = clock(4, "20T16:30", ("20T18:00", "23T08:00"))
    assert paused.due_at(at("23T08:00")) == clock(4, "20T16:30").due_at(at("23T08:00"))
    assert paused.paused_seconds(at("23T08:00")) == 0


@pytest.mark.correctness(6)
def test_a_pause_credits_only_its_open_hours() -> None:
    paused = clock(4, "20T16:30", ("20T17:00", "23T09:00"))
    assert paused.paused_seconds(at("24T00:00")) == 2 * HOUR
    assert paused.due_at(at("24T00:00")) == at("23T14:30")


@pytest.mark.correctness(7)
def test_pauses_that_overlap_or_touch_are_one() -> None:
    one = clock(4, "23T08:00", ("23T09:00", "23T11:00"))
    several = clock(4, "23T08:00", ("23T10:00", "23T11:00"), ("23T09:00", "23T10:00"), ("23T09:30", "23T10:30"))
    for now in (at("23T09:15"), at("23T10:59"), at("24T08:00")):
        assert several.used(now) == one.used(now)
        assert several.due_at(now) == one.due_at(now) == at("23T16:00")
        assert several.segments(now) == one.segments(now)


@pytest.mark.correctness(7)
def test_pausing_twice_is_one_pause() -> None:
    running = clock(4, "23T08:00")
    twice = running.pause(at("23T09:00")).pause(at("23T10:00"))
    assert twice == running.pause(at("23T09:00"))
    resumed = twice.resume(at("23T11:00"))
    assert resumed.due_at(at("23T11:00")) == at("23T16:00")
    assert not resumed.is_paused(at("23T11:00"))
    assert resumed.is_paused(at("23T10:59"))


def test_an_open_pause_swallows_later_ones() -> None:
    mixed = clock(4, "23T08:00", ("23T09:00", None), ("23T10:00", "23T10:30"))
    assert mixed.used(at("24T18:00")) == HOUR
    assert mixed.is_paused(at("24T18:00"))


def test_an_open_pause_does_not_hide_a_pause_that_is_still_to_come() -> None:
    mixed = clock(4, "23T08:00", ("23T09:00", None), ("23T11:00", "23T12:00"))
    assert mixed.due_at(at("23T10:00")) == at("23T16:00")


def test_while_paused_the_due_time_moves_with_now() -> None:
    waiting = clock(4, "23T08:00", ("23T09:00", None))
    assert waiting.due_at(at("23T10:00")) == at("23T15:00")
    assert waiting.due_at(at("23T13:00")) == at("23T17:00")
    assert waiting.due_at(at("23T20:00")) == at("24T11:00")
    assert waiting.remaining(at("30T20:00")) == 3 * HOUR


def test_a_target_used_up_before_the_pause_stays_where_it_was() -> None:
    late = clock(1, "23T08:00", ("23T10:00", None))
    assert late.due_at(at("25T10:00")) == at("23T09:00")
    assert late.warn_at(100) == at("23T09:00")


@pytest.mark.correctness(5)
def test_a_clock_that_begins_paused_has_used_nothing() -> None:
    born_paused = clock(4, "20T16:30", ("20T16:30", None))
    assert born_paused.used(at("24T18:00")) == 0
    assert born_paused.due_at(at("23T08:00")) == at("23T12:00")
    assert born_paused.warn_at(50) is None


@pytest.mark.correctness(8)
def test_another_target_keeps_what_is_used_and_paused() -> None:
    running = clock(8, "23T08:00", ("23T09:00", "23T11:00"))
    tighter = running.changed(at=at("23T16:00"), seconds=5 * HOUR)
    assert tighter.used(at("23T16:00")) == running.used(at("23T16:00")) == 4 * HOUR
    assert tighter.paused_seconds(at("23T16:00")) == 2 * HOUR
    assert tighter.due_at(at("23T16:00")) == at("23T17:00")
    assert tighter.changed(at=at("23T16:00"), seconds=2 * HOUR).remaining(at("23T16:00")) == -2 * HOUR


@pytest.mark.correctness(8, 18)
def test_another_calendar_keeps_what_is_used_and_paused() -> None:
    always = Calendar.from_dict(
        {
            "timezone": "Asia/Shanghai",
            "week": {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
        }
    )
    running = clock(8, "23T08:00", ("23T11:00", "23T15:00"))
    changed = running.changed(at=at("23T17:00"), calendar=always)
    assert changed.used(at("23T17:00")) == running.used(at("23T17:00")) == 5 * HOUR
    assert changed.paused_seconds(at("23T20:00")) == 2 * HOUR
    assert changed.used(at("23T19:00")) == 7 * HOUR
    assert changed.due_at(at("23T19:00")) == at("23T20:00")
    assert changed.warn_at(50) == at("23T16:00")
    assert changed.changed(at=at("23T18:00"), calendar=always) == changed
    back = changed.changed(at=at("23T18:00"), calendar=CALENDAR)
    assert back.due_at(at("23T18:00")) == at("24T10:00")


@pytest.mark.correctness(22)
def test_warnings_go_by_working_time() -> None:
    running = clock(4, "20T16:00")
    assert [running.warn_at(percent) for percent in (50, 75, 90, 100)] == [
        at("20T18:00"),
        at("23T09:00"),
        at("23T09:36"),
        at("23T10:00"),
    ]
    paused = clock(4, "20T16:00", ("20T17:00", None))
    assert paused.warn_at(25) == at("20T17:00")
    assert paused.warn_at(26) is None
    assert paused.resume(at("23T09:00")).warn_at(50) == at("23T10:00")
    assert running.warn_at(0) == at("20T16:00")
    with pytest.raises(BadAmount):
        running.warn_at(-1)


@pytest.mark.correctness(23)
def test_the_ledger_row_by_row() -> None:
    rows = clock(4, "20T16:30", ("20T17:00", "23T09:00")).segments(at("23T10:00"))
    assert rows == (
        Segment(at("20T16:30"), at("20T17:00"), SegmentKind.WORKED),
        Segment(at("20T17:00"), at("20T18:00"), SegmentKind.PAUSED),
        Segment(at("20T18:00"), at("23T08:00"), SegmentKind.CLOSED),
        Segment(at("23T08:00"), at("23T09:00"), SegmentKind.PAUSED),
        Segment(at("23T09:00"), at("23T10:00"), SegmentKind.WORKED),
    )
    assert clock(4, "20T16:30").segments(at("20T16:30")) == ()


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(BadAmount):
        clock(-1, "20T16:30")
    with pytest.raises(BadInstant):
        clock(1, "20T16:30", ("20T17:00", "20T16:00"))
    with pytest.raises(BadInstant):
        Clock(CALENDAR, 60, datetime(2026, 11, 20))
    with pytest.raises(BadInstant):
        Clock(CALENDAR, 60, at("20T10:00"), (), ((at("22T10:00"), CALENDAR), (at("21T10:00"), CALENDAR)))
    with pytest.raises(BadInstant):
        clock(1, "20T16:30").pause(at("20T17:00")).resume(at("20T16:45"))


START = datetime(2026, 10, 30, 1, tzinfo=UTC)  # the autumn jump of New York follows two days later
minutes = st.integers(0, 6000)
pause_lists = st.lists(st.tuples(minutes, st.one_of(st.none(), minutes)), max_size=5)


@pytest.mark.correctness(6, 7, 8, 22, 23)
@settings(max_examples=120, deadline=None)
@given(
    target=st.integers(0, 2000),
    begin=minutes,
    spans=pause_lists,
    now_after=st.integers(0, 5000),
    switch=st.one_of(st.none(), minutes),
    percent=st.sampled_from([50, 75, 90]),
)
def test_clocks_agree_with_the_walker(
    target: int, begin: int, spans: list[tuple[int, int | None]], now_after: int, switch: int | None, percent: int
) -> None:
    """Minute by minute: worked if some open calendar counts and nobody paused."""
    pauses = [(a, b if b is None else max(a, b)) for a, b in spans]

    def instant(minute: int) -> datetime:
        return START + timedelta(minutes=minute)

    running = Clock(
        Calendar.from_dict(OFFICE),
        target * 60,
        instant(begin),
        tuple((instant(a), None if b is None else instant(b)) for a, b in pauses),
    )
    if switch is not None:
        running = running.changed(at=instant(switch), calendar=Calendar.from_dict(NIGHTS))
    now = begin + now_after

    def kind(minute: int, until: int | None) -> SegmentKind:
        description = OFFICE if switch is None or minute < switch else NIGHTS
        if not opened(description, instant(minute)):
            return SegmentKind.CLOSED
        ends = ((a, until if b is None else b) for a, b in pauses)
        held = any(a <= minute and (end is None or minute < end) for a, end in ends)
        return SegmentKind.PAUSED if held else SegmentKind.WORKED

    kinds = [kind(minute, None) for minute in range(begin, now)]
    assert running.used(instant(now)) == 60 * kinds.count(SegmentKind.WORKED)
    assert running.paused_seconds(instant(now)) == 60 * kinds.count(SegmentKind.PAUSED)
    assert running.remaining(instant(now)) == 60 * (target - kinds.count(SegmentKind.WORKED))

    rows = running.segments(instant(now))
    assert [one.kind for one in rows for _ in range(round(one.seconds) // 60)] == kinds
    assert all(one.end == two.start and one.kind is not two.kind for one, two in pairwise(rows))

    left, minute = target, begin
    while left > 0 and minute < begin + 12_000:
        left -= kind(minute, now) is SegmentKind.WORKED
        minute += 1
    if left == 0:
        assert running.due_at(instant(now)) == instant(minute)
    else:
        assert running.due_at(instant(now)) >= instant(minute)

    warned = running.warn_at(percent)
    if warned is not None:
        assert running.used(warned) == pytest.approx(target * 60 * percent / 100)
        assert not target or running.used(warned - timedelta(microseconds=1)) < running.used(warned)
    else:
        assert any(end is None for _, end in pauses)

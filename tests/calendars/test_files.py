"""Files of official days: what they say, and what is refused."""

import json
from datetime import date
from pathlib import Path

import pytest

from bihuan.calendars.rules.files import BadFile
from bihuan.calendars.rules.holiday_cn import read_holiday_cn
from bihuan.calendars.rules.ics import Unmarked, is_ics, read_ics, worked

PUBLIC = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "holidays"


def feed(*events: str) -> bytes:
    """A calendar feed of events given as property lines."""
    body = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{body}END:VCALENDAR\r\n".encode()


def span(name: str, first: str, end: str | None = None, more: str = "") -> str:
    """An all-day event."""
    lines = [f"DTSTART;VALUE=DATE:{first}", f"SUMMARY:{name}"]
    return "\r\n".join([*lines, *([f"DTEND;VALUE=DATE:{end}"] if end else []), *([more] if more else [])])


def days(content: bytes, unmarked: Unmarked = Unmarked.ASK) -> dict[str, str]:
    """Dates and kinds in a feed."""
    notices, _ = read_ics(content, unmarked)
    return {day.date.isoformat(): day.kind for notice in notices for day in notice.days}


@pytest.mark.correctness(28)
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("春节（班）", True),
        ("国庆节补班", True),
        ("上班", True),
        ("元旦(补)", True),
        ("補班", True),
        ("调休上班", True),
        ("Special Working Day", True),
        ("make-up workday", True),
        ("春节（休）", False),
        ("国庆节 放假", False),
        ("National Day holiday", False),
        ("补休", False),
        ("不上班", False),
        ("立冬", None),
        ("调休", None),
        ("国庆节（调休放假）", False),
        ("发工资", None),
    ],
)
def test_names_say_whether_one_works(name: str, expected: bool | None) -> None:
    assert worked(name) is expected


@pytest.mark.correctness(28)
def test_marked_events_are_days_off_and_workdays() -> None:
    content = feed(
        span("国庆节（休）", "20261001", "20261004"),
        span("国庆节（班）", "20261010"),
        span("国庆节", "20261004", "20261005", "X-APPLE-SPECIAL-DAY:WORK-HOLIDAY"),
        span("国庆节", "20260920", None, "X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY"),
    )
    assert days(content) == {
        "2026-09-20": "workday",
        "2026-10-01": "holiday",
        "2026-10-02": "holiday",
        "2026-10-03": "holiday",
        "2026-10-04": "holiday",
        "2026-10-10": "workday",
    }
    notices, _ = read_ics(content, Unmarked.ASK)
    assert {day.name for day in notices[0].days} == {"国庆节"}
    assert not notices[0].complete


def test_a_feed_with_a_whole_year_is_complete_and_a_tail_is_not() -> None:
    notices, _ = read_ics(
        feed(span("春节（休）", "20260215", "20260224"), span("元旦（休）", "20270101", "20270104")), Unmarked.ASK
    )
    assert [(notice.year, notice.complete, notice.replaces) for notice in notices] == [
        (2026, True, False),
        (2027, False, False),
    ]


def test_folded_lines_escapes_durations_times_and_gb18030() -> None:
    folded = feed(span("国庆节（\r\n 休）", "20261001", None, "DURATION:P3D"), span("调休\\, 上班", "20261010"))
    assert list(days(folded).values()) == ["holiday"] * 3 + ["workday"]
    timed = feed("DTSTART;TZID=Asia/Shanghai:20261001T000000\r\nDTEND;TZID=Asia/Shanghai:20261003T000000\r\nSUMMARY:休")
    assert list(days(timed)) == ["2026-10-01", "2026-10-02"]
    shift = feed("DTSTART:20261010T090000\r\nDTEND:20261010T180000\r\nSUMMARY:补班")
    assert days(shift) == {"2026-10-10": "workday"}
    assert days(feed(span("国庆节（休）", "20261001")).decode().encode("gb18030")) == {"2026-10-01": "holiday"}


def test_events_that_do_not_say_are_asked_about_then_taken_or_left_out() -> None:
    solar_term = span("立冬", "20261107", None, "RRULE:FREQ=YEARLY")
    content = feed(span("国庆节", "20261001"), span("元旦（休）", "20260101"), solar_term)
    with pytest.raises(BadFile) as caught:
        read_ics(content, Unmarked.ASK)
    assert caught.value.code == "unmarked"
    assert "国庆节" in caught.value.zh
    assert days(content, Unmarked.HOLIDAY) == {"2026-01-01": "holiday", "2026-10-01": "holiday"}
    notices, left_out = read_ics(content, Unmarked.SKIP)
    assert [day.date for day in notices[0].days] == [date(2026, 1, 1)]
    assert left_out == ("国庆节", "立冬")


@pytest.mark.parametrize(
    "content",
    [
        feed(),
        feed(span("休", "20261301")),
        feed(span("休", "2026-10-01")),
        feed(span("休", "20261001T160000Z")),
        feed(span("休", "20260101", "20270101")),
        feed(span("休", "20261001", None, "RRULE:FREQ=YEARLY")),
        feed(span("休", "20261001"), span("班", "20261001")),
        feed("SUMMARY:休"),
        feed(span("休", "20261001", None, "DURATION:forever")),
        feed(span("休", "20261001", None, "STATUS:CANCELLED")),
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:\xff\xff\r\n",
    ],
)
def test_feeds_that_cannot_be_taken_are_refused(content: bytes) -> None:
    with pytest.raises(BadFile):
        read_ics(content, Unmarked.SKIP)


def test_feeds_are_told_from_json() -> None:
    assert is_ics(b"\xef\xbb\xbfBEGIN:VCALENDAR\r\n")
    assert not is_ics(b'{"year": 2026}')


def notice(year: object, *entries: object) -> bytes:
    """A holiday-cn document."""
    return json.dumps({"year": year, "days": list(entries)}).encode()


GOOD = {"date": "2026-10-01", "isOffDay": True, "name": "国庆节"}


def test_json_of_one_year_of_many_and_of_the_december_before() -> None:
    one = read_holiday_cn(notice(2026, GOOD, {**GOOD, "date": "2025-12-31"}))
    assert [(item.year, item.complete, item.replaces, len(item.days)) for item in one] == [(2026, True, True, 2)]
    document = json.loads(notice(2026, GOOD))
    assert len(read_holiday_cn(json.dumps([document]).encode())) == 1
    assert len(read_holiday_cn(json.dumps({"years": [document]}).encode())) == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "bad_json"),
        (b"\xff", "bad_json"),
        (b"[" * 100_000, "bad_json"),
        (b"3", "bad_json"),
        (b"[]", "bad_json"),
        (notice("2026", GOOD), "bad_json"),
        (notice(True, GOOD), "bad_json"),
        (notice(99, GOOD), "bad_json"),
        (notice(2026, 3), "bad_json"),
        (notice(2026, {**GOOD, "date": "2026-02-30"}), "bad_json"),
        (notice(2026, {**GOOD, "date": None}), "bad_json"),
        (notice(2026, {**GOOD, "isOffDay": "yes"}), "bad_json"),
        (notice(2026, {**GOOD, "name": 3}), "bad_json"),
        (notice(2026, {**GOOD, "date": "2027-01-01"}), "bad_json"),
        (notice(2026, *[GOOD] * 401), "bad_json"),
        (notice(2027), "empty_year"),
        (notice(2026, GOOD, {**GOOD, "isOffDay": False}), "contradiction"),
        (b"[" + notice(2026, GOOD) + b"," + notice(2026, GOOD) + b"]", "bad_json"),
    ],
)
def test_json_that_cannot_be_taken_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(BadFile) as caught:
        read_holiday_cn(content)
    assert caught.value.code == code


@pytest.mark.skipif(not PUBLIC.exists(), reason="public data ../shared/data/holidays is not here")
def test_every_public_year_is_read_and_the_empty_one_refused() -> None:
    for year in range(2007, 2027):
        (read,) = read_holiday_cn((PUBLIC / "holiday-cn" / f"{year}.json").read_bytes())
        assert (read.year, len(read.days) > 25) == (year, True)
    with pytest.raises(BadFile) as caught:
        read_holiday_cn((PUBLIC / "holiday-cn" / "2027.json").read_bytes())
    assert caught.value.code == "empty_year"

"""Deadlines in words, on the days around National Day 2026 (1–7 October free, Saturday the 10th worked)."""

from datetime import datetime

import pytest

from bihuan.worktime import Calendar, NoTimeLeft
from bihuan.worktime.phrases import BadPhrase, number, parse_phrase

LUNCH = [["08:00", "12:00"], ["14:00", "18:00"]]
CALENDAR = Calendar.from_dict(
    {
        "timezone": "Asia/Shanghai",
        "week": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), LUNCH),
        "holidays": [f"2026-10-0{day}" for day in range(1, 8)],
        "shifts": {"2026-10-10": LUNCH},
    }
)


def at(text: str) -> datetime:
    """An instant in Shanghai in 2026."""
    return datetime.fromisoformat(f"2026-{text}+08:00")


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        ("当日", "09-30T10:00", "09-30T18:00"),
        ("当日下班前", "09-30T10:00", "09-30T18:00"),
        ("当天内", "09-30T19:00", "10-08T18:00"),
        ("today", "10-03T10:00", "10-08T18:00"),
        ("次日", "09-30T10:00", "10-08T18:00"),
        ("次日前", "09-28T10:00", "09-29T18:00"),
        ("下一个工作日", "10-09T10:00", "10-10T18:00"),
        ("next working day", "10-09T10:00", "10-10T18:00"),
        ("3 个工作日", "09-29T10:00", "10-09T18:00"),
        ("３个工作日内", "09-29T10:00", "10-09T18:00"),
        ("在 3个工作日 以内完成", "09-29T10:00", "10-09T18:00"),
        ("within 3 working days", "09-29T10:00", "10-09T18:00"),
        ("十五个工作日", "11-02T10:00", "11-23T18:00"),
        ("1工作日", "11-02T10:00", "11-03T18:00"),
        ("2 小时", "11-02T11:00", "11-02T15:00"),
        ("两小时内", "11-02T11:00", "11-02T15:00"),
        ("1 个半小时", "11-02T11:00", "11-02T14:30"),
        ("半小时内", "11-02T11:45", "11-02T14:15"),
        ("1小时30分钟", "11-02T11:00", "11-02T14:30"),
        ("30分钟", "11-02T11:45", "11-02T14:15"),
        ("8 工作小时", "11-02T14:00", "11-03T12:00"),
        ("2 hours", "11-02T11:00", "11-02T15:00"),
        ("15 日内", "11-02T10:00", "11-17T18:00"),
        ("3天", "09-28T10:00", "10-08T18:00"),
        ("10 个自然日", "10-01T10:00", "10-12T18:00"),
        ("2 days", "11-02T10:00", "11-04T18:00"),
        ("每周五前", "11-02T10:00", "11-06T18:00"),
        ("周五", "11-06T18:30", "11-13T18:00"),
        ("每周五前", "09-28T10:00", "09-30T18:00"),
        ("每周五前", "10-01T10:00", "10-09T18:00"),
        ("本周六前", "10-08T10:00", "10-10T18:00"),
        ("下周三之前", "11-02T10:00", "11-11T18:00"),
        ("星期日", "11-02T10:00", "11-06T18:00"),
        ("by Friday", "11-02T10:00", "11-06T18:00"),
        ("next Monday", "11-02T10:00", "11-09T18:00"),
        ("月末", "11-02T10:00", "11-30T18:00"),
        ("本月底前", "10-15T10:00", "10-30T18:00"),
        ("月底", "10-30T20:00", "11-30T18:00"),
        ("end of month", "11-02T10:00", "11-30T18:00"),
        ("每月5日前", "10-08T10:00", "11-05T18:00"),
        ("每月五号", "11-02T10:00", "11-05T18:00"),
        ("季末", "09-15T10:00", "09-30T18:00"),
        ("季度末", "10-08T10:00", "12-31T18:00"),
        ("年底前", "10-08T10:00", "12-31T18:00"),
    ],
)
def test_words_mean_an_instant(text: str, start: str, expected: str) -> None:
    phrase = parse_phrase(text)
    assert phrase.due(CALENDAR, at(start)) == at(expected)
    assert phrase.text == text


@pytest.mark.correctness(9)
def test_working_days_in_words_are_not_hours() -> None:
    assert parse_phrase("1 个工作日").due(CALENDAR, at("11-06T16:30")) == at("11-09T18:00")


@pytest.mark.parametrize(
    ("text", "expected"), [("三", 3), ("两", 2), ("十", 10), ("十五", 15), ("二十", 20), ("三十二", 32), ("07", 7)]
)
def test_numbers(text: str, expected: int) -> None:
    assert number(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "尽快",
        "asap",
        "个工作日",
        "-3 个工作日",
        "3",
        "3 fortnights",
        "周八",
        "工作日" * 40,
        "1.5 小时",
        "每月",
        "内",
        "每月0日",
        "每月40号",
    ],
)
def test_words_that_mean_nothing_are_refused(text: str) -> None:
    with pytest.raises(BadPhrase):
        parse_phrase(text)


def test_days_that_never_come_are_refused() -> None:
    once = Calendar.from_dict({"timezone": "Asia/Shanghai", "week": {}, "shifts": {"2026-01-05": LUNCH}})
    for text in ("3 天", "3 个工作日", "月末", "周五"):
        with pytest.raises(NoTimeLeft):
            parse_phrase(text).due(once, at("11-02T10:00"))

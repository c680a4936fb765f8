"""Issues that come again and again: on which days, and exactly once."""

import threading
from datetime import UTC, date, datetime, time
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from bihuan.calendars import queries as calendars
from bihuan.core.errors import Forbidden
from bihuan.issues import operations, queries
from bihuan.issues.errors import BadChoice
from bihuan.issues.models import Issue, RecurringIssue, TaskList
from bihuan.issues.operations import NewRecurring
from bihuan.issues.operations.recurring import BadRecurring, RecurringChanged
from bihuan.issues.rules.recurring import Rule, coming, next_after
from bihuan.worktime import Calendar
from tests.factories import NOW, actor, company
from tests.issues.test_story import fresh

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEK = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")} | {"sat": [], "sun": []}
PLAIN = Calendar.from_dict({"timezone": "Asia/Shanghai", "week": WEEK, "holidays": ["2026-10-01"], "shifts": {}})


def days(rule: Rule, after: str, n: int = 4) -> list[str]:
    found = coming(rule, PLAIN, SHANGHAI, datetime.fromisoformat(after).replace(tzinfo=SHANGHAI))
    return [f"{each.astimezone(SHANGHAI):%m-%d %H:%M}" for each in islice(found, n)]


@pytest.mark.parametrize(
    ("rule", "after", "expected"),
    [
        # 2026-11-20 is a Friday.
        (Rule(every="day", at=time(9), rest="same"), "2026-11-20T09:00", ["11-21 09:00", "11-22 09:00"]),
        (Rule(every="day", at=time(9), rest="skip"), "2026-11-20T08:59", ["11-20 09:00", "11-23 09:00"]),
        (Rule(every="day", at=time(9), rest="next"), "2026-11-20T09:00", ["11-23 09:00", "11-24 09:00"]),
        (
            Rule(every="week", weekday=5, at=time(8, 30), rest="next"),
            "2026-11-20T00:00",
            ["11-23 08:30", "11-30 08:30"],
        ),
        (
            Rule(every="week", weekday=5, at=time(8, 30), rest="same"),
            "2026-11-20T00:00",
            ["11-21 08:30", "11-28 08:30"],
        ),
        (Rule(every="month", day=31, at=time(9), rest="same"), "2026-01-31T09:00", ["02-28 09:00", "03-31 09:00"]),
        (Rule(every="month", day=1, at=time(9), rest="next"), "2026-09-20T00:00", ["10-02 09:00", "11-02 09:00"]),
        # Saturday the 21st moves to Monday the 23rd, also when one looks on Sunday.
        (Rule(every="month", day=21, at=time(9), rest="next"), "2026-11-22T12:00", ["11-23 09:00", "12-21 09:00"]),
    ],
)
def test_the_days_are_those_of_the_rule(rule: Rule, after: str, expected: list[str]) -> None:
    assert days(rule, after, 2) == expected


def test_a_time_that_the_clocks_skip_or_repeat_comes_once() -> None:
    """In Berlin 02:30 does not exist on 2026-03-29 and exists twice on 2026-10-25."""
    berlin = ZoneInfo("Europe/Berlin")
    calendar = Calendar.from_dict({"timezone": "Europe/Berlin", "week": WEEK, "holidays": [], "shifts": {}})
    rule = Rule(every="day", at=time(2, 30), rest="same")
    for day in (date(2026, 3, 29), date(2026, 10, 25)):
        start = datetime.combine(day, time(), berlin)
        first, second = islice(coming(rule, calendar, berlin, start), 2)
        assert (first.date(), (second.date() - first.date()).days) == (day, 1)


def test_a_calendar_without_working_days_gives_none() -> None:
    empty = Calendar.from_dict(
        {"timezone": "Asia/Shanghai", "week": {}, "holidays": [], "shifts": {"2026-11-21": [["09:00", "10:00"]]}}
    )
    assert next_after(Rule(every="day", rest="skip"), empty, SHANGHAI, datetime(2026, 11, 22, tzinfo=UTC)) is None


def given(**more: object) -> NewRecurring:
    plain: dict[str, object] = {
        "name": "月度巡检", "title": "冷库月度巡检", "text": "逐台核对温度探头", "customer_name": "云溪市第二人民医院",
        "every": "day", "at": time(9), "rest": "same",
    }  # fmt: skip
    return NewRecurring(**{**plain, **more})  # type: ignore[arg-type]


@pytest.mark.django_db
def test_the_worker_opens_it_once_with_tags_and_tasks_and_catches_up_by_one() -> None:
    company()
    tag = operations.save_tag(name="巡检", actor=actor("admin"), now=NOW)
    kept = TaskList.objects.get()
    row = operations.save_recurring(
        given=given(tags=[tag.pk], task_list_id=kept.pk, type_key="fault"), actor=actor("admin"), now=NOW
    )
    # Friday 10:00 in Shanghai: the next one is tomorrow at 09:00, which is 01:00 UTC.
    assert row.next_at == datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
    assert operations.open_recurring(now=datetime(2026, 11, 21, 0, 59, 59, tzinfo=UTC)) == 0
    assert operations.open_recurring(now=datetime(2026, 11, 21, 1, 0, tzinfo=UTC)) == 1
    assert operations.open_recurring(now=datetime(2026, 11, 21, 1, 0, tzinfo=UTC)) == 0
    issue = Issue.objects.get()
    assert (issue.title, issue.tags, issue.open_tasks, issue.type.key if issue.type else "") == (
        "冷库月度巡检", [tag.pk], 1, "fault"
    )  # fmt: skip
    later = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)  # nothing ran for ten days
    assert operations.open_recurring(now=later) == 1 and Issue.objects.count() == 2
    row.refresh_from_db()
    assert (row.opened, row.next_at) == (2, datetime(2026, 12, 2, 1, 0, tzinfo=UTC))
    assert fresh(issue).customer_name == "云溪市第二人民医院"


@pytest.mark.django_db
@pytest.mark.foreign_write("no operation keeps what cannot be opened")
def test_one_that_cannot_be_opened_says_why_and_does_not_stop_the_others() -> None:
    company()
    first = operations.save_recurring(given=given(), actor=actor("admin"), now=NOW)
    operations.save_recurring(given=given(name="另一件"), actor=actor("admin"), now=NOW)
    RecurringIssue.objects.filter(pk=first.pk).update(title="字" * 300, text="x" * 100_001)
    assert operations.open_recurring(now=datetime(2026, 11, 21, 1, 0, tzinfo=UTC)) == 1
    first.refresh_from_db()
    assert "太长" in first.failed and first.next_at == datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_what_makes_no_sense_is_refused() -> None:
    company()
    for wrong in ({"name": ""}, {"title": " "}, {"customer_name": ""}, {"day": 32}, {"day": 0}, {"weekday": 7}):
        with pytest.raises(BadRecurring):
            operations.save_recurring(given=given(**wrong), actor=actor("admin"), now=NOW)
    for choice in ({"every": "year"}, {"rest": "x"}, {"calendar": "none"}, {"tags": [99]}, {"type_key": "none"}):
        with pytest.raises(BadChoice):
            operations.save_recurring(given=given(**choice), actor=actor("admin"), now=NOW)
    with pytest.raises(Forbidden):
        operations.save_recurring(given=given(), actor=actor("agent"), now=NOW)
    row = operations.save_recurring(given=given(), actor=actor("admin"), now=NOW)
    with pytest.raises(RecurringChanged):
        operations.save_recurring(recurring_id=row.pk, given=given(), revision=0, actor=actor("admin"), now=NOW)
    stopped = operations.save_recurring(
        recurring_id=row.pk, given=given(is_active=False), revision=1, actor=actor("admin"), now=NOW
    )
    assert stopped.next_at is None and operations.open_recurring(now=NOW.replace(year=2027)) == 0
    assert [each.pk for each in queries.recurring_issues(actor=actor("admin"))] == [row.pk]
    assert calendars.calendar("default") is not None


@pytest.mark.django_db(transaction=True)
def test_three_workers_open_it_once() -> None:
    company()
    operations.save_recurring(given=given(), actor=actor("admin"), now=NOW)
    due = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
    opened: list[int] = []

    def work() -> None:
        try:
            opened.append(operations.open_recurring(now=due))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(opened) == 1 and Issue.objects.count() == 1

"""Changing calendars: rights, refusals, versions, and who hears of it."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from time import monotonic, sleep

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from bihuan.calendars import events, operations, queries
from bihuan.calendars.models import CalendarDay, CalendarVersion, CalendarYear, DayKind, WorkCalendar
from bihuan.calendars.rules.ics import Unmarked
from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import Forbidden, Refused
from bihuan.core.models import AuditEntry

from .conftest import NOW
from .test_files import feed, span

pytestmark = pytest.mark.usefixtures("installed")

LUNCH = [["08:00", "12:00"], ["14:00", "18:00"]]
MORNING = [["08:00", "12:00"]]
OFFICE = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), LUNCH)
NOBODY = Actor(kind=ActorKind.USER, user_id=1, username="agent")
EDITOR = Actor(kind=ActorKind.USER, user_id=2, username="manager", may=frozenset({"settings.edit"}))


def at(text: str) -> datetime:
    """An instant in Shanghai."""
    return datetime.fromisoformat(f"{text}+08:00")


def notice(year: int, off: list[str], work: list[str]) -> bytes:
    """A holiday-cn document."""
    days = [{"date": day, "isOffDay": True, "name": "假"} for day in off]
    days += [{"date": day, "isOffDay": False, "name": "班"} for day in work]
    return json.dumps({"year": year, "days": days}).encode()


def load(content: bytes, region: str = "cn", unmarked: Unmarked = Unmarked.ASK) -> operations.Imported:
    """Imports as an editor."""
    return operations.import_days(
        actor=EDITOR, now=NOW, region=region, content=content, source="test", unmarked=unmarked
    )


@pytest.mark.correctness(27)
def test_importing_next_year_settles_what_was_provisional(heard: list[events.CalendarChanged]) -> None:
    before = queries.current_version("default")
    done = load(notice(2027, ["2027-01-01", "2027-02-06"], ["2027-01-03", "2026-12-27"]))
    after = queries.current_version("default")
    assert (done.loaded_years, done.holidays, done.workdays, done.changed_calendars) == ((2027,), 2, 2, ("default",))
    assert after.number == before.number + 1
    assert heard == [events.CalendarChanged("default", before.version_id, after.version_id, frozenset({2027}))]
    assert not queries.provisional("default", at("2026-12-28T10:00"), at("2027-01-05T10:00"))
    assert after.calendar.is_workday(date(2026, 12, 27))
    assert after.calendar.is_workday(date(2027, 1, 3))
    assert not after.calendar.is_workday(date(2027, 1, 1))


@pytest.mark.correctness(18, 19)
def test_an_old_version_stays_as_it_was() -> None:
    before = queries.current_version("default")
    load(notice(2027, ["2027-01-01"], []))
    old = queries.calendar_for_version(before.version_id)
    assert old == before.calendar
    assert old.is_workday(date(2027, 1, 1))
    queries.forget_compiled()
    assert queries.calendar_for_version(before.version_id) == old


@pytest.mark.correctness(19)
@pytest.mark.foreign_write("the database's own refusal is what is tested")
def test_the_database_refuses_to_change_a_version() -> None:
    version = CalendarVersion.objects.get(calendar__key="default")
    with pytest.raises(DatabaseError), transaction.atomic():
        CalendarVersion.objects.filter(pk=version.pk).update(data={})
    with pytest.raises(IntegrityError), transaction.atomic():
        version.calendar.delete()


def test_a_corrected_notice_replaces_the_earlier_one() -> None:
    load(notice(2027, ["2027-05-01", "2027-05-03"], ["2027-05-08"]))
    done = load(notice(2027, ["2027-05-03", "2027-05-04"], []))
    assert done.removed == 2
    calendar = queries.calendar("default")
    assert not calendar.is_workday(date(2027, 5, 8))
    assert [day.date.day for day in queries.special_days("default", date(2027, 5, 1), date(2027, 5, 31))] == [3, 4]


def test_the_same_notice_again_makes_no_version() -> None:
    load(notice(2027, ["2027-01-01"], []))
    number = queries.current_version("default").number
    done = load(notice(2027, ["2027-01-01"], []))
    assert done.changed_calendars == ()
    assert queries.current_version("default").number == number


@pytest.mark.correctness(28)
def test_a_feed_with_workdays() -> None:
    done = load(feed(span("国庆节（休）", "20271001", "20271008"), span("国庆节（班）", "20271009")))
    assert done.loaded_years == (2027,)
    calendar = queries.calendar("default")
    assert calendar.is_workday(date(2027, 10, 9))
    assert not calendar.is_workday(date(2027, 10, 7))


@pytest.mark.correctness(28)
def test_a_feed_adds_and_never_takes_away() -> None:
    load(feed(span("国庆节（休）", "20261008"), span("立冬", "20261107")), unmarked=Unmarked.SKIP)
    calendar = queries.calendar("default")
    assert not calendar.is_workday(date(2026, 10, 8))
    assert not calendar.is_workday(date(2026, 10, 1))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{}", "bad_json"),
        (notice(2027, [], []), "empty_year"),
        (b"x" * (2 * 1024 * 1024 + 1), "cannot_import"),
        (notice(2027, ["2027-01-01"], ["2027-01-01"]), "contradiction"),
        (feed(span("立冬", "20261107")), "unmarked"),
    ],
)
def test_a_bad_file_changes_nothing_and_says_why(content: bytes, code: str) -> None:
    before = list(CalendarDay.objects.order_by("pk").values_list("pk", flat=True))
    with pytest.raises(operations.CannotImport) as caught:
        load(content)
    assert caught.value.code == code
    assert list(CalendarDay.objects.order_by("pk").values_list("pk", flat=True)) == before
    assert CalendarYear.objects.filter(year=2027).count() == 0


def test_the_reason_is_in_the_readers_language() -> None:
    with pytest.raises(operations.CannotImport) as caught:
        load(notice(2027, [], []))
    with translation.override("zh-hans"):
        assert "通知可能还没有公布" in caught.value.text % caught.value.params
    with translation.override("en"):
        assert "may not be out yet" in caught.value.text % caught.value.params


@pytest.mark.correctness(29)
def test_regions_have_their_own_days() -> None:
    operations.save_calendar(
        actor=EDITOR, now=NOW, key="hk", name="香港", timezone="Asia/Hong_Kong", week=OFFICE, region="hk"
    )
    load(notice(2026, ["2026-12-25"], []), region="hk")
    assert not queries.calendar("hk").is_workday(date(2026, 12, 25))
    assert queries.calendar("hk").is_workday(date(2026, 10, 1))
    assert queries.calendar("default").is_workday(date(2026, 12, 25))
    assert [one.region for one in queries.coverage_findings(at("2026-11-24T10:00"))] == ["cn", "hk"]
    for wrong in ("", "hk/../cn", "x" * 17):
        with pytest.raises(operations.CannotImport):
            load(notice(2026, ["2026-12-25"], []), region=wrong)


@pytest.mark.correctness(25, 32)
def test_company_days_beat_official_ones_until_they_are_cleared() -> None:
    def hours(day: date) -> float:
        return sum(end - start for start, end in queries.calendar("default").hours_on(day)) / 3600

    holiday, weekday = date(2026, 10, 1), date(2026, 11, 25)
    operations.set_company_day(actor=EDITOR, now=NOW, calendar="default", date=holiday, kind=DayKind.WORKDAY)
    operations.set_company_day(
        actor=EDITOR, now=NOW, calendar="default", date=weekday, kind=DayKind.CUSTOM, hours=MORNING, name="年会"
    )
    assert (hours(holiday), hours(weekday)) == (8, 4)
    shown = {day.date: day for day in queries.special_days("default", holiday, weekday)}
    assert (shown[weekday].name, shown[weekday].official, shown[holiday].kind) == ("年会", False, "workday")
    assert shown[date(2026, 10, 2)].official

    operations.set_company_day(actor=EDITOR, now=NOW, calendar="default", date=weekday, kind=DayKind.HOLIDAY)
    assert hours(weekday) == 0
    operations.clear_company_day(actor=EDITOR, now=NOW, calendar="default", date=weekday)
    operations.clear_company_day(actor=EDITOR, now=NOW, calendar="default", date=holiday)
    assert (hours(holiday), hours(weekday)) == (0, 8)
    assert CalendarVersion.objects.filter(calendar__key="default").count() == 6
    with pytest.raises(operations.NoSuchDay):
        operations.clear_company_day(actor=EDITOR, now=NOW, calendar="default", date=holiday)


@pytest.mark.parametrize(
    ("kind", "hours"),
    [
        (DayKind.HOLIDAY, MORNING),
        (DayKind.CUSTOM, None),
        (DayKind.CUSTOM, "08:00"),
        (DayKind.WORKDAY, [["12:00", "8:00"]]),
    ],
)
def test_a_day_that_does_not_fit_its_kind_is_refused(kind: DayKind, hours: object) -> None:
    with pytest.raises(operations.BadDay):
        operations.set_company_day(
            actor=EDITOR, now=NOW, calendar="default", date=date(2026, 11, 25), kind=kind, hours=hours
        )


@pytest.mark.correctness(26)
def test_saving_other_hours_makes_a_version_and_saving_the_same_does_not() -> None:
    def save(**change: object) -> CalendarVersion:
        given: dict[str, object] = {
            "key": "plant",
            "name": "工厂",
            "timezone": "Asia/Shanghai",
            "region": "cn",
            "week": {**OFFICE, "sat": MORNING},
            **change,
        }
        return operations.save_calendar(actor=EDITOR, now=NOW, **given)  # type: ignore[arg-type]

    first = save()
    assert first.number == 1
    assert save(name="一厂").pk == first.pk
    assert save(make_up_like="sat").number == 2
    assert sum(b - a for a, b in queries.calendar("plant").hours_on(date(2026, 10, 10))) == 4 * 3600
    assert save().number == 3
    assert CalendarVersion.objects.get(pk=first.pk).content_hash == queries.calendar("plant").digest


@pytest.mark.correctness(20)
@pytest.mark.parametrize(
    "change",
    [
        {"week": {}},
        {"week": {"mon": []}},
        {"week": {"monday": LUNCH}},
        {"timezone": "Mars/Olympus"},
        {"key": ""},
        {"key": "Büro 1"},
        {"key": "x" * 65},
        {"name": " "},
        {"name": "x" * 101},
        {"name": "a\0b"},
        {"make_up_like": "day"},
        {"rotation": {"starts": "2026-11-17", "weeks": []}},
        {"seasons": [3]},
    ],
)
def test_hours_that_make_no_calendar_are_refused(change: dict[str, object]) -> None:
    given: dict[str, object] = {"key": "plant", "name": "工厂", "timezone": "Asia/Shanghai", "week": OFFICE, **change}
    with pytest.raises(operations.BadHours):
        operations.save_calendar(actor=EDITOR, now=NOW, **given)  # type: ignore[arg-type]
    assert not WorkCalendar.objects.exclude(key__in=["default", "24x7"]).exists()


def test_who_may_not_change_settings_changes_no_calendar() -> None:
    attempts = (
        lambda: operations.import_days(actor=NOBODY, now=NOW, region="cn", content=b"{}", source=""),
        lambda: operations.set_company_day(
            actor=NOBODY, now=NOW, calendar="default", date=date(2026, 11, 25), kind=DayKind.HOLIDAY
        ),
        lambda: operations.clear_company_day(actor=NOBODY, now=NOW, calendar="default", date=date(2026, 11, 25)),
        lambda: operations.save_calendar(actor=NOBODY, now=NOW, key="a", name="a", timezone="UTC", week=OFFICE),
    )
    for attempt in attempts:
        with pytest.raises(Forbidden):
            attempt()


def test_an_unknown_calendar_is_refused_everywhere() -> None:
    attempts = (
        lambda: queries.calendar("nights"),
        lambda: queries.calendar_for_version(10**9),
        lambda: queries.special_days("nights", date(2026, 1, 1), date(2026, 1, 2)),
        lambda: operations.set_company_day(
            actor=EDITOR, now=NOW, calendar="nights", date=date(2026, 11, 25), kind=DayKind.HOLIDAY
        ),
    )
    for attempt in attempts:
        with pytest.raises(Refused) as caught:
            attempt()
        assert caught.value.code == "unknown_calendar"


@pytest.mark.correctness(118)
def test_every_change_is_audited() -> None:
    before = AuditEntry.objects.count()
    operations.set_company_day(actor=EDITOR, now=NOW, calendar="default", date=date(2026, 11, 25), kind=DayKind.HOLIDAY)
    load(notice(2027, ["2027-01-01"], []))
    assert [(entry.action, entry.actor_name) for entry in AuditEntry.objects.order_by("pk")[before:]] == [
        ("calendar.day_set", "manager"),
        ("calendar.version", "manager"),
        ("calendar.imported", "manager"),
        ("calendar.version", "manager"),
    ]


def test_a_listener_that_fails_undoes_the_change() -> None:
    def fail(_change: events.CalendarChanged, _now: datetime) -> None:
        raise RuntimeError("no")

    events.listen("failing", fail)
    try:
        with pytest.raises(RuntimeError), transaction.atomic():
            load(notice(2027, ["2027-01-01"], []))
    finally:
        events.stop_listening("failing")
    assert not CalendarYear.objects.filter(year=2027).exists()
    events.listen("x", fail)
    with pytest.raises(ValueError, match="twice"):
        events.listen("x", fail)
    events.stop_listening("x")


def test_a_calendar_costs_one_small_query_and_a_known_version_none() -> None:
    version = queries.current_version("default").version_id
    with CaptureQueriesContext(connection) as asked:
        queries.calendar("default")
    assert len(asked) == 1
    with CaptureQueriesContext(connection) as asked:
        queries.calendar_for_version(version)
    assert len(asked) == 0


@pytest.mark.foreign_write("the database's own refusal is what is tested")
@pytest.mark.parametrize(
    "row",
    [
        {"date": "2026-11-25", "kind": "holiday"},
        {"date": "2026-11-25", "kind": "holiday", "region": "cn"},
        {"date": "2026-11-25", "kind": "custom", "region": "cn", "notice_year": 2026},
        {"date": "2026-11-25", "kind": "holiday", "region": "cn", "notice_year": 2026, "hours": MORNING},
        {"date": "2026-11-25", "kind": "nonsense", "region": "cn", "notice_year": 2026},
        {"date": "2026-10-01", "kind": "holiday", "region": "cn", "notice_year": 2026},
    ],
)
def test_the_database_keeps_days_in_shape(row: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarDay.objects.create(**row)


def test_the_english_texts_are_complete() -> None:
    folder = Path(operations.__file__).parents[1]
    catalogue = (folder / "locale" / "en" / "LC_MESSAGES" / "django.po").read_text()
    for refusal in (
        operations.BadDay,
        operations.BadHours,
        operations.CannotImport,
        operations.NoSuchDay,
        queries.UnknownCalendar,
    ):
        assert f'msgid "{refusal.text}"' in catalogue


def _set_elsewhere(day: date) -> None:
    try:
        operations.set_company_day(actor=EDITOR, now=NOW, calendar="default", date=day, kind=DayKind.HOLIDAY)
    finally:
        connection.close()


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
@pytest.mark.correctness(77)
def test_a_change_waits_for_the_one_before_and_both_end_in_the_last_version() -> None:
    """Without the lock each would compile its version without the other's day."""
    first, second = date(2026, 11, 25), date(2026, 11, 26)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            operations.set_company_day(actor=EDITOR, now=NOW, calendar="default", date=first, kind=DayKind.HOLIDAY)
            other = pool.submit(_set_elsewhere, second)
            deadline = monotonic() + 10
            while not _somebody_waits() and not other.done() and monotonic() < deadline:
                sleep(0.01)
            assert _somebody_waits()
        other.result(timeout=10)
    assert not any(queries.calendar("default").is_workday(day) for day in (first, second))
    assert queries.current_version("default").number == 3

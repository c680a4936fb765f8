"""The days that come with the product, against two sources that know nothing of each other."""

import csv
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bihuan.calendars import operations, queries
from bihuan.calendars.models import CalendarDay, CalendarVersion, WorkCalendar
from bihuan.calendars.tasks import say_coverage
from bihuan.core.actor import SYSTEM
from bihuan.core.ticks import registered_ticks

from .conftest import NOW

PUBLIC = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "holidays"
needs_public = pytest.mark.skipif(not PUBLIC.exists(), reason="public data ../shared/data/holidays is not here")


def at(text: str) -> datetime:
    """An instant in Shanghai."""
    return datetime.fromisoformat(f"{text}+08:00")


@needs_public
@pytest.mark.correctness(25, 27)
def test_every_day_of_the_bundled_years_agrees_with_chinesecalendar(installed: None) -> None:
    """A day is worked if it is a weekday or said so; chinesecalendar lists the exceptions with their own names."""
    listed: dict[date, bool] = {}
    with (PUBLIC / "chinesecalendar-1.11.0_2004-2026.csv").open() as file:
        for row in csv.DictReader(file):
            listed[date.fromisoformat(row["date"])] = row["is_workday"] == "1"
    calendar = queries.calendar("default")
    first = date(2024, 1, 1)
    for day in (first + timedelta(days=n) for n in range((date(2027, 1, 1) - first).days)):
        assert calendar.is_workday(day) is listed.get(day, day.weekday() < 5), day


@needs_public
def test_the_bundle_holds_what_its_source_holds() -> None:
    bundled = json.loads((Path(operations.__file__).parents[1] / "data" / "cn.json").read_text())
    for document in bundled["years"]:
        source = json.loads((PUBLIC / "holiday-cn" / f"{document['year']}.json").read_text())
        assert document["days"] == source["days"]


@pytest.mark.correctness(2, 25, 26)
def test_the_standard_calendar_over_national_day_2026(installed: None) -> None:
    calendar = queries.calendar("default")
    assert calendar.add(at("2026-09-30T17:00"), 2 * 3600) == at("2026-10-08T09:00")
    assert calendar.add(at("2026-10-09T17:30"), 3600) == at("2026-10-10T08:30")  # a Saturday that is worked
    assert calendar.add(at("2026-11-24T11:30"), 3600) == at("2026-11-24T14:30")


def test_round_the_clock_knows_no_holiday(installed: None) -> None:
    calendar = queries.calendar("24x7")
    assert calendar.add(at("2026-10-01T00:00"), 3600) == at("2026-10-01T01:00")
    assert calendar.loaded_years is None


def test_loading_again_changes_nothing(installed: None) -> None:
    before = list(CalendarVersion.objects.values_list("pk", "content_hash"))
    assert operations.load_bundled_years(now=NOW + timedelta(days=1)) == 0
    assert list(CalendarVersion.objects.values_list("pk", "content_hash")) == before
    assert WorkCalendar.objects.count() == 2


def test_loading_again_keeps_what_the_company_changed(installed: None) -> None:
    week = {"mon": [["09:00", "17:00"]]}
    operations.save_calendar(
        actor=SYSTEM, now=NOW, key="default", name="短周", timezone="Asia/Shanghai", week=week, region="cn"
    )
    corrected = {"year": 2026, "days": [{"date": "2026-01-01", "isOffDay": True, "name": "元旦"}]}
    operations.import_days(actor=SYSTEM, now=NOW, region="cn", content=json.dumps(corrected).encode(), source="x")
    operations.load_bundled_years(now=NOW)
    assert WorkCalendar.objects.get(key="default").name == "短周"
    assert CalendarDay.objects.filter(region="cn", notice_year=2026).count() == 1


def test_the_loaded_years_are_listed(installed: None) -> None:
    assert [(one.year, one.source, one.loaded_at) for one in queries.year_coverage("cn")] == [
        (year, "bundled: holiday-cn", NOW) for year in (2024, 2025, 2026)
    ]
    assert queries.year_coverage("hk") == ()


@pytest.mark.correctness(27)
def test_a_deadline_into_a_year_that_is_not_loaded_is_provisional(installed: None) -> None:
    assert not queries.provisional("default", at("2026-11-24T10:00"), at("2026-11-30T10:00"))
    assert queries.provisional("default", at("2026-11-24T10:00"), at("2027-01-04T10:00"))
    assert queries.provisional("default", at("2026-12-20T10:00"), at("2026-12-28T10:00"))
    assert not queries.provisional("24x7", at("2026-11-24T10:00"), at("2027-01-04T10:00"))
    version = queries.current_version("default").version_id
    assert queries.provisional_in_version(version, at("2023-12-01T10:00"), at("2023-12-02T10:00"))


@pytest.mark.correctness(27, 150)
def test_what_is_missing_is_found_in_time(installed: None) -> None:
    def codes(text: str) -> list[str]:
        return [one.code for one in queries.coverage_findings(at(text))]

    assert codes("2026-10-31T23:59") == []
    assert codes("2026-11-01T00:00") == ["next_year_missing"]  # in Shanghai; in UTC it is still October
    assert codes("2027-01-01T00:00") == ["year_missing"]


@pytest.mark.usefixtures("db")
def test_an_installation_without_calendars_is_told_so() -> None:
    assert [one.code for one in queries.coverage_findings(datetime(2026, 5, 1, tzinfo=UTC))] == ["no_calendar"]


@pytest.mark.correctness(27, 150)
def test_the_worker_says_it_in_the_log(installed: None, caplog: pytest.LogCaptureFixture) -> None:
    assert say_coverage(at("2027-11-01T09:00")) == 0
    assert [(record.levelname, "2027" in record.message) for record in caplog.records] == [
        ("ERROR", True),
        ("WARNING", False),
    ]
    assert "calendars.coverage" in {tick.name for tick in registered_ticks()}

"""What is wrong with a calendar's description is refused with its place, in both languages."""

import pytest

from bihuan.worktime import BadCalendar, Calendar

GOOD: dict[str, object] = {"timezone": "Asia/Shanghai", "week": {"mon": [["08:00", "12:00"]]}}


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"timezone": None}, "timezone"),
        ({"timezone": ""}, "timezone"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": "../../etc/passwd"}, "timezone"),
        ({"timezone": 8}, "timezone"),
        ({"week": None}, "week"),
        ({"week": [["08:00", "12:00"]]}, "week"),
        ({"week": {"monday": [["08:00", "12:00"]]}}, "week"),
        ({"week": {"mon": "08:00"}}, "week.mon"),
        ({"week": {"mon": [["08:00"]]}}, "week.mon[0]"),
        ({"week": {"mon": ["08:00", "12:00"]}}, "week.mon[0]"),
        ({"week": {"mon": [["08:00", "12:00"], ["12:00", "08:00"]]}}, "week.mon[1]"),
        ({"week": {"mon": [["22:00", "06:00"]]}}, "week.mon[0]"),
        ({"week": {"mon": [["08:00", "08:00"]]}}, "week.mon[0]"),
        ({"week": {"mon": [["24:00", "24:00"]]}}, "week.mon[0]"),
        ({"week": {"mon": [["08:00", "24:01"]]}}, "week.mon[0]"),
        ({"week": {"mon": [["08:60", "12:00"]]}}, "week.mon[0]"),
        ({"week": {"mon": [["8", "12"]]}}, "week.mon[0]"),
        ({"week": {"mon": [[8, 12]]}}, "week.mon[0]"),
        ({"week": {"mon": [["٠٨:00", "12:00"]]}}, "week.mon[0]"),
        ({"holidays": "2026-10-01"}, "holidays"),
        ({"holidays": ["2026-02-29"]}, "holidays[0]"),
        ({"holidays": ["2026-10-01", "20261002"]}, "holidays[1]"),
        ({"holidays": [20261001]}, "holidays[0]"),
        ({"shifts": ["2026-10-10"]}, "shifts"),
        ({"shifts": {"10-10": [["08:00", "12:00"]]}}, "shifts"),
        ({"shifts": {"2026-10-10": None}}, "shifts.2026-10-10"),
        ({"shifts": {1: []}}, "shifts"),
        ({"loaded_years": 2026}, "loaded_years"),
        ({"loaded_years": ["2026"]}, "loaded_years"),
        ({"loaded_years": [True]}, "loaded_years"),
        ({"seasons": [{"from": "13-01", "to": "09-30", "week": {}}]}, "seasons[0].from"),
        ({"seasons": [{"from": "05-01", "to": "02-30", "week": {}}]}, "seasons[0].to"),
        ({"seasons": [{"from": "05-01", "to": "09-30", "hours": {}}]}, "seasons[0]"),
        ({"rotation": {"starts": "2026-11-17", "weeks": [{}, {}]}}, "rotation.starts"),
        ({"rotation": {"starts": "2026-11-16", "weeks": [{}]}}, "rotation.weeks"),
        ({"rotation": {"starts": "2026-11-16", "weeks": [{}, {"sa": []}]}}, "rotation.weeks[1]"),
        ({"holyday": []}, "description"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, object], place: str) -> None:
    with pytest.raises(BadCalendar) as caught:
        Calendar.from_dict({**GOOD, **change})
    assert place in caught.value.zh
    assert place in caught.value.en


@pytest.mark.parametrize("wrong", [None, 3, "x", [], [["timezone", "UTC"]]])
def test_a_description_that_is_no_object_is_refused(wrong: object) -> None:
    with pytest.raises(BadCalendar):
        Calendar.from_dict(wrong)  # type: ignore[arg-type]


def test_hours_over_midnight_are_refused_with_the_way_out() -> None:
    with pytest.raises(BadCalendar) as caught:
        Calendar.from_dict({**GOOD, "week": {"mon": [["22:00", "06:00"]]}})
    assert "24:00" in caught.value.en
    assert "24:00" in caught.value.zh


def test_windows_in_any_order_that_overlap_or_touch_become_one() -> None:
    mixed = [["11:00", "13:00"], ["8:00", "12:00"], ["13:00", "14:00"], ["16:00", "17:00"]]
    assert Calendar.from_dict({**GOOD, "week": {"mon": mixed}}).to_dict()["week"] == {
        "mon": [["08:00", "14:00"], ["16:00", "17:00"]],
        "tue": [],
        "wed": [],
        "thu": [],
        "fri": [],
        "sat": [],
        "sun": [],
    }


def test_the_canonical_description_reads_back() -> None:
    given: dict[str, object] = {
        **GOOD,
        "holidays": ["2026-10-01"],
        "shifts": {"2026-10-10": [["08:00:30", "24:00"]], "2026-10-11": []},
        "seasons": [{"from": "05-01", "to": "09-30", "week": {"mon": [["09:00", "12:00"]]}}],
        "rotation": {"starts": "2026-11-16", "weeks": [{"sat": [["08:00", "12:00"]]}, {}]},
        "loaded_years": [2026, 2025],
    }
    calendar = Calendar.from_dict(given)
    assert Calendar.from_dict(calendar.to_dict()).to_dict() == calendar.to_dict()
    assert calendar.to_dict()["loaded_years"] == [2025, 2026]

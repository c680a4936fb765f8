"""Instants that another project's tests expect (business-time vectors of zendesk/biz)."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bihuan.worktime import Calendar

FILE = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "sla" / "zendesk_biz.json"
SECONDS = {"second": 1, "minute": 60, "hour": 3600}

if not FILE.exists():
    pytest.skip("public data ../shared/data/sla is not here", allow_module_level=True)

VECTORS = json.loads(FILE.read_text())
FORWARD = [one for one in VECTORS["for_duration"] if one["op"] == "after" and one["unit"] in SECONDS]


def at(text: str) -> datetime:
    """The vectors' times are UTC without saying so."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def biz() -> Calendar:
    """The vectors' weekly hours."""
    return Calendar.from_dict({"timezone": VECTORS["time_zone"], "week": VECTORS["hours"]})


def cut(windows: list[list[str]], breaks: list[list[str]]) -> list[list[str]]:
    """Windows without the breaks: the vectors have them as a notion of their own, here they make a shift."""
    for begin, end in breaks:
        windows = [
            part
            for start, stop in windows
            for part in ([start, min(stop, begin)], [max(start, end), stop])
            if part[0] < part[1]
        ]
    return windows


def test_the_file_holds_what_is_read_from_it() -> None:
    assert len(FORWARD) == 6
    assert len(VECTORS["duration_within"]) == 3
    assert len(VECTORS["active"]["cases"]) == 10


@pytest.mark.parametrize("vector", FORWARD, ids=lambda one: f"{one['n']}-{one['unit']}-{one['from']}")
@pytest.mark.correctness(1, 4)
def test_after(vector: dict[str, str | int]) -> None:
    start, amount = at(str(vector["from"])), int(vector["n"]) * SECONDS[str(vector["unit"])]
    # An amount of 0 gives the start itself here; there it gives the next opening.
    result = biz().add(start, amount) if amount else biz().next_open(start)
    assert result == at(str(vector["expect"]))


@pytest.mark.parametrize("vector", FORWARD, ids=lambda one: f"{one['n']}-{one['unit']}-{one['from']}")
def test_after_undone_by_between(vector: dict[str, str | int]) -> None:
    amount = int(vector["n"]) * SECONDS[str(vector["unit"])]
    assert biz().between(at(str(vector["from"])), at(str(vector["expect"]))) == amount


@pytest.mark.parametrize("vector", VECTORS["duration_within"])
def test_within(vector: dict[str, str | int]) -> None:
    assert biz().between(at(str(vector["from"])), at(str(vector["to"]))) == vector["expect_seconds"]


@pytest.mark.correctness(25)
@pytest.mark.parametrize(("instant", "expected"), VECTORS["active"]["cases"])
def test_active(instant: str, expected: bool) -> None:
    active = VECTORS["active"]
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    days = {*active["shifts"], *active["breaks"], *active["holidays"]}
    shifts = {
        day: []
        if day in active["holidays"]
        else cut(
            active["shifts"].get(day, VECTORS["hours"].get(names[datetime.fromisoformat(day).weekday()], [])),
            active["breaks"].get(day, []),
        )
        for day in days
    }
    calendar = Calendar.from_dict({"timezone": VECTORS["time_zone"], "week": VECTORS["hours"], "shifts": shifts})
    assert calendar.is_open(at(instant)) is expected

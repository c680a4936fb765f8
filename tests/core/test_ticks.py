"""Due things, one after the other."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from bihuan.core import ticks
from bihuan.core.ticks import ahead, each_alone

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _nothing_failed_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ticks, "_passed_by", {})


class Work:
    """Does everything but what is broken."""

    def __init__(self, broken: set[int]) -> None:
        self.broken = broken
        self.tried: list[int] = []

    def __call__(self, thing: int) -> int:
        self.tried.append(thing)
        if thing in self.broken:
            raise ValueError(thing)
        return 1


def test_one_that_fails_is_logged_and_does_not_hold_up_the_others(caplog: pytest.LogCaptureFixture) -> None:
    work = Work({2})
    with caplog.at_level(logging.ERROR):
        assert each_alone([1, 2, 3], work, what="parcels", now=NOW, limit=5) == 2
    assert work.tried == [1, 2, 3] and "parcels: 2 failed" in caplog.text


def test_however_many_fail_the_next_portions_reach_what_is_behind_them() -> None:
    """A portion looks further than it does; what failed is tried again later."""
    limit = 5
    due, work = list(range(23)), Work(set(range(20)))
    for _portion in range(6):
        each_alone(due[: ahead(limit)], work, what="parcels", now=NOW, limit=limit)
    assert work.tried == list(range(23)) + [20, 21, 22]
    work.tried.clear()
    work.broken = set()
    assert each_alone(due[: ahead(limit)], work, what="letters", now=NOW, limit=limit) == limit  # another kind
    assert each_alone(due, work, what="parcels", now=NOW + timedelta(minutes=10), limit=limit) == limit
    assert work.tried == [0, 1, 2, 3, 4] * 2

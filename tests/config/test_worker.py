"""The worker's loops: a failing tick ends nothing, full portions follow each other, jobs of dead workers come back."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection

from bihuan.config import worker
from bihuan.core.heartbeat import ALIVE, beat, is_alive
from bihuan.core.ticks import Tick

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)


def run_until(enough: Callable[[], bool], *ticks: Tick) -> None:
    """Runs ticks as the worker does until there is enough to see."""

    async def main() -> None:
        stop = asyncio.Event()
        ticker = worker.Ticker(stop)
        tasks = [asyncio.create_task(ticker.repeat(tick)) for tick in ticks]
        async with asyncio.timeout(10):
            while not enough():
                await asyncio.sleep(0.01)
            stop.set()
            await asyncio.gather(*tasks)
        ticker.close()

    asyncio.run(main())


def test_a_failing_tick_is_logged_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(worker, "_AFTER_FAILURE", 0.01)
    seen: list[datetime] = []

    def fails_twice(now: datetime) -> int:
        seen.append(now)
        if len(seen) < 3:
            raise RuntimeError("broken on purpose")
        return 0

    with caplog.at_level(logging.ERROR):
        run_until(lambda: len(seen) >= 4, Tick("fragile", 0.01, fails_twice))
    assert [record.message for record in caplog.records] == ["tick fragile failed"] * 2
    assert all(instant.tzinfo is not None for instant in seen)


def test_one_tick_does_not_wait_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_AFTER_FAILURE", 60.0)
    count = [0]

    def counts(now: datetime) -> int:
        count[0] += 1
        return 0

    def fails(now: datetime) -> int:
        raise RuntimeError("broken on purpose")

    run_until(lambda: count[0] >= 5, Tick("failing", 0.01, fails), Tick("counting", 0.01, counts))


def test_a_portion_that_found_work_is_followed_at_once() -> None:
    left = [5]

    def works(now: datetime) -> int:
        left[0] -= 1
        return 1 if left[0] > 0 else 0

    run_until(lambda: left[0] <= 0, Tick("busy", 3600.0, works))


def test_a_part_that_fails_begins_again(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(worker, "_AFTER_FAILURE", 0.01)
    tries = []

    async def part(stop: asyncio.Event) -> None:
        tries.append(1)
        if len(tries) < 3:
            raise OSError("no connection")
        stop.set()

    async def main() -> None:
        async with asyncio.timeout(10):
            await worker._keep("part", part, asyncio.Event())

    asyncio.run(main())
    assert len(tries) == 3
    assert "part: again in a moment" in caplog.text


@pytest.mark.django_db
def test_a_heartbeat_is_alive_for_a_while() -> None:
    assert not is_alive("worker", now=NOW)
    beat(name="worker", now=NOW)
    beat(name="worker", now=NOW)
    assert is_alive("worker", now=NOW + ALIVE * 0.9)
    assert not is_alive("worker", now=NOW + ALIVE)


@pytest.mark.django_db(transaction=True)
def test_jobs_of_a_dead_worker_go_back_into_the_queue() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '5 minutes') RETURNING id"
        )
        (dead,) = cursor.fetchone()
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now()) RETURNING id")
        (living,) = cursor.fetchone()
        for owner in (dead, living):
            cursor.execute(
                "INSERT INTO procrastinate_jobs (task_name, queue_name, status, worker_id) VALUES ('t', 'q', 'doing', %s)",
                [owner],
            )

    async def main() -> None:
        from procrastinate.contrib.django import app

        stop = asyncio.Event()
        connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]  # the Django connector has it
        async with app.with_connector(connector).open_async() as opened:
            task = asyncio.create_task(worker._take_up_stalled(opened, stop))
            await asyncio.sleep(0.5)
            stop.set()
            await asyncio.wait_for(task, 5)

    asyncio.run(main())
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY 1 ORDER BY 1")
        assert cursor.fetchall() == [("doing", 1), ("todo", 1)]
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")

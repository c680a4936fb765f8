"""The worker process: ticks of all apps, procrastinate's jobs, the mail listener. It may be killed at any point."""

import asyncio
import logging
import signal
import time
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime

import psycopg
from django.db import OperationalError, close_old_connections, connection, connections
from procrastinate import App

from bihuan.core.clock import system_now
from bihuan.core.heartbeat import beat
from bihuan.core.ticks import Tick, registered_ticks

log = logging.getLogger(__name__)
_THREADS = 4  # each keeps one database connection
_AFTER_FAILURE = 5.0
_HEARTBEAT = 5.0
_STALLED_LOOK = 30.0
_STALLED_AFTER = 60.0
_GRACE = 10.0
_CONNECTION_WORDS = frozenset({"dbname", "user", "password", "host", "port", "sslmode", "sslrootcert"})


class Ticker:
    """Runs ticks in threads of its own; what fails is logged, waits a little and is tried again."""

    def __init__(self, stop: asyncio.Event) -> None:
        self._stop = stop
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="tick")

    async def repeat(self, tick: Tick) -> None:
        """One tick until the stop; a portion that found work is followed at once by the next."""
        loop = asyncio.get_running_loop()
        while not self._stop.is_set():
            done = await loop.run_in_executor(self._threads, _run, tick)
            if done is None:
                await pause(self._stop, max(_AFTER_FAILURE, tick.every))
            else:
                await pause(self._stop, 0.01 if done else tick.every)

    def close(self) -> None:
        """Gives the threads back without waiting for a portion that does not end."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _run(tick: Tick) -> int | None:
    """How many things a portion did; None when it failed."""
    try:
        close_old_connections()
        return tick.run(system_now())
    except OperationalError as error:
        log.warning("tick %s: no database: %s", tick.name, str(error).split("\n", 1)[0])
    except Exception:
        log.exception("tick %s failed", tick.name)
    connections.close_all()
    return None


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Sleeps, but no longer than until the stop."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), timeout=seconds)


def _beat(now: datetime) -> int:
    beat(name="worker", now=now)
    return 0


async def _take_up_stalled(app: App, stop: asyncio.Event) -> None:
    """Jobs of a killed worker go back into the queue."""
    while not stop.is_set():
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED_AFTER):
            log.warning("job %s was left by a dead worker; queued again", job.id)
            await app.job_manager.retry_job(job)
        await pause(stop, _STALLED_LOOK)


async def _hold_the_line() -> None:
    """Ends with an error as soon as the database goes away: procrastinate's own listener would stay deaf after that."""
    arguments = {name: value for name, value in connection.get_connection_params().items() if name in _CONNECTION_WORDS}
    async with await psycopg.AsyncConnection.connect(autocommit=True, **arguments) as line:
        async for _ in line.notifies():
            pass


async def _work_on_jobs(stop: asyncio.Event) -> None:
    """procrastinate's worker, until the stop or until its connection fails."""
    from procrastinate.contrib.django import app

    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
    async with app.with_connector(connector).open_async() as worker:
        tasks = {
            asyncio.create_task(
                worker.run_worker_async(
                    concurrency=2, install_signal_handlers=False, listen_notify=True, shutdown_graceful_timeout=_GRACE
                )
            ),
            asyncio.create_task(_take_up_stalled(worker, stop)),
            asyncio.create_task(_hold_the_line()),
        }
        stopped = asyncio.create_task(stop.wait())
        try:
            ended, _ = await asyncio.wait({*tasks, stopped}, return_when=asyncio.FIRST_COMPLETED)
            for task in ended - {stopped}:
                task.result()
        finally:
            for task in (*tasks, stopped):
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _listen_for_mail(stop: asyncio.Event) -> None:
    """The SMTP listener in threads of its own."""
    from django.conf import settings

    from bihuan.channels.listener import controller

    listening = controller(host="0.0.0.0", port=settings.MAIL_PORT)  # noqa: S104 - mail servers deliver here
    await asyncio.to_thread(listening.start)
    log.info("mail listener on port %s", settings.MAIL_PORT)
    try:
        await stop.wait()
    finally:
        await asyncio.to_thread(listening.stop)


async def _keep(
    name: str, part: Callable[[asyncio.Event], Coroutine[object, object, None]], stop: asyncio.Event
) -> None:
    """A part that has to run until the stop: its failure is logged, and it begins again."""
    while not stop.is_set():
        try:
            await part(stop)
        except Exception:
            log.exception("%s: again in a moment", name)
            await pause(stop, _AFTER_FAILURE)


async def _main(*, mail: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    started = time.monotonic()
    ticker = Ticker(stop)
    heart = Tick(name="heartbeat", every=_HEARTBEAT, run=_beat)
    parts: list[Awaitable[None]] = [ticker.repeat(tick) for tick in (heart, *registered_ticks())]
    parts.append(_keep("jobs", _work_on_jobs, stop))
    if mail:
        parts.append(_keep("mail listener", _listen_for_mail, stop))
    tasks = [asyncio.ensure_future(part) for part in parts]
    log.info("worker: %d ticks", len(registered_ticks()))
    await stop.wait()
    await asyncio.wait(tasks, timeout=_GRACE)
    ticker.close()
    log.info("worker stopped after %.0f s", time.monotonic() - started)


def run_worker(*, mail: bool) -> int:
    """Works until SIGINT or SIGTERM; ``mail``: listens on MAIL_PORT too."""
    asyncio.run(_main(mail=mail))
    return 0

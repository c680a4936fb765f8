"""The worker process: ticks of all apps, procrastinate's jobs, the mail listener; it may be killed at any point."""

import asyncio
import logging
import os
import signal
import time
from contextlib import suppress
from datetime import timedelta

from asgiref.sync import sync_to_async
from django.db import close_old_connections, connections

from bihuan.core.clock import system_now
from bihuan.core.models import Heartbeat
from bihuan.core.ticks import Tick, registered_ticks

log = logging.getLogger(__name__)
_AFTER_FAILURE = 5.0
_STALLED = timedelta(minutes=2)


def _run(tick: Tick) -> int:
    close_old_connections()
    return tick.run(system_now())


async def _repeat(tick: Tick, stop: asyncio.Event) -> None:
    """One tick for ever; a full portion is followed at once by the next, a failure by a pause."""
    while not stop.is_set():
        pause = tick.every
        try:
            if await sync_to_async(_run, thread_sensitive=False)(tick):
                pause = 0.01
        except Exception:
            log.exception("tick %s failed", tick.name)
            pause = max(_AFTER_FAILURE, tick.every)
            await sync_to_async(connections.close_all, thread_sensitive=False)()
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), timeout=pause)


def beat(name: str) -> None:
    """Says that this process lives."""
    close_old_connections()
    Heartbeat.objects.update_or_create(name=name, defaults={"at": system_now(), "detail": {"pid": os.getpid()}})


async def _heart(stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await sync_to_async(beat, thread_sensitive=False)("worker")
        except Exception:
            log.exception("heartbeat failed")
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), timeout=5.0)


async def _jobs(stop: asyncio.Event) -> None:
    """procrastinate's worker; jobs of a killed worker are taken up again."""
    from procrastinate.contrib.django import app

    while not stop.is_set():
        try:
            worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
            async with worker_app.open_async():
                for job in await worker_app.job_manager.get_stalled_jobs(
                    seconds_since_heartbeat=_STALLED.total_seconds()
                ):
                    await worker_app.job_manager.retry_job(job)
                work = asyncio.create_task(worker_app.run_worker_async(
                    concurrency=2, install_signal_handlers=False, listen_notify=True, shutdown_graceful_timeout=10,
                ))
                await asyncio.wait({work, asyncio.create_task(stop.wait())}, return_when=asyncio.FIRST_COMPLETED)
                work.cancel()
                with suppress(asyncio.CancelledError):
                    await work
        except Exception:
            log.exception("jobs: again in a moment")
            await asyncio.sleep(_AFTER_FAILURE)


async def _main() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    started = time.monotonic()
    tasks = [asyncio.create_task(_repeat(tick, stop)) for tick in registered_ticks()]
    tasks += [asyncio.create_task(_heart(stop)), asyncio.create_task(_jobs(stop))]
    log.info("worker: %d ticks", len(tasks) - 2)
    await stop.wait()
    await asyncio.wait(tasks, timeout=15)
    log.info("worker stopped after %.0f s", time.monotonic() - started)


def run_worker() -> int:
    """Works until SIGINT or SIGTERM."""
    asyncio.run(_main())
    return 0

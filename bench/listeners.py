"""Open pages that listen for live updates, and the announcements that they wait for."""

import asyncio
import json
import random
import time
from collections.abc import Sequence
from urllib.parse import quote, urlsplit

import psutil
import psycopg

from bench.report import percentiles
from bench.stage import Stage

_CHANNEL = "bihuan_live"


class Listener:
    """One open page; ``heard`` are topic and time of what it was told."""

    def __init__(self, here: Stage, cookies: str, issue: str) -> None:
        self._parts = urlsplit(here.url)
        self._cookies, self.topic = cookies, f"issue:{issue}"
        self.heard: list[tuple[str, float]] = []

    async def run(self) -> None:
        """Until it is cancelled."""
        reader, writer = await asyncio.open_connection(self._parts.hostname, self._parts.port)
        request = f"GET /events/?topics={quote(self.topic)} HTTP/1.1\r\nHost: bench\r\nCookie: {self._cookies}\r\n\r\n"
        writer.write(request.encode())
        try:
            while text := await reader.readline():
                if text.startswith(b"data:"):  # who else is there is told too, under no topic
                    self.heard.append((str(json.loads(text[5:]).get("topic", "")), time.monotonic()))
        finally:
            writer.close()


async def _announce(here: Stage, topics: Sequence[str], seconds: float, a_second: int) -> list[tuple[str, float]]:
    said = []
    async with await psycopg.AsyncConnection.connect(here.database, autocommit=True) as connection:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            topic = random.choice(topics)
            said.append((topic, time.monotonic()))
            await connection.execute("SELECT pg_notify(%s, %s)", [_CHANNEL, json.dumps([topic, "queues"])])
            await asyncio.sleep(1 / a_second)
    return said


def _web(here: Stage) -> list[psutil.Process]:
    children = psutil.Process(here.process.pid).children(recursive=True)
    return [child for child in children if "postgres" not in child.name() and "work" not in child.cmdline()]


def _used(processes: Sequence[psutil.Process]) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in processes)


def _delays(listeners: Sequence[Listener], said: Sequence[tuple[str, float]]) -> list[float]:
    """Of each announcement to the page that it concerns; topics that wait together are told once."""
    found = []
    for listener in listeners:
        heard = [at for topic, at in listener.heard if topic == listener.topic]
        for topic, at in said:
            if topic == listener.topic:
                found += [min(when - at for when in heard if when >= at)] if any(when >= at for when in heard) else []
    return found


async def _story(
    here: Stage, cookies: Sequence[str], ids: Sequence[str], seconds: float, a_second: int
) -> dict[str, float]:
    listeners = [Listener(here, cookies[number % len(cookies)], pk) for number, pk in enumerate(ids)]
    tasks = [asyncio.create_task(listener.run()) for listener in listeners]
    await asyncio.sleep(6)
    processes = _web(here)
    before, threads = _used(processes), sum(process.num_threads() for process in processes)
    said = await _announce(here, [listener.topic for listener in listeners], seconds, a_second)
    used = _used(processes) - before
    await asyncio.sleep(2)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    delays = _delays(listeners, said)
    everybody = sum(topic == "queues" for listener in listeners for topic, _at in listener.heard)
    return {
        **percentiles(delays),
        "announced": len(said),
        "cpu_percent": round(used / seconds * 100, 1),
        "threads": threads,
        "told_of_queues_a_page_a_minute": round(everybody / len(listeners) / seconds * 60, 1),
        **{f"{name}_mb": round(size, 1) for name, size in here.memory().items()},
    }


def listen(
    here: Stage, cookies: Sequence[str], ids: Sequence[str], *, seconds: float, a_second: int
) -> dict[str, float]:
    """Delays from the announcement to the page, processor time of the web process, its memory and threads."""
    return asyncio.run(_story(here, cookies, ids, seconds, a_second))

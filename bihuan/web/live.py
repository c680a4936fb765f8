"""Live updates: one listening database connection a process, many open pages."""

import asyncio
import json
import logging
import random
import time
from collections.abc import AsyncIterator
from contextlib import suppress

import psycopg
from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_required
from django.db import DatabaseError, close_old_connections, connection
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.decorators import method_decorator
from django.views import View

from bihuan.core.errors import Refused
from bihuan.core.live import CHANNEL
from bihuan.issues import queries as issues
from bihuan.web import here
from bihuan.web.request import actor_of
from bihuan.web.ui.filters import initial, tone

log = logging.getLogger(__name__)
_HEARTBEAT = 20.0
_MOST_TOPICS = 10
EVERYBODY = "queues"
"""The topic of which every change tells every page."""
_LEAST_PAUSE = 1.0
_PAUSE_A_PAGE = 0.2
_SPEAK = 0.5  # seconds in which comings and goings are gathered


def pause(pages: int) -> float:
    """Seconds between two tellings of everybody's topic to one page. The more pages are open, the longer: what they all
    fetch thereupon stays the same load, about five pages a second."""
    return max(_LEAST_PAUSE, pages * _PAUSE_A_PAGE)


class Page:
    """An open page: what it wants to hear of, and what it was not told yet. However much is announced, a topic waits
    only once; so nothing is lost and nothing piles up on a slow line."""

    def __init__(self, topics: frozenset[str], reader: here.Person | None = None) -> None:
        self.reader = reader
        self.issues = frozenset(int(each.partition(":")[2]) for each in topics if each.startswith("issue:"))
        beside = {here.topic(issue) for issue in self.issues} if reader is not None else set()
        self._topics = topics | beside
        self._news: set[str] = set(beside)  # who is there already
        self._woken = asyncio.Event()
        self._everybody_at = 0.0

    def hear(self, heard: frozenset[str], pages: int) -> None:
        """Notes what concerns it; ``*`` is everything. ``pages``: how many are open."""
        fresh = (self._topics if "*" in heard else self._topics & heard) - self._news
        if not fresh:
            return
        self._news |= fresh
        if EVERYBODY in fresh:  # not all pages at one instant
            now = asyncio.get_running_loop().time()
            self._everybody_at = max(self._everybody_at, now + random.random() * pause(pages) / 4)  # noqa: S311
        self._woken.set()

    def take(self, now: float, pages: int) -> list[str]:
        """What is to be told at this time of the loop; the rest stays for later."""
        told = self._news - {EVERYBODY} if now < self._everybody_at else set(self._news)
        self._news -= told
        if EVERYBODY in told:
            self._everybody_at = now + pause(pages) * (0.75 + random.random() / 2)  # noqa: S311
        return sorted(told)

    async def wait(self, most: float) -> None:
        """Until there may be something to tell, at most so many seconds."""
        if self._news - {EVERYBODY}:  # heard while the last lines were sent
            return
        if EVERYBODY in self._news:
            most = min(most, max(0.0, self._everybody_at - asyncio.get_running_loop().time()))
        self._woken.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), timeout=most)


class Broadcaster:
    """Hands what the database announces to every open page of this process."""

    def __init__(self) -> None:
        self.pages: set[Page] = set()
        self._task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._speaker: asyncio.Task[None] | None = None
        self._unsaid: list[here.Told] = []
        self._spoken_at = 0.0
        self.here = here.Here(time.monotonic)

    def join(self, topics: frozenset[str], reader: here.Person | None = None) -> Page:
        """A page that hears of these topics; the first one of a process opens the listening connection. ``reader``: who is
        seen by others at the issues among the topics."""
        page = Page(topics, reader)
        self._say(page, "open")
        self.pages.add(page)
        loop = asyncio.get_running_loop()
        if self._task is None or self._task.done() or self._loop is not loop:
            self._loop, self._task = loop, loop.create_task(self._listen())
        if self._speaker is None or self._speaker.done() or self._speaker.get_loop() is not loop:
            self._speaker = loop.create_task(self._speak())
        return page

    def _say(self, page: Page, state: str) -> None:
        if page.reader is not None:
            self._unsaid += [here.Told(issue, page.reader, state) for issue in sorted(page.issues)]

    def _present(self) -> list[here.Told]:
        found = ((issue, page.reader) for page in self.pages if page.reader for issue in page.issues)
        return [here.Told(issue, reader, "open") for issue, reader in dict.fromkeys(found)]

    def due_to_say(self, now: float) -> list[here.Told]:
        """What this process has to announce: who came and went, and from time to time everybody who is there."""
        told, self._unsaid = self._unsaid, []
        if now - self._spoken_at >= here.REPEAT:
            self._spoken_at = now
            told = [*(each for each in told if each.state == "gone"), *self._present()]
        return list(dict.fromkeys(told))

    async def _speak(self) -> None:
        """One announcement for all pages of the process, whatever their number; ends with the last page."""
        while self.pages or self._unsaid:
            await asyncio.sleep(_SPEAK)
            told = self.due_to_say(time.monotonic())
            if told:
                with suppress(DatabaseError, OSError):  # the next one says it all again
                    await sync_to_async(_announce)(here.write(told))
            self.hand_out(frozenset(here.topic(issue) for issue in self.here.fading()))

    def heard(self, payload: str) -> None:
        """An announcement of the database."""
        said = json.loads(payload)
        if isinstance(said, list):
            self.hand_out(frozenset(said))
            return
        changed = {here.topic(told.issue_id) for told in here.read(said) if self.here.hear(told)}
        self.hand_out(frozenset(changed))

    def leave(self, page: Page) -> None:
        """The page has gone; the last one closes the connection."""
        self.pages.discard(page)
        others = [each for each in self.pages if page.reader is not None and each.reader == page.reader]
        if not any(page.issues & each.issues for each in others):
            self._say(page, "gone")
        if not self.pages and self._task is not None:
            self._task.cancel()
            self._task = None

    def hand_out(self, topics: frozenset[str]) -> None:
        """Tells every page what was announced."""
        for page in self.pages if topics else ():
            page.hear(topics, len(self.pages))

    async def _listen(self) -> None:
        again = 0.5
        while True:
            try:
                arguments = {k: v for k, v in connection.get_connection_params().items() if k in _CONNECTION_WORDS}
                async with await psycopg.AsyncConnection.connect(autocommit=True, **arguments) as listener:
                    await listener.execute(f"LISTEN {CHANNEL}")
                    again = 0.5
                    self.hand_out(frozenset({"*"}))  # whatever was missed while not listening
                    async for notice in listener.notifies():
                        self.heard(notice.payload)
            except (psycopg.Error, OSError, ValueError):
                log.warning("live updates: connection lost, again in %.1f s", again)
            await asyncio.sleep(again)
            again = min(again * 2, 15.0)


_CONNECTION_WORDS = frozenset({"dbname", "user", "password", "host", "port", "sslmode"})
broadcaster = Broadcaster()


def _announce(payloads: list[str]) -> None:
    close_old_connections()
    with connection.cursor() as cursor:
        for payload in payloads:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])


def _line(topic: str, page: Page) -> str:
    """What a page is told: that a topic changed; of the people at its issue, who they are."""
    kind, _, number = topic.partition(":")
    if kind != "here":
        return f"event: changed\ndata: {json.dumps({'topic': topic})}\n\n"
    people = [
        {"name": person.name, "tone": tone(person.name), "initial": initial(person.name), "typing": typing}
        for person, typing in broadcaster.here.people(int(number))
        if page.reader is None or person.user_id != page.reader.user_id
    ]
    return f"event: here\ndata: {json.dumps({'issue': int(number), 'people': people})}\n\n"


async def _stream(topics: frozenset[str], reader: here.Person | None = None) -> AsyncIterator[str]:
    page = broadcaster.join(topics, reader)
    loop = asyncio.get_running_loop()
    try:
        yield "retry: 3000\n\n"
        said = loop.time()
        while True:
            told = page.take(loop.time(), len(broadcaster.pages))
            if told:
                said = loop.time()
                yield "".join(_line(topic, page) for topic in told)
            elif loop.time() - said >= _HEARTBEAT:
                said = loop.time()
                yield ": alive\n\n"
            await page.wait(said + _HEARTBEAT - loop.time())
    finally:
        broadcaster.leave(page)


def _allowed_topics(request: HttpRequest) -> frozenset[str]:
    """The topics asked for that this person may hear of."""
    actor = actor_of(request)
    allowed = {EVERYBODY, f"user:{actor.user_id}"}
    for topic in request.GET.get("topics", "").split(",")[:_MOST_TOPICS]:
        kind, _, number = topic.partition(":")
        if kind == "issue" and number.isdecimal() and len(number) < 19:
            with suppress(Refused):
                issues.issue(actor=actor, issue_id=int(number))
                allowed.add(topic)
    return frozenset(allowed)


def _reader(request: HttpRequest) -> here.Person | None:
    actor = actor_of(request)
    return here.Person(actor.user_id, actor.name[:40]) if actor.user_id is not None else None


class EventStream(View):
    """``/events/?topics=issue:12``: server-sent events for one person's page."""

    @method_decorator(login_required)
    async def get(self, request: HttpRequest) -> StreamingHttpResponse:
        topics = await sync_to_async(_allowed_topics)(request)
        reader = await sync_to_async(_reader)(request)
        response = StreamingHttpResponse(_stream(topics, reader), content_type="text/event-stream")
        response.headers["Cache-Control"] = "no-cache"
        response.headers["X-Accel-Buffering"] = "no"
        return response

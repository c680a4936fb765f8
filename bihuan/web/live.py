"""Live updates: one listening database connection a process, many open pages."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import suppress

import psycopg
from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.decorators import method_decorator
from django.views import View

from bihuan.core.errors import Refused
from bihuan.core.live import CHANNEL
from bihuan.issues import queries as issues
from bihuan.web.request import actor_of

log = logging.getLogger(__name__)
_HEARTBEAT = 20.0
_MOST_WAITING = 200
_MOST_TOPICS = 10


class Broadcaster:
    """Hands what the database announces to every open page of this process."""

    def __init__(self) -> None:
        self._pages: set[asyncio.Queue[frozenset[str]]] = set()
        self._task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def join(self) -> asyncio.Queue[frozenset[str]]:
        """A queue of announced topics; the first page of a process opens the listening connection."""
        queue: asyncio.Queue[frozenset[str]] = asyncio.Queue(maxsize=_MOST_WAITING)
        self._pages.add(queue)
        loop = asyncio.get_running_loop()
        if self._task is None or self._task.done() or self._loop is not loop:
            self._loop, self._task = loop, loop.create_task(self._listen())
        return queue

    def leave(self, queue: asyncio.Queue[frozenset[str]]) -> None:
        """The page has gone; the last one closes the connection."""
        self._pages.discard(queue)
        if not self._pages and self._task is not None:
            self._task.cancel()
            self._task = None

    async def _listen(self) -> None:
        pause = 0.5
        while True:
            try:
                arguments = {k: v for k, v in connection.get_connection_params().items() if k in _CONNECTION_WORDS}
                async with await psycopg.AsyncConnection.connect(autocommit=True, **arguments) as listener:
                    await listener.execute(f"LISTEN {CHANNEL}")
                    pause = 0.5
                    self._hand_out(frozenset({"*"}))  # whatever was missed while not listening
                    async for notice in listener.notifies():
                        self._hand_out(frozenset(json.loads(notice.payload)))
            except (psycopg.Error, OSError, ValueError):
                log.warning("live updates: connection lost, again in %.1f s", pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 15.0)

    def _hand_out(self, topics: frozenset[str]) -> None:
        for queue in self._pages:
            with suppress(asyncio.QueueFull):  # a page that does not read is told to look at everything later
                queue.put_nowait(topics)


_CONNECTION_WORDS = frozenset({"dbname", "user", "password", "host", "port", "sslmode"})
broadcaster = Broadcaster()


async def _stream(topics: frozenset[str]) -> AsyncIterator[str]:
    queue = broadcaster.join()
    try:
        yield "retry: 3000\n\n"
        while True:
            try:
                heard = await asyncio.wait_for(queue.get(), timeout=_HEARTBEAT)
            except TimeoutError:
                yield ": alive\n\n"
                continue
            mine = topics if "*" in heard else topics & heard
            for topic in sorted(mine):
                yield f"event: changed\ndata: {json.dumps({'topic': topic})}\n\n"
    finally:
        broadcaster.leave(queue)


def _allowed_topics(request: HttpRequest) -> frozenset[str]:
    """The topics asked for that this person may hear of."""
    actor = actor_of(request)
    allowed = {"queues", f"user:{actor.user_id}"}
    for topic in request.GET.get("topics", "").split(",")[:_MOST_TOPICS]:
        kind, _, number = topic.partition(":")
        if kind == "issue" and number.isdecimal() and len(number) < 19:
            with suppress(Refused):
                issues.issue(actor=actor, issue_id=int(number))
                allowed.add(topic)
    return frozenset(allowed)


class EventStream(View):
    """``/events/?topics=issue:12``: server-sent events for one person's page."""

    @method_decorator(login_required)
    async def get(self, request: HttpRequest) -> StreamingHttpResponse:
        topics = await sync_to_async(_allowed_topics)(request)
        response = StreamingHttpResponse(_stream(topics), content_type="text/event-stream")
        response.headers["Cache-Control"] = "no-cache"
        response.headers["X-Accel-Buffering"] = "no"
        return response

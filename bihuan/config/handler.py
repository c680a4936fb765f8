"""How requests reach Django: pages in a few lasting threads, open streams in the event loop (ADR 0005)."""

import asyncio
import logging
import tempfile
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import IO, Any, cast

from django.conf import settings
from django.core import signals
from django.core.handlers.asgi import ASGIRequest, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.http import HttpResponseBadRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

log = logging.getLogger(__name__)
Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_TOO_LARGE = "内容过大，没有接收。 The request is too large and was not read.\n".encode()


class TooLarge(Exception):
    """The body is longer than REQUEST_MAX_BYTES."""


class Gone(Exception):
    """The client went away before its request was complete."""


class Application(BaseHandler):
    """An ASGI application.

    Django's own handler starts a thread for each request and hops between it and the loop several times; here a
    request takes one hop, its thread keeps its database connection for the next one, and a stream that stays open
    (live updates) holds neither thread nor connection.
    """

    def __init__(self) -> None:
        super().__init__()
        self.load_middleware(is_async=False)
        self._threads = ThreadPoolExecutor(settings.WEB_THREADS, thread_name_prefix="web")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return
        try:
            body = await _read_body(scope, receive)
        except TooLarge:
            await _answer(send, 413, [(b"content-type", b"text/plain; charset=utf-8")], _TOO_LARGE)
            return
        except Gone:
            return
        loop = asyncio.get_running_loop()
        response = await loop.run_in_executor(self._threads, self._respond, scope, body)
        if isinstance(response, StreamingHttpResponse):
            await self._stream(response, receive, send)
        else:
            await _answer(
                send, response.status_code, _headers(response), cast(bytes, getattr(response, "content", b""))
            )

    def _respond(self, scope: Scope, body: IO[bytes]) -> HttpResponseBase:
        """In a thread: the whole of Django's work on a request. A response with its content is closed here too."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        try:
            request = ASGIRequest(scope, body)
        except UnicodeDecodeError:
            log.warning("request that is no UTF-8 from %s", (scope.get("client") or ["?"])[0])
            body.close()
            return HttpResponseBadRequest()
        response = self.get_response(request)
        if not response.streaming:
            response.close()
        return response

    async def _stream(self, response: StreamingHttpResponse, receive: Receive, send: Send) -> None:
        """Sends parts as they come, until the end or until the client has gone."""
        sending = asyncio.ensure_future(self._send_parts(response, send))
        leaving = asyncio.ensure_future(_until_gone(receive))
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sending, leaving):
                task.cancel()
            await asyncio.gather(sending, leaving, return_exceptions=True)
            await asyncio.get_running_loop().run_in_executor(self._threads, response.close)

    async def _send_parts(self, response: StreamingHttpResponse, send: Send) -> None:
        await send({"type": "http.response.start", "status": response.status_code, "headers": _headers(response)})
        if response.is_async:
            async for part in response:
                await send({"type": "http.response.body", "body": part, "more_body": True})
        else:
            parts = iter(response)
            while (piece := await self._next(parts)) is not None:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _next(self, parts: Iterator[bytes]) -> bytes | None:
        """The next part of a file; a slow client keeps no thread waiting. Such parts must not ask the database."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: next(parts, None))


async def _read_body(scope: Scope, receive: Receive) -> IO[bytes]:
    """The body, in memory while it is small.

    :raises TooLarge: it is longer than REQUEST_MAX_BYTES
    :raises Gone: the client left
    """
    most: int = settings.REQUEST_MAX_BYTES
    lengths = [value for name, value in scope.get("headers", []) if name == b"content-length"]
    if any(not value.isdigit() or int(value) > most for value in lengths):
        raise TooLarge
    body = cast(IO[bytes], tempfile.SpooledTemporaryFile(max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE))
    size, more = 0, True
    try:
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Gone
            part = message.get("body", b"")
            size += len(part)
            if size > most:
                raise TooLarge
            body.write(part)
            more = message.get("more_body", False)
    except BaseException:
        body.close()
        raise
    body.seek(0)
    return body


async def _until_gone(receive: Receive) -> None:
    with suppress(asyncio.CancelledError):
        while (await receive())["type"] != "http.disconnect":
            pass


def _headers(response: HttpResponseBase) -> list[tuple[bytes, bytes]]:
    found = [(name.encode("ascii"), value.encode("latin1")) for name, value in response.items()]
    found += [(b"Set-Cookie", morsel.output(header="").strip().encode("ascii")) for morsel in response.cookies.values()]
    return found


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]], content: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content, "more_body": False})

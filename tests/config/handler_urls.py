"""Pages of the handler's tests."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

closed: list[str] = []


@csrf_exempt
def echo(request: HttpRequest) -> HttpResponse:
    """Says back what came, and in which thread."""
    response = HttpResponse(request.body, content_type="text/plain", status=201)
    response.headers["X-Thread"] = threading.current_thread().name
    response.headers["X-Query"] = request.GET.get("q", "")
    response.set_cookie("one", "1")
    response.set_cookie("two", "2", httponly=True)
    return response


def broken(request: HttpRequest) -> HttpResponse:
    """Fails."""
    raise RuntimeError("broken on purpose")


async def _ticking() -> AsyncIterator[str]:
    try:
        while True:
            yield "tick\n"
            await asyncio.sleep(0.01)
    finally:
        closed.append("stream")


async def stream(request: HttpRequest) -> StreamingHttpResponse:
    """Never ends by itself."""
    return StreamingHttpResponse(_ticking(), content_type="text/event-stream")


def _pieces() -> Iterator[bytes]:
    yield b"a" * 70_000
    yield b"b" * 70_000


def file(request: HttpRequest) -> StreamingHttpResponse:
    """Two pieces."""
    return StreamingHttpResponse(_pieces())


urlpatterns = [path("echo", echo), path("broken", broken), path("stream", stream), path("file", file)]

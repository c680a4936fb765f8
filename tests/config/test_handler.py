"""Requests through the ASGI application: bodies, limits, files, streams that stay open."""

import asyncio
import importlib
from collections.abc import Coroutine
from typing import Any

import pytest
from django.urls import clear_url_caches
from pytest_django import Settings

from bihuan.config.handler import Application

URLS = "tests.config.handler_urls"


@pytest.fixture
def application(settings: Settings) -> Application:
    """The application on the pages of these tests."""
    settings.ROOT_URLCONF = URLS
    settings.WEB_THREADS = 2
    settings.REQUEST_MAX_BYTES = 100_000
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10_000
    clear_url_caches()
    return Application()


class Client:
    """One client's side of an ASGI conversation."""

    def __init__(
        self,
        application: Application,
        path: str,
        *,
        method: str = "GET",
        query: bytes = b"",
        headers: tuple[tuple[bytes, bytes], ...] = (),
        parts: tuple[bytes, ...] = (b"",),
    ) -> None:
        self.sent: list[dict[str, Any]] = []
        self.incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        for number, part in enumerate(parts, start=1):
            self.incoming.put_nowait({"type": "http.request", "body": part, "more_body": number < len(parts)})
        self.scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query,
            "headers": [(b"host", b"localhost"), *headers],
            "client": ("192.0.2.1", 1234),
            "server": ("localhost", 80),
            "scheme": "http",
            "root_path": "",
        }
        self.application = application

    async def _send(self, message: Any) -> None:
        self.sent.append(dict(message))

    async def run(self) -> "Client":
        await self.application(self.scope, self.incoming.get, self._send)
        return self

    def leave(self) -> None:
        self.incoming.put_nowait({"type": "http.disconnect"})

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(name.decode().lower(), value.decode()) for name, value in self.sent[0]["headers"]]

    @property
    def body(self) -> bytes:
        return b"".join(message["body"] for message in self.sent[1:])


def run(work: Coroutine[Any, Any, Client]) -> Client:
    async def limited() -> Client:
        async with asyncio.timeout(10):
            return await work

    return asyncio.run(limited())


async def until(what: Any) -> None:
    async with asyncio.timeout(5):
        while not what():
            await asyncio.sleep(0.01)


def test_a_page_is_made_in_a_thread_of_ours(application: Application) -> None:
    client = run(Client(application, "/echo", method="POST", query="q=中".encode(), parts=(b"abc", b"def")).run())
    assert (client.status, client.body) == (201, b"abcdef")
    headers = dict(client.headers)
    assert headers["x-thread"].startswith("web")
    assert "content-security-policy" in headers
    cookies = [value for name, value in client.headers if name == "set-cookie"]
    assert len(cookies) == 2
    assert any("HttpOnly" in cookie for cookie in cookies)
    assert client.sent[-1]["more_body"] is False


def test_a_large_body_goes_through_a_file(application: Application) -> None:
    parts = tuple(bytes([65 + number]) * 9_000 for number in range(10))
    assert run(Client(application, "/echo", method="POST", parts=parts).run()).body == b"".join(parts)


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_that_is_too_large_is_refused(application: Application, declared: bool) -> None:
    headers = ((b"content-length", b"100001"),) if declared else ()
    client = run(
        Client(application, "/echo", method="POST", headers=headers, parts=(b"x" * 60_000, b"x" * 60_000)).run()
    )
    assert client.status == 413
    assert "过大" in client.body.decode()


@pytest.mark.parametrize("length", [b"-5", b"many", b"1e9"])
def test_a_length_that_is_none_is_refused(application: Application, length: bytes) -> None:
    assert run(Client(application, "/echo", method="POST", headers=((b"content-length", length),)).run()).status == 413


def test_bytes_that_are_no_text_are_refused(application: Application) -> None:
    assert run(Client(application, "/echo", query=b"q=\xff\xfe").run()).status == 400


def test_a_client_that_leaves_in_the_middle_costs_nothing(application: Application) -> None:
    client = Client(application, "/echo", method="POST", parts=())
    client.incoming.put_nowait({"type": "http.request", "body": b"half", "more_body": True})
    client.leave()
    assert run(client.run()).sent == []


def test_a_fault_is_an_answer(application: Application, settings: Settings) -> None:
    client = run(Client(application, "/broken").run())
    assert client.status == 500
    assert b"broken on purpose" not in client.body


def test_a_file_comes_in_parts(application: Application) -> None:
    client = run(Client(application, "/file").run())
    assert client.body == b"a" * 70_000 + b"b" * 70_000
    assert len(client.sent) == 4
    assert client.sent[-1]["more_body"] is False


def test_open_streams_hold_no_threads_and_end_with_their_clients(application: Application) -> None:
    closed: list[str] = importlib.import_module(URLS).closed
    closed.clear()

    async def story() -> Client:
        streams = [Client(application, "/stream") for _ in range(10)]
        tasks = [asyncio.create_task(stream.run()) for stream in streams]
        await until(lambda: all(len(stream.sent) > 3 for stream in streams))
        page = await Client(application, "/echo").run()
        for stream in streams:
            stream.leave()
        await asyncio.gather(*tasks)
        return page

    assert run(story()).status == 201
    assert closed == ["stream"] * 10


def test_what_is_no_request_is_let_pass(application: Application) -> None:
    client = Client(application, "/echo")
    client.scope["type"] = "lifespan"
    assert run(client.run()).sent == []

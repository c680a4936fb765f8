"""What strangers name is fetched from public places only."""

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import urllib3

from bihuan.core import fetch

_ANSWERS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "/ok": (200, {}, b"picture"),
    "/inside": (302, {"Location": "http://127.0.0.1/ok"}, b""),
    "/near": (302, {"Location": "/ok"}, b""),
    "/round": (302, {"Location": "/round"}, b""),
    "/large": (200, {}, b"x" * 2000),
    "/gone": (404, {}, b""),
    "/drip": (200, {}, b"x" * 900),
}


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, _Server)
        self.server.asked.append((self.path, self.headers.get("Host", ""), self.headers.get("Cookie", "")))
        status, headers, body = _ANSWERS[self.path]
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.path != "/drip":
            self.wfile.write(body)
            return
        for byte in body:
            try:
                self.wfile.write(bytes([byte]))
            except OSError:
                return
            time.sleep(0.05)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


class _Server(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[str, str, str]] = []


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Server]:
    """A server that stands for pictures.example, a public host."""
    server = _Server()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    judge = fetch.public_address
    monkeypatch.setattr(
        fetch, "public_address", lambda host, port: "198.51.0.1" if host == "pictures.example" else judge(host, port)
    )

    def pool(scheme: str, address: str, host: str) -> urllib3.HTTPConnectionPool:
        assert address == "198.51.0.1", "only the judged address is called"
        return urllib3.HTTPConnectionPool("127.0.0.1", server.server_port, timeout=5)

    monkeypatch.setattr(fetch, "_pool", pool)
    yield server
    server.shutdown()
    server.server_close()


def test_a_public_picture_comes_without_anything_of_ours_going_along(elsewhere: _Server) -> None:
    assert fetch.fetch_public("http://pictures.example/ok", most=100) == b"picture"
    assert fetch.fetch_public("http://pictures.example/near", most=100) == b"picture"
    assert elsewhere.asked[0] == ("/ok", "pictures.example", "")


@pytest.mark.parametrize("path", ["/inside", "/round", "/large", "/gone"])
def test_what_leads_inside_goes_round_or_is_too_large_is_not_fetched(elsewhere: _Server, path: str) -> None:
    with pytest.raises(fetch.NotFetched):
        fetch.fetch_public(f"http://pictures.example{path}", most=1000)


def test_who_sends_a_byte_now_and_then_is_left(elsewhere: _Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "_ALL_SECONDS", 0.3)
    with pytest.raises(fetch.NotFetched, match="too slow"):
        fetch.fetch_public("http://pictures.example/drip", most=1000)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost/", "http://2130706433/", "http://0x7f.1/", "http://0.0.0.0/",
        "http://10.1.2.3/", "http://192.168.0.1/", "http://172.16.5.5/", "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[fe80::1]/", "http://[fd00::1]/",
        "http://[2002:7f00:1::]/", "http://224.0.0.1/", "http://example.org:8080/", "https://example.org:80/",
        "http://user:pass@example.org/", "file:///etc/passwd", "ftp://example.org/x", "gopher://example.org/",
        "//example.org/x", "http://", "http://[::1", "not an address", "http://exa mple.org/", "",
    ],
)  # fmt: skip
def test_addresses_inside_the_house_are_never_called(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_args: object) -> object:
        raise AssertionError(f"{url} was called")

    monkeypatch.setattr(fetch, "_pool", never)
    with pytest.raises(fetch.NotFetched):
        fetch.fetch_public(url, most=1000)


def test_a_name_with_one_address_inside_is_refused_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    def mixed(*_args: object, **_more: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, 0, 0, "", (address, 80)) for address in ("93.184.215.14", "10.0.0.7")]

    monkeypatch.setattr(socket, "getaddrinfo", mixed)
    with pytest.raises(fetch.NotFetched):
        fetch.public_address("mixed.example", 80)

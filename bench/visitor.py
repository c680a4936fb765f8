"""A signed-in person over one kept connection."""

import http.client
import re
import time
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from bench.report import percentiles
from bench.stage import Stage


class Visitor:
    """Signs in at once; every page is read to its end."""

    def __init__(self, here: Stage, username: str = "agent") -> None:
        parts = urlsplit(here.url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
        self._cookies: dict[str, str] = {}
        self.get("/sign-in/")
        password = (here.var / "demo.password").read_text().strip()
        self.post("/sign-in/", {"username": username, "password": password})

    @property
    def cookies(self) -> str:
        """The header of a request that is this person's."""
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def get(self, path: str) -> float:
        """Seconds until the page was read."""
        started = time.perf_counter()
        self._call("GET", path)
        return time.perf_counter() - started

    def post(self, path: str, form: dict[str, str]) -> float:
        """Seconds until the form was answered (with a redirection, as a rule)."""
        started = time.perf_counter()
        self._call("POST", path, urlencode({**form, "csrfmiddlewaretoken": self._cookies["csrftoken"]}))
        return time.perf_counter() - started

    def found(self, path: str, pattern: str) -> str:
        """The first match of the pattern on a page, '' where there is none."""
        match = re.search(pattern, self._call("GET", path))
        return match.group(1) if match else ""

    def _call(self, method: str, path: str, body: str | None = None) -> str:
        headers = {"Cookie": self.cookies}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self._cookies[key] = rest.split(";")[0]
        if answer.status >= 400:
            raise RuntimeError(f"{path} answered {answer.status}")
        return content.decode(errors="replace")

    def times(self, path: Callable[[int], str], count: int = 120) -> dict[str, float]:
        """p50 and p95 of a page, after a few to warm up."""
        for number in range(10):
            self.get(path(number))
        return percentiles([self.get(path(number)) for number in range(count)])

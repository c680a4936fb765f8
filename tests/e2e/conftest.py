"""The whole product as users start it: the supervisor with its own folder, a real browser, a real SMTP conversation."""

import fcntl
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 20_000
"""Milliseconds: these tests ask whether something comes, never how fast."""
expect.set_options(timeout=PATIENCE)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Product:
    """A running installation."""

    url: str
    mail_port: int
    var: Path
    password: str
    supervisor: int

    def environment(self) -> dict[str, str]:
        """For commands on this installation."""
        outside = {"DATABASE_URL", "BIHUAN_TEST_SERVER"}  # the tests' own database is another one
        kept = {name: value for name, value in os.environ.items() if name not in outside}
        return {**kept, "BIHUAN_VAR": str(self.var)}


def _take_company(var: Path, issues: int) -> None:
    """A folder with a demo company of so many issues: made once for all tests of this run, then copied."""
    root = var.parent.parent  # of this process's folders
    shared = root.parent if os.environ.get("PYTEST_XDIST_WORKER") else root
    ready = shared / f"company-{issues}"
    with (shared / f"company-{issues}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            making = shared / f"making-{issues}"
            environment = {**os.environ, "BIHUAN_VAR": str(making), "DEMO_ISSUES": str(issues)}
            for name in ("DATABASE_URL", "BIHUAN_TEST_SERVER"):
                environment.pop(name, None)
            subprocess.run(
                [sys.executable, "-m", "bihuan.cli.main", "prepare", "--demo"], env=environment, cwd=ROOT, check=True,
                timeout=300,
            )  # fmt: skip
            making.rename(ready)
    # The owner of the database's files is another account where we are root.
    subprocess.run(["cp", "-a", str(ready), str(var)], check=True)


@contextmanager
def running_product(var: Path, *, issues: int, first_start: bool = False) -> Iterator[Product]:
    """`bihuan run` on a folder of its own, with a demo company of so many issues; stopped as Ctrl-C would. ``first_start``:
    it makes the company itself, as on a new machine."""
    if not first_start:
        _take_company(var, issues)
    port, mail_port = _free_port(), _free_port()
    environment = {
        **os.environ,
        "BIHUAN_VAR": str(var),
        "PORT": str(port),
        "MAIL_PORT": str(mail_port),
        "DEMO_ISSUES": str(issues),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    for name in ("DATABASE_URL", "BIHUAN_TEST_SERVER"):
        environment.pop(name, None)
    log = (var.parent / "log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "bihuan.cli.main", "run"], env=environment, cwd=ROOT, stdout=log, stderr=log
    )
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}/readyz", process, var.parent / "log")
        password = (var / "demo.password").read_text().strip()
        yield Product(f"http://127.0.0.1:{port}", mail_port, var, password, process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(60) == 0
        finally:
            process.kill()


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product as it starts on a new machine, with an empty demo company."""
    with running_product(tmp_path_factory.mktemp("product") / "var", issues=0, first_start=True) as running:
        yield running


def _wait_until_ready(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if process.poll() is not None:
            raise AssertionError(f"the product ended: {log.read_text()[-3000:]}")
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise AssertionError(f"the product is not ready: {log.read_text()[-3000:]}")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium where it is installed, else Playwright's.

    Ends with its module: while Playwright runs, Django holds this thread for asynchronous, and refuses the database.
    """
    with sync_playwright() as playwright:
        own = next((path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()), None)
        browser = playwright.chromium.launch(executable_path=own, args=["--no-sandbox"])
        yield browser
        browser.close()


class People:
    """Each person has a browser of their own, signed in once."""

    def __init__(self, browser: Browser, product: Product) -> None:
        self._browser, self._product = browser, product
        self._pages: dict[str, Page] = {}
        self.faults: list[str] = []

    def page(self, username: str, *, width: int = 1440, height: int = 900) -> Page:
        """The person's page, signed in."""
        key = f"{username}-{width}"
        if key not in self._pages:
            page = self._browser.new_context(locale="zh-CN", viewport={"width": width, "height": height}).new_page()
            page.set_default_timeout(PATIENCE)
            page.on("pageerror", lambda error: self.faults.append(str(error)))
            page.on(
                "console",
                lambda said: (
                    self.faults.append(said.text) if said.type == "error" and "Content Security" in said.text else None
                ),
            )
            page.goto(f"{self._product.url}/sign-in/")
            page.fill("#username", username)
            page.fill("#password", self._product.password)
            page.click("button.primary")
            page.wait_for_url("**/desk/**")
            self._pages[key] = page
        return self._pages[key]

    def visitor(self, *, width: int = 390, height: int = 844) -> Page:
        """Somebody without an account, on a phone."""
        page = self._browser.new_context(locale="zh-CN", viewport={"width": width, "height": height}).new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        return page


@pytest.fixture
def people(chromium: Browser, product: Product) -> People:
    """The company's staff at their browsers."""
    return People(chromium, product)


def progress_link(product: Product) -> str:
    """The link in the acknowledgement that the customer got."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        for path in (product.var / "outbox").glob("*.eml"):
            body = message_from_bytes(path.read_bytes(), policy=policy.default).get_body(("plain",))
            found = re.search(r"http://\S+/p/\S+", body.get_content() if body else "")
            if found:
                # The demo company's own mails were written when it was made, at another address.
                return re.sub(r"^http://[^/]+", product.url, found.group().rstrip("/") + "/")
        time.sleep(0.3)
    raise AssertionError("no acknowledgement was sent")

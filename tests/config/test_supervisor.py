"""`bihuan run` in real processes: what is killed comes back, and at the end nothing is left."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from bihuan.config.database import EmbeddedServer
from bihuan.config.supervisor import CannotStart, check_port, read_port

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Running:
    """A supervisor without demo company."""

    def __init__(self, folder: Path) -> None:
        self.var, self.port, self.mail_port = folder / "var", free_port(), free_port()
        self.log = folder / "log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(self.command(), env=self.environment(), cwd=ROOT, stdout=log, stderr=log)

    def command(self) -> list[str]:
        return [sys.executable, "-m", "bihuan.cli.main", "run", "--no-demo"]

    def environment(self) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
        }
        return {**kept, "BIHUAN_VAR": str(self.var), "PORT": str(self.port), "MAIL_PORT": str(self.mail_port)}

    def child(self, word: str) -> psutil.Process | None:
        for process in psutil.Process(self.process.pid).children():
            with suppress(psutil.Error):  # it may end while we look
                if word in process.cmdline():
                    return process
        return None

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def readiness(self) -> dict[str, object]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as answer:
            return dict(json.load(answer))
        except (urllib.error.URLError, OSError):
            return {}

    def is_ready(self) -> bool:
        return self.readiness().get("ready") is True

    def takes_mail(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.mail_port), timeout=2) as connection:
                return connection.recv(3) == b"220"
        except OSError:
            return False

    def wait_for(self, what: Callable[[], bool], seconds: float = 180) -> None:
        until = time.monotonic() + seconds
        while not what():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < until, self.log.read_text()
            time.sleep(0.1)

    def killed(self, word: str) -> Callable[[], bool]:
        """Kills a child; gives the question whether another one took its place."""
        child = self.child(word)
        assert child is not None
        child.kill()
        return lambda: (now := self.child(word)) is not None and now.pid != child.pid


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    product = Running(tmp_path_factory.mktemp("run"))
    product.wait_for(product.is_ready)
    yield product
    if product.process.poll() is None:
        product.process.kill()
        product.process.wait()


def test_what_is_killed_comes_back_and_ctrl_c_ends_everything(running: Running) -> None:
    it_says_how_to_reach_it(running)
    a_second_one_says_that_the_port_is_taken(running)
    a_killed_database_comes_back(running)
    running.wait_for(running.killed("work"))
    running.wait_for(running.takes_mail)
    running.wait_for(running.killed("serve"))
    running.wait_for(running.is_ready)
    ctrl_c_ends_everything(running)


def it_says_how_to_reach_it(running: Running) -> None:
    running.wait_for(lambda: "Ctrl-C" in running.log.read_text())
    said = running.log.read_text()
    assert f"http://localhost:{running.port}/" in said
    assert str(running.mail_port) in said
    assert (running.var / "secret.key").stat().st_mode & 0o777 == 0o600
    readiness = running.readiness()
    assert readiness["database"] is True
    assert readiness["queue_age"] == 0
    with urllib.request.urlopen(f"http://127.0.0.1:{running.port}/healthz", timeout=5) as answer:
        assert json.load(answer) == {"alive": True}
    running.wait_for(running.takes_mail)


def a_killed_database_comes_back(running: Running) -> None:
    server = EmbeddedServer(running.var / "pg")
    pid = server.running_pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    running.wait_for(lambda: server.running_pid() not in {None, pid})
    running.wait_for(running.is_ready)


def a_second_one_says_that_the_port_is_taken(running: Running) -> None:
    second = subprocess.run(
        running.command(), env=running.environment(), cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert second.returncode == 2
    assert f"port {running.port} is in use" in second.stderr
    assert "PORT=" in second.stderr


def ctrl_c_ends_everything(running: Running) -> None:
    family = running.children()
    assert len(family) >= 3
    before = len(running.log.read_text())
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(30) == 0
    assert [each for each in family if each.is_running() and each.status() != psutil.STATUS_ZOMBIE] == []
    assert EmbeddedServer(running.var / "pg").running_pid() is None
    assert "Traceback" not in running.log.read_text()[before:]


@pytest.mark.parametrize("text", ["http", "0", "65536", "-1", "80 80"])
def test_a_port_that_is_none_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", text)
    with pytest.raises(CannotStart, match="PORT="):
        read_port("PORT", 8000)


def test_no_port_given_is_the_usual_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")
    assert read_port("PORT", 8000) == 8000


def test_a_taken_port_is_refused() -> None:
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        with pytest.raises(CannotStart, match="in use"):
            check_port(taken.getsockname()[1], "PORT")

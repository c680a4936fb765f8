"""One command for the whole product: database, web, worker with mail listener; restarts what dies, stops cleanly."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

from bihuan.config import database
from bihuan.config.bootstrap import PASSWORD_FILE
from bihuan.config.children import Child
from bihuan.config.env import var_folder

ACCOUNTS = ("admin", "agent", "engineer", "approver", "head", "quality", "manager")
_GRACE = 15.0
_LOOK = 0.2
_DATABASE_LOOK = 2.0
_BIHUAN = (sys.executable, "-m", "bihuan.cli.main")


class CannotStart(Exception):
    """Why nothing was started, and what to do."""


def read_port(name: str, default: int) -> int:
    """A port from the environment.

    :raises CannotStart: it is no port
    """
    text = os.environ.get(name) or str(default)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise CannotStart(f"{name}={text} is no port; give a number from 1 to 65535")
    return int(text)


def check_port(port: int, name: str) -> None:
    """:raises CannotStart: another program listens there, or we may not"""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))  # noqa: S104 - the address that the children will listen on
        except PermissionError:
            raise CannotStart(f"port {port} is reserved for root; choose another one: make run {name}=…") from None
        except OSError:
            raise CannotStart(
                f"port {port} is in use by another program; choose another one: make run {name}=…"
            ) from None


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(json.load(answer).get("ready"))
    except (urllib.error.URLError, OSError, ValueError):
        return False


class Supervisor:
    """Runs until SIGINT or SIGTERM; a second signal does not wait for anybody."""

    def __init__(self, *, var_dir: Path, port: int, mail_port: int, demo: bool) -> None:
        self.var_dir, self.port, self.mail_port, self.demo = var_dir, port, mail_port, demo
        self._lifeline = os.pipe()
        self.children = [
            Child("web", [*_BIHUAN, "serve"], self._lifeline[0]),
            Child("worker", [*_BIHUAN, "work", "--mail"], self._lifeline[0]),
        ]
        self._signals = 0
        self._embedded: database.EmbeddedServer | None = None

    def run(self) -> int:
        """Everything, in order; 2 when it cannot start.

        :raises CannotStart: ports, database or set-up are not as they must be
        :raises DatabaseUnavailable: the database does not come up
        """
        check_port(self.port, "PORT")
        check_port(self.mail_port, "MAIL_PORT")
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        try:
            if not os.environ.get("DATABASE_URL"):
                self._embedded = database.EmbeddedServer(self.var_dir / "pg")
                os.environ["DATABASE_URL"] = self._embedded.start()
            database.check_server(os.environ["DATABASE_URL"])
            if self._prepare():
                self._watch()
        finally:
            self._stop_children()
            if self._embedded is not None:
                self._embedded.stop()
        return 0

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1

    def _prepare(self) -> bool:
        """Tables, calendars, charts, demo company, in a process of its own, so that its memory goes with it."""
        print(
            "bihuan: tables, calendars, charts; at the first start also the demo company (one to three minutes)",
            flush=True,
        )
        command = [*_BIHUAN, "prepare", *(["--demo"] if self.demo else [])]
        process = subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL)
        while process.poll() is None:
            if self._signals:
                process.terminate()
            time.sleep(0.05)
        if process.returncode and not self._signals:
            raise CannotStart("the set-up of the database failed (see above); `bihuan doctor` says more")
        return not self._signals

    def _watch(self) -> None:
        told = False
        database_look = time.monotonic() + _DATABASE_LOOK
        while not self._signals:
            for child in self.children:
                child.look()
            if not told and _is_ready(self.port):
                told = True
                self._tell()
            if self._embedded is not None and time.monotonic() > database_look:
                self._revive_database(self._embedded)
                database_look = time.monotonic() + _DATABASE_LOOK
            time.sleep(_LOOK)

    @staticmethod
    def _revive_database(server: database.EmbeddedServer) -> None:
        if server.running_pid() is None:
            print("bihuan: PostgreSQL ended; starting it again", file=sys.stderr, flush=True)
            try:
                server.revive()
            except database.DatabaseUnavailable as error:
                print(f"bihuan: {error}", file=sys.stderr, flush=True)

    def _stop_children(self) -> None:
        """All at once, since none needs another to stop; the database comes after them."""
        for child in self.children:
            child.ask_to_stop()
        until = time.monotonic() + _GRACE
        while not all(child.ended() for child in self.children):
            if time.monotonic() > until or self._signals > 1:
                break
            time.sleep(0.05)
        for child in self.children:
            child.kill()

    def _tell(self) -> None:
        lines = [
            "",
            f"  闭环 Bihuan    http://localhost:{self.port}/",
            f"  public form    http://localhost:{self.port}/report/",
            f"  mail (SMTP)    localhost:{self.mail_port}",
        ]
        password = self.var_dir / PASSWORD_FILE
        if password.exists():
            lines += [f"  demo accounts  {' '.join(ACCOUNTS)}", f"  password       {password.read_text().strip()}"]
        print("\n".join([*lines, "  Ctrl-C stops it", ""]), flush=True)


def run_supervisor(*, demo: bool) -> int:
    """Reads the environment and runs; 2 with a sentence on stderr when it cannot."""
    try:
        return Supervisor(
            var_dir=var_folder(), port=read_port("PORT", 8000), mail_port=read_port("MAIL_PORT", 2525), demo=demo
        ).run()
    except (CannotStart, database.DatabaseUnavailable) as error:
        print(f"bihuan: {error}", file=sys.stderr)
        return 2

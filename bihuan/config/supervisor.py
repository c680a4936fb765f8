"""One command for the whole product: database, web, worker and mail listener; restarts what dies, stops cleanly."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from bihuan.config import database
from bihuan.config.attach import ensure_database

_GRACE = 20.0
ACCOUNTS = ("admin", "agent", "engineer", "approver", "head", "quality", "manager")


@dataclass(slots=True)
class Child:
    """A process that has to live; ``failures`` grows with each early death and sets the pause before the next try."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    started: float = 0.0
    again_at: float = field(default=0.0)

    def start(self) -> None:
        """Starts it in a session of its own, so that Ctrl-C reaches it only through the supervisor."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(self.command, start_new_session=True)

    def look(self) -> None:
        """Starts it again when it is dead: at once the first time, later and later when it keeps dying."""
        present = time.monotonic()
        if self.process is None:
            if present >= self.again_at:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        self.failures = self.failures + 1 if present - self.started < 30 else 0
        pause = min(0.2 * 2**self.failures, 30.0)
        print(f"bihuan: {self.name} ended ({code}), again in {pause:.1f} s", file=sys.stderr, flush=True)
        self.process, self.again_at = None, present + pause

    def end(self) -> None:
        """Asks it to stop, and insists after a while."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))  # noqa: S104 - the address that the web process will listen on
        except OSError:
            return False
        return True


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(json.load(answer).get("ready"))
    except (urllib.error.URLError, OSError, ValueError):
        return False


class Supervisor:
    """Runs until SIGINT or SIGTERM."""

    def __init__(self, *, var_dir: Path, port: int, mail_port: int, demo: bool) -> None:
        self.var_dir, self.port, self.mail_port, self.demo = var_dir, port, mail_port, demo
        command = [sys.executable, "-m", "bihuan.cli.main"]
        self.children = [
            Child("web", [*command, "serve"]), Child("worker", [*command, "work"]),
            Child("mail", [*command, "serve-mail"]),
        ]
        self._stopping = False

    def run(self) -> int:
        """Everything, in order; 2 when it cannot start."""
        for port, name in ((self.port, "PORT"), (self.mail_port, "MAIL_PORT")):
            if not _port_is_free(port):
                print(f"bihuan: port {port} is in use by another program; choose another one: make run {name}=…",
                      file=sys.stderr)
                return 2
        signal.signal(signal.SIGINT, self._stop)
        signal.signal(signal.SIGTERM, self._stop)
        self.var_dir.mkdir(parents=True, exist_ok=True)
        try:
            ensure_database(self.var_dir)
            command = [sys.executable, "-m", "bihuan.cli.main", "prepare", *(["--demo"] if self.demo else [])]
            if subprocess.run(command, check=False).returncode:
                print("bihuan: the set-up of the database failed; `bihuan doctor` says more", file=sys.stderr)
                return 2
            self._watch()
        finally:
            for child in reversed(self.children):
                child.end()
            database.stop()
        return 0

    def _stop(self, number: int, frame: object) -> None:
        self._stopping = True

    def _watch(self) -> None:
        told = False
        while not self._stopping:
            for child in self.children:
                child.look()
            if not told and _ready(self.port):
                told = True
                self._tell()
            time.sleep(0.2)

    def _tell(self) -> None:
        password = self.var_dir / "demo.password"
        print(f"\n  闭环 Bihuan   http://localhost:{self.port}/", flush=True)
        print(f"  public form   http://localhost:{self.port}/report/", flush=True)
        print(f"  mail (SMTP)   localhost:{self.mail_port}", flush=True)
        if password.exists():
            print(f"  demo accounts {' '.join(ACCOUNTS)}", flush=True)
            print(f"  password      {password.read_text().strip()}", flush=True)
        print("  Ctrl-C stops it\n", flush=True)


def run_supervisor(*, demo: bool) -> int:
    """Reads the environment and runs."""
    return Supervisor(
        var_dir=Path(os.environ.get("BIHUAN_VAR", "var")).resolve(), port=int(os.environ.get("PORT", "8000")),
        mail_port=int(os.environ.get("MAIL_PORT", "2525")), demo=demo,
    ).run()

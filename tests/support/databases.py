"""One fast server for all test runs of this folder, one migrated template, a clone of it for each worker process."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import psutil
import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from bihuan.config.database import EmbeddedServer

ROOT = Path(__file__).resolve().parents[2]
_LOCK = 4711  # advisory lock of PostgreSQL: one process at a time makes templates and cleans up


class TestServer:
    """The embedded server without waiting for the disk; or TEST_DATABASE_URL, a server one may fill with databases."""

    __test__ = False

    def __init__(self) -> None:
        self._given = os.environ.get("TEST_DATABASE_URL")
        self._embedded = None if self._given else EmbeddedServer(ROOT / "var" / "test-pg", fast=True)

    def url(self, database: str) -> str:
        """Where a database of this server is."""
        if self._embedded is None:
            return make_conninfo(self._given or "", dbname=database)
        return self._embedded.url(database)

    def start(self) -> None:
        """Starts or joins."""
        if self._embedded is not None:
            self._embedded.start()

    def stop(self) -> None:
        """Leaves; the last run to leave stops it."""
        if self._embedded is not None:
            self._embedded.stop()

    @contextmanager
    def administration(self) -> Iterator[psycopg.Connection]:
        """A connection that makes and drops databases, alone."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            yield connection


def template_name() -> str:
    """Named after everything that a migrated database depends on, so that it is made again when any of it changes."""
    digest = hashlib.sha256(f"{version('django')} {version('procrastinate')}".encode())
    for path in sorted((ROOT / "bihuan").glob("*/migrations/*.py")):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return f"template_{digest.hexdigest()[:12]}"


def clone_name() -> str:
    """The database of this process."""
    return f"test_{os.getpid()}_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"


def drop(connection: psycopg.Connection, name: str) -> None:
    """Drops a database, whoever is connected to it."""
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def create(connection: psycopg.Connection, name: str, *, template: str = "template0") -> None:
    """Makes a database."""
    connection.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY wal_log").format(
            sql.Identifier(name), sql.Identifier(template)
        )
    )


def leftovers(connection: psycopg.Connection) -> list[str]:
    """Databases of runs that ended without cleaning up, and templates of other migrations that nobody uses."""
    rows = connection.execute(
        "SELECT datname, EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.datname = d.datname) FROM pg_database d"
        r" WHERE datname LIKE 'test\_%' OR datname LIKE 'template\__%' OR datname LIKE 'making\_%'"
    ).fetchall()
    found = []
    for name, used in rows:
        kind, _, rest = str(name).partition("_")
        if kind == "test":
            dead = not psutil.pid_exists(int(rest.partition("_")[0]))
        else:
            dead = not used and name != template_name()
        if dead:
            found.append(str(name))
    return found

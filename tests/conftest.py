"""Database, guard and folders of every test."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker, Settings

from tests.support import databases
from tests.support.guard import guard, watch

ROOT = Path(__file__).resolve().parent.parent


def _point_django_at(url: str) -> None:
    from django.db import connections

    from bihuan.config.env import database_settings

    connections["default"].close()
    connections["default"].settings_dict.update({**database_settings(url, ROOT / "var"), "CONN_MAX_AGE": 0})


def _make_template(server: databases.TestServer) -> str:
    """The migrated database that workers clone; made by whoever needs it first."""
    name = databases.template_name()
    with server.administration() as connection:
        for old in databases.leftovers(connection):
            databases.drop(connection, old)
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            from django.core.management import call_command
            from django.db import connections

            databases.create(connection, f"making_{name}")
            _point_django_at(server.url(f"making_{name}"))
            call_command("migrate", interactive=False, verbosity=0)
            connections["default"].close()
            connection.execute(f'ALTER DATABASE "making_{name}" RENAME TO "{name}"')
    return name


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """This process's own database."""
    from django.db import connections

    server = databases.TestServer()
    server.start()
    name = databases.clone_name()
    with django_db_blocker.unblock():
        template = _make_template(server)
        with server.administration() as connection:
            databases.drop(connection, name)
            databases.create(connection, name, template=template)
        _point_django_at(server.url(name))
        os.environ["DATABASE_URL"] = server.url(name)  # for programs that a test starts
        yield
        connections.close_all()
        with server.administration() as connection:
            databases.drop(connection, name)
    server.stop()


@pytest.fixture(autouse=True)
def _guarded(request: pytest.FixtureRequest) -> Iterator[None]:
    """Refuses foreign writes, but where a test says ``foreign_write("why")``."""
    from django.db import connection

    from bihuan.core import rows

    if request.node.get_closest_marker("foreign_write"):
        yield
        return
    rows.watchers.append(watch)
    with connection.execute_wrapper(guard):
        yield
    rows.watchers.remove(watch)


@pytest.fixture(autouse=True)
def _fresh_process() -> None:
    """What one test did often is not held against the next one, and the language of its last page is not spoken on."""
    from django.utils import translation

    from bihuan.web import limits

    limits._levels.clear()
    translation.deactivate()


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, settings: Settings) -> None:
    """Files and outgoing mail of a test stay in its own folder; hashing costs nothing."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.SMTP_URL = f"file://{tmp_path / 'outbox'}"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


class FrozenClock:
    """The instant that entry points see; it moves only when a test says so."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **amount: float) -> datetime:
        """Moves on by ``timedelta(**amount)`` and gives the new instant."""
        self.now += timedelta(**amount)
        return self.now


@pytest.fixture
def clock() -> Iterator[FrozenClock]:
    """Friday 2026-11-20 10:00 in Shanghai, for every module that asks the system clock, those too that are loaded only
    while the test runs; afterwards all of them ask the real one again."""
    import sys

    from bihuan.core import clock as module

    frozen, original = FrozenClock(datetime(2026, 11, 20, 2, 0, tzinfo=UTC)), module.system_now

    def ask(before: object, after: object) -> None:
        for name, loaded in sys.modules.copy().items():  # a copy at one blow: another thread may load a module now
            if name.startswith("bihuan.") and getattr(loaded, "system_now", None) is before:
                loaded.system_now = after  # type: ignore[attr-defined]

    ask(original, frozen)
    yield frozen
    ask(frozen, original)

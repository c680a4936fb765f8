"""One embedded server a run, a database a worker cloned from one template, and the guard against foreign writes."""

import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
_TEMPLATE = "bihuan_template"
_APPS = "accounts|calendars|channels|customers|flows|issues|knowledge|surveys"
_WRITE = re.compile(rf'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?({_APPS})_', re.IGNORECASE)


def _server_url() -> str:
    """The run's own server, started by the first process that asks; other workers inherit its address."""
    known = os.environ.get("BIHUAN_TEST_SERVER")
    if known:
        return known
    from bihuan.config.database import EmbeddedServer

    server = EmbeddedServer(ROOT / "var" / "test-pg", fast=True)
    url = server.start()
    os.environ["BIHUAN_TEST_SERVER"] = url
    return url


def _on(url: str, database: str) -> str:
    return re.sub(r"/[^/?]*\?", f"/{database}?", url, count=1)


def _point_django_at(url: str, database: str) -> None:
    from django.db import connections

    from bihuan.config.env import database_settings

    settings = {**database_settings(_on(url, database), ROOT / "var"), "CONN_MAX_AGE": 0}
    connections["default"].close()
    connections["default"].settings_dict.update(settings)


def _make_template(url: str) -> None:
    """A migrated database that the workers clone."""
    with psycopg.connect(_on(url, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(_TEMPLATE)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_TEMPLATE)))
    _point_django_at(url, _TEMPLATE)
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", interactive=False, verbosity=0)
    connections["default"].close()


def pytest_sessionstart(session: pytest.Session) -> None:
    """The controlling process makes server and template before any worker starts."""
    if os.environ.get("PYTEST_XDIST_WORKER") is None and _needs_database(session.config):
        from pytest_django.plugin import blocking_manager_key

        with session.config.stash[blocking_manager_key].unblock():
            _make_template(_server_url())


def _needs_database(config: pytest.Config) -> bool:
    return not all("architecture" in str(argument) for argument in config.args)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """This worker's database."""
    url = _server_url()
    name = f"bihuan_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    with psycopg.connect(_on(url, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(_TEMPLATE))
        )
    with django_db_blocker.unblock():
        _point_django_at(url, name)
        yield


class ForeignWrite(AssertionError):
    """Code outside an app's operations wrote that app's tables (house rule 2)."""


def _guard(execute: Callable[..., Any], statement: str, params: Any, many: bool, context: Any) -> Any:
    found = _WRITE.match(statement)
    if found:
        app = found.group(1).lower()
        frame = sys._getframe(1)
        allowed = (f"/bihuan/{app}/operations", f"/bihuan/{app}/migrations", "/django/core/management/", "/django/contrib/auth/")
        while frame is not None:
            name = frame.f_code.co_filename
            if any(part in name for part in allowed):
                break
            frame = frame.f_back  # type: ignore[assignment]
        else:
            raise ForeignWrite(f"{statement[:120]} … outside bihuan/{app}/operations")
    return execute(statement, params, many, context)


@pytest.fixture(autouse=True)
def _guarded(request: pytest.FixtureRequest) -> Iterator[None]:
    from django.db import connection

    with connection.execute_wrapper(_guard):
        yield


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, settings: Any) -> None:
    """Files and outgoing mail of a test stay in its own folder; hashing costs nothing."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.SMTP_URL = f"file://{tmp_path / 'outbox'}"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }

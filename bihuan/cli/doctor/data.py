"""Checks on the database: server, tables, worker, queues, calendars, people."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bihuan.cli.doctor.finding import Finding, error, fine, warning

_LATE = timedelta(minutes=10)
_SKEW = timedelta(seconds=5)


def findings() -> Iterator[Finding]:
    """All of them; without a database the rest makes no sense."""
    from bihuan.cli.ground import on_database
    from bihuan.config.database import DatabaseUnavailable

    try:
        on_database()
    except DatabaseUnavailable as reason:
        yield error("database", str(reason), "check DATABASE_URL, or the log beside the data: var/pg/log")
        return
    except Exception as reason:  # settings that cannot be loaded are a finding too
        yield error("settings", f"{type(reason).__name__}: {reason}", "correct the environment variable that it names")
        return
    yield from server()
    waiting = _waiting_migrations()
    if waiting:
        yield error("tables", f"{waiting} migrations wait", "bihuan migrate")
        return
    yield fine("tables", "up to date")
    yield from installation()


def _waiting_migrations() -> int:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def server() -> Iterator[Finding]:
    """Which PostgreSQL, how safe, and whether its clock is ours."""
    from django.db import connection

    from bihuan.core.clock import system_now

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), current_setting('fsync'), current_setting('server_encoding'),"
            " clock_timestamp(), pg_database_size(current_database())"
        )
        name, durable, encoding, theirs, size = cursor.fetchone()
    yield fine("database", f"PostgreSQL {name}, {size // 2**20} MB")
    if durable != "on":
        yield error(
            "database", "fsync is off: a power cut destroys the data", "ALTER SYSTEM RESET fsync, then restart it"
        )
    if encoding != "UTF8":
        yield error(
            "database", f"its encoding is {encoding}", "make a new database with ENCODING 'UTF8' and load a dump"
        )
    skew = abs(theirs - system_now())
    if skew > _SKEW:
        yield warning(
            "clock", f"the database's differs by {skew.total_seconds():.0f} s", "set both machines' clocks by NTP"
        )


def installation() -> Iterator[Finding]:
    """Worker, queues, calendars, people."""
    from bihuan.core.clock import system_now

    now = system_now()
    yield worker(now)
    yield queue(now)
    yield from calendars(now)
    yield people()
    yield hands(now)


def worker(now: datetime) -> Finding:
    """Whether timers fire and mail leaves."""
    from bihuan.core.heartbeat import is_alive, last_beat

    if is_alive("worker", now=now):
        return fine("worker", "alive")
    seen = last_beat("worker")
    what = f"last seen {seen:%Y-%m-%d %H:%M} UTC" if seen else "has never run"
    return warning("worker", f"{what}: deadlines do not fire, mail stays", "make run (or bihuan work)")


def queue(now: datetime) -> Finding:
    """How long the oldest unsent message waits."""
    from bihuan.channels.queries import oldest_queued

    oldest = oldest_queued()
    if oldest is None:
        return fine("queue", "nothing waits to be sent")
    age = now - oldest
    what = f"the oldest message waits {age.total_seconds():.0f} s"
    return warning("queue", what, "check SMTP_URL and the worker's log") if age > _LATE else fine("queue", what)


def calendars(now: datetime) -> Iterator[Finding]:
    """Years whose holidays are not known yet."""
    from bihuan.calendars.queries import coverage_findings

    found = coverage_findings(now)
    for each in found:
        yield warning("calendar", each.en, "import the year's holidays when the notice is out")
    if not found:
        yield fine("calendar", "this year and the next are loaded")


def people() -> Finding:
    """Whether anybody can sign in."""
    from bihuan.accounts.models import User

    active = User.objects.filter(is_active=True).count()
    return fine("people", f"{active} can sign in") if active else warning("people", "nobody can sign in", "make run")


def hands(now: datetime) -> Finding:
    """Open issues on which nobody can act."""
    from bihuan.issues.queries import without_actor

    found = without_actor(now=now)
    if not found:
        return fine("hands", "somebody can act on every open issue")
    return warning("hands", f"nobody can act on {len(found)} open issues", "assign them: desk, queue 没有人能办")

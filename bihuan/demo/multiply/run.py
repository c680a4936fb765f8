"""The run: templates, plan, rows by two connections, indexes, check."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

import psycopg

from bihuan.demo.multiply import indexes, plan, prepare
from bihuan.demo.multiply.catalog import Connection, Table
from bihuan.demo.multiply.statements import Kind, Writer, reserve

_CONNECTIONS = 2
_PORTION = 10_000  # copies by one statement
_INDEXES_FROM = 20_000  # copies from which on it is quicker to build indexes anew
_SHARES = {"rows": 0.62, "indexes": 0.3}
Progress = Callable[[float], None]


class NeedsSuperuser(Exception):
    """Rows can only be copied past the triggers by a superuser of the database, as the embedded one gives."""


@dataclass(frozen=True, slots=True)
class Multiplied:
    """What was made. ``dangling``: foreign keys that lead nowhere, which must be none."""

    issues: int
    rows: int
    dangling: int


def _connect(dsn: str) -> Connection:
    connection: Connection = psycopg.connect(dsn, autocommit=True)
    try:
        connection.execute("SET session_replication_role = replica")  # keys are checked at the end, all at once
    except psycopg.errors.InsufficientPrivilege as error:
        connection.close()
        raise NeedsSuperuser from error
    connection.execute("SET synchronous_commit = off")
    connection.execute("SET maintenance_work_mem = '512MB'")
    connection.execute("SET work_mem = '64MB'")
    connection.execute("SET statement_timeout = 0")
    return connection


def _all(dsn: str, jobs: Iterable[tuple[float, Callable[[Connection], int]]], tell: Progress) -> int:
    """Does the jobs by two connections; ``tell`` gets the share of their weights that is done."""
    listed = list(jobs)
    total = sum(weight for weight, _job in listed) or 1.0
    connections = [_connect(dsn) for _ in range(_CONNECTIONS)]
    free = list(connections)

    def work(job: Callable[[Connection], int]) -> int:
        connection = free.pop()
        try:
            return job(connection)
        finally:
            free.append(connection)

    done, count = 0.0, 0
    try:
        with ThreadPoolExecutor(_CONNECTIONS) as threads:
            running = {threads.submit(work, job): weight for weight, job in listed}
            for finished in as_completed(running):
                count += finished.result()
                done += running[finished]
                tell(done / total)
    finally:
        for connection in connections:
            connection.close()
    return count


def _inserting(statement: str, first: int, last: int) -> Callable[[Connection], int]:
    def insert(connection: Connection) -> int:
        return connection.execute(statement.encode(), (first, last)).rowcount

    return insert


def _jobs(
    kind: Kind, writers: Sequence[tuple[str, float]], count: int
) -> list[tuple[float, Callable[[Connection], int]]]:
    """Portions of all tables side by side, so that two connections seldom write to one table."""
    found = []
    for first in range(0, count, _PORTION):
        last = min(first + _PORTION, count)
        found += [(weight * (last - first), _inserting(statement, first, last)) for statement, weight in writers]
    return found


def _weights(connection: Connection, tables: Sequence[Table]) -> dict[str, float]:
    """Rows of each table that belong to one issue, on average."""
    found = {}
    for table in tables:
        row = connection.execute(
            f"SELECT count(*)::float / greatest(count(DISTINCT owner_), 1) FROM demo_copy.src_{table.name}"
        ).fetchone()
        found[table.name] = float(str(row[0])) if row else 0.0
    return found


def _copy(dsn: str, connection: Connection, kind: Kind, ready: prepare.Ready, count: int, tell: Progress) -> int:
    weights = _weights(connection, kind.tables)
    writers = [
        (Writer(connection, table, kind, ready.keys).statement(), weights[table.name])
        for table in kind.tables
        if weights[table.name]
    ]
    return _all(dsn, _jobs(kind, writers, count), tell)


def multiply(*, dsn: str, count: int, seed: int, zone: str, now: datetime, progress: Progress) -> Multiplied:
    """Adds ``count`` copies of the issues that are there. Seen from ``now`` the copies are a past of three years, with
    two in a hundred still open.

    Of what is older than thirty days the messages stay, the steps with their holders and documents; the engine's
    records, the single submissions, bell entries and events between are left out.

    :raises NeedsSuperuser: the account of the database may not do this
    """
    random = Random(seed)
    with _connect(dsn) as connection:
        indexes.restore(connection)
        connection.execute("DROP SCHEMA IF EXISTS demo_copy CASCADE")
        ready = prepare.templates(connection)
        found = prepare.issue_sources(connection, ready, now)
        if not found:
            return Multiplied(0, 0, 0)
        customers = sorted({source.customer for source in found})
        each = plan.write_customers(connection, random, customers, count)
        chosen = plan.copies(random=random, sources=found, count=count, now=now)
        last = plan.last_numbers(connection)
        plan.write_plan(
            connection,
            random=random,
            chosen=plan.numbered(chosen, last, ZoneInfo(zone)),
            templates=customers,
            customers_each=each,
            now=now,
        )
        prepare.advance_numbers(connection, last, now=now, zone=ZoneInfo(zone))
        del chosen
        connection.execute("ANALYZE demo_copy.plan, demo_copy.customer")
        return _written(dsn, connection, ready, count, each * len(customers), progress)


def _written(
    dsn: str, connection: Connection, ready: prepare.Ready, count: int, customers: int, progress: Progress
) -> Multiplied:
    reserve(connection, ready.customers, ready.keys, customers)
    reserve(connection, ready.issues, ready.keys, count)
    names = [table.name for kind in (ready.customers, ready.issues) for table in kind.tables]
    if count >= _INDEXES_FROM:
        indexes.drop(connection, names)
    rows, built = _SHARES["rows"], _SHARES["indexes"]
    try:
        written = _copy(dsn, connection, ready.customers, ready, customers, lambda share: None)
        written += _copy(dsn, connection, ready.issues, ready, count, lambda share: progress(share * rows))
    finally:
        _all(dsn, indexes.building(connection), lambda share: progress(rows + share * built))
    _all(dsn, indexes.analysing(names), lambda share: progress(rows + built + share * (1 - rows - built)))
    dangling = prepare.dangling(connection, [*ready.customers.tables, *ready.issues.tables])
    connection.execute("DROP SCHEMA demo_copy CASCADE")
    return Multiplied(issues=count, rows=written, dangling=dangling)

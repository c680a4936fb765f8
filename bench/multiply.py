"""Many issues quickly: the rows of a few real ones copied within the database, keys shifted.

Measuring reads at 100,000 issues needs their rows, not the hour in which operations would make them.
"""

from collections.abc import Sequence

import psycopg
from psycopg import sql

TABLES = (
    "flows_instance",
    "flows_workitem",
    "flows_wait",
    "flows_steprecord",
    "issues_issue",
    "issues_entry",
    "issues_issuesearch",
    "issues_formrecord",
    "issues_formsubmission",
)
_SHIFT = 10_000_000
_UNIQUE_TEXT = {("issues_issue", "number")}
_SPREAD = {"created_at", "updated_at", "at", "opened_at", "started_at"}


def _columns(connection: psycopg.Connection[tuple[object, ...]], table: str) -> list[str]:
    rows = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " AND attgenerated = '' ORDER BY attnum",
        [table],
    ).fetchall()
    return [str(row[0]) for row in rows]


def _shifted(connection: psycopg.Connection[tuple[object, ...]], table: str, tables: Sequence[str]) -> set[str]:
    """Columns that hold the key of a copied row: the primary key and foreign keys to copied tables."""
    rows = connection.execute(
        "SELECT a.attname, c.contype::text, c.confrelid::regclass::text FROM pg_constraint c"
        " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)"
        " WHERE c.conrelid = %s::regclass AND c.contype IN ('p', 'f')",
        [table],
    ).fetchall()
    return {str(name) for name, kind, target in rows if kind == "p" or target in tables}


def multiply(dsn: str, *, copies: int) -> None:
    """Adds ``copies`` copies of every issue, each shifted back in time by half an hour more than the one before."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")  # keys are right by construction
        for table in TABLES:
            shifted = _shifted(connection, table, TABLES)
            targets, sources = [], []
            for column in _columns(connection, table):
                name = sql.Identifier(column)
                targets.append(name)
                if column in shifted:
                    sources.append(sql.SQL("t.{} + {} * k").format(name, sql.Literal(_SHIFT)))
                elif (table, column) in _UNIQUE_TEXT:
                    sources.append(sql.SQL("t.{} || '-' || k").format(name))
                elif column in _SPREAD:
                    sources.append(sql.SQL("t.{} - k * interval '31 minutes'").format(name))
                else:
                    sources.append(sql.SQL("t.{}").format(name))
            connection.execute(
                sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {} t, generate_series(1, {}) k").format(
                    sql.Identifier(table),
                    sql.SQL(", ").join(targets),
                    sql.SQL(", ").join(sources),
                    sql.Identifier(table),
                    sql.Literal(copies),
                )
            )
        connection.execute("VACUUM ANALYZE")

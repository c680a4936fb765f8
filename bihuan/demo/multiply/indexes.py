"""Indexes that are dropped while rows are copied, and built anew; autovacuum, which would only be in the way, sleeps
meanwhile. What is to be brought back is kept in a table."""

from collections.abc import Callable, Iterator, Sequence

from bihuan.demo.multiply.catalog import Connection

_KEPT = "public.demo_dropped_index"
_DROPPABLE = """
    SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid),
           pg_get_indexdef(i.indexrelid), pg_relation_size(i.indexrelid)
    FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype IN ('u', 'x')
    WHERE i.indrelid = ANY (%s::regclass[]) AND NOT i.indisprimary
      AND NOT EXISTS (SELECT 1 FROM pg_constraint f WHERE f.contype = 'f' AND f.conindid = i.indexrelid)"""


def drop(connection: Connection, tables: Sequence[str]) -> None:
    """Drops all indexes of the tables but those that keys need, and remembers them."""
    connection.execute(f"CREATE TABLE IF NOT EXISTS {_KEPT} (drops text, creates text, size bigint)")
    for table, index, constraint, condition, definition, size in connection.execute(
        _DROPPABLE, [list(tables)]
    ).fetchall():
        drops = f'ALTER TABLE {table} DROP CONSTRAINT "{constraint}"' if constraint else f"DROP INDEX {index}"
        creates = f'ALTER TABLE {table} ADD CONSTRAINT "{constraint}" {condition}' if constraint else str(definition)
        _exchange(connection, drops, creates, size)
    for table in tables:
        _exchange(
            connection,
            f"ALTER TABLE {table} SET (autovacuum_enabled = off)",
            f"ALTER TABLE {table} RESET (autovacuum_enabled)",
            0,
        )


def _exchange(connection: Connection, drops: str, creates: str, size: object) -> None:
    with connection.transaction():
        connection.execute(f"INSERT INTO {_KEPT} VALUES (%s, %s, %s)", [drops, creates, size])
        connection.execute(drops.encode())


def _create(creates: str) -> Callable[[Connection], int]:
    def create(connection: Connection) -> int:
        with connection.transaction():
            connection.execute(creates.encode())
            connection.execute(f"DELETE FROM {_KEPT} WHERE creates = %s", [creates])
        return 0

    return create


def building(connection: Connection) -> Iterator[tuple[float, Callable[[Connection], int]]]:
    """The jobs that build what was dropped, the largest first."""
    if _there(connection):
        for creates, size in connection.execute(f"SELECT creates, size FROM {_KEPT} ORDER BY size DESC").fetchall():
            yield float(str(size)) + 1, _create(str(creates))


def _there(connection: Connection) -> bool:
    row = connection.execute("SELECT to_regclass(%s) IS NOT NULL", [_KEPT]).fetchone()
    return bool(row and row[0])


def restore(connection: Connection) -> None:
    """Builds what a run that was killed had dropped."""
    for _size, create in list(building(connection)):
        create(connection)
    connection.execute(f"DROP TABLE IF EXISTS {_KEPT}")


def _analyse(table: str) -> Callable[[Connection], int]:
    def analyse(connection: Connection) -> int:
        connection.execute(f"VACUUM (ANALYZE) {table}".encode())
        return 0

    return analyse


def analysing(tables: Sequence[str]) -> Iterator[tuple[float, Callable[[Connection], int]]]:
    """The jobs after which the database knows what is in the tables."""
    for table in tables:
        yield 1.0, _analyse(table)

"""Rows read and written by statements that are put together once a process, and written together.

What Django does anew for every query (build it, compile it, resolve every column) costs several times what the database
needs to answer it, and every statement costs a way to the database and back. The few statements that every step of an
issue goes through are made here instead: whole rows by model, with the same conversions of values. New rows get their
keys from a block that the connection has fetched; so nothing has to come back, and within ``gathered`` the writes of an
operation go to the database in one message: at its end, or before the next statement of any other kind. Everything else
stays with the ORM (ADR 0019).
"""

import itertools
import re
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload
from weakref import WeakKeyDictionary

from django.db import connection, connections, models
from psycopg.pq import TransactionStatus

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

M = TypeVar("M", bound=models.Model)
T = TypeVar("T")
T2 = TypeVar("T2")
T3 = TypeVar("T3")
T4 = TypeVar("T4")
Param = int | str | list[int]
Fields = tuple["models.Field[Any, Any]", ...]


@cache
def _columns(model: type[models.Model], without: frozenset[str]) -> Fields:
    return tuple(field for field in model._meta.concrete_fields if field.attname not in without)


def _column(field: "models.Field[Any, Any]") -> str:
    return f'"{field.column}"'


_PLAIN = (
    models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.DateTimeField,
    models.ForeignKey,
)  # fmt: skip
_AS_IS = frozenset({int, str, bool, type(None)})


@cache
def _plain(fields: Fields) -> tuple[bool, ...]:
    return tuple(isinstance(field, _PLAIN) for field in fields)


def _values(row: models.Model, fields: Fields) -> list[Any]:
    """The values as the database takes them. Most are that already, and to ask their fields costs more than to send
    them. The fields that are asked get the real connection: behind the proxy that costs as much as the conversion."""
    real = connections[connection.alias]
    found = []
    for field, plain in zip(fields, _plain(fields), strict=True):
        value = getattr(row, field.attname)
        as_is = plain and (type(value) in _AS_IS or (type(value) is datetime and value.tzinfo is not None))
        found.append(value if as_is else field.get_db_prep_save(value, real))
    return found


_statements = itertools.count(1)
_known: "WeakKeyDictionary[object, set[str]]" = WeakKeyDictionary()


class Prepared:
    """A statement with places (``%s``) that PostgreSQL plans once a connection instead of each time: to plan one row of
    a table with many indexes takes longer than to find it. The connection must be the process's own: a pooler that hands
    it on between transactions does not do (nor for ``bihuan.core.live``).
    """

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self._name = f"bihuan_{next(_statements)}"
        numbers = itertools.count(1)
        text = re.sub("%s", lambda _place: f"${next(numbers)}", sql)
        self._prepare = f"PREPARE {self._name} AS {text}"
        places = ", ".join(["%s"] * sql.count("%s"))
        self._execute = f"EXECUTE {self._name}({places})" if places else f"EXECUTE {self._name}"

    def of(self, *params: Param) -> "Asked[tuple[Any, ...]]":
        """The question with its values, to be asked together with others."""
        return Asked(self, params, tuple)

    def rows(self, *params: Param) -> list[tuple[Any, ...]]:
        """What the database answers."""
        found: list[tuple[Any, ...]] = ask(self.of(*params))[0]
        return found

    def ready(self, cursor: "CursorWrapper") -> str:
        """The words that execute it, on a connection that knows it from now on."""
        known = _known.setdefault(connection.connection, set())
        if self._name not in known:
            cursor.execute(self._prepare)  # no part of a transaction: it stays when the transaction is undone
            known.add(self._name)
        return self._execute


@dataclass(frozen=True, slots=True)
class Asked(Generic[T]):
    """A prepared question with its values; ``made`` makes of each row what the asker wants."""

    statement: Prepared
    params: Sequence[Param]
    made: Callable[[tuple[Any, ...]], T]


@overload
def ask(one: Asked[T], /) -> tuple[list[T]]: ...
@overload
def ask(one: Asked[T], two: Asked[T2], /) -> tuple[list[T], list[T2]]: ...
@overload
def ask(one: Asked[T], two: Asked[T2], three: Asked[T3], /) -> tuple[list[T], list[T2], list[T3]]: ...
@overload
def ask(
    one: Asked[T], two: Asked[T2], three: Asked[T3], four: Asked[T4], /
) -> tuple[list[T], list[T2], list[T3], list[T4]]: ...
@overload
def ask(*asked: Asked[Any]) -> tuple[list[Any], ...]: ...
def ask(*asked: Asked[Any]) -> tuple[list[Any], ...]:
    """Several questions in one message, answered in their order; each sees what was committed until its own turn."""
    for watcher in watchers:
        for each in asked:
            watcher(each.statement.sql)
    found = []
    with connection.cursor() as cursor:
        words = [each.statement.ready(cursor) for each in asked]
        if _send(cursor, words, [value for each in asked for value in each.params]):
            cursor.nextset()
        for number, each in enumerate(asked):
            if number:
                cursor.nextset()
            found.append([each.made(row) for row in cursor.fetchall()])
    return tuple(found)


def _send(cursor: "CursorWrapper", words: list[str], params: Sequence[Any] | None = None) -> bool:
    """Sends statements as one message. True: the transaction that Django has declared began with it, so that the first
    answer is that of ``BEGIN``, which would have been a way to the database of its own."""
    real = connection.connection
    begins = not real.autocommit and real.info.transaction_status is TransactionStatus.IDLE
    if not begins:
        cursor.execute(";\n".join(words), params)
        return False
    real.autocommit = True  # else psycopg sends a BEGIN too; COMMIT and ROLLBACK are sent as ever
    try:
        cursor.execute(";\n".join(["BEGIN", *words]), params)
    finally:
        if real.info.transaction_status is TransactionStatus.IDLE and not real.closed:
            real.autocommit = False  # it never began: what comes next must
    return True


class Select(Generic[M]):
    """``SELECT`` of whole rows of a model. ``tail`` is what follows ``FROM table t``; ``without`` are left to be read when
    asked for (attribute names)."""

    def __init__(self, model: type[M], tail: str, *, without: Iterable[str] = ()) -> None:
        self._model = model
        self._fields = _columns(model, frozenset(without))
        names = ", ".join(f't."{field.column}"' for field in self._fields)
        sql = f'SELECT {names} FROM "{model._meta.db_table}" t {tail}'  # noqa: S608 - names from the model
        self._statement = Prepared(sql)
        self._names = [field.attname for field in self._fields]
        self._convert: list[tuple[int, Callable[..., object], object]] | None = None

    def of(self, *params: Param) -> Asked[M]:
        """The question with its values, to be asked together with others."""
        return Asked(self._statement, params, self._made)

    def rows(self, *params: Param) -> list[M]:
        """The rows that fit."""
        return ask(self.of(*params))[0]

    def first(self, *params: Param) -> M | None:
        """The first row that fits, or None."""
        return next(iter(self.rows(*params)), None)

    def _made(self, row: tuple[Any, ...]) -> M:
        values = list(row)
        if self._convert is None:
            self._convert = [
                (at, converter, field.get_col(self._model._meta.db_table))
                for at, field in enumerate(self._fields)
                for converter in field.get_db_converters(connection)
            ]
        for at, converter, expression in self._convert:
            values[at] = converter(values[at], expression, connection)
        return self._model.from_db(connection.alias, self._names, values)


# -- keys -----------------------------------------------------------------------------------------------------------

BLOCK = 50
_blocks: "WeakKeyDictionary[object, dict[str, deque[int]]]" = WeakKeyDictionary()
_lock = threading.Lock()


def new_key(model: type[models.Model]) -> int:
    """A key for a new row. Keys are never given twice; those of a block that a connection does not use up are left out.

    A block is forgotten with the connection that fetched it: PostgreSQL may give the same numbers again after a crash
    when the transaction that fetched them had not been committed, and no connection outlives a crash.
    """
    table = model._meta.db_table
    connection.ensure_connection()
    with _lock:
        block = _blocks.setdefault(connection.connection, {}).setdefault(table, deque())
    if not block:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, BLOCK]
            )
            block.extend(int(row[0]) for row in cursor.fetchall())
    return block.popleft()


# -- writing --------------------------------------------------------------------------------------------------------

Statement = tuple[str | Prepared, Sequence[Any]]
_pending: ContextVar[list[Statement] | None] = ContextVar("rows_pending", default=None)
_apart: ContextVar[bool] = ContextVar("rows_apart", default=False)
watchers: list[Callable[[str], None]] = []
"""Told of every statement when it is given; tests look here at who writes what."""


def is_gathering() -> bool:
    """Whether writes wait for the end of an operation."""
    return _pending.get() is not None


@contextmanager
def gathered(*, commit: bool = False) -> Iterator[None]:
    """Writes of this module wait for the end, or for the next statement of any other kind; after an error they are
    forgotten. Inside a transaction only; inside another one nothing changes.

    ``commit``: the transaction ends with this, so its COMMIT goes out with the last of them.
    """
    if _pending.get() is not None:
        yield
        return
    token = _pending.set([])
    try:
        with connection.execute_wrapper(_others_come_after):
            yield
            flush(commit=commit)
    finally:
        _pending.reset(token)


@contextmanager
def apart() -> Iterator[None]:
    """Questions here have nothing to do with what waits to be written: it need not go out before them."""
    token = _apart.set(True)
    try:
        yield
    finally:
        _apart.reset(token)


def _others_come_after(
    execute: Callable[..., Any], statement: Any, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    if not _apart.get():
        flush()
    return execute(statement, params, many, context)


def flush(*, commit: bool = False) -> None:
    """Sends what waits. With ``commit`` the transaction is over then: what Django still commits is nothing."""
    waiting = _pending.get()
    if not waiting:
        return
    given, waiting[:] = list(waiting), []
    with connection.cursor() as cursor:
        words = [_words(statement, params, cursor) for statement, params in given]
        _send(cursor, [*words, "COMMIT"] if commit else words)


def _words(statement: str | Prepared, params: Sequence[Any], cursor: "CursorWrapper") -> str:
    # One by one: psycopg keeps the places of a statement only as long as there are no more than fifty.
    text = statement if isinstance(statement, str) else statement.ready(cursor)
    words: str = cursor.cursor.mogrify(text, params)
    return words


def write(statement: str | Prepared, params: Sequence[Any]) -> None:
    """A statement whose answer nobody wants."""
    for watcher in watchers:
        watcher(statement if isinstance(statement, str) else statement.sql)
    waiting = _pending.get()
    if waiting is not None:
        waiting.append((statement, params))
        return
    with connection.cursor() as cursor:
        _send(cursor, [_words(statement, params, cursor)])


@cache
def _insert_sql(model: type[models.Model], keyed: bool) -> tuple[Prepared, Fields]:
    key = model._meta.pk
    assert key is not None
    fields = _columns(model, frozenset() if keyed else frozenset({key.attname}))
    names, places = ", ".join(map(_column, fields)), ", ".join(["%s"] * len(fields))
    return Prepared(f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({places})'), fields  # noqa: S608


def insert_rows(rows: Sequence[models.Model], *, keyed: bool = True) -> None:
    """Inserts new rows of one model. They have their keys at once; not ``keyed``, the database gives
    them in the order of writing, and nobody here learns them."""
    if not rows:
        return
    model = type(rows[0])
    statement, fields = _insert_sql(model, keyed)
    for row in rows:
        if keyed and row.pk is None:
            row.pk = new_key(model)
        row._prepare_related_fields_for_save(operation_name="insert_rows")  # type: ignore[attr-defined]
    for row in rows:
        write(statement, _values(row, fields))
        row._state.adding = False
        row._state.db = connection.alias


@cache
def _update_sql(model: type[models.Model], names: tuple[str, ...]) -> tuple[Prepared, Fields]:
    key = model._meta.pk
    assert key is not None
    known = {name: field for field in model._meta.concrete_fields for name in (field.name, field.attname)}
    fields = tuple(known[name] for name in names)
    sets = ", ".join(f"{_column(field)} = %s" for field in fields)
    return Prepared(f'UPDATE "{model._meta.db_table}" SET {sets} WHERE {_column(key)} = %s'), fields  # noqa: S608


def update_row(row: models.Model, names: Iterable[str]) -> None:
    """Writes the named fields of a row that exists."""
    # In one order, so that the same fields are one statement, however they were named.
    statement, fields = _update_sql(type(row), tuple(sorted(names)))
    write(statement, [*_values(row, fields), row.pk])

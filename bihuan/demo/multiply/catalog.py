"""Which tables belong to an issue or a customer, read from the database: whatever is added later is copied too."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import psycopg

Connection = psycopg.Connection[tuple[object, ...]]

_COLUMNS = """
    SELECT a.attname, format_type(a.atttypid, NULL), GREATEST(a.atttypmod - 4, 0), a.attnotnull
    FROM pg_attribute a WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    ORDER BY a.attnum"""
_REFERENCES = """
    SELECT c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text, a.attnotnull
    FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND array_length(c.conkey, 1) = 1 AND c.connamespace = 'public'::regnamespace
    ORDER BY 1, a.attnum"""
_UNIQUE = """
    SELECT i.indexrelid, ARRAY(SELECT a.attname FROM pg_attribute a
                               WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::smallint[]))::text[],
           i.indisprimary, pg_get_expr(i.indpred, i.indrelid)
    FROM pg_index i WHERE i.indrelid = %s::regclass AND i.indisunique"""


@dataclass(frozen=True, slots=True)
class Column:
    """``longest``: characters, 0 for no limit."""

    name: str
    type: str
    longest: int

    @property
    def is_text(self) -> bool:
        """Words may stand in it."""
        return self.type in ("text", "character varying")

    @property
    def is_number(self) -> bool:
        """A whole number."""
        return self.type in ("bigint", "integer", "smallint")

    @property
    def is_json(self) -> bool:
        """Words and instants may stand in it."""
        return self.type == "jsonb"


@dataclass(frozen=True, slots=True)
class Table:
    """A table that is copied. ``owner``: the column and the table by which a row belongs to its issue (None: the root
    itself, or what the root points to). ``references``: column → copied table. ``single``: the columns by which a copy
    must differ from its original."""

    name: str
    key: Column
    columns: tuple[Column, ...]
    owner: tuple[str, str] | None
    references: Mapping[str, str] = field(default_factory=dict)
    single: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key."""

    table: str
    column: str
    target: str
    required: bool


def references(connection: Connection) -> list[Reference]:
    """All foreign keys of one column."""
    rows = connection.execute(_REFERENCES).fetchall()
    return [Reference(str(table), str(column), str(target), bool(must)) for table, column, target, must in rows]


def _columns(connection: Connection, table: str) -> tuple[Column, ...]:
    rows = connection.execute(_COLUMNS, [table]).fetchall()
    return tuple(Column(str(name), str(kind), int(str(longest))) for name, kind, longest, _must in rows)


def _owners(
    roots: tuple[str, ...], every: list[Reference], belongs: Callable[[str], bool]
) -> dict[str, tuple[str, str] | None]:
    """Tables in an order in which owners come first, each with the foreign key that leads to its owner."""
    found: dict[str, tuple[str, str] | None] = dict.fromkeys(roots)
    grown = True
    while grown:
        grown = False
        for level in list(found):
            fitting = [each for each in every if each.target == level and each.table not in found]
            for each in sorted(fitting, key=lambda each: not each.required):
                if each.table not in found and belongs(each.table):
                    found[each.table] = (each.column, level)
                    grown = True
    return found


def _any(connection: Connection, table: str, condition: str) -> bool:
    words = f"SELECT 1 FROM {table} WHERE {condition} LIMIT 1"
    return connection.execute(words.encode()).fetchone() is not None


def _single(
    connection: Connection, table: str, columns: tuple[Column, ...], changed: set[str], fixed: set[str]
) -> frozenset[str]:
    """One column of words, else one number, of every unique index that copies would otherwise break. ``fixed``: columns
    that point to what is not copied."""
    words = [column.name for column in columns if column.is_text]
    numbers = [column.name for column in columns if column.is_number and column.name not in fixed]
    found: set[str] = set()
    for _index, names, _primary, part in connection.execute(_UNIQUE, [table]).fetchall():
        keys = [str(name) for name in names] if isinstance(names, list) else []
        if keys and not changed.intersection(keys):
            able = [name for name in (*numbers, *words) if name in keys]
            if not able and part and not _any(connection, table, str(part)):
                continue  # unique among rows of a kind of which there are none
            if not able:
                raise ValueError(f"{table}: nothing in {keys} tells a copy from its original")
            found.add(able[-1])
    return frozenset(found)


def tables(
    connection: Connection, roots: tuple[str, ...], belongs: Callable[[str], bool], beside: Iterable[str] = ()
) -> list[Table]:
    """The roots and all tables that hang at them and that ``belongs`` wants, owners first. ``beside``: tables that are
    copied too, by themselves."""
    every = references(connection)
    owners = _owners(roots, every, belongs)
    copied = {*owners, *beside}
    made = []
    for name, owner in owners.items():
        columns = _columns(connection, name)
        keys = [
            str(column)
            for _index, found, primary, _part in connection.execute(_UNIQUE, [name]).fetchall()
            if primary and isinstance(found, list)
            for column in found
        ]
        key = next(column for column in columns if column.name == keys[0])
        points = {each.column: each.target for each in every if each.table == name and each.target in copied}
        fixed = {each.column for each in every if each.table == name}
        single = _single(connection, name, columns, {key.name, *points}, fixed)
        made.append(Table(name, key, columns, owner, points, single))
    return made

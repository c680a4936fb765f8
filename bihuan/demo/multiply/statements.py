"""The statements that copy: one ``INSERT … SELECT`` a table, over a range of the plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bihuan.demo.multiply.catalog import Column, Connection, Table

_INSTANT = r'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[^"]*)"'


@dataclass(frozen=True, slots=True)
class Words:
    """Words of the source that the copy has its own in place of: SQL for the old ones and for the new ones."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Kind:
    """What is copied together. ``plan`` has a row for each copy (ordinal, source), ``old`` one for each source with its
    words, ``joins`` what is known of a copy besides; ``shift``: by how much it happened earlier ('' not at all).
    ``given``: SQL for columns that are made anew. ``kept``: conditions for rows of a table that are copied."""

    tables: Sequence[Table]
    plan: str
    old: str
    joins: str
    shift: str
    words: Sequence[Words]
    given: Mapping[tuple[str, str], str] = field(default_factory=dict)
    kept: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Keys:
    """New keys of a table: ``base + ordinal * width + rank``. ``ordinal``: SQL for the copy they belong to."""

    base: int
    width: int
    ordinal: str
    number: bool = True

    def of(self, rank: str, old: str) -> str:
        """SQL for the key of the copy of the row with that rank among those of its owner."""
        if not self.number:
            return f"md5({old}::text || '.' || {self.ordinal})::uuid"
        return f"{self.base} + {self.ordinal}::bigint * {self.width} + {rank}"


def ranks(connection: Connection, table: Table, roots: Mapping[str, str]) -> None:
    """Makes ``demo_copy.rank_TABLE``: every row that is copied, whose it is, and its place among those."""
    if table.name in roots:
        select = roots[table.name]
    else:
        assert table.owner is not None
        column, parent = table.owner
        select = (
            f'SELECT t."{table.key.name}" AS id, m.owner,'
            f' row_number() OVER (PARTITION BY m.owner ORDER BY t."{table.key.name}") - 1 AS rank'
            f' FROM {table.name} t JOIN demo_copy.rank_{parent} m ON m.id = t."{column}"'
        )
    connection.execute(f"CREATE UNLOGGED TABLE demo_copy.rank_{table.name} AS {select}")
    connection.execute(f"ALTER TABLE demo_copy.rank_{table.name} ADD PRIMARY KEY (id)")
    connection.execute(f"ANALYZE demo_copy.rank_{table.name}")


def keys(connection: Connection, table: Table, ordinal: str) -> Keys:
    """The keys that copies of the table's rows get."""
    if not table.key.is_number:
        return Keys(0, 1, ordinal, number=False)
    # Behind what is there and behind what other connections have been given but did not write yet.
    row = connection.execute(
        f'SELECT GREATEST((SELECT COALESCE(max("{table.key.name}"), 0) FROM {table.name}),'
        f" COALESCE(pg_sequence_last_value(pg_get_serial_sequence('{table.name}', '{table.key.name}')::regclass), 0)) + 1,"
        f" (SELECT COALESCE(max(rank), 0) + 1 FROM demo_copy.rank_{table.name})"
    ).fetchone()
    assert row is not None
    return Keys(int(str(row[0])), int(str(row[1])), ordinal)


def reserve(connection: Connection, kind: Kind, known: Mapping[str, Keys], count: int) -> None:
    """Nobody else is given the keys of the copies, neither while they are written nor afterwards."""
    for table in kind.tables:
        found = known[table.name]
        if found.number and table.key.name not in table.references:
            connection.execute(
                "SELECT setval(q, %s) FROM pg_get_serial_sequence(%s, %s) q WHERE q IS NOT NULL",
                [found.base + count * found.width, table.name, table.key.name],
            )


def sources(connection: Connection, table: Table, known: Mapping[str, Keys]) -> None:
    """Makes ``demo_copy.src_TABLE``: the rows that are copied, with the ranks of what they point to, and with JSON cut
    at its instants."""
    selected, joins = ["m.owner AS owner_", "m.rank AS rank_", "t.*"], []
    for number, (column, target) in enumerate(sorted(table.references.items())):
        if known[target].number:
            joins.append(f'LEFT JOIN demo_copy.rank_{target} r{number} ON r{number}.id = t."{column}"')
            selected.append(f'r{number}.rank AS "{column}__rank"')
    for document in (each for each in table.columns if each.is_json):
        text = f't."{document.name}"::text'
        selected.append(f"regexp_split_to_array({text}, '{_INSTANT}') AS \"{document.name}__parts\"")
        found = f"ARRAY(SELECT m[1]::timestamptz FROM regexp_matches({text}, '{_INSTANT}', 'g') m)"
        selected.append(f'{found} AS "{document.name}__times"')
    connection.execute(
        f"CREATE UNLOGGED TABLE demo_copy.src_{table.name} AS SELECT {', '.join(selected)} FROM {table.name} t"
        f' JOIN demo_copy.rank_{table.name} m ON m.id = t."{table.key.name}" {" ".join(joins)}'
    )
    connection.execute(f"CREATE INDEX ON demo_copy.src_{table.name} (owner_)")
    connection.execute(f"ANALYZE demo_copy.src_{table.name}")


def _replaced(connection: Connection, table: Table, kind: Kind) -> dict[str, list[Words]]:
    """Which words of the source stand in which column."""
    able = [column for column in table.columns if column.is_text or column.is_json]
    asked = [(column, each) for column in able for each in kind.words]
    if not asked:
        return {}
    tests = [
        f"bool_or({each.old} <> '' AND strpos(s.\"{column.name}\"::text, {each.old}) > 0)" for column, each in asked
    ]
    answer = connection.execute(
        f"SELECT {', '.join(tests)} FROM demo_copy.src_{table.name} s JOIN {kind.old} o ON o.id = s.owner_"
    ).fetchone()
    assert answer is not None
    found: dict[str, list[Words]] = {}
    for (column, each), there in zip(asked, answer, strict=True):
        if there:
            found.setdefault(column.name, []).append(each)
    return found


def _instants(connection: Connection, table: Table) -> dict[str, int]:
    """How many instants the JSON of a column holds at most."""
    able = [column.name for column in table.columns if column.is_json]
    if not able:
        return {}
    most = ", ".join(f'COALESCE(max(cardinality("{name}__times")), 0)' for name in able)
    row = connection.execute(f"SELECT {most} FROM demo_copy.src_{table.name}").fetchone()
    assert row is not None
    return {name: int(str(count)) for name, count in zip(able, row, strict=True)}


def _json(column: Column, instants: int, shift: str) -> str:
    if not instants or not shift:
        return f's."{column.name}"'
    parts = [f's."{column.name}__parts"[1]']
    for number in range(1, instants + 1):
        parts.append(f'to_jsonb(s."{column.name}__times"[{number}] - {shift})::text')
        parts.append(f's."{column.name}__parts"[{number + 1}]')
    # concat() leaves out what is NULL, as everything is behind the last instant of a row.
    return f'CASE WHEN s."{column.name}" IS NOT NULL THEN concat({", ".join(parts)}) END'


def _limited(value: str, longest: int) -> str:
    return f"left({value}, {longest})" if longest else value


def _plain(column: Column, shift: str) -> str:
    old = f's."{column.name}"'
    if shift and column.type == "timestamp with time zone":
        return f"{old} - {shift}"
    if shift and column.type == "date":
        return f"({old} - {shift})::date"
    return old


def _worded(column: Column, text: str, words: Sequence[Words]) -> str:
    for each in words:
        text = f"replace({text}, {each.old}, {each.new})"
    return text


class Writer:
    """Makes the statement of one table."""

    def __init__(self, connection: Connection, table: Table, kind: Kind, known: Mapping[str, Keys]) -> None:
        self._table, self._kind, self._known = table, kind, known
        self._replaced = _replaced(connection, table, kind)
        self._instants = _instants(connection, table)
        self._numbers = {
            column.name: self._behind(connection, column.name)
            for column in table.columns
            if column.is_number and column.name in table.single
        }

    def _behind(self, connection: Connection, column: str) -> str:
        """SQL for a number behind all that are there, another one for every row."""
        row = connection.execute(f'SELECT COALESCE(max("{column}"), 0) + 1 FROM {self._table.name}').fetchone()
        width = connection.execute(
            f"SELECT COALESCE(max(rank_), 0) + 1 FROM demo_copy.src_{self._table.name}"
        ).fetchone()
        assert row is not None and width is not None
        return f"{row[0]} + p.ordinal * {width[0]} + s.rank_"

    def _value(self, column: Column) -> str:
        table, kind = self._table, self._kind
        given = kind.given.get((table.name, column.name))
        if given is not None:
            return given
        if column.name in table.references:
            return self._known[table.references[column.name]].of(f's."{column.name}__rank"', f's."{column.name}"')
        if column.name == table.key.name:
            return self._known[table.name].of("s.rank_", f's."{column.name}"')
        if column.name in self._numbers:
            return self._numbers[column.name]
        return self._words(column)

    def _words(self, column: Column) -> str:
        words = self._replaced.get(column.name, [])
        if column.is_json:
            text = _json(column, self._instants.get(column.name, 0), self._kind.shift)
            return f"({_worded(column, f'({text})::text', words)})::jsonb" if words or text[0] == "C" else text
        if column.name in self._table.single and not words:
            return _limited(f"p.ordinal || '.' || s.\"{column.name}\"", column.longest)
        if words:
            return _limited(_worded(column, f's."{column.name}"', words), column.longest)
        return _plain(column, self._kind.shift)

    def statement(self) -> str:
        """``INSERT`` of the copies with ordinals from ``%s`` to before ``%s``."""
        table, kind = self._table, self._kind
        values = [self._value(column) for column in table.columns]
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        needs = bool(self._replaced) or any((table.name, column.name) in kind.given for column in table.columns)
        kept = kind.kept.get(table.name, "")
        return (
            f"INSERT INTO {table.name} ({names}) SELECT {', '.join(values)} FROM {kind.plan} p"
            f" {kind.joins if needs else ''} JOIN demo_copy.src_{table.name} s ON s.owner_ = p.source"
            f" WHERE p.ordinal >= %s AND p.ordinal < %s {f'AND ({kept})' if kept else ''}"
        )

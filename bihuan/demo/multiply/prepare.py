"""What is copied of the issues: the source rows, their words, and the sequences and checks afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bihuan.core.text import search_vector
from bihuan.demo.multiply import catalog
from bihuan.demo.multiply.catalog import Connection, Table
from bihuan.demo.multiply.plan import Source
from bihuan.demo.multiply.statements import Keys, Kind, Words, keys, ranks, sources

_SCHEMA = """
CREATE SCHEMA demo_copy;
CREATE UNLOGGED TABLE demo_copy.customer (ordinal int PRIMARY KEY,
    customer int GENERATED ALWAYS AS (ordinal) STORED, source bigint, name text, contact text, email text,
    phone text, words tsvector, initials text, sounds text);
CREATE UNLOGGED TABLE demo_copy.site (id int PRIMARY KEY, text text, words tsvector);
CREATE UNLOGGED TABLE demo_copy.remark (id int PRIMARY KEY, text text, words tsvector);
CREATE UNLOGGED TABLE demo_copy.plan (ordinal int PRIMARY KEY, source bigint, customer int, site int, remark int,
    number text, serial text, shift interval, is_full boolean, words tsvector);
CREATE UNLOGGED TABLE demo_copy.words_of (id bigint PRIMARY KEY, words tsvector);
CREATE UNLOGGED TABLE demo_copy.customer_old AS
    SELECT u.id, u.name, COALESCE(o.name, '') AS contact, COALESCE(o.email, '') AS email, COALESCE(o.phone, '') AS phone
    FROM customers_customer u LEFT JOIN LATERAL
        (SELECT * FROM customers_contact k WHERE k.customer_id = u.id ORDER BY k.id LIMIT 1) o ON true;
CREATE UNLOGGED TABLE demo_copy.issue AS
    SELECT i.id, i.number, i.title, i.description, c.name, c.contact, c.email, c.phone, i.customer_id, i.created_at,
           i.is_open OR n.ended_at IS NULL AS goes_on
    FROM issues_issue i JOIN demo_copy.customer_old c ON c.id = i.customer_id
    JOIN flows_instance n ON n.id = i.instance_id;
"""
_ROOTS = {
    "issues_issue": "SELECT id, id AS owner, 0::bigint AS rank FROM issues_issue",
    "flows_instance": "SELECT instance_id AS id, id AS owner, 0::bigint AS rank FROM issues_issue",
    "customers_customer": "SELECT id, id AS owner, 0::bigint AS rank FROM customers_customer",
}
_TITLE = "left(o.title || '（' || x.text || '）', 300)"
_TEXT = "(o.description || '设备编号 ' || p.serial || '，地点：' || x.text || '。' || r.text)"
_PERSON = tuple(Words(f"o.{name}", f"c.{name}") for name in ("name", "contact", "email", "phone"))
_ENDINGS = "('flow.ended', 'result.confirmed', 'result.unsolved', 'issue.withdrawn', 'case.archived')"
_KEPT = {
    "issues_entry": f"p.is_full OR s.kind <> 'event' OR s.code IN {_ENDINGS}",
    "flows_steprecord": "p.is_full",
    "issues_formsubmission": "p.is_full",
    "issues_notice": "p.is_full",
    "channels_delivery": "s.status <> 'queued'",
}
_GIVEN = {
    ("issues_issuesearch", "vector"): "(p.words || c.words || x.words || r.words) || w.words",
    ("channels_delivery", "message_id"): "'<c' || p.ordinal || '.' || substr(s.message_id, 2)",
}


@dataclass(frozen=True, slots=True)
class Ready:
    """Everything that the statements need."""

    customers: Kind
    issues: Kind
    keys: Mapping[str, Keys]


def templates(connection: Connection) -> Ready:
    """Makes ``demo_copy`` with the rows that will be copied."""
    connection.execute(_SCHEMA.encode())
    own = catalog.tables(connection, ("customers_customer",), lambda name: name.startswith("customers_"))
    beside = [table.name for table in own]
    hanging = catalog.tables(
        connection, ("issues_issue", "flows_instance"), lambda name: name not in beside, beside=beside
    )
    known: dict[str, Keys] = {}
    for table in (*own, *hanging):
        ranks(connection, table, _ROOTS)
        known[table.name] = keys(connection, table, "p.customer" if table.name in beside else "p.ordinal")
    for table in (*own, *hanging):
        sources(connection, table, known)
    of_customers = Kind(
        tables=own,
        plan="demo_copy.customer",
        old="demo_copy.customer_old",
        joins="JOIN demo_copy.customer_old o ON o.id = p.source",
        shift="",
        words=[Words(f"o.{name}", f"p.{name}") for name in ("name", "contact", "email", "phone")],
        given={("customers_customer", name): f"p.{name}" for name in ("initials", "sounds")},
    )
    of_issues = Kind(
        tables=hanging,
        plan="demo_copy.plan",
        old="demo_copy.issue",
        joins="JOIN demo_copy.issue o ON o.id = p.source JOIN demo_copy.customer c ON c.ordinal = p.customer"
        " JOIN demo_copy.site x ON x.id = p.site JOIN demo_copy.remark r ON r.id = p.remark"
        " JOIN demo_copy.words_of w ON w.id = p.source",
        shift="p.shift",
        words=[Words("o.description", _TEXT), Words("o.title", _TITLE), Words("o.number", "p.number"), *_PERSON],
        given=_GIVEN,
        kept=_KEPT,
    )
    _write_words(connection)
    return Ready(of_customers, of_issues, known)


def _write_words(connection: Connection) -> None:
    """The search words of every source that its copies share: its title, its text, what was written about it."""
    rows = connection.execute(
        "SELECT i.id, i.title, i.description, ARRAY(SELECT e.text FROM issues_entry e WHERE e.issue_id = i.id"
        " AND e.kind NOT IN ('event', 'auto') AND e.text <> i.description ORDER BY e.at, e.id) FROM demo_copy.issue i"
    ).fetchall()
    with connection.cursor() as cursor, cursor.copy("COPY demo_copy.words_of FROM STDIN") as stream:
        for pk, title, description, texts in rows:
            later = [str(text) for text in texts] if isinstance(texts, list) else []
            stream.write_row((pk, search_vector(str(title), str(description), *later)))


def _elsewhere(connection: Connection, ready: Ready) -> set[int]:
    """Issues with a row that points to another issue's: merged ones, linked ones. They are not copied."""
    found: set[int] = set()
    beside = {table.name for table in ready.customers.tables}
    for table in ready.issues.tables:
        for column, target in table.references.items():
            owner = "i.customer_id" if target in beside else "m.owner"
            rows = connection.execute(
                f"SELECT DISTINCT m.owner FROM {table.name} t"
                f' JOIN demo_copy.rank_{table.name} m ON m.id = t."{table.key.name}"'
                f" JOIN demo_copy.issue i ON i.id = m.owner"
                f' LEFT JOIN demo_copy.rank_{target} k ON k.id = t."{column}"'
                f' WHERE t."{column}" IS NOT NULL AND k.owner IS DISTINCT FROM {owner}'
            ).fetchall()
            found |= {int(str(row[0])) for row in rows}
    return found


def _last_and_next(connection: Connection, ready: Ready, now: datetime) -> dict[int, tuple[datetime, datetime | None]]:
    """Of every source its latest instant up to now and its first one after."""
    found: dict[int, tuple[datetime, datetime | None]] = {}
    for table in ready.issues.tables:
        for column in (each.name for each in table.columns if each.type == "timestamp with time zone"):
            rows = connection.execute(
                f'SELECT owner_, max("{column}") FILTER (WHERE "{column}" <= %(now)s),'
                f' min("{column}") FILTER (WHERE "{column}" > %(now)s)'
                f" FROM demo_copy.src_{table.name} GROUP BY 1",
                {"now": now},
            ).fetchall()
            for owner, latest, following in rows:
                _note(found, int(str(owner)), latest, following)
    return found


def _note(found: dict[int, tuple[datetime, datetime | None]], owner: int, latest: object, following: object) -> None:
    before, after = found.get(owner, (None, None))
    if isinstance(latest, datetime):
        before = max(before, latest) if before else latest
    if isinstance(following, datetime):
        after = min(after, following) if after else following
    if before is not None:
        found[owner] = (before, after)


def issue_sources(connection: Connection, ready: Ready, now: datetime) -> list[Source]:
    """The issues that can be copied, in the order of their ids."""
    left = _elsewhere(connection, ready)
    around = _last_and_next(connection, ready, now)
    rows = connection.execute("SELECT id, customer_id, goes_on, created_at FROM demo_copy.issue ORDER BY id").fetchall()
    found = []
    for pk, customer, goes_on, created in rows:
        assert isinstance(pk, int) and isinstance(customer, int) and isinstance(created, datetime)
        if pk not in left:
            latest, following = around.get(pk, (created, None))
            found.append(Source(pk, customer, bool(goes_on), created, latest, following))
    return found


def advance_numbers(connection: Connection, last: Mapping[str, int], *, now: datetime, zone: ZoneInfo) -> None:
    """Later intakes get numbers behind those of the copies."""
    day = f"{now.astimezone(zone):%Y%m%d}"
    connection.execute(
        "INSERT INTO core_numberbase (key, base) SELECT %s, last_value FROM core_issue_number ON CONFLICT DO NOTHING",
        [f"issue-{day}"],
    )
    connection.execute(
        "SELECT setval('core_issue_number', GREATEST((SELECT last_value FROM core_issue_number),"
        " (SELECT base FROM core_numberbase WHERE key = %s) + %s))",
        [f"issue-{day}", last.get(day, 0)],
    )


def dangling(connection: Connection, tables: Sequence[Table]) -> int:
    """How many foreign keys between copied tables lead nowhere."""
    count = 0
    keys_of = {table.name: table.key.name for table in tables}
    for table in tables:
        for column, target in table.references.items():
            row = connection.execute(
                f'SELECT count(*) FROM {table.name} t WHERE t."{column}" IS NOT NULL AND NOT EXISTS'
                f' (SELECT 1 FROM {target} k WHERE k."{keys_of[target]}" = t."{column}")'
            ).fetchone()
            count += int(str(row[0])) if row else 0
    return count

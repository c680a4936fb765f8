"""Chinese is found whatever the database's locale is: words are taken apart here, not by an extension of PostgreSQL that
drops characters which its locale does not know as letters."""

import os

import psycopg
import pytest
from psycopg import sql

from bihuan.core.text import search_query, search_vector
from tests.support.databases import TestServer, drop

_TEXT = "昨晚 iPhone 15 充不进电，请到云溪市疾控中心冷庫𠮷祥号看看 😷 SN-88"
_FOUND = ("充不", "电", "充不进电", "iphone", "ＩＰＨＯＮＥ", "冷库", "冷庫", "疾控", "𠮷祥", "𠮷", "sn-88", "88")
_NOT_FOUND = ("不充", "电充", "库冷", "祥𠮷", "iphone16")


@pytest.mark.correctness(136)
def test_a_database_of_locale_c_without_extensions_finds_chinese() -> None:
    server = TestServer()
    server.start()
    name = f"locale_c_{os.getpid()}"
    try:
        with server.administration() as made:
            made.execute(
                sql.SQL(
                    "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'"
                ).format(sql.Identifier(name))
            )
        with psycopg.connect(server.url(name), autocommit=True) as connection:
            assert connection.execute("SELECT count(*) FROM pg_extension WHERE extname <> 'plpgsql'").fetchone() == (0,)
            connection.execute("CREATE TABLE texts (vector tsvector)")
            connection.execute("CREATE INDEX found ON texts USING gin (vector)")
            connection.execute("INSERT INTO texts VALUES (%s::tsvector), (%s::tsvector)", [search_vector(_TEXT), ""])
            connection.execute("SET enable_seqscan TO off")
            for words, count in [*((each, 1) for each in _FOUND), *((each, 0) for each in _NOT_FOUND)]:
                asked = "SELECT count(*) FROM texts WHERE vector @@ %s::tsquery"
                assert connection.execute(asked, [search_query(words)]).fetchone() == (count,), words
            plan = "EXPLAIN SELECT 1 FROM texts WHERE vector @@ %s::tsquery"
            assert "found" in str(connection.execute(plan, [search_query("充不")]).fetchall())
    finally:
        with server.administration() as made:
            drop(made, name)
        server.stop()

"""While PostgreSQL restarts: 503 that says so, on pages, in pieces of pages and by REST; afterwards all goes on."""

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.test import Client

from bihuan.core.database import is_away
from tests.factories import company
from tests.web.test_pages import signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def away() -> Iterator[None]:
    """The server is not there: a directory without its socket."""
    place = connection.settings_dict["HOST"]
    connection.close()
    connection.settings_dict["HOST"] = "/nowhere"
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["HOST"] = place


@pytest.fixture
def agent() -> Client:
    company()
    client = signed_in("agent")
    client.raise_request_exception = False
    return client


def test_a_page_says_so(agent: Client, away: None) -> None:
    answer = agent.get("/desk/")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5" and answer.headers["Cache-Control"] == "no-store"
    assert "数据库暂时连不上" in answer.content.decode()
    assert Client().get("/healthz").status_code == 200, "the process lives"


def test_a_piece_of_a_page_gets_a_notice(agent: Client, away: None) -> None:
    answer = agent.get("/desk/queues/", headers={"HX-Request": "true"})
    assert answer.status_code == 503
    assert "bihuan:notice" in answer.headers["HX-Trigger"] and answer.headers["HX-Reswap"] == "none"


def test_rest_says_it_as_a_problem(agent: Client, away: None) -> None:
    token = {"Authorization": "Bearer bh_" + "a" * 40}
    for headers in (token, {}):
        client = Client(raise_request_exception=False) if headers else agent
        answer = client.get("/api/v1/issues", headers=headers)
        assert answer.status_code == 503, answer.content
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "unavailable" and answer.headers["Retry-After"] == "5"


def test_it_goes_on_when_the_server_is_back(agent: Client) -> None:
    place = connection.settings_dict["HOST"]
    connection.close()
    connection.settings_dict["HOST"] = "/nowhere"
    assert agent.get("/desk/").status_code == 503
    connection.settings_dict["HOST"] = place
    assert agent.get("/desk/").status_code == 200


def test_answers_of_a_database_that_is_there_are_not_taken_for_its_absence() -> None:
    company()
    with pytest.raises(DatabaseError) as missing, connection.cursor() as cursor:
        cursor.execute("SELECT no_such_column")
    assert not is_away(missing.value)
    with pytest.raises(OperationalError) as slow, connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 20; SELECT pg_sleep(5)")
    assert not is_away(slow.value)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    with pytest.raises(OperationalError) as ended, connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [backend])
    assert is_away(ended.value)
    connection.close()

"""The full text made again while people go on writing."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from bihuan.issues import operations as issues
from bihuan.issues import queries
from bihuan.issues.queries import Filter
from tests.factories import NOW, actor, company, customer_issue

pytestmark = pytest.mark.correctness(140)


def found(text: str) -> list[int]:
    page = queries.list_issues(actor=actor("agent"), filter=Filter(q=text), now=NOW)
    return [issue.pk for issue in page.items]


def lose() -> None:
    """What a damaged index would be."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE issues_issuesearch")


@pytest.fixture
def lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the test itself damage the table."""
    monkeypatch.setattr(
        "tests.support.guard.EXCEPTIONS", {("issues_issuesearch", "/tests/issues/test_search_rebuild.py"): "damage"}
    )


@pytest.mark.django_db(transaction=True)
def test_what_was_lost_is_found_again_in_portions(lost: None) -> None:
    company()
    made = [customer_issue(title=f"疫苗冷库 {number}").pk for number in range(5)]
    issues.post_entry(issue_id=made[0], kind="note", text="探头型号 HC-320", actor=actor("agent"), now=NOW)
    before = sorted(found("疫苗冷库")), found("HC-320")
    lose()
    assert queries.search_state() == queries.SearchState(issues=5, missing=5) and not found("疫苗冷库")
    first = issues.rebuild_search(after=0, limit=2)
    assert first == made[:2] and queries.search_state().missing == 3
    assert issues.rebuild_search(after=0, limit=10, only_missing=True) == made[2:]
    assert issues.rebuild_search(after=made[-1], limit=10) == []
    assert (sorted(found("疫苗冷库")), found("HC-320")) == before == (made, made[:1])
    assert queries.search_state().missing == 0


@pytest.mark.django_db(transaction=True)
def test_what_is_written_meanwhile_is_found_too(lost: None) -> None:
    company()
    made = [customer_issue(title=f"疫苗冷库 {number}").pk for number in range(6)]
    agent = actor("agent")

    def write(issue_id: int) -> None:
        try:
            for number in range(5):
                issues.post_entry(issue_id=issue_id, kind="note", text=f"第{number}次读数正常", actor=agent, now=NOW)
        finally:
            connections.close_all()

    def rebuild(_turn: int) -> None:
        try:
            for _ in range(3):
                issues.rebuild_search(after=0, limit=10)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        for each in [pool.submit(write, issue_id) for issue_id in made] + [
            pool.submit(rebuild, 0),
            pool.submit(rebuild, 1),
        ]:
            each.result()
    for number in range(5):
        assert sorted(found(f"第{number}次读数")) == made, number

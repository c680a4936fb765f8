"""Twice the rows, the same number of statements: every page that lists something, and every one that shows an issue."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.core.clock import system_now
from bihuan.issues import operations, queries
from bihuan.issues.queries import MOST_COUNTED, Filter
from bihuan.issues.queries import counting as counting_module
from bihuan.issues.rules.queues import COUNTED
from bihuan.web.ui.filters import capped
from tests.factories import actor, company, customer_issue
from tests.support.statements import page_cost
from tests.web.test_pages import signed_in

pytestmark = pytest.mark.django_db
# page → most statements; {issue} and {customer} are those of the first issue
PAGES = {
    "/desk/?queue=all": 16,
    "/desk/?queue=claimable": 16,
    "/desk/queues/": 8,
    "/desk/list/?queue=all": 10,
    "/issues/": 16,
    "/issues/?view=open&sort=due&priority=P3": 16,
    "/issues/?q=疫苗": 18,
    "/issues/{issue}/": 60,
    "/issues/{issue}/feed/": 14,
    "/customers/": 16,
    "/customers/{customer}/": 24,
    "/notices/": 12,
}


def grow(count: int) -> None:
    """So many more issues of one customer, and as many more notes in the first one."""
    first = customer_issue()
    for _each in range(count - 1):
        customer_issue()
    for number in range(count):
        operations.post_entry(
            issue_id=first.pk, kind="note", text=f"第 {number} 条备注", actor=actor("agent"), now=system_now()
        )


def test_twice_the_rows_cost_the_same_statements() -> None:
    company(now=system_now())
    client = signed_in()
    first = customer_issue()
    places = {page: page.format(issue=first.pk, customer=first.customer_id) for page in PAGES}
    grow(13)  # more than is rare to the search
    few = {page: page_cost(client, path) for page, path in places.items()}
    grow(14)
    many = {page: page_cost(client, path) for page, path in places.items()}
    assert many == few
    assert {page: count for page, count in many.items() if count > PAGES[page]} == {}


@pytest.mark.correctness(145)
@pytest.mark.parametrize("who", ["agent", "engineer", "outsider", "manager"])
def test_a_counter_says_what_its_list_shows(who: str) -> None:
    company()
    for _each in range(5):
        customer_issue()
    now = system_now() + timedelta(days=3)
    counts = queries.queue_counts(actor=actor(who), now=now)
    for name in COUNTED:
        shown = queries.list_issues(actor=actor(who), filter=Filter(queue=name), limit=100, now=now).items
        assert counts[name] == len(shown), name


@pytest.mark.correctness(147)
def test_counting_stops_at_the_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    company()
    for _each in range(6):
        customer_issue()
    monkeypatch.setattr(counting_module, "MOST_COUNTED", 3)
    with CaptureQueriesContext(connection) as sent:
        assert queries.queue_counts(actor=actor("manager"), now=system_now())["all"] == 4
    counting = [each["sql"] for each in sent.captured_queries if "count(*)" in each["sql"]]
    assert len(counting) == 1
    # Every number that is counted stands over a limit; a queue that nobody can be in is not counted at all.
    assert counting[0].count("LIMIT 4") == len(re.findall(r"count\(\*\)", counting[0]))


@pytest.mark.correctness(147)
def test_a_counter_over_the_cap_says_so() -> None:
    assert [capped(number) for number in (0, 12, MOST_COUNTED, MOST_COUNTED + 1)] == ["0", "12", "999", "999+"]

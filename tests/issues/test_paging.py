"""Pages of lists whose conditions leave little: the same rows in the same order, wherever they are looked for."""

from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest

from bihuan.issues import operations, queries
from bihuan.issues.models import FAR, Issue
from bihuan.issues.queries import Filter, found, paging
from bihuan.issues.rules.queues import SORTS
from tests.factories import NOW, actor, company, customer_issue
from tests.issues.test_duty import dispatched

pytestmark = pytest.mark.django_db
_KEYS = {
    "updated": lambda issue: (-issue.updated_at.timestamp(), -issue.pk),
    "created": lambda issue: (-issue.created_at.timestamp(), -issue.pk),
    "due": lambda issue: ((issue.due_at or FAR).timestamp(), issue.pk),
    "priority": lambda issue: (issue.priority, -issue.pk),
}


def many(count: int) -> list[Issue]:
    """Issues of some priorities, several at one instant, some of them withdrawn."""
    company()
    random = Random(7)
    found = []
    for number in range(count):
        at = NOW + timedelta(minutes=random.randrange(4))
        issue = customer_issue(now=at, email=f"{number}@example.org", urgency=random.choice(("high", "low", "medium")))
        if not random.randrange(4):
            operations.withdraw_issue(issue_id=issue.pk, reason="不用了", actor=actor("agent"), now=at)
        found.append(issue)
    return found


def walked(sort: str, wanted: Filter, size: int, who: str = "agent") -> list[int]:
    """All pages one after the other."""
    found: list[int] = []
    cursor: str | None = None
    while True:
        page = queries.list_issues(actor=actor(who), filter=wanted, sort=sort, cursor=cursor, limit=size, now=NOW)
        found += [issue.pk for issue in page.items]
        cursor = page.next
        if cursor is None:
            return found


@pytest.mark.parametrize("sort", SORTS)
def test_they_are_the_same_among_the_nearest_rows_and_by_the_conditions(
    sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(24)
    rows = sorted(Issue.objects.all(), key=_KEYS[sort])
    for near in (1, 3, 10, 23, 24, 5000):
        monkeypatch.setattr(paging, "_NEAR", near)
        for status in ("withdrawn", "new", "closed"):
            expected = [issue.pk for issue in rows if issue.status == status]
            for size in (1, 4, 50):
                assert walked(sort, Filter(status=status), size) == expected, (near, status, size)


def test_who_sees_little_gets_it_all_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    many(12)
    mine = {dispatched(NOW + timedelta(minutes=number)).pk for number in range(5)}
    for number in range(6):
        customer_issue(email=f"more{number}@example.org", now=NOW + timedelta(hours=1))
    monkeypatch.setattr(paging, "_NEAR", 2)
    seen = walked("updated", Filter(), 2, who="engineer")
    at = {issue.pk: (issue.updated_at, issue.pk) for issue in Issue.objects.all()}
    assert all(at[one] > at[other] for one, other in pairwise(seen))
    whole = queries.list_issues(actor=actor("engineer"), filter=Filter(), limit=200, now=NOW).items
    assert seen == [issue.pk for issue in whole] and set(seen) == mine


@pytest.mark.parametrize("sort", SORTS)
def test_what_a_phrase_names_comes_in_order_and_only_as_far_as_it_may_be_seen(
    sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(16)
    seen = [dispatched(NOW + timedelta(minutes=number)) for number in range(3)]
    for number, issue in enumerate([*Issue.objects.order_by("pk")[:9], *seen]):
        text = f"核对冷凝器 {number}"
        operations.post_entry(issue_id=issue.pk, kind="note", text=text, actor=actor("manager"), now=NOW)
    rows = sorted(Issue.objects.all(), key=_KEYS[sort])
    hits = {each.pk for each in queries.list_issues(actor=actor("manager"), filter=Filter(q="冷凝器"), now=NOW).items}
    assert len(hits) == 12
    for frequent in (1000, 1):  # the rare ones are named by their ids, the frequent ones looked for row by row
        monkeypatch.setattr(found, "_FREQUENT", frequent)
        for who, may in (("manager", hits), ("engineer", {issue.pk for issue in seen})):
            expected = [issue.pk for issue in rows if issue.pk in may]
            for size in (1, 5, 50):
                assert walked(sort, Filter(q="冷凝器"), size, who=who) == expected, (frequent, who, size)
            open_ones = [issue.pk for issue in rows if issue.pk in may and issue.status == "new"]
            assert walked(sort, Filter(q="冷凝器", status="new"), 2, who=who) == open_ones

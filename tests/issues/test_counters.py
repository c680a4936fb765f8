"""The counters' statement is kept for an actor; what it says follows the time, the deputies and the posts all the same."""

from datetime import datetime, timedelta

import pytest

from bihuan.accounts import operations as accounts
from bihuan.issues import operations, queries
from bihuan.issues.queries import listing
from bihuan.issues.rules.queues import COUNTED
from tests.factories import NOW, actor, company, customer_issue
from tests.issues.test_story import do

pytestmark = pytest.mark.django_db


def lengths(username: str, now: datetime) -> dict[str, int]:
    """What each queue's list holds, counted by reading it."""
    return {
        name: len(queries.queue(actor=actor(username), name=name, cursor=None, limit=200, now=now).items)
        for name in COUNTED
    }


@pytest.mark.correctness(145, 147)
def test_a_kept_statement_counts_what_the_lists_hold_whenever_and_for_whomever_it_is_asked() -> None:
    company()
    listing._kept.clear()
    issues = [customer_issue(email=f"c{n}@example.org") for n in range(4)]
    do(issues[0], "register", NOW)
    do(issues[0], "classify", NOW)
    for at in (NOW, NOW + timedelta(hours=4), NOW + timedelta(days=4), NOW + timedelta(days=40)):
        for who in ("agent", "engineer", "supervisor", "head"):
            counts = queries.queue_counts(actor=actor(who), now=at)
            assert {name: counts[name] for name in COUNTED} == lengths(who, at), (who, at)
    assert len(listing._kept) == 4, "one statement each, whatever the time"


def test_what_was_done_today_is_counted_from_this_days_midnight_on() -> None:
    company()
    issue = customer_issue()
    do(issue, "register", NOW)
    me = actor("agent")
    assert queries.queue_counts(actor=me, now=NOW)["done_today"] == 1
    assert queries.queue_counts(actor=me, now=NOW + timedelta(days=1))["done_today"] == 0
    assert queries.queue_counts(actor=me, now=NOW)["done_today"] == 1


def test_who_stands_in_for_somebody_gets_a_statement_of_his_own_until_that_one_is_back() -> None:
    company()
    listing._kept.clear()
    asker, deputy = actor("agent"), actor("supervisor")
    issue = customer_issue()
    operations.ask_approval(issue_id=issue.pk, text="请批准", usernames=["head"], actor=asker, now=NOW)
    assert queries.queue_counts(actor=deputy, now=NOW)["approvals"] == 0
    head = actor("head")
    accounts.set_absence(
        person_id=head.user_id or 0, absent_from=NOW, absent_until=NOW + timedelta(days=1), deputy_id=deputy.user_id,
        actor=actor("admin"), now=NOW,
    )  # fmt: skip
    assert queries.queue_counts(actor=deputy, now=NOW)["approvals"] == 1
    assert queries.queue_counts(actor=deputy, now=NOW + timedelta(days=2))["approvals"] == 0


def test_the_instant_of_midnight_is_not_taken_for_every_later_one() -> None:
    company()
    listing._kept.clear()
    issue = customer_issue()
    do(issue, "register", NOW)
    me, midnight = actor("agent"), listing._midnight(NOW)
    queries.queue_counts(actor=me, now=midnight)
    for at in (NOW, NOW + timedelta(days=4)):
        counts = queries.queue_counts(actor=me, now=at)
        assert {name: counts[name] for name in COUNTED} == lengths("agent", at)

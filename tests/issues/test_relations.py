"""Links between issues, and a parent that waits for its children."""

import threading
from dataclasses import replace

import pytest
from django.db import connections

from bihuan.core.errors import Forbidden, NotFound, Refused
from bihuan.issues import operations, queries
from bihuan.issues.errors import BadChoice, NoSuchIssue
from bihuan.issues.models import Entry, Issue, Link
from bihuan.issues.operations.relations import (
    ChildrenOpen,
    LinkedAlready,
    LinkInCircle,
    LinkToItself,
    ParentAlready,
    children_first,
)
from bihuan.issues.registry import StepAttempt
from bihuan.issues.rules.relations import CHOSEN, Way, ends, way, way_of
from bihuan.issues.rules.sentences import sentence
from tests.factories import NOW, actor, company, customer_issue
from tests.issues.test_story import do, fresh, open_step, run_to, the_customer

pytestmark = pytest.mark.django_db


def link(issue: Issue, other: Issue, how: str = "related", who: str = "agent") -> Link:
    return operations.link_issues(issue_id=issue.pk, number=other.number, way=how, actor=actor(who), now=NOW)


def seen(issue: Issue, who: str = "agent") -> list[tuple[str, int]]:
    numbers = queries.family(actor=actor(who), issue_id=issue.pk)
    found = queries.links(actor=actor(who), issue_id=issue.pk, numbers=numbers)
    return sorted((each.way.key, each.issue.pk) for each in found.shown)


@pytest.mark.parametrize("chosen", CHOSEN, ids=lambda each: each.key)
def test_each_kind_reads_from_both_ends(chosen: Way) -> None:
    key = chosen.key
    company()
    one, other = customer_issue(), customer_issue()
    made = link(one, other, key)
    [(here, _)] = seen(one)
    [(there, _)] = seen(other)
    assert here == key
    kind = way(key)
    assert kind is not None and there == way_of(kind.kind, turned=not kind.turned).key
    with pytest.raises(LinkedAlready):
        link(one, other, key)
    lines = Entry.objects.filter(code="issue.linked").order_by("issue_id")
    assert [sentence(each.code, each.params).split("：")[0] for each in lines] == [
        f"关联 {other.number}",
        f"关联 {one.number}",
    ]
    operations.unlink_issues(issue_id=other.pk, link_id=made.pk, actor=actor("agent"), now=NOW)
    assert seen(one) == seen(other) == []
    with pytest.raises(NotFound):
        operations.unlink_issues(issue_id=other.pk, link_id=made.pk, actor=actor("agent"), now=NOW)


def test_ways_are_stored_one_way_only() -> None:
    related, child, parent = way("related"), way("child_of"), way("parent_of")
    assert related and child and parent
    assert ends(related, 3, 7) == ends(related, 7, 3) == (7, 3)
    assert ends(child, 3, 7) == (3, 7) and ends(parent, 3, 7) == (7, 3)


def test_no_circle_no_second_parent() -> None:
    company()
    a, b, c = (customer_issue() for _ in range(3))
    link(a, b, "child_of")
    link(b, c, "child_of")
    with pytest.raises(LinkInCircle):
        link(c, a, "child_of")
    with pytest.raises(LinkInCircle):
        link(a, c, "parent_of")
    with pytest.raises(ParentAlready) as refused:
        link(a, c, "child_of")
    assert refused.value.params == {"child": a.number, "number": b.number}
    link(a, c, "caused_by")
    with pytest.raises(LinkInCircle):
        link(c, a, "caused_by")


def test_what_cannot_be_linked() -> None:
    company()
    one, other = customer_issue(), customer_issue()
    with pytest.raises(LinkToItself):
        link(one, one)
    with pytest.raises(BadChoice):
        link(one, other, "split_from")
    with pytest.raises(NoSuchIssue):
        operations.link_issues(issue_id=one.pk, number="2" * 10_000, way="related", actor=actor("agent"), now=NOW)
    with pytest.raises(Forbidden):
        link(one, other, who="quality")


@pytest.mark.correctness(36)
def test_a_parent_does_not_close_before_its_children() -> None:
    company()
    parent, child, other = (customer_issue() for _ in range(3))
    made = link(child, parent, "child_of")
    operations.merge_issues(merged_id=other.pk, survivor_id=parent.pk, reason="x", actor=actor("agent"), now=NOW)
    run_to(parent, "sync", NOW)
    step = open_step(parent)
    assert step.node == "inform"
    with pytest.raises(ChildrenOpen) as refused:  # the customer would be told that it is done
        do(parent, "inform", NOW)
    assert child.number in str(refused.value.params["numbers"])
    assert fresh(parent).is_open and open_step(parent).pk == step.pk
    operations.unlink_issues(issue_id=parent.pk, link_id=made.pk, actor=actor("agent"), now=NOW)
    do(parent, "inform", NOW)
    operations.answer_result(issue_id=parent.pk, satisfied=True, reason="", actor=the_customer(parent), now=NOW)
    link(child, other, "child_of")  # a child of what was merged into it counts as well
    with pytest.raises(ChildrenOpen):
        do(parent, "archive", NOW)
    operations.withdraw_issue(issue_id=child.pk, reason="好了", actor=actor("agent"), now=NOW)
    do(parent, "archive", NOW)
    assert fresh(parent).status == "closed"


def test_children_out_of_sight_are_counted_not_named() -> None:
    company()
    parent, child = customer_issue(), customer_issue()
    link(child, parent, "child_of")
    attempt = StepAttempt(
        issue=fresh(parent), work_item_id=1, node="archive", outcome="", closes=True, actor=actor("engineer"), now=NOW
    )
    with pytest.raises(ChildrenOpen) as refused:
        children_first(attempt)
    assert refused.value.params["numbers"] == "（共 1 件）"
    children_first(replace(attempt, closes=False))  # any step but the last


def test_links_to_what_may_not_be_seen_are_only_counted() -> None:
    company()
    one, other = customer_issue(), customer_issue()
    link(one, other)
    run_to(one, "classify", NOW)  # the device department has a part in one of the two
    engineer = actor("engineer")
    found = queries.links(actor=engineer, issue_id=one.pk, numbers=queries.family(actor=engineer, issue_id=one.pk))
    assert (found.shown, found.hidden) == ([], 1)


@pytest.mark.django_db(transaction=True)
def test_two_people_cannot_close_a_circle_at_once() -> None:
    company()
    a, b, c = (customer_issue() for _ in range(3))
    link(a, b, "child_of")
    ready, results = threading.Barrier(2), []

    def run(issue: Issue, other: Issue) -> None:
        try:
            who = actor("agent")
            ready.wait(10)
            operations.link_issues(issue_id=issue.pk, number=other.number, way="child_of", actor=who, now=NOW)
            results.append("linked")
        except Refused as refused:
            results.append(refused.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in ((b, c), (c, a))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(results) == ["link_in_circle", "linked"]

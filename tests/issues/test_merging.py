"""Merging, and taking it back: nothing is lost, nothing is doubled, nobody sees more than before."""

from datetime import timedelta

import pytest

from bihuan.core.errors import Conflict, Forbidden
from bihuan.flows import queries as flow_queries
from bihuan.flows.models import Instance, Wait, WorkItem
from bihuan.issues import operations, queries
from bihuan.issues.models import Entry, Issue, IssueMerge, Notice, Watch
from bihuan.issues.operations.merging.errors import (
    MergedAlready,
    MergedFurther,
    MergeFinal,
    MergeUndone,
    OtherCustomer,
    SameIssue,
    SurvivorClosed,
)
from bihuan.issues.queries import Filter
from tests.factories import NOW, actor, company, customer_issue
from tests.issues.test_story import do, fresh, open_step, run_to

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=10)


def merge(merged: Issue, survivor: Issue, **given: object) -> IssueMerge:
    values: dict[str, object] = {"reason": "同一件事", "actor": actor("agent"), "now": LATER, **given}
    return operations.merge_issues(merged_id=merged.pk, survivor_id=survivor.pk, **values)  # type: ignore[arg-type]


def undo(made: IssueMerge, **given: object) -> IssueMerge:
    values: dict[str, object] = {
        "reason": "看错了",
        "actor": actor("agent"),
        "now": LATER + timedelta(hours=1),
        **given,
    }
    return operations.undo_merge(merge_id=made.pk, **values)  # type: ignore[arg-type]


def writes(issue: Issue, text: str = "又断了一次", now: object = LATER + timedelta(minutes=5)) -> Entry:
    return operations.add_customer_message(
        issue_id=issue.pk,
        text=text,
        channel="email",
        author_name="吴桂芳",
        now=now,  # type: ignore[arg-type]
    )


def pair() -> tuple[Issue, Issue]:
    company()
    return customer_issue(), customer_issue(now=NOW + timedelta(minutes=3), text="和早上说的是同一个冷库。")


def test_the_merged_one_leaves_every_queue_and_keeps_its_place_on_the_chart() -> None:
    first, second = pair()
    run_to(second, "contact", NOW + timedelta(minutes=4))
    was = open_step(second)
    merge(second, first)
    merged = fresh(second)
    assert (merged.status, merged.is_open, merged.duplicate_of_id) == ("merged", False, first.pk)
    assert flow_queries.open_steps(instance_ids=[second.instance_id])[second.instance_id] == []
    for name in ("claimable", "mine", "open"):
        found = queries.list_issues(actor=actor("supervisor"), filter=Filter(queue=name), now=LATER).items
        assert second.pk not in [row.pk for row in found]
    assert Instance.objects.get(pk=second.instance_id).ended_at is None
    assert Notice.objects.filter(issue=second, code="notice.merged").exists()
    made = IssueMerge.objects.get()
    undo(made)
    again = open_step(second)
    assert (again.pk, again.node, again.status) == (was.pk, was.node, was.status)
    assert fresh(second).status != "merged" and fresh(second).duplicate_of_id is None
    do(second, was.node, LATER + timedelta(hours=2))
    assert open_step(second).node == "plan"


@pytest.mark.correctness(64, 66)
def test_replies_follow_the_survivor_and_go_back_by_where_they_were_written_to() -> None:
    first, second = pair()
    made = merge(second, first)
    theirs, own = writes(second, "写给被并入的"), writes(first, "写给保留的")
    assert (theirs.issue_id, theirs.origin_id) == (first.pk, second.pk)
    assert (own.issue_id, own.origin_id) == (first.pk, None)
    seen = [entry.pk for entry in queries.timeline(actor=actor("agent"), issue_id=first.pk)]
    assert theirs.pk in seen and own.pk in seen
    undo(made)
    back = Entry.objects.get(pk=theirs.pk)
    assert (back.issue_id, back.origin_id, back.public) == (second.pk, None, True)
    assert Entry.objects.get(pk=own.pk).issue_id == first.pk
    found = queries.search(actor=actor("agent"), text="写给被并入的", now=LATER).items
    assert [row.pk for row in found] == [second.pk]
    assert writes(second, "撤销以后", now=LATER + timedelta(hours=2)).issue_id == second.pk


@pytest.mark.correctness(65)
def test_no_circles_and_chains_are_flat() -> None:
    company()
    a, b, c = (customer_issue() for _ in range(3))
    merge(a, b)
    with pytest.raises(MergedAlready) as refused:
        merge(b, a)
    assert refused.value.params == {"number": a.number, "into": b.number, "who": "agent 先生"}
    with pytest.raises(MergedAlready):
        merge(a, c)
    with pytest.raises(SameIssue):
        merge(c, c)
    second = merge(b, c)
    assert fresh(a).duplicate_of_id == fresh(b).duplicate_of_id == c.pk
    with pytest.raises(MergedFurther):
        undo(IssueMerge.objects.get(merged=a))
    assert writes(a, "链上第一件").issue_id == c.pk
    undo(second)
    assert (fresh(a).duplicate_of_id, fresh(b).duplicate_of_id) == (b.pk, None)
    entry = Entry.objects.get(text="链上第一件")
    assert (entry.issue_id, entry.origin_id) == (b.pk, a.pk)
    with pytest.raises(MergeUndone):
        undo(second)
    merge(c, a)  # into the one that goes on for it
    assert fresh(c).duplicate_of_id == b.pk


@pytest.mark.correctness(64)
def test_it_is_final_when_the_survivor_is_closed() -> None:
    first, second = pair()
    run_to(second, "contact", NOW + timedelta(minutes=4))
    made = merge(second, first)
    operations.stop_issue(issue_id=first.pk, reason="停", actor=actor("supervisor"), now=LATER)
    with pytest.raises(MergeFinal):
        undo(made)
    assert operations.end_merged(now=LATER) == 1
    assert operations.end_merged(now=LATER) == 0
    instance = Instance.objects.get(pk=second.instance_id)
    assert instance.ended_at is not None and fresh(second).status == "merged"
    assert not WorkItem.objects.filter(instance=instance, status__in=("open", "claimed", "suspended")).exists()
    assert not Wait.objects.filter(instance=instance, closed_at=None).exists()
    third = customer_issue(now=LATER)
    with pytest.raises(SurvivorClosed):
        merge(third, first)


def test_who_may() -> None:
    first, second = pair()
    with pytest.raises(Forbidden):
        merge(second, first, actor=actor("quality"))
    other = customer_issue(name="别的客户", email="x@else.example")
    with pytest.raises(OtherCustomer):
        merge(other, first)
    assert merge(other, first, foreign=True).foreign


@pytest.mark.correctness(69)
def test_nobody_reads_the_messages_of_another_customer() -> None:
    company()
    first = customer_issue(text="第一家的话")
    other = customer_issue(name="别的客户", email="x@else.example", text="第二家的话")
    made = merge(other, first, foreign=True)
    theirs = operations.add_customer_message(
        issue_id=other.pk, text="第二家后来的话", channel="email", author_name="乙", now=LATER
    )
    operations.post_entry(issue_id=first.pk, kind="reply", text="回第一家", actor=actor("agent"), now=LATER)
    assert theirs.issue_id == first.pk and not theirs.public
    shown = queries.progress(issue_id=first.pk, now=LATER)
    assert "第二家" not in str(shown.messages) and shown.goes_on is None
    theirs_page = queries.progress(issue_id=other.pk, now=LATER)
    assert [each.text for each in theirs_page.messages if each.mine] == ["第二家后来的话", "第二家的话"]
    assert "第一家" not in str(theirs_page) and theirs_page.may_write and theirs_page.goes_on is None
    undo(made)
    assert Entry.objects.get(pk=theirs.pk).public


def test_one_person_finds_both_conversations_on_the_survivors_page() -> None:
    first, second = pair()
    merge(second, first)
    writes(second, "写给被并入的")
    assert queries.progress(issue_id=second.pk, now=LATER).goes_on == first.pk
    texts = [each.text for each in queries.progress(issue_id=first.pk, now=LATER).messages]
    assert "写给被并入的" in texts and "和早上说的是同一个冷库。" in texts
    undo(IssueMerge.objects.get())
    texts = [each.text for each in queries.progress(issue_id=first.pk, now=LATER).messages]
    assert "写给被并入的" not in texts and "和早上说的是同一个冷库。" not in texts


@pytest.mark.correctness(71)
def test_lists_and_counters_have_it_once() -> None:
    first, second = pair()
    supervisor = actor("supervisor")
    before = queries.queue_counts(actor=supervisor, now=LATER)["all"]
    made = merge(second, first)
    assert queries.queue_counts(actor=supervisor, now=LATER)["all"] == before - 1
    assert [row.pk for row in queries.list_issues(actor=supervisor, filter=Filter(queue="all"), now=LATER).items] == [
        first.pk
    ]
    assert queries.list_issues(actor=supervisor, filter=Filter(queue="closed"), now=LATER).items == []
    tally = queries.customer_tallies(actor=supervisor, customer_ids=[first.customer_id])[first.customer_id]
    assert (tally.total, tally.open) == (1, 1)
    named = queries.list_issues(actor=supervisor, filter=Filter(status="merged"), now=LATER).items
    assert [row.pk for row in named] == [second.pk]
    undo(made)
    assert queries.queue_counts(actor=supervisor, now=LATER)["all"] == before


@pytest.mark.correctness(68)
def test_tags_watchers_links_and_files_are_there_once_and_go_back() -> None:
    company()
    first, second, third, other = (customer_issue() for _ in range(4))
    admin, agent, supervisor = actor("admin"), actor("agent"), actor("supervisor")
    red, blue = (operations.save_tag(name=name, actor=admin, now=NOW).pk for name in ("急", "冷库"))
    operations.change_tags(issue_id=first.pk, add=[red], actor=agent, now=NOW)
    for issue in (second, third):
        operations.change_tags(issue_id=issue.pk, add=[red, blue], actor=agent, now=NOW)
    for who, issue in ((agent, first), (agent, second), (supervisor, second)):
        operations.watch_issue(issue_id=issue.pk, events=["messages"], actor=who, now=NOW)
    for issue in (first, second):
        operations.link_issues(issue_id=issue.pk, number=other.number, way="related", actor=agent, now=NOW)
    made, more = merge(second, first), merge(third, first)
    kept = fresh(first)
    assert (kept.tags, kept.watchers) == ([red, blue], 2)
    assert sorted(Watch.objects.filter(issue=first).values_list("user__username", flat=True)) == ["agent", "supervisor"]
    numbers = queries.family(actor=agent, issue_id=first.pk)
    found = queries.links(actor=agent, issue_id=first.pk, numbers=numbers).shown
    assert [(each.issue.pk, each.of) for each in found] == [(other.pk, "")]
    undo(made)
    assert (fresh(first).tags, fresh(first).watchers) == ([red, blue], 1)  # the third one has the tag too
    undo(more)
    assert fresh(first).tags == [red]
    assert (fresh(second).tags, Watch.objects.filter(issue=second).count()) == ([red, blue], 2)


def test_nobody_is_asked_to_approve_what_is_merged() -> None:
    first, second = pair()
    run_to(second, "plan", NOW + timedelta(minutes=4))
    approver, step = actor("approver"), open_step(second)
    wanted = Filter(queue="approvals")
    assert [row.pk for row in queries.list_issues(actor=approver, filter=wanted, now=LATER).items] == [second.pk]
    made = merge(second, first)
    assert queries.list_issues(actor=approver, filter=wanted, now=LATER).items == []
    assert queries.queue_counts(actor=approver, now=LATER)["approvals"] == 0
    with pytest.raises(Conflict):
        operations.complete_step(
            work_item_id=step.pk, outcome="同意", data={"opinion": "同意"}, actor=approver, now=LATER
        )
    undo(made)
    assert [row.pk for row in queries.list_issues(actor=approver, filter=wanted, now=LATER).items] == [second.pk]
    do(second, "approve_owner", LATER + timedelta(hours=2))
    assert open_step(second).node == "execute"


def test_one_that_was_suspended_before_stands_until_its_day() -> None:
    first, second = pair()
    supervisor = actor("supervisor")
    until = NOW + timedelta(days=3)
    operations.suspend_issue(
        issue_id=second.pk, code="parts", reason="等配件", until=until, actor=supervisor, now=NOW + timedelta(minutes=5)
    )
    undo(merge(second, first))
    stands = fresh(second)
    assert (stands.status, stands.is_open, stands.step_node) == ("suspended", True, "register")
    made = merge(second, first, now=LATER + timedelta(hours=2))
    assert operations.resume_due(now=until) == 0  # its day came while it was merged
    undo(made, now=until + timedelta(hours=1))
    assert fresh(second).status == "new" and open_step(second).node == "register"

"""Two people at the same time, on real connections: nothing is lost, nothing is done twice, the slower one reads why."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connections

from bihuan.core.errors import Refused
from bihuan.flows.models import Instance
from bihuan.issues import operations
from bihuan.issues.models import Entry, Issue, IssueMerge
from bihuan.surveys import operations as surveys
from bihuan.surveys.models import Invitation
from tests.factories import NOW, actor, company, customer_issue
from tests.issues.test_story import fresh

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4


def at_once(*acts: Callable[[], object]) -> list[str]:
    """What came of each: "done" or the code of the refusal; anything else is raised."""
    ready, results, errors = threading.Barrier(len(acts)), [""] * len(acts), []

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            ready.wait(20)
            act()
            results[place] = "done"
        except Refused as refused:
            results[place] = refused.code
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not errors, errors
    return results


def merger(merged: Issue, survivor: Issue, **given: object) -> Callable[[], object]:
    agent = actor("agent")
    values: dict[str, object] = {"reason": "同一件", "actor": agent, "now": NOW, **given}
    return lambda: operations.merge_issues(merged_id=merged.pk, survivor_id=survivor.pk, **values)  # type: ignore[arg-type]


@pytest.mark.correctness(65)
def test_both_directions_at_once() -> None:
    company()
    for _round in range(ROUNDS):
        a, b = customer_issue(), customer_issue()
        results = at_once(merger(a, b), merger(b, a))
        assert sorted(results) == ["done", "issue_merged_already"]
        a, b = fresh(a), fresh(b)
        assert [a.duplicate_of_id, b.duplicate_of_id].count(None) == 1
        assert [a.is_open, b.is_open].count(True) == 1
        assert IssueMerge.objects.filter(merged__in=(a, b), undone_at=None).count() == 1
        kept = a if a.is_open else b
        assert Entry.objects.filter(issue=kept, code="issue.has_merged").count() == 1


@pytest.mark.correctness(65)
def test_three_in_a_ring_at_once_end_in_one() -> None:
    company()
    for _round in range(ROUNDS):
        a, b, c = (customer_issue() for _ in range(3))
        results = at_once(merger(a, b), merger(b, c), merger(c, a))
        assert results.count("done") == 2 and set(results) <= {"done", "issue_merged_already"}
        rows = [fresh(each) for each in (a, b, c)]
        [root] = [row for row in rows if row.duplicate_of_id is None]
        assert {row.duplicate_of_id for row in rows if row is not root} == {root.pk}


@pytest.mark.correctness(64, 66)
def test_a_message_that_comes_while_it_is_merged_is_there_once() -> None:
    company()
    for number in range(ROUNDS):
        older, newer = customer_issue(), customer_issue()
        merged, kept = (older, newer) if number % 2 else (newer, older)  # both orders of the locks
        text = f"合并时来的消息{number}"

        def write(issue: Issue = merged, said: str = text) -> object:
            return operations.add_customer_message(
                issue_id=issue.pk, text=said, channel="email", author_name="吴桂芳", now=NOW, key=f"at-once-{issue.pk}"
            )

        assert at_once(merger(merged, kept), write, write) == ["done"] * 3
        entry = Entry.objects.get(text=text)
        assert (entry.issue_id, entry.origin_id) in {(merged.pk, None), (kept.pk, merged.pk)}


@pytest.mark.correctness(64)
def test_a_message_that_comes_while_the_merge_is_taken_back_goes_with_it() -> None:
    company()
    agent = actor("agent")
    for number in range(ROUNDS):
        older, newer = customer_issue(), customer_issue()
        merged, kept = (older, newer) if number % 2 else (newer, older)
        merger(merged, kept)()
        made = IssueMerge.objects.get(merged=merged, undone_at=None)
        text = f"撤销时来的消息{number}"
        results = at_once(
            lambda: operations.undo_merge(merge_id=made.pk, reason="看错", actor=agent, now=NOW),
            lambda: operations.add_customer_message(
                issue_id=merged.pk, text=text, channel="email", author_name="吴桂芳", now=NOW
            ),
        )
        assert results == ["done", "done"]
        entry = Entry.objects.get(text=text)
        assert (entry.issue_id, entry.origin_id, entry.public) == (merged.pk, None, True)


@pytest.mark.correctness(64)
def test_taken_back_twice_or_while_the_survivor_closes() -> None:
    company()
    agent, supervisor = actor("agent"), actor("supervisor")
    for _round in range(ROUNDS):
        a, b = customer_issue(), customer_issue()
        merger(a, b)()
        made = IssueMerge.objects.get(merged=a, undone_at=None)

        def undo(pk: int = made.pk) -> object:
            return operations.undo_merge(merge_id=pk, reason="看错", actor=agent, now=NOW)

        def stop(issue: Issue = b) -> object:
            return operations.stop_issue(issue_id=issue.pk, reason="停", actor=supervisor, now=NOW)

        results = at_once(undo, undo, stop)
        assert results[2] == "done" and sorted(results[:2]) in (
            ["done", "issue_merge_undone"],
            ["issue_merge_final", "issue_merge_final"],
        )
        operations.end_merged(now=NOW + timedelta(minutes=1))
        a = fresh(a)
        if "done" in results[:2]:
            assert (a.is_open, a.duplicate_of_id) == (True, None)
            assert Instance.objects.get(pk=a.instance_id).ended_at is None
        else:
            assert (a.status, a.duplicate_of_id) == ("merged", b.pk)
            assert Instance.objects.get(pk=a.instance_id).ended_at is not None


def test_a_reply_that_is_being_written_is_kept() -> None:
    company()
    agent = actor("agent")
    for _round in range(ROUNDS):
        a, b = customer_issue(), customer_issue()
        results = at_once(
            merger(a, b),
            lambda: operations.post_entry(issue_id=a.pk, kind="reply", text="正在查", actor=agent, now=NOW),
        )
        assert results == ["done", "done"]
        assert Entry.objects.filter(issue=a, kind="reply", text="正在查").count() == 1


@pytest.mark.correctness(70)
def test_one_survey_a_set() -> None:
    company()
    a, b = customer_issue(), customer_issue()
    token = surveys.invite(issue_id=a.pk, round=1, now=NOW)
    merger(a, b)()
    with pytest.raises(surveys.AskedElsewhere):
        surveys.record_response(token=token, solved=True, scores={}, comment="", now=NOW)
    assert Invitation.objects.get(issue=a).used_at is None
    operations.undo_merge(merge_id=IssueMerge.objects.get().pk, reason="看错", actor=actor("agent"), now=NOW)
    surveys.record_response(token=token, solved=True, scores={"efficiency": 5}, comment="", now=NOW)
    merger(a, b)()
    with pytest.raises(surveys.LinkUsed):
        surveys.invite(issue_id=b.pk, round=1, now=NOW)

"""People who decide at the same time, and a content that changes meanwhile: no decision is lost, none counts twice."""

from collections.abc import Callable

import pytest

from bihuan.core.actor import Actor
from bihuan.flows.models import WorkItem
from bihuan.issues import operations
from bihuan.issues.models import ApprovalSeat, Entry, Issue
from bihuan.issues.operations import Stand
from tests.factories import NOW, actor
from tests.issues.approvals_world import at, content_hash, house, house_side_by_side, planned, rounds
from tests.issues.test_merging_at_once import at_once
from tests.issues.test_story import DATA, open_step

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4


def decision(who: str, step: WorkItem, outcome: str = "同意", seen: str = "") -> Callable[[], object]:
    """What a thread does."""
    person = actor(who)
    return lambda: operations.complete_step(
        work_item_id=step.pk, outcome=outcome, data={"opinion": who}, stand=Stand(seen=seen), actor=person, now=NOW
    )


def decided(issue: Issue) -> int:
    return ApprovalSeat.objects.filter(approval__issue=issue).exclude(decision="").count()


def test_of_two_against_each_other_one_counts_and_the_other_hears_of_it() -> None:
    house("any")
    for _round in range(ROUNDS):
        issue = planned()
        step = open_step(issue)
        results = at_once(decision("approver", step), decision("approver-0", step, "驳回"))
        assert sorted(results) == ["approval_over", "done"]
        assert decided(issue) == 1 and rounds(issue)[0].state in ("approved", "rejected")
        assert Entry.objects.filter(issue=issue, code="step.completed", params__step="负责人审批").count() == 1


def test_two_who_agree_at_once_both_count_and_the_step_is_completed_once() -> None:
    house("all", more=1)
    for _round in range(ROUNDS):
        issue = planned()
        step = open_step(issue)
        results = at_once(decision("approver", step), decision("approver-0", step))
        assert results == ["done", "done"]
        assert decided(issue) == 2 and rounds(issue)[0].state == "approved"
        assert WorkItem.objects.filter(instance_id=issue.instance_id, node="execute").count() == 1


def test_two_clicks_at_once_are_one_decision() -> None:
    house("all")
    issue = planned()
    step = open_step(issue)
    results = at_once(decision("approver", step), decision("approver", step))
    assert results == ["done", "done"] and decided(issue) == 1
    assert Entry.objects.filter(issue=issue, code="approval.agreed").count() == 1


def test_a_decision_against_a_change_of_the_content() -> None:
    """Whichever is first: nobody ends up having approved what they did not see."""
    ways = set[str]()
    for _round in range(ROUNDS):
        issue = house_side_by_side() if not ways else another()
        amend, step, seen = at(issue, "amend"), at(issue, "approve_owner"), content_hash(issue)
        engineer = actor("engineer")

        def change(amend: WorkItem = amend, engineer: Actor = engineer) -> object:
            return operations.complete_step(
                work_item_id=amend.pk, data={**DATA["plan"], "measures": "换网关"}, actor=engineer, now=NOW
            )

        results = at_once(decision("approver", step, seen=seen), change)
        assert results[1] == "done" and results[0] in ("done", "stale_approval")
        ways.add(results[0])
        last = rounds(issue)[-1]
        assert last.state == "open" and last.content_hash == content_hash(issue) != seen
        assert not last.seats.exclude(decision="").exists()
        assert decided(issue) == (1 if results[0] == "done" else 0)
        assert Entry.objects.filter(issue=issue, code="approval.void").count() == decided(issue)


def another() -> Issue:
    """One more issue in the same house."""
    from tests.factories import customer_issue
    from tests.issues.approvals_world import completes

    issue = customer_issue()
    completes(issue, "plan")
    return issue

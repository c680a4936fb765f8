"""Two at the same time, on real connections."""

from collections.abc import Callable

import pytest

from bihuan.core.actor import Actor
from bihuan.flows.models import WorkItem
from bihuan.issues import operations
from bihuan.issues.models import Arbitration, Entry, Notice, Orphan, StepReturn
from bihuan.issues.operations.duty.suspending import resume_due
from bihuan.issues.operations.duty.waiting import give_waiting, tell_duties
from bihuan.issues.operations.orphans import find_orphans
from tests.factories import NOW, actor, company, customer_issue, person
from tests.issues.test_clocks import at
from tests.issues.test_duty import ask, dispatched, returned_twice
from tests.issues.test_duty_assigning import away, rule
from tests.issues.test_merging_at_once import at_once
from tests.issues.test_story import CHOICE, DATA, do, open_step

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.correctness(76)
def test_of_two_who_claim_one_has_it() -> None:
    company()
    mate, engineer = person("engineer", "device", username="mate"), actor("engineer")
    for _ in range(3):
        step = open_step(dispatched())
        results = at_once(
            lambda step=step: operations.claim_step(work_item_id=step.pk, actor=mate, now=NOW),  # type: ignore[misc]
            lambda step=step: operations.claim_step(work_item_id=step.pk, actor=engineer, now=NOW),  # type: ignore[misc]
        )
        assert sorted(results) == ["done", "step_taken"]


def test_returning_and_signing_at_once_leave_one_history() -> None:
    company()
    engineer, head = actor("engineer"), actor("head")
    issue = dispatched()
    step = open_step(issue)
    results = at_once(
        lambda: operations.return_step(work_item_id=step.pk, code="not_ours", actor=engineer, now=NOW),
        lambda: operations.sign_step(work_item_id=step.pk, actor=head, now=NOW),
    )
    assert results[0] == "done" and results[1] in ("done", "signed_already", "not_your_step", "not_found")
    assert StepReturn.objects.filter(issue=issue).count() == 1
    assert Entry.objects.filter(issue=issue, code="duty.signed").count() == int(results[1] == "done")


def test_two_arbiters_decide_once() -> None:
    company()
    other, manager = person("manager", "service", username="manager-2"), actor("manager")
    issue = returned_twice()
    row = ask(issue)

    def decide(who: Actor, place: str) -> Callable[[], object]:
        return lambda: operations.decide_arbitration(
            arbitration_id=row.pk, department_key=place, reason="看过", actor=who, now=NOW
        )

    results = at_once(decide(manager, "cloud"), decide(other, "device"))
    assert sorted(results) == ["arbitration_over", "done"]
    kept = Arbitration.objects.select_related("decision").get()
    place = open_step(issue).department
    assert kept.decision is not None and place is not None and place.pk == kept.decision.pk


@pytest.mark.correctness(76)
def test_turns_are_never_given_twice() -> None:
    company()
    for n in range(3):
        person("engineer", "device", username=f"mate-{n}")
    rule("turn", in_hours=False)
    agent = actor("agent")
    issues = []
    for _ in range(4):
        issue = customer_issue()
        do(issue, "register", NOW)
        issues.append((issue, open_step(issue).pk))
    results = at_once(
        *(
            lambda pk=pk: operations.complete_step(
                work_item_id=pk, outcome=CHOICE.get("classify"), data=DATA["classify"], actor=agent, now=NOW
            )
            for _, pk in issues
        )
    )
    assert results == ["done"] * 4
    assert len({open_step(issue).assignee_id for issue, _ in issues}) == 4


@pytest.mark.correctness(77)
@pytest.mark.correctness(78)
def test_workers_at_once_tell_give_and_resume_once() -> None:
    company()
    waiting, standing = dispatched(), dispatched()
    operations.suspend_issue(
        issue_id=standing.pk, code="parts", reason="x", until=at("11-23 09:00"), actor=actor("supervisor"), now=NOW
    )
    rule("turn")
    later = at("11-23 09:00")
    at_once(*[lambda: tell_duties(now=later)] * 3)
    assert Notice.objects.filter(issue=waiting, code="notice.unsigned", user__username="head").count() == 1
    at_once(*[lambda: resume_due(now=later)] * 3)
    assert Entry.objects.filter(issue=standing, code="duty.resumed").count() == 1
    at_once(*[lambda: give_waiting(now=later)] * 3)
    given = Entry.objects.filter(code="duty.given_turn")
    assert given.count() == 2 and WorkItem.objects.filter(status="claimed").count() == 2
    away("engineer", now=later)
    at_once(*[lambda: find_orphans(now=later)] * 3)
    assert Orphan.objects.count() == 2 and Notice.objects.filter(code="notice.orphan").count() == 2

"""What a merged issue brings to the survivor's clocks, and what is left when it goes."""

from datetime import datetime

import pytest

from bihuan.flows import operations as flows
from bihuan.flows.models import WorkItem
from bihuan.issues import operations, queries
from bihuan.issues.models import Clock, Issue, IssueMerge
from bihuan.issues.rules.merging import Promise, concern, earliest, from_document, strictest, to_document
from tests.factories import actor, company, customer_issue
from tests.issues.test_clocks import HOUR, at, clock, keep, promise, reply
from tests.issues.test_story import do, fresh, open_step

pytestmark = pytest.mark.django_db


def merge(merged: Issue, survivor: Issue, now: datetime, **given: object) -> IssueMerge:
    values: dict[str, object] = {"reason": "同一件", "actor": actor("agent"), "now": now, **given}
    return operations.merge_issues(merged_id=merged.pk, survivor_id=survivor.pk, **values)  # type: ignore[arg-type]


def undo(made: IssueMerge, now: datetime) -> None:
    operations.undo_merge(merge_id=made.pk, reason="看错", actor=actor("agent"), now=now)


def two(first: str = "11-20 09:00", second: str = "11-20 11:00") -> tuple[Issue, Issue]:
    """The merged one is the older; 8 hours for a solution, 4 for a first answer (8:00–12:00, 14:00–18:00)."""
    company()
    keep(promise(targets={"first_response": 4 * HOUR, "next_response": 2 * HOUR, "resolution": 8 * HOUR}))
    return customer_issue(now=at(first)), customer_issue(now=at(second))


@pytest.mark.correctness(67)
def test_the_survivor_runs_from_the_earliest_start_and_back() -> None:
    older, kept = two()
    own = clock(kept, "resolution")
    assert (own.started_at, own.due_at) == (at("11-20 11:00"), at("11-23 11:00"))  # Friday 1 + 4 h, Monday 3 h
    made = merge(older, kept, at("11-20 11:30"))
    joined = clock(kept, "resolution")
    assert (joined.pk, joined.started_at, joined.own_start) == (own.pk, at("11-20 09:00"), at("11-20 11:00"))
    assert joined.due_at == at("11-23 09:00") == fresh(kept).promised_at
    assert clock(kept, "first_response").due_at == at("11-20 15:00")  # 3 h before noon, 1 h after two
    assert {row.verdict for row in Clock.objects.filter(issue=older)} == {"void"}
    undo(made, at("11-20 14:30"))
    alone = clock(kept, "resolution")
    assert (alone.started_at, alone.own_start, alone.due_at) == (at("11-20 11:00"), None, at("11-23 11:00"))
    again = clock(older, "resolution")
    assert again.verdict == "" and again.started_at == at("11-20 09:00")
    # 2.5 h were used until 11:30; 0.5 h before noon and the half hour until 14:30 do not count.
    assert again.due_at == at("11-23 10:00")
    assert clock(older, "first_response").verdict == ""


@pytest.mark.correctness(67)
def test_the_strictest_due_time_holds_and_outlives_another_priority() -> None:
    company()
    keep(promise(name="急", priority="P1", targets={"resolution": 2 * HOUR}))
    keep(promise(name="常", targets={"resolution": 8 * HOUR}))
    kept, urgent = customer_issue(now=at("11-20 09:00")), customer_issue(now=at("11-20 10:00"))
    supervisor = actor("supervisor")
    operations.correct_classification(
        issue_id=urgent.pk, priority="P1", reason="停产", actor=supervisor, now=at("11-20 10:00")
    )
    assert clock(urgent, "resolution").due_at == at("11-20 12:00")
    made = merge(urgent, kept, at("11-20 10:30"))
    row = clock(kept, "resolution")
    assert row.started_at == at("11-20 09:00") and row.due_at == at("11-20 12:00")
    assert row.shortened == 5 * HOUR and row.target == 3 * HOUR
    reply(kept, at("11-20 10:40"))  # any further operation keeps it
    assert clock(kept, "resolution").due_at == at("11-20 12:00")
    undo(made, at("11-20 11:00"))
    assert clock(kept, "resolution").target == 8 * HOUR


def test_the_survivors_own_clocks_may_be_kept() -> None:
    older, kept = two()
    merge(older, kept, at("11-20 11:30"), strict=False)
    assert clock(kept, "resolution").due_at == at("11-23 11:00")
    assert IssueMerge.objects.get().promises == {}


def test_of_two_merges_the_one_that_is_left_still_counts() -> None:
    older, kept = two()
    oldest = customer_issue(now=at("11-20 08:00"))
    first, second = merge(older, kept, at("11-20 11:30")), merge(oldest, kept, at("11-20 11:40"))
    assert clock(kept, "resolution").started_at == at("11-20 08:00")
    undo(second, at("11-20 14:00"))
    assert clock(kept, "resolution").started_at == at("11-20 09:00")
    undo(first, at("11-20 14:10"))
    assert clock(kept, "resolution").started_at == at("11-20 11:00")


def test_who_waited_for_an_answer_is_still_owed_one() -> None:
    older, kept = two(second="11-20 08:30")
    reply(kept, at("11-20 08:40"))  # before the other one wrote
    made = merge(older, kept, at("11-20 09:30"))
    owed = clock(kept, "next_response")
    assert owed.verdict == "" and owed.started_at == at("11-20 09:00")
    undo(made, at("11-20 10:00"))
    assert clock(kept, "next_response").verdict == "void"


def test_the_preview_says_what_the_merge_then_does() -> None:
    older, kept = two()
    seen = operations.rehearse_merge(
        merged_id=older.pk, survivor_id=kept.pk, actor=actor("agent"), now=at("11-20 11:30")
    )
    assert seen.refused is None and not seen.foreign
    merge(older, kept, at("11-20 11:30"))
    assert {line.kind: line.strict for line in seen.clocks} == {
        row.kind: row.due_at for row in Clock.objects.filter(issue=kept, ended_at=None)
    }


def test_steps_and_timers_stand_while_merged() -> None:
    company()
    issue, kept = customer_issue(now=at("11-20 09:00")), customer_issue(now=at("11-20 09:00"))
    step = open_step(issue)  # 15 minutes to register
    made = merge(issue, kept, at("11-20 09:05"))
    assert flows.fire_due_timers(now=at("11-20 17:00")) >= 0
    still = WorkItem.objects.get(pk=step.pk)
    assert (still.status, still.breached_at, still.alarms_done) == ("suspended", None, [])
    undo(made, at("11-20 17:00"))
    again = WorkItem.objects.get(pk=step.pk)
    assert again.due_at == at("11-20 17:10")
    ledger = queries.ledger(actor=actor("agent"), issue_id=issue.pk, now=at("11-20 17:30"))
    stood = [piece for piece in ledger.segments if piece.key == "suspended"]
    assert [(piece.start, piece.end) for piece in stood] == [(at("11-20 09:05"), at("11-20 17:00"))]
    assert sum(share.seconds for share in ledger.shares) == ledger.total_seconds


def test_a_time_to_wait_goes_on_with_what_was_left() -> None:
    """Three working days for the customer's reply: one is used, two are left."""
    company()
    issue, kept = customer_issue(now=at("11-20 08:00")), customer_issue(now=at("11-20 08:00"))
    do(issue, "register", at("11-20 08:00"))
    do(issue, "classify", at("11-20 08:00"))
    do(issue, "contact", at("11-20 08:00"), outcome="等客户补充")
    made = merge(issue, kept, at("11-20 18:00"))
    flows.fire_due_timers(now=at("12-10 18:00"))
    assert fresh(issue).status == "merged"
    undo(made, at("12-11 08:00"))  # a Friday
    assert fresh(issue).status == "waiting_customer"
    flows.fire_due_timers(now=at("12-14 17:00"))
    assert fresh(issue).status == "waiting_customer"
    flows.fire_due_timers(now=at("12-14 18:01"))
    assert open_step(issue).node == "unreachable"


# -- the rules by hand ----------------------------------------------------------------------------------------------


def owed(start: str, due: str, *pauses: tuple[str, str]) -> Promise:
    return Promise(start=at(start), due=at(due), pauses=tuple((at(a), at(b)) for a, b in pauses))


def test_earliest() -> None:
    own = at("11-20 11:00")
    early = owed("11-20 09:00", "11-20 12:00", ("11-20 09:30", "11-20 10:00"), ("11-20 10:50", "11-20 11:20"))
    assert earliest(own, [], []) == (own, [])
    assert earliest(own, [], [owed("11-20 11:30", "11-20 12:00")]) == (own, [])
    assert earliest(own, [], [early]) == (
        at("11-20 09:00"),
        [(at("11-20 09:30"), at("11-20 10:00")), (at("11-20 10:50"), own)],  # a pause ends where its own time begins
    )


def test_strictest_and_what_concerns_a_clock() -> None:
    first, solution = owed("11-20 09:00", "11-20 10:00"), owed("11-20 09:00", "11-24 10:00")
    brought = {"first_response": first, "resolution": solution, "department": owed("11-20 09:00", "11-20 09:30")}
    assert concern("next_response", brought) == [first] == concern("first_response", brought)
    assert concern("resolution", brought) == [solution]
    assert strictest([first, solution]) == at("11-20 10:00") and strictest([]) is None
    assert from_document(to_document(first)) == first

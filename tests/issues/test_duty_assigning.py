"""Steps find their people: by turn, load and skill, absence and hours respected, each step given once."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.accounts import operations as accounts
from bihuan.accounts import queries as people
from bihuan.accounts.operations.people import StillHolds
from bihuan.core.actor import SYSTEM
from bihuan.core.errors import Forbidden, Refused
from bihuan.flows.errors import NobodyThere
from bihuan.flows.models import WorkItem
from bihuan.issues import operations, queries
from bihuan.issues.models import Entry, Issue, Notice, Orphan, StepReceipt
from bihuan.issues.operations import Handed, MatrixRow
from bihuan.issues.operations.duty import refusals
from bihuan.issues.operations.duty.settings import RowThere
from bihuan.issues.operations.duty.waiting import give_waiting
from bihuan.issues.operations.handover import HandOverChanged, SummaryRequired
from bihuan.issues.operations.orphans import find_orphans
from bihuan.issues.queries.actors import reach_now, staffing
from bihuan.issues.rules.acting import can_act
from bihuan.issues.rules.sentences import sentence
from tests.factories import NOW, actor, company, customer_issue, person
from tests.issues.test_clocks import at
from tests.issues.test_duty import dispatched, give
from tests.issues.test_duty_rules import somebody
from tests.issues.test_story import do, open_step

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def rule(method: str, role: str = "engineer", place: str = "device", capacity: int = 0, in_hours: bool = True) -> int:
    return operations.save_assignment(
        role=role,
        department_key=place,
        method=method,
        capacity=capacity,
        in_hours=in_hours,
        actor=actor("admin"),
        now=NOW,
    ).pk


def away(who: str, deputy: str = "", now: datetime = NOW) -> None:
    accounts.set_absence(
        person_id=actor(who).user_id or 0,
        absent_from=now,
        absent_until=None,
        deputy_id=actor(deputy).user_id if deputy else None,
        actor=SYSTEM,
        now=now,
    )


def holder(issue: Issue) -> str:
    step = open_step(issue)
    return step.assignee.username if step.assignee else ""


def test_turns_go_round_those_who_are_there_and_say_why() -> None:
    company()
    for name in ("mate", "third"):
        person("engineer", "device", username=name)
    rule("turn")
    away("mate")
    issues = [dispatched() for _ in range(3)]
    assert [holder(issue) for issue in issues] == ["engineer", "third", "engineer"]
    line = Entry.objects.get(issue=issues[2], code="duty.given_turn")
    assert sentence(line.code, line.params) == "「核实补充」轮流分给 engineer 先生：手上 1 件"
    assert Notice.objects.filter(issue=issues[1], code="notice.assigned", user__username="third").exists()
    issues[0].refresh_from_db()
    assert issues[0].status == "in_progress" and issues[0].assignee_id == actor("engineer").user_id


def test_load_weighs_by_priority() -> None:
    company()
    person("engineer", "device", username="mate")
    rule("load")
    first, second = dispatched(), dispatched()
    assert [holder(first), holder(second)] == ["engineer", "mate"]
    operations.correct_classification(issue_id=first.pk, priority="P1", reason="停产", actor=actor("agent"), now=NOW)
    assert holder(dispatched()) == "mate"  # one P1 weighs four, one P3 two
    assert holder(dispatched()) == "engineer"  # four each: whose turn it is


def test_skill_takes_who_knows_such_issues_and_else_leaves_it_to_claim() -> None:
    company()
    person("engineer", "device", username="mate")
    rule("skill")
    assert holder(dispatched()) == ""
    operations.save_skill(username="mate", type_key="fault", product="", level=2, actor=actor("admin"), now=NOW)
    assert holder(dispatched()) == "mate"
    operations.save_skill(username="mate", type_key="fault", product="", level=0, actor=actor("admin"), now=NOW)
    operations.save_skill(username="engineer", type_key="data", product="", level=3, actor=actor("admin"), now=NOW)
    assert holder(dispatched()) == ""


def test_capacity_and_hours_leave_steps_waiting_and_the_worker_gives_them_later() -> None:
    company()
    rule("turn", capacity=1)
    first, second = dispatched(), dispatched()
    assert [holder(first), holder(second)] == ["engineer", ""]
    assert give_waiting(now=NOW) == 0
    person("engineer", "device", username="mate")
    night = at("11-20 23:00")
    assert give_waiting(now=night) == 0
    assert [give_waiting(now=at("11-23 09:00")), give_waiting(now=at("11-23 09:00"))] == [1, 0]
    assert holder(second) == "mate"


def test_where_many_wait_for_a_free_hand_no_other_department_waits_for_them() -> None:
    company()
    rule("turn", capacity=1)
    rule("turn", place="cloud", capacity=1)
    night = at("11-20 23:00")
    waiting = [dispatched(night) for _ in range(6)]
    give(waiting[-1], "cloud", night)
    assert [holder(issue) for issue in waiting] == [""] * 6
    assert give_waiting(now=at("11-23 09:00"), limit=1) == 2
    assert holder(waiting[-1]) == "engineer2"


def test_whoever_is_recused_is_passed_by_and_what_they_had_is_given_anew() -> None:
    company()
    person("engineer", "device", username="mate")
    rule("turn")
    issue = dispatched()
    assert holder(issue) == "engineer"
    operations.recuse(issue_id=issue.pk, reason="亲属", actor=actor("engineer"), now=NOW)
    assert holder(issue) == "mate"
    operations.recuse(issue_id=issue.pk, reason="同学", actor=actor("mate"), now=NOW)
    assert holder(issue) == "" and Notice.objects.filter(issue=issue, code="step.nobody").exists()


def test_what_the_chart_gives_to_somebody_away_goes_to_the_deputy() -> None:
    company()
    person("engineer", "device", username="mate")
    issue = dispatched()
    do(issue, "contact", NOW)
    away("engineer", "mate")
    operations.complete_step(
        work_item_id=open_step(issue).pk,
        outcome="submit_analysis",
        data={"phenomenon": "x", "whys": [{"why": "1", "answer": "1"}] * 3, "root_cause": "y", "cause_class": "design"},
        actor=actor("supervisor"),
        now=NOW,
    )
    assert holder(issue) in ("mate", "supervisor", "")
    assert people.deputy_of(user_id=actor("engineer").user_id or 0, now=NOW) == actor("mate").user_id


def test_what_is_given_by_hand_to_somebody_away_goes_to_the_deputy_and_is_to_be_signed_for() -> None:
    company()
    person("engineer", "device", username="mate")
    away("engineer", "mate")
    issue = dispatched()
    operations.assign_step(
        work_item_id=open_step(issue).pk, username="engineer", reason="他熟悉", actor=actor("supervisor"), now=NOW
    )
    assert holder(issue) == "mate"
    assert Entry.objects.filter(issue=issue, code="duty.deputy").count() == 1
    row = StepReceipt.objects.filter(issue=issue).latest("id")
    assert row.user is not None and row.user.username == "mate" and row.signed_at is None
    operations.sign_step(work_item_id=open_step(issue).pk, actor=actor("mate"), now=NOW)


def test_only_the_deputy_takes_over_and_only_while_the_holder_is_away() -> None:
    company()
    mate = person("engineer", "device", username="mate")
    issue = dispatched()
    operations.claim_step(work_item_id=open_step(issue).pk, actor=actor("engineer"), now=NOW)
    with pytest.raises(Forbidden):
        operations.take_over_step(work_item_id=open_step(issue).pk, actor=mate, now=NOW)
    away("engineer", "mate")
    with pytest.raises(Forbidden):
        operations.take_over_step(work_item_id=open_step(issue).pk, actor=actor("supervisor"), now=NOW)
    operations.take_over_step(work_item_id=open_step(issue).pk, actor=mate, now=NOW)
    assert holder(issue) == "mate"


def test_rules_take_a_right_and_known_words() -> None:
    company()
    for given_ in ({"method": "dice"}, {"role": "none"}, {"place": "none"}, {"capacity": -1}):
        with pytest.raises(Refused):
            rule(**{"method": "turn", **given_})  # type: ignore[arg-type]
    with pytest.raises(Forbidden):
        operations.save_assignment(
            role="engineer", department_key="", method="turn", capacity=0, in_hours=True, actor=actor("head"), now=NOW
        )


# -- the matrix ------------------------------------------------------------------------------------------------------


def test_the_matrix_is_used_where_the_department_is_chosen() -> None:
    company()
    row = MatrixRow(type="fault", region="华南", department="cloud", supports=["device", "cloud"])
    made = operations.save_matrix_row(row=row, actor=actor("admin"), now=NOW)
    assert made.supports == ["device"]
    found = queries.suggest_department(type_key="fault", region="华南")
    assert found is not None and found.department == "cloud"
    with pytest.raises(RowThere):
        operations.save_matrix_row(row=row, actor=actor("admin"), now=NOW)
    with pytest.raises(Forbidden):
        operations.save_matrix_row(row=row, actor=actor("head"), now=NOW)
    operations.delete_matrix_row(rule_id=made.pk, actor=actor("admin"), now=NOW)
    found = queries.suggest_department(type_key="fault", region="华南")
    assert found is not None and found.department == "device"


# -- hand-over -------------------------------------------------------------------------------------------------------


def test_leaving_demands_a_hand_over_and_each_thing_takes_a_summary() -> None:
    company()
    mate = person("engineer", "device", username="mate")
    issue = dispatched()
    operations.claim_step(work_item_id=open_step(issue).pk, actor=actor("engineer"), now=NOW)
    operations.add_task(issue_id=issue.pk, title="寄备件", username="engineer", actor=actor("agent"), now=NOW)
    engineer = actor("engineer")
    assert engineer.user_id is not None
    with pytest.raises(StillHolds):
        accounts.switch_person(person_id=engineer.user_id, is_active=False, actor=actor("admin"), now=NOW)
    things = queries.in_hand(actor=engineer, person_id=engineer.user_id)
    assert sorted(each.kind for each in things) == ["step", "task"]
    with pytest.raises(Forbidden):
        queries.in_hand(actor=mate, person_id=engineer.user_id)

    def hand(summary: str, to: str = "mate") -> int:
        rows = [Handed(kind=each.kind, id=each.id, to=to, summary=summary) for each in things]
        return operations.hand_over(person_id=engineer.user_id or 0, rows=rows, actor=actor("admin"), now=NOW)

    for summary, to, refusal in (("", "mate", SummaryRequired), ("x", "", NobodyThere), ("x", "engineer", NobodyThere)):
        with pytest.raises(refusal):
            hand(summary, to)
    assert hand("已约周三上门") == 2 and holder(issue) == "mate"
    lines = Entry.objects.filter(issue=issue, code="duty.handed_over")
    assert {line.params["text"] for line in lines} == {"已约周三上门"} and lines.count() == 2
    with pytest.raises(HandOverChanged):
        hand("再来一次")
    accounts.switch_person(person_id=engineer.user_id, is_active=False, actor=actor("admin"), now=NOW)


def test_nothing_is_handed_to_somebody_recused_and_then_nothing_at_all() -> None:
    company()
    person("engineer", "device", username="mate")
    issues = [dispatched(), dispatched()]
    for issue in issues:
        operations.claim_step(work_item_id=open_step(issue).pk, actor=actor("engineer"), now=NOW)
    operations.recuse(issue_id=issues[1].pk, username="mate", reason="亲属", actor=actor("supervisor"), now=NOW)
    rows = [Handed(kind="step", id=open_step(issue).pk, to="mate", summary="x") for issue in issues]
    with pytest.raises(refusals.RecusedHere):
        operations.hand_over(person_id=actor("engineer").user_id or 0, rows=rows, actor=actor("supervisor"), now=NOW)
    assert [holder(issue) for issue in issues] == ["engineer", "engineer"]


# -- nobody ----------------------------------------------------------------------------------------------------------


def test_an_issue_that_nobody_can_act_on_is_found_told_once_and_forgotten_when_somebody_can() -> None:
    company()
    issue = dispatched()
    assert queries.without_actor(now=NOW) == [] and find_orphans(now=NOW) == 0
    away("engineer")
    assert queries.without_actor(now=NOW) == [issue.pk]
    assert [find_orphans(now=NOW), find_orphans(now=NOW)] == [1, 0]
    told = Notice.objects.filter(issue=issue, code="notice.orphan").values_list("user__username", flat=True)
    assert list(told) == ["manager"]
    assert [each.pk for each in queries.orphans(actor=actor("manager"))] == [issue.pk]
    give(issue, "cloud", NOW)
    assert find_orphans(now=NOW) == 0 and not Orphan.objects.exists()


def test_what_waits_for_a_customer_or_stands_by_will_is_not_nobodys() -> None:
    company()
    issue = dispatched()
    away("engineer")
    operations.suspend_issue(
        issue_id=issue.pk, code="parts", reason="x", until=NOW + HOUR, actor=actor("supervisor"), now=NOW
    )
    assert queries.without_actor(now=NOW) == []


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sets(st.sampled_from(["agent", "engineer", "engineer2", "supervisor", "manager", "head", "admin"])), st.data()
)
def test_the_checker_finds_what_asking_everybody_finds(absent: set[str], data: st.DataObject) -> None:
    from django.db import transaction

    with transaction.atomic():
        company()
        issues = [customer_issue(), dispatched(), dispatched()]
        if data.draw(st.booleans()):
            operations.claim_step(work_item_id=open_step(issues[2]).pk, actor=actor("engineer"), now=NOW)
        for who in sorted(absent):
            away(
                who, data.draw(st.sampled_from(["", "engineer2", "agent"])) if who not in ("engineer2", "agent") else ""
            )
        house, found = staffing(NOW), reach_now(NOW)
        expected = []
        for issue in issues:
            steps = WorkItem.objects.filter(instance_id=issue.instance_id, status__in=("open", "claimed"))
            answers = [somebody(house, each.assignee_id, each.role, each.department_id) for each in steps]
            assert answers == [
                can_act(found, assignee=each.assignee_id, role=each.role, department=each.department_id)
                for each in steps
            ]
            if not any(answers):
                expected.append(issue.pk)
        assert queries.without_actor(now=NOW) == expected
        transaction.set_rollback(True)

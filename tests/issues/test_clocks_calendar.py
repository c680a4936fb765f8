"""Open clocks when calendars and policies change, their sum against the ledger, and what the worker's looks cost."""

import json
import random
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.calendars import operations as calendars
from bihuan.calendars import queries as calendar_queries
from bihuan.calendars.models import DayKind
from bihuan.customers.models import Contract
from bihuan.issues import operations, queries
from bihuan.issues.models import Clock, Entry, Issue
from tests.factories import NOW, actor, company, customer_issue
from tests.issues.test_clocks import HOUR, at, clock, keep, promise, reply, to_department
from tests.issues.test_story import do, open_step

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)
SPRING = {"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": True}]}


def day_off(*, recount: bool, now: datetime = NOW) -> None:
    calendars.set_company_day(
        actor=actor("admin"),
        now=now,
        calendar="default",
        date=MONDAY,
        kind=DayKind.HOLIDAY,
        name="厂庆",
        recount=recount,
    )


@pytest.mark.correctness(18, 19)
def test_a_changed_calendar_moves_open_clocks_where_it_is_wanted_and_never_a_verdict() -> None:
    company()
    keep(promise(targets={"first_response": HOUR, "resolution": 16 * HOUR}))
    done, left, moved = customer_issue(), customer_issue(), customer_issue()
    reply(done, at("11-20 12:30"))
    before = clock(left, "resolution")
    day_off(recount=False)
    left_after = clock(left, "resolution")
    assert (left_after.due_at, left_after.calendar_version_id) == (before.due_at, before.calendar_version_id)
    day_off(recount=True)  # the same once more: nothing in the calendar is new, so nothing moves
    assert clock(moved, "resolution").due_at == before.due_at
    calendars.clear_company_day(actor=actor("admin"), now=NOW, calendar="default", date=MONDAY)
    day_off(recount=True)
    after = clock(moved, "resolution")
    assert (before.due_at, after.due_at) == (at("11-24 10:00"), at("11-25 10:00"))
    version = calendar_queries.current_version("default").version_id
    assert after.calendar_version_id == version != before.calendar_version_id
    line = Entry.objects.get(issue=moved, code="clock.recounted")
    assert line.params["what"] == "解决 2026-11-24 10:00 → 2026-11-25 10:00"  # both are on record
    verdict = clock(done, "first_response")
    assert verdict.verdict == "breached" and verdict.calendar_version_id == before.calendar_version_id
    moved.refresh_from_db()
    assert moved.promised_at == at("11-25 10:00")


@pytest.mark.correctness(18)
def test_what_would_move_is_said_before_anything_moves() -> None:
    company()
    keep(promise(targets={"first_response": HOUR, "resolution": 16 * HOUR}))
    issue = customer_issue()
    effect = operations.rehearse_calendar_change(change=lambda: day_off(recount=True))
    assert (effect.looked_at, len(effect.moves), effect.issues, effect.later, effect.late) == (2, 1, 1, 1, 0)
    assert clock(issue, "resolution").due_at == at("11-24 10:00")
    assert calendar_queries.special_days("default", MONDAY, MONDAY) == []


@pytest.mark.correctness(27)
def test_a_deadline_in_a_year_without_holidays_is_provisional_until_they_are_loaded() -> None:
    company()
    keep(promise(targets={"resolution": 16 * HOUR}))
    issue = customer_issue(now=at("12-31 10:00"))
    first = clock(issue, "resolution")
    assert first.provisional and first.due_at == datetime.fromisoformat("2027-01-04T10:00+08:00")
    content = json.dumps({**SPRING, "days": [*SPRING["days"], _off("2027-01-04")]}).encode()  # type: ignore[misc]
    calendars.import_days(actor=actor("admin"), now=at("12-31 11:00"), region="cn", content=content, source="2027.json")
    settled = clock(issue, "resolution")
    assert not settled.provisional and settled.due_at == datetime.fromisoformat("2027-01-06T10:00+08:00")


def _off(day: str) -> dict[str, object]:
    return {"name": "元旦", "date": day, "isOffDay": True}


@pytest.mark.correctness(18)
def test_a_breach_that_the_new_calendar_takes_back_is_told_again_when_it_comes() -> None:
    company()
    keep(promise(targets={"resolution": 8 * HOUR}, alarms={100: ("holder",)}))
    issue = customer_issue()  # due on Monday at 10
    operations.tell_due_clocks(now=at("11-23 10:30"))
    assert clock(issue, "resolution").breached_at == at("11-23 10:00")
    day_off(recount=True, now=at("11-23 10:40"))
    again = clock(issue, "resolution")
    assert (again.breached_at, again.due_at, again.next_alarm_at) == (None, at("11-24 10:00"), at("11-24 10:00"))
    operations.tell_due_clocks(now=at("11-24 10:00"))
    assert Entry.objects.filter(issue=issue, code="clock.breach").count() == 2


@pytest.mark.correctness(8)
def test_changed_targets_reach_issues_under_way_when_they_are_applied() -> None:
    company()
    policy = keep(promise(targets={"resolution": 16 * HOUR}))
    issue = customer_issue()
    operations.save_clock_policy(
        policy=promise(targets={"resolution": 8 * HOUR}), policy_id=policy, revision=1, actor=actor("admin"), now=NOW
    )
    assert clock(issue, "resolution").target == 16 * HOUR
    effect = operations.rehearse_policies(actor=actor("admin"), now=at("11-20 11:00"))
    assert (effect.issues, clock(issue, "resolution").target) == (1, 16 * HOUR)
    operations.apply_policies(actor=actor("admin"), now=at("11-20 11:00"))
    assert (clock(issue, "resolution").target, clock(issue, "resolution").due_at) == (8 * HOUR, at("11-23 10:00"))
    assert Entry.objects.filter(issue=issue, code="clock.repolicied").count() == 1
    with pytest.raises(operations.PolicyChanged):
        operations.save_clock_policy(policy=promise(), policy_id=policy, revision=1, actor=actor("admin"), now=NOW)


@pytest.mark.foreign_write("contracts of customers, as their room keeps them")
def test_what_a_contract_names_comes_before_everything_else() -> None:
    company()
    keep(promise(name="通用", targets={"resolution": 16 * HOUR}))
    keep(promise(name="有合同", contract=True, targets={"resolution": 8 * HOUR}))
    keep(promise(name="金牌", key="gold", contract=True, targets={"resolution": 4 * HOUR}))
    first = customer_issue()
    assert clock(first, "resolution").policy.name == "通用"
    contract = Contract.objects.create(
        customer_id=first.customer_id,
        number="C1",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        created_at=NOW,
    )
    assert clock(customer_issue(), "resolution").policy.name == "有合同"
    contract.policy = "gold"
    contract.save()
    assert clock(customer_issue(), "resolution").policy.name == "金牌"
    contract.ends_on = date(2026, 11, 19)
    contract.save()
    assert clock(customer_issue(), "resolution").policy.name == "通用"


def count_anew(issues: int) -> int:
    """Statements that counting the open clocks of so many issues anew takes."""
    for _ in range(issues):
        customer_issue()
    with CaptureQueriesContext(connection) as sent:
        operations.apply_policies(actor=actor("admin"), now=NOW)
    return len([each for each in sent.captured_queries if "PREPARE" not in each["sql"]])


@pytest.mark.correctness(24)
def test_however_many_clocks_are_open_they_are_read_and_written_by_the_same_statements() -> None:
    company()
    keep(promise())
    count_anew(1)  # reads the settings
    assert count_anew(2) == count_anew(6)


@pytest.mark.correctness(24)
@pytest.mark.slow
@pytest.mark.foreign_write("ten thousand issues with an open clock, copied from one")
def test_ten_thousand_open_issues_are_looked_through_by_one_indexed_statement() -> None:
    company()
    keep(promise(targets={"resolution": 16 * HOUR}))
    issue = customer_issue()
    _copy(issue, 10_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE issues_clock")
        for sql in (
            "SELECT id FROM issues_clock WHERE next_alarm_at <= '2026-11-20' ORDER BY next_alarm_at, id LIMIT 100",
            "SELECT * FROM issues_clock WHERE calendar = 'other' AND ended_at IS NULL ORDER BY id",
        ):
            cursor.execute(f"EXPLAIN {sql}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "Index Scan" in plan and "Seq Scan" not in plan, plan
    with CaptureQueriesContext(connection) as sent:
        day_off(recount=True)
    assert len(sent.captured_queries) < 40
    assert Clock.objects.filter(due_at=at("11-25 10:00")).count() == 10_001


def _copy(issue: Issue, times: int) -> None:
    with connection.cursor() as cursor:
        for table, key in (("flows_instance", "id"), ("issues_issue", "id"), ("issues_clock", "id")):
            cursor.execute(
                "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns"
                " WHERE table_name = %s AND column_name NOT IN (%s, 'number', 'instance_id', 'issue_id')",
                [table, key],
            )
            columns = cursor.fetchone()[0]
            names = {"flows_instance": "id", "issues_issue": "id, number, instance_id", "issues_clock": "issue_id"}[
                table
            ]
            values = {
                "flows_instance": "1000000 + n",
                "issues_issue": "1000000 + n, 'Q-' || n, 1000000 + n",
                "issues_clock": "1000000 + n",
            }[table]
            row = {"flows_instance": issue.instance_id, "issues_issue": issue.pk}.get(
                table, clock(issue, "resolution").pk
            )
            cursor.execute(
                f"INSERT INTO {table} ({names}, {columns}) SELECT {values}, {columns}"
                f" FROM {table}, generate_series(1, %s) n WHERE id = %s",
                [times, row],
            )


def micros(value: float) -> int:
    return round(value * 1_000_000)


@pytest.mark.correctness(23)
@pytest.mark.parametrize("seed", range(6))
def test_a_clock_has_used_what_the_ledger_shows(seed: int) -> None:
    """However an issue is passed about: the solution's clock has used the open hours of all whom the ledger names but the
    customer; a department's clock those of it and its people."""
    company()
    keep(promise(targets={"resolution": 400 * HOUR, "department": 400 * HOUR}))
    chance, now = random.Random(seed), at("11-20 10:00")
    issue = customer_issue(now=now)
    to_department(issue, now)
    for _ in range(12):
        now += timedelta(seconds=chance.randrange(1, 30 * HOUR))
        _any_move(issue, chance, now)
    end = now + timedelta(hours=5)
    ledger = queries.ledger(actor=actor("supervisor"), issue_id=issue.pk, now=end)
    open_hours = calendar_queries.calendar("default")
    used = sum(
        micros(open_hours.between(piece.start, piece.end)) for piece in ledger.segments if piece.kind != "customer"
    )
    solution = queries.counted(clock(issue, "resolution"))
    assert micros(solution.used(end)) == used
    assert sum(micros(each.seconds) for each in solution.segments(end)) == ledger.total_micros
    for row in Clock.objects.filter(issue=issue, kind="department").select_related("department"):
        assert row.department is not None
        held = [piece for piece in ledger.segments if _place(piece.label) == row.department.key]
        assert micros(queries.counted(row).used(end)) == sum(piece.micros for piece in held)


def _place(label: str) -> str:
    """The department of a holder of the ledger, by its name or its engineer's."""
    return {"engineer 先生": "device", "engineer2 先生": "cloud", "device 部": "device", "cloud 部": "cloud"}.get(
        label, ""
    )


def _any_move(issue: Issue, chance: random.Random, now: datetime) -> None:
    step, place = open_step(issue), chance.choice(("device", "cloud"))
    mine = {"device": "engineer", "cloud": "engineer2"}
    what = chance.choice(("give", "claim", "pause", "resume"))
    if what == "give":
        operations.assign_step(
            work_item_id=step.pk, department_key=place, reason="转", actor=actor("supervisor"), now=now
        )
    elif what == "claim" and step.assignee_id is None and step.department is not None:
        operations.claim_step(work_item_id=step.pk, actor=actor(mine[step.department.key]), now=now)
    elif what == "pause":
        operations.pause_step(work_item_id=step.pk, reason="等", actor=actor("supervisor"), now=now)
    elif what == "resume":
        operations.resume_step(work_item_id=step.pk, actor=actor("supervisor"), now=now)


def test_what_is_closed_without_an_answer_owes_none_unless_it_was_late() -> None:
    company()
    keep(promise(targets={"first_response": 2 * HOUR}))
    early, late = customer_issue(), customer_issue()
    for issue, when in ((early, at("11-20 10:30")), (late, at("11-20 15:00"))):
        do(issue, "register", when)
        do(issue, "classify", when)
        do(issue, "contact", when, outcome="等客户补充")
        operations.stop_issue(issue_id=issue.pk, reason="停", actor=actor("supervisor"), now=when)
    assert clock(early, "first_response").verdict == "void"
    assert clock(late, "first_response").verdict == "void"  # given up: nothing is owed

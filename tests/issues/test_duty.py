"""Signing, returning, arbitration: whose a step is, through operations."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.accounts import operations as accounts
from bihuan.core import rows
from bihuan.core.actor import SYSTEM
from bihuan.core.errors import Forbidden, NotFound, Refused
from bihuan.core.stamps import held
from bihuan.flows.errors import NotYourStep
from bihuan.flows.models import WorkItem
from bihuan.issues import operations, queries
from bihuan.issues.models import Arbitration, Clock, Entry, Issue, Notice, StepReceipt, StepReturn
from bihuan.issues.operations.duty import refusals
from bihuan.issues.operations.duty.waiting import tell_duties
from bihuan.issues.rules.sentences import sentence
from tests.factories import NOW, actor, company, customer_issue, person
from tests.issues.test_clocks import at, keep, promise
from tests.issues.test_story import do, open_step

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def dispatched(now: datetime = NOW) -> Issue:
    """An issue whose first department step lies in the pool of device."""
    issue = customer_issue(now=now)
    do(issue, "register", now)
    do(issue, "classify", now)
    return issue


def codes(issue: Issue) -> list[str]:
    return list(Entry.objects.filter(issue=issue, kind="event").order_by("id").values_list("code", flat=True))


def give(issue: Issue, place: str, now: datetime, who: str = "supervisor") -> None:
    operations.assign_step(
        work_item_id=open_step(issue).pk, department_key=place, reason="请处理", actor=actor(who), now=now
    )


def send_back(issue: Issue, who: str, now: datetime, code: str = "not_ours", text: str = "") -> StepReturn:
    return operations.return_step(work_item_id=open_step(issue).pk, code=code, text=text, actor=actor(who), now=now)


# -- signing ---------------------------------------------------------------------------------------------------------


def test_a_department_is_to_sign_within_working_time_and_claiming_signs() -> None:
    company()
    issue = dispatched()
    row = StepReceipt.objects.get(issue=issue)
    assert row.department is not None and row.given_by is not None and row.user is None
    assert (row.department.key, row.given_by.username) == ("device", "agent")
    assert row.due_at == at("11-20 12:00")  # two hours of working time from Friday 10:00 on
    operations.claim_step(work_item_id=open_step(issue).pk, actor=actor("engineer"), now=NOW + HOUR)
    row.refresh_from_db()
    assert row.signed_by is not None and (row.signed_by.username, row.signed_at) == ("engineer", NOW + HOUR)


def test_signing_leaves_the_step_in_the_pool_and_is_done_once_by_who_could_take_it() -> None:
    company()
    issue = dispatched()
    step = open_step(issue)
    with pytest.raises((NotYourStep, NotFound)):
        operations.sign_step(work_item_id=step.pk, actor=actor("outsider"), now=NOW)
    operations.sign_step(work_item_id=step.pk, actor=actor("head"), now=NOW)
    assert open_step(issue).assignee is None and "duty.signed" in codes(issue)
    with pytest.raises(refusals.SignedAlready):
        operations.sign_step(work_item_id=step.pk, actor=actor("engineer"), now=NOW)


@pytest.mark.correctness(77)
def test_what_nobody_signed_for_alarms_once() -> None:
    company()
    issue = dispatched()
    assert tell_duties(now=at("11-20 11:59")) == 0
    assert tell_duties(now=at("11-20 12:00")) == 1
    assert tell_duties(now=at("11-21 13:00")) == 0
    told = Notice.objects.filter(issue=issue, code="notice.unsigned").values_list("user__username", flat=True)
    assert sorted(told) == ["agent", "head"]


def test_signing_in_time_is_counted_by_department() -> None:
    company()
    issue, late = dispatched(), dispatched()
    operations.sign_step(work_item_id=open_step(issue).pk, actor=actor("engineer"), now=NOW + HOUR)
    operations.sign_step(work_item_id=open_step(late).pk, actor=actor("engineer"), now=NOW + 5 * HOUR)
    assert queries.signing_rates(actor=actor("manager"), since=NOW) == [("device 部", "device 部", 2, 1)]
    with pytest.raises(Forbidden):
        queries.signing_rates(actor=actor("engineer"), since=NOW)


# -- returning -------------------------------------------------------------------------------------------------------


def test_a_return_goes_to_the_dispatcher_and_charges_the_time_to_the_returner() -> None:
    company()
    issue = dispatched()
    row = send_back(issue, "engineer", NOW + HOUR)
    step = open_step(issue)
    assert step.assignee is not None and step.assignee.username == "agent" and step.department is None
    assert row.department is not None and row.to is not None
    assert (row.department.key, row.seconds, row.to.username) == ("device", 3600, "agent")
    ledger = queries.ledger(actor=actor("supervisor"), issue_id=issue.pk, now=NOW + 2 * HOUR)
    shares = {share.label: share.seconds for share in ledger.shares}
    assert shares["device 部"] == 3600 and sum(share.micros for share in ledger.shares) == ledger.total_micros
    line = Entry.objects.get(issue=issue, code="duty.returned")
    assert sentence(line.code, line.params) == "device 部第 1 次退回「核实补充」：不属本部门职责"
    assert Notice.objects.filter(user__username="agent", code="notice.returned").count() == 1


def test_the_customers_clock_runs_on_through_a_return() -> None:
    company()
    keep(promise())
    issue = dispatched()
    due = Clock.objects.get(issue=issue, kind="resolution").due_at
    step = open_step(issue)
    operations.pause_step(work_item_id=step.pk, reason="等客户", actor=actor("engineer"), now=NOW)
    send_back(issue, "engineer", NOW + HOUR)
    step = WorkItem.objects.get(pk=step.pk)
    assert step.pauses[-1][1] is not None  # what stood for the customer runs while the house sorts itself out
    clock = Clock.objects.get(issue=issue, kind="resolution")
    assert clock.ended_at is None and all(end is not None for _, end, _ in clock.pauses)
    assert clock.due_at - due <= HOUR
    passed = Clock.objects.get(issue=issue, kind="department")
    assert passed.pauses[-1][1:] == [None, "passed_on"]


@pytest.mark.parametrize(("code", "text"), [("other", ""), ("other", "  "), ("nonsense", "x"), ("", "x")])
def test_a_return_takes_a_reason_of_the_list(code: str, text: str) -> None:
    company()
    issue = dispatched()
    with pytest.raises(refusals.BadReturnReason):
        send_back(issue, "engineer", NOW, code, text)
    assert not StepReturn.objects.exists()


def test_a_company_adds_its_own_reasons() -> None:
    company()
    operations.save_duty_settings(
        sign_minutes=0,
        returns=1,
        arbiter="",
        arbiter_role="manager",
        extension_role="head",
        reasons=["  客户已另行购买 ", ""],
        urge_minutes=60,
        actor=actor("admin"),
        now=NOW,
    )
    issue = dispatched()
    assert StepReceipt.objects.get(issue=issue).due_at is None
    assert queries.return_reasons() == ("not_ours", "incomplete", "duplicate", "客户已另行购买", "other")
    send_back(issue, "engineer", NOW, "客户已另行购买")
    give(issue, "device", NOW)
    with pytest.raises(refusals.ReturnLimit):
        send_back(issue, "engineer", NOW)


def test_nobody_but_the_department_returns_and_only_what_was_dispatched() -> None:
    company()
    issue = customer_issue()
    with pytest.raises(refusals.NotDispatched):
        send_back(issue, "agent", NOW)
    issue = dispatched()
    for who in ("outsider", "engineer2"):
        with pytest.raises((NotYourStep, NotFound)):
            send_back(issue, who, NOW)
    operations.claim_step(work_item_id=open_step(issue).pk, actor=actor("engineer"), now=NOW)
    mate = person("engineer", "device")
    with pytest.raises(NotYourStep):
        operations.return_step(work_item_id=open_step(issue).pk, code="not_ours", actor=mate, now=NOW)
    send_back(issue, "head", NOW)  # the head returns what one of the department holds


def test_what_was_sent_back_is_not_sent_back_again_and_a_later_step_of_the_department_is() -> None:
    company()
    issue = dispatched()
    send_back(issue, "engineer", NOW + HOUR)
    with pytest.raises(refusals.ReturnedToYou):
        send_back(issue, "agent", NOW + HOUR)
    give(issue, "device", NOW + HOUR, "agent")
    do(issue, "contact", NOW + HOUR)
    assert open_step(issue).node == "analyse"
    row = send_back(issue, "engineer", NOW + 2 * HOUR)  # since the department got the issue, an hour of working time
    assert row.to is not None and (row.to.username, row.seconds) == ("agent", 3600)


def test_a_dispatcher_who_left_or_is_away_is_replaced() -> None:
    company()
    issue = dispatched()
    accounts.set_absence(
        person_id=actor("agent").user_id or 0, absent_from=NOW, absent_until=None, deputy_id=None, actor=SYSTEM, now=NOW
    )
    send_back(issue, "engineer", NOW)
    step = open_step(issue)
    assert step.assignee is not None and step.assignee.username == "supervisor"


# -- arbitration -----------------------------------------------------------------------------------------------------


def returned_twice() -> Issue:
    issue = dispatched()
    send_back(issue, "engineer", NOW)
    give(issue, "device", NOW, "agent")
    send_back(issue, "engineer", NOW)
    give(issue, "device", NOW, "agent")
    return issue


def ask(issue: Issue, who: str = "engineer") -> Arbitration:
    return operations.ask_arbitration(
        work_item_id=open_step(issue).pk, reason="不是我们的设备", actor=actor(who), now=NOW
    )


def test_beyond_the_bound_an_arbiter_decides_for_good() -> None:
    company()
    issue = returned_twice()
    with pytest.raises(refusals.ReturnLimit):
        send_back(issue, "engineer", NOW)
    row = ask(issue)
    assert Notice.objects.filter(user__username="manager", code="notice.arbitration").exists()
    with pytest.raises(refusals.ArbitrationWaits):
        ask(issue, "supervisor")
    for who in ("engineer", "head", "supervisor", "admin"):
        with pytest.raises(Refused):
            operations.decide_arbitration(
                arbitration_id=row.pk, department_key="cloud", reason="数据在云端", actor=actor(who), now=NOW
            )
    operations.decide_arbitration(
        arbitration_id=row.pk, department_key="cloud", reason="数据在云端", actor=actor("manager"), now=NOW
    )
    step = open_step(issue)
    issue.refresh_from_db()
    assert step.department is not None and step.department.key == "cloud" and step.assignee is None
    assert issue.lead_department is not None and issue.lead_department.key == "cloud"
    with pytest.raises(refusals.Settled):
        send_back(issue, "engineer2", NOW)
    with pytest.raises(refusals.Settled):
        ask(issue, "engineer2")
    with pytest.raises(refusals.ArbitrationOver):
        operations.decide_arbitration(
            arbitration_id=row.pk, department_key="device", reason="还是设备", actor=actor("manager"), now=NOW
        )


def test_nothing_is_decided_where_nothing_was_returned() -> None:
    company()
    issue = dispatched()
    with pytest.raises(refusals.NothingDisputed):
        ask(issue)


def test_after_a_decision_later_steps_of_the_lead_go_there_too() -> None:
    company()
    issue = returned_twice()
    row = ask(issue)
    operations.decide_arbitration(
        arbitration_id=row.pk, department_key="cloud", reason="数据在云端", actor=actor("manager"), now=NOW
    )
    operations.complete_step(
        work_item_id=open_step(issue).pk,
        outcome="情况属实",
        data={"details": "补充", "verify_method": "record", "verify_result": "true"},
        actor=actor("engineer2"),
        now=NOW,
    )
    step = open_step(issue)
    assert step.node == "analyse" and step.department is not None and step.department.key == "cloud"


def test_what_may_be_done_costs_two_statements_and_one_more_after_a_return() -> None:
    company()
    issue = dispatched()
    who, step = actor("engineer"), open_step(issue)

    def cost() -> int:
        found, now_open = queries.issue(actor=who, issue_id=issue.pk), open_step(issue)
        with held():
            queries.step_duty(actor=who, issue=found, item=now_open, now=NOW)  # statements are prepared, settings read
            with CaptureQueriesContext(connection) as asked:
                duty = queries.step_duty(actor=who, issue=found, item=now_open, now=NOW)
        assert duty.may_return and duty.may_sign
        return len(asked)

    assert step.assignee is None
    before = cost()
    costs = []
    for _ in range(2):
        send_back(issue, "engineer", NOW)
        give(issue, "device", NOW, "agent")
        costs.append(cost())
    assert before <= 2 and costs == [before + 1, before + 1]


# -- which came last is said by the clock, not by the key: connections draw keys in blocks ---------------------------------


@contextmanager
def through_another_connection() -> Iterator[None]:
    """What is written here has higher keys than what this connection writes later."""
    rows._blocks.pop(connection.connection, None)
    rows.new_key(StepReceipt)  # the rest of this block is for later
    own = rows._blocks.pop(connection.connection)
    yield
    rows._blocks[connection.connection] = own


def test_a_step_given_anew_can_be_returned_again_whichever_connection_wrote_last() -> None:
    company()
    issue = dispatched()
    with through_another_connection():
        send_back(issue, "engineer", NOW + HOUR)
    give(issue, "device", NOW + 2 * HOUR)
    again, back = StepReceipt.objects.filter(issue=issue).order_by("-given_at")[:2]
    assert back.pk > again.pk, "the later one has the lower key"
    who = actor("engineer")
    duty = queries.step_duty(actor=who, issue=issue, item=open_step(issue), now=NOW + 3 * HOUR)
    assert duty.may_return and duty.receipt is not None and duty.receipt.pk == again.pk
    assert send_back(issue, "engineer", NOW + 3 * HOUR).given_at == NOW + 2 * HOUR
    seen = queries.duty_of_issue(actor=actor("supervisor"), issue=issue)
    assert [row.pk for row in seen.receipts][1] == again.pk

"""Clocks by policy, through operations: what starts, stops, moves and ends them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bihuan.core.actor import customer_actor
from bihuan.core.errors import Forbidden
from bihuan.customers.models import Customer
from bihuan.issues import operations, queries
from bihuan.issues.models import Clock, Entry, Issue, Notice
from bihuan.issues.operations import NewPolicy
from tests.factories import NOW, actor, company, customer_issue
from tests.issues.test_story import do, open_step

pytestmark = pytest.mark.django_db

MINUTE, HOUR = 60, 3600
ALL = {
    "first_response": 30 * MINUTE,
    "next_response": 2 * HOUR,
    "resolution": 16 * HOUR,
    "department": 8 * HOUR,
    "approval": 4 * HOUR,
}
ALARMS: Mapping[int, Sequence[str]] = {75: ("holder",), 100: ("holder", "head"), 150: ("manager",)}


def at(text: str) -> datetime:
    """A time in Shanghai, 2026: "11-20 10:30"."""
    return datetime.fromisoformat(f"2026-{text}+08:00").astimezone(UTC)


def promise(**values: object) -> NewPolicy:
    given: dict[str, object] = {"name": "标准", "targets": ALL, "alarms": ALARMS, **values}
    return NewPolicy(**given)  # type: ignore[arg-type]


def keep(policy: NewPolicy, now: datetime = NOW) -> int:
    return operations.save_clock_policy(policy=policy, actor=actor("admin"), now=now).pk


def clock(issue: Issue, kind: str) -> Clock:
    """The last one of the kind."""
    found = Clock.objects.filter(issue=issue, kind=kind).order_by("id").last()
    assert found is not None
    return found


def reply(issue: Issue, now: datetime, text: str = "您好，我们正在查。") -> Entry:
    return operations.post_entry(issue_id=issue.pk, kind="reply", text=text, actor=actor("agent"), now=now)


def writes(issue: Issue, now: datetime, text: str = "还是不行", channel: str = "email") -> Entry:
    return operations.add_customer_message(issue_id=issue.pk, text=text, channel=channel, author_name="吴桂芳", now=now)


def to_department(issue: Issue, now: datetime) -> None:
    do(issue, "register", now)
    do(issue, "classify", now)


def test_without_a_policy_nothing_is_promised() -> None:
    company()
    issue = customer_issue()
    assert issue.open_clocks == 0 and not Clock.objects.exists() and issue.promised_at is not None


def test_an_intake_starts_what_the_policy_promises() -> None:
    company()
    keep(promise())
    issue = customer_issue()  # Friday 10:00
    assert {row.kind: row.due_at for row in Clock.objects.filter(issue=issue)} == {
        "first_response": at("11-20 10:30"),
        "resolution": at("11-24 10:00"),
    }
    issue.refresh_from_db()
    assert (issue.open_clocks, issue.clock_due_at, issue.promised_at) == (2, at("11-20 10:30"), at("11-24 10:00"))


@pytest.mark.correctness(10)
def test_only_a_persons_public_reply_is_the_first_answer() -> None:
    company()
    keep(promise())
    issue = customer_issue()  # acknowledged by the product at once
    assert Entry.objects.filter(issue=issue, kind="auto").exists()
    operations.post_entry(
        issue_id=issue.pk, kind="note", text="内部先看看", actor=actor("agent"), now=at("11-20 10:05")
    )
    assert clock(issue, "first_response").ended_at is None
    reply(issue, at("11-20 10:20"))
    first = clock(issue, "first_response")
    assert (first.verdict, first.ended_at, first.next_alarm_at) == ("met", at("11-20 10:20"), None)


@pytest.mark.correctness(10)
def test_a_late_first_answer_is_breached_also_where_no_working_time_has_passed_since() -> None:
    company()
    keep(promise(targets={"first_response": HOUR}))
    issue = customer_issue(now=at("11-20 17:00"))
    assert clock(issue, "first_response").due_at == at("11-20 18:00")
    reply(issue, at("11-20 20:00"))
    assert clock(issue, "first_response").verdict == "breached"
    assert clock(issue, "first_response").breached_at == at("11-20 18:00")


@pytest.mark.correctness(10)
def test_who_calls_is_answered_already() -> None:
    company()
    keep(promise())
    issue = customer_issue(channel="phone", phone="13800006620")
    assert not Clock.objects.filter(issue=issue, kind="first_response").exists()
    assert clock(issue, "resolution").ended_at is None


@pytest.mark.correctness(11, 13)
def test_the_next_answer_is_owed_from_the_first_question_that_nobody_has_answered() -> None:
    company()
    keep(promise(targets={"first_response": 4 * HOUR, "next_response": HOUR}))
    issue = customer_issue()
    due = clock(issue, "first_response").due_at
    writes(issue, at("11-20 10:10"), "有人吗")
    assert not Clock.objects.filter(issue=issue, kind="next_response").exists()
    assert clock(issue, "first_response").due_at == due  # a smaller next target never shortens the first
    reply(issue, at("11-20 10:20"))
    writes(issue, at("11-20 10:30"), "谢谢")
    assert not Clock.objects.filter(issue=issue, kind="next_response").exists()
    writes(issue, at("11-20 10:40"), "还是没有温度")
    writes(issue, at("11-20 11:30"), "在吗")
    following = clock(issue, "next_response")
    assert (following.started_at, following.due_at) == (at("11-20 10:40"), at("11-20 11:40"))
    reply(issue, at("11-20 11:35"))
    assert clock(issue, "next_response").verdict == "met"
    writes(issue, at("11-20 14:00"), "又断了")
    assert Clock.objects.filter(issue=issue, kind="next_response").count() == 2


@pytest.mark.correctness(12)
@pytest.mark.parametrize("channel", ["email", "web_form", "portal", "phone", "wechat", "chat", "api"])
def test_a_customers_word_counts_the_same_by_every_channel(channel: str) -> None:
    company()
    keep(promise())
    issue = customer_issue()
    to_department(issue, at("11-20 10:05"))
    do(issue, "contact", at("11-20 11:00"), outcome="等客户补充")
    reply(issue, at("11-20 11:00"))
    assert clock(issue, "resolution").pauses[-1][1:] == [None, "waiting_customer"]
    writes(issue, at("11-20 11:30"), "截图在这里", channel=channel)
    assert clock(issue, "next_response").started_at == at("11-20 11:30")
    solution = clock(issue, "resolution")
    assert solution.pauses == [[at("11-20 11:00").isoformat(), at("11-20 11:30").isoformat(), "waiting_customer"]]
    assert solution.due_at == at("11-24 10:30")


@pytest.mark.correctness(6, 7)
def test_a_weekend_in_a_pause_gives_no_credit_and_a_pause_in_a_pause_is_one() -> None:
    company()
    keep(promise())
    issue = customer_issue()
    to_department(issue, NOW)
    step = open_step(issue)
    operations.pause_step(work_item_id=step.pk, reason="等客户", actor=actor("engineer"), now=at("11-20 17:00"))
    assert clock(issue, "resolution").next_alarm_at is None
    operations.pause_step(work_item_id=step.pk, reason="还在等", actor=actor("engineer"), now=at("11-21 09:00"))
    operations.resume_step(work_item_id=step.pk, actor=actor("engineer"), now=at("11-23 09:00"))
    solution = clock(issue, "resolution")
    assert len(solution.pauses) == 1
    assert solution.due_at == at("11-24 12:00")  # two working hours later: Friday 17–18 and Monday 8–9
    assert queries.counted(solution).paused_seconds(at("11-23 09:00")) == 2 * HOUR


@pytest.mark.correctness(8)
def test_another_priority_keeps_what_is_used_and_paused() -> None:
    company()
    keep(promise())
    keep(promise(name="紧急", priority="P1", targets={"resolution": 4 * HOUR}, alarms={}))
    issue = customer_issue()
    to_department(issue, NOW)
    step = open_step(issue)
    operations.pause_step(work_item_id=step.pk, reason="等客户", actor=actor("engineer"), now=at("11-20 11:00"))
    operations.resume_step(work_item_id=step.pk, actor=actor("engineer"), now=at("11-20 14:30"))
    operations.correct_classification(
        issue_id=issue.pk, priority="P1", reason="客户升级", actor=actor("agent"), now=at("11-20 15:00")
    )
    solution = clock(issue, "resolution")
    assert solution.target == 4 * HOUR
    assert queries.counted(solution).used(at("11-20 15:00")) == 90 * MINUTE
    assert solution.due_at == at("11-20 17:30")
    assert clock(issue, "first_response").verdict == "void"  # the new policy does not promise one
    issue.refresh_from_db()
    assert issue.promised_at == at("11-20 17:30")
    lines = [each.code for each in Entry.objects.filter(issue=issue, kind="event")]
    assert lines.count("clock.retargeted") == 1


@pytest.mark.correctness(8)
def test_another_calendar_takes_over_from_then_on() -> None:
    company()
    keep(promise(targets={"resolution": 8 * HOUR}))
    keep(promise(name="全天", priority="P1", calendar="24x7", targets={"resolution": 8 * HOUR}))
    issue = customer_issue(now=at("11-20 17:00"))
    operations.correct_classification(
        issue_id=issue.pk, priority="P1", reason="升级", actor=actor("agent"), now=at("11-20 20:00")
    )
    solution = clock(issue, "resolution")
    assert solution.due_at == at("11-21 03:00")  # one hour was used by the old calendar
    assert len(solution.earlier) == 1


@pytest.mark.correctness(5)
def test_a_clock_that_starts_while_the_customer_is_waited_for_stands_from_the_first() -> None:
    company()
    issue = customer_issue()
    to_department(issue, NOW)
    do(issue, "contact", NOW, outcome="等客户补充")
    keep(promise())
    operations.correct_classification(
        issue_id=issue.pk, priority="P2", reason="升级", actor=actor("agent"), now=at("11-20 10:30")
    )
    solution = clock(issue, "resolution")
    assert queries.standing_since(solution) == "waiting_customer" and solution.next_alarm_at is None


@pytest.mark.correctness(14)
@pytest.mark.parametrize("how", ["withdrawn", "merged"])
def test_nobody_is_told_of_what_is_closed(how: str) -> None:
    company()
    keep(promise())
    issue, other = customer_issue(), customer_issue()
    if how == "withdrawn":
        operations.withdraw_issue(issue_id=issue.pk, reason="已恢复", actor=actor("agent"), now=at("11-20 10:10"))
    else:
        operations.merge_issues(
            merged_id=issue.pk, survivor_id=other.pk, reason="同一件", actor=actor("agent"), now=at("11-20 10:10")
        )
    assert {row.verdict for row in Clock.objects.filter(issue=issue)} == {"void"}
    operations.tell_due_clocks(now=at("12-20 10:00"))
    assert not Entry.objects.filter(issue=issue, code__startswith="clock.").exists()
    issue.refresh_from_db()
    assert (issue.open_clocks, issue.clock_due_at) == (0, None)


@pytest.mark.correctness(15, 22)
def test_each_share_of_working_time_is_told_once() -> None:
    company()
    keep(promise(targets={"first_response": 4 * HOUR}))
    issue = customer_issue(now=at("11-20 16:00"))  # Friday; 75 % on Monday 9:00, the breach at 10:00, 150 % at noon
    told = []
    for hours in range(80):
        operations.tell_due_clocks(now=at("11-20 16:00") + timedelta(hours=hours))
        operations.tell_due_clocks(now=at("11-20 16:00") + timedelta(hours=hours))
        told.append(Entry.objects.filter(issue=issue, code__startswith="clock.").count())
    lines = Entry.objects.filter(issue=issue, code__startswith="clock.").order_by("id")
    assert [(line.code, line.at) for line in lines] == [
        ("clock.warning", at("11-23 09:00")),
        ("clock.breach", at("11-23 10:00")),
        ("clock.overrun", at("11-23 12:00")),
    ]
    assert clock(issue, "first_response").breached_at == at("11-23 10:00")
    heard = Notice.objects.filter(issue=issue, code__startswith="clock.").values_list("code", "user__username")
    assert ("clock.warning", "agent") in heard and ("clock.overrun", "manager") in heard
    assert len(heard) == len(set(heard))


@pytest.mark.correctness(15)
def test_after_an_outage_the_gravest_share_speaks_once_to_all() -> None:
    company()
    keep(promise(targets={"first_response": HOUR}))
    issue = customer_issue()
    assert operations.tell_due_clocks(now=at("11-21 10:00")) == 1
    assert operations.tell_due_clocks(now=at("11-21 10:00")) == 0
    lines = Entry.objects.filter(issue=issue, code__startswith="clock.").values_list("code", flat=True)
    assert list(lines) == ["clock.overrun"]


@pytest.mark.correctness(15)
def test_nobody_is_told_at_night_where_the_policy_says_so() -> None:
    company()
    keep(
        promise(
            calendar="24x7", alarm_calendar="default", targets={"first_response": 8 * HOUR}, alarms={100: ("holder",)}
        )
    )
    issue = customer_issue(now=at("11-20 18:30"))
    assert clock(issue, "first_response").due_at == at("11-21 02:30")
    assert clock(issue, "first_response").next_alarm_at == at("11-23 08:00")
    operations.tell_due_clocks(now=at("11-21 09:00"))
    assert not Notice.objects.filter(issue=issue, code__startswith="clock.").exists()
    operations.tell_due_clocks(now=at("11-23 08:00"))
    assert clock(issue, "first_response").breached_at == at("11-21 02:30")
    assert Notice.objects.filter(issue=issue, code="clock.breach").exists()


def solved(issue: Issue, now: datetime) -> None:
    to_department(issue, now)
    for node in ("contact", "analyse", "plan", "approve_owner", "execute", "sync", "inform"):
        do(issue, node, now)
    issue.refresh_from_db()
    assert issue.status == "resolved"


@pytest.mark.correctness(16)
def test_a_reopened_issue_is_owed_a_solution_anew_and_the_old_verdict_stays() -> None:
    company()
    keep(promise())
    issue = customer_issue()
    solved(issue, at("11-20 15:00"))
    first = clock(issue, "resolution")
    assert (first.verdict, first.ended_at) == ("met", at("11-20 15:00"))
    customer = Customer.objects.get(pk=issue.customer_id)
    operations.answer_result(
        issue_id=issue.pk,
        satisfied=False,
        reason="又断了",
        actor=customer_actor(customer_id=customer.pk, name="吴桂芳"),
        now=at("11-23 09:00"),
    )
    second = clock(issue, "resolution")
    assert (second.cycle, second.started_at, second.due_at) == (2, at("11-23 09:00"), at("11-25 09:00"))
    first.refresh_from_db()
    assert (first.cycle, first.verdict, first.ended_at) == (1, "met", at("11-20 15:00"))


@pytest.mark.correctness(17)
def test_a_department_is_charged_from_the_dispatch_and_what_it_sends_back_stays_on_its_account() -> None:
    company()
    keep(promise())
    issue = customer_issue()
    to_department(issue, at("11-20 10:00"))  # dispatched; nobody has accepted
    device = clock(issue, "department")
    assert (device.started_at, device.due_at) == (at("11-20 10:00"), at("11-23 10:00"))
    step = open_step(issue)
    operations.claim_step(work_item_id=step.pk, actor=actor("engineer"), now=at("11-20 11:00"))
    assert clock(issue, "department").started_at == at("11-20 10:00")
    operations.assign_step(
        work_item_id=step.pk, department_key="cloud", reason="不属于我部", actor=actor("head"), now=at("11-20 16:00")
    )
    mine = {row.department.key: row for row in Clock.objects.filter(issue=issue, kind="department") if row.department}
    assert queries.standing_since(mine["device"]) == "passed_on"
    assert queries.counted(mine["device"]).used(at("11-25 10:00")) == 4 * HOUR  # 10–12 and 14–16
    assert mine["cloud"].started_at == at("11-20 16:00")
    operations.assign_step(
        work_item_id=step.pk, department_key="device", reason="裁定", actor=actor("supervisor"), now=at("11-20 17:00")
    )
    mine = {row.department.key: row for row in Clock.objects.filter(issue=issue, kind="department") if row.department}
    assert len(mine) == 2 and queries.standing_since(mine["cloud"]) == "passed_on"
    assert mine["device"].due_at == at("11-23 11:00")  # four hours were used up: one of Friday's and three of Monday's
    writes(issue, at("11-20 17:10"))
    assert queries.standing_since(clock(issue, "department")) == "passed_on"  # a message changes nothing of that


def test_an_approval_has_a_clock_of_its_own() -> None:
    company()
    keep(promise())
    issue = customer_issue()
    to_department(issue, NOW)
    for node in ("contact", "analyse", "plan"):
        do(issue, node, NOW)
    assert clock(issue, "approval").due_at == at("11-20 16:00")
    do(issue, "approve_owner", at("11-20 16:30"))
    assert clock(issue, "approval").verdict == "breached"


def test_the_most_special_policy_speaks_and_of_equals_the_one_in_front() -> None:
    company()
    keep(promise(name="通用", position=0, targets={"resolution": 10 * HOUR}))
    keep(promise(name="后", position=2, channel="email", targets={"resolution": 2 * HOUR}))
    keep(promise(name="前", position=1, priority="P3", targets={"resolution": 3 * HOUR}))
    keep(promise(name="专", position=9, channel="email", priority="P3", targets={"resolution": 4 * HOUR}))
    issue = customer_issue()
    assert clock(issue, "resolution").policy.name == "专"
    _found, facts, tried = queries.policy_trial(actor=actor("admin"), number=issue.number, day=NOW.date())
    assert [(each.terms.name, each.unfit) for each in tried] == [("专", ()), ("前", ()), ("后", ()), ("通用", ())]
    assert facts.channel == "email"


def test_a_policy_out_of_use_promises_nothing_new() -> None:
    company()
    policy = keep(promise())
    old = customer_issue()
    operations.switch_clock_policy(policy_id=policy, active=False, actor=actor("admin"), now=NOW)
    assert customer_issue().open_clocks == 0
    reply(old, at("11-20 10:10"))
    old.refresh_from_db()
    assert old.open_clocks == 0
    assert {row.verdict for row in Clock.objects.filter(issue=old)} == {"void"}


def test_only_who_may_changes_policies_and_nonsense_is_refused() -> None:
    company()
    with pytest.raises(Forbidden):
        operations.save_clock_policy(policy=promise(), actor=actor("agent"), now=NOW)
    for bad in (
        promise(name=" "),
        promise(name="长" * 101),
        promise(targets={}),
        promise(targets={"resolution": 1}),
        promise(targets={"nonsense": HOUR}),
        promise(priority="P9"),
        promise(type="none"),
        promise(channel="pigeon"),
        promise(calendar="none"),
        promise(pauses=("in_progress",)),
        promise(alarms={0: ("holder",)}),
        promise(alarms={50: ()}),
        promise(alarms={50: ("nobody",)}),
        promise(key="Not A Key"),
    ):
        with pytest.raises(operations.BadPolicy):
            operations.save_clock_policy(policy=bad, actor=actor("admin"), now=NOW)
    assert Clock.objects.count() == 0

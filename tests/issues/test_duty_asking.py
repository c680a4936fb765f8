"""Help of other departments, urging, supervision, extensions, standing still, task forces, recusal."""

from datetime import timedelta

import pytest

from bihuan.core.errors import Forbidden, NotFound, Refused
from bihuan.flows.models import WorkItem
from bihuan.issues import operations, queries
from bihuan.issues.models import Clock, Entry, Issue, Notice, Suspension
from bihuan.issues.operations.duty import refusals
from bihuan.issues.operations.duty.suspending import resume_due
from bihuan.issues.operations.duty.waiting import tell_duties
from bihuan.issues.queries import Filter
from tests.factories import NOW, actor, company, person
from tests.issues.test_clocks import at, keep, promise
from tests.issues.test_duty import codes, dispatched
from tests.issues.test_story import do, open_step

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def fresh(issue: Issue) -> Issue:
    return Issue.objects.get(pk=issue.pk)


def told(issue: Issue, code: str) -> list[str]:
    found = Notice.objects.filter(issue=issue, code=code).order_by("user__username")
    return list(found.values_list("user__username", flat=True))


def support(issue: Issue, **given: object) -> int:
    values: dict[str, object] = {"department_key": "cloud", "text": "请查云端日志", **given}
    return operations.ask_support(issue_id=issue.pk, actor=actor("engineer"), now=NOW, **values).pk  # type: ignore[arg-type]


# -- help ------------------------------------------------------------------------------------------------------------


def test_a_department_that_is_asked_sees_the_issue_signs_and_answers() -> None:
    company()
    issue = dispatched()
    person("head", "cloud", username="head-cloud")
    with pytest.raises(NotFound):
        queries.issue(actor=actor("engineer2"), issue_id=issue.pk)
    pk = support(issue, hours=4)
    queries.issue(actor=actor("engineer2"), issue_id=issue.pk)
    assert told(issue, "notice.support") == ["head-cloud"]
    with pytest.raises(Forbidden):
        operations.sign_support(request_id=pk, actor=actor("engineer"), now=NOW)
    operations.sign_support(request_id=pk, actor=actor("engineer2"), now=NOW)
    with pytest.raises(refusals.SignedAlready):
        operations.sign_support(request_id=pk, actor=actor("engineer2"), now=NOW)
    row = operations.answer_support(request_id=pk, text="日志正常", actor=actor("engineer2"), now=NOW + HOUR)
    assert (row.outcome, row.due_at) == ("answered", at("11-20 16:00"))  # 10 to 12 and 14 to 16
    assert told(issue, "notice.support_answered") == ["engineer"]
    line = Entry.objects.get(issue=issue, code="support.answered")
    assert line.params["text"] == "日志正常"
    with pytest.raises(refusals.RequestOver):
        operations.return_support(request_id=pk, text="不属", actor=actor("engineer2"), now=NOW)


def test_what_is_marked_so_keeps_the_issue_from_closing_and_names_itself() -> None:
    company()
    issue = dispatched()
    open_request = support(issue)  # not marked
    blocking = support(issue, blocking=True, text="请给出备件价格")
    for node in ("contact", "analyse", "plan", "approve_owner", "execute", "sync"):
        do(issue, node, NOW)
    with pytest.raises(refusals.SupportFirst) as refused:
        do(issue, "inform", NOW)
    assert refused.value.params == {"department": "cloud 部", "text": "请给出备件价格"}
    operations.withdraw_support(request_id=blocking, text="不用了", actor=actor("engineer"), now=NOW)
    do(issue, "inform", NOW)
    assert fresh(issue).open_demands == 0 and open_request


@pytest.mark.correctness(77)
def test_late_help_is_told_once() -> None:
    company()
    issue = dispatched()
    person("head", "cloud", username="head-cloud")
    support(issue, hours=1)
    operations.sign_step(work_item_id=open_step(issue).pk, actor=actor("engineer"), now=NOW)
    assert [tell_duties(now=NOW + HOUR), tell_duties(now=NOW + HOUR)] == [1, 0]
    assert told(issue, "notice.support_late") == ["engineer", "head-cloud"]


@pytest.mark.parametrize(
    "given", [{"department_key": "none"}, {"text": "  "}, {"text": "长" * 10_001}, {"hours": 0}, {"hours": 401}]
)
def test_what_cannot_be_asked_is_refused(given: dict[str, object]) -> None:
    company()
    issue = dispatched()
    with pytest.raises(Refused):
        support(issue, **given)
    assert fresh(issue).open_demands == 0


# -- urging and supervision ------------------------------------------------------------------------------------------


def test_urging_tells_holders_and_heads_and_is_bounded() -> None:
    company()
    issue = dispatched()
    operations.claim_step(work_item_id=open_step(issue).pk, actor=actor("engineer"), now=NOW)
    operations.urge_issue(issue_id=issue.pk, text="客户很急", actor=actor("agent"), now=NOW)
    assert told(issue, "notice.urged") == ["engineer", "head"]
    with pytest.raises(refusals.UrgedAlready) as refused:
        operations.urge_issue(issue_id=issue.pk, actor=actor("supervisor"), now=NOW + timedelta(minutes=20))
    assert refused.value.params == {"minutes": 20, "left": 40}
    operations.urge_issue(issue_id=issue.pk, actor=actor("supervisor"), now=NOW + HOUR)
    assert codes(issue).count("duty.urged") == 2


def test_a_supervised_issue_is_in_its_queue_and_is_answered_before_it_closes() -> None:
    company()
    issue = dispatched()
    due = at("11-23 12:00")
    with pytest.raises(Forbidden):
        operations.supervise_issue(issue_id=issue.pk, demand="今天办完", due_at=due, actor=actor("engineer"), now=NOW)
    for wrong in (NOW, NOW + timedelta(days=400)):
        with pytest.raises(refusals.BadDate):
            operations.supervise_issue(
                issue_id=issue.pk, demand="今天办完", due_at=wrong, actor=actor("supervisor"), now=NOW
            )
    row = operations.supervise_issue(
        issue_id=issue.pk, demand="今天办完", due_at=due, actor=actor("supervisor"), now=NOW
    )
    wanted = Filter(queue="supervised")
    listed = queries.list_issues(actor=actor("manager"), filter=wanted, now=NOW).items
    assert [each.pk for each in listed] == [issue.pk]
    assert queries.queue_counts(actor=actor("manager"), now=NOW)["supervised"] == 1
    for node in ("contact", "analyse", "plan", "approve_owner", "execute", "sync"):
        do(issue, node, NOW)
    with pytest.raises(refusals.AnswerFirst):
        do(issue, "inform", NOW)
    assert tell_duties(now=due) >= 1 and "duty.supervision_late" in codes(issue)
    with pytest.raises((Forbidden, NotFound)):
        operations.answer_supervision(supervision_id=row.pk, text="好", actor=actor("outsider"), now=NOW)
    operations.answer_supervision(supervision_id=row.pk, text="已办完", actor=actor("engineer"), now=NOW)
    do(issue, "inform", NOW)
    assert queries.list_issues(actor=actor("manager"), filter=wanted, now=NOW).items == []


# -- extensions ------------------------------------------------------------------------------------------------------


def extension(issue: Issue, who: str = "engineer", hours: int = 4) -> int:
    return operations.ask_extension(
        work_item_id=open_step(issue).pk, hours=hours, reason="等备件", actor=actor(who), now=NOW
    ).pk


def test_an_approved_extension_moves_the_step_and_not_what_was_promised() -> None:
    company()
    keep(promise())
    issue = dispatched()
    operations.claim_step(work_item_id=open_step(issue).pk, actor=actor("engineer"), now=NOW)
    before, clocks = open_step(issue), {row.pk: row.due_at for row in Clock.objects.filter(issue=issue)}
    pk = extension(issue)
    assert told(issue, "notice.extension_asked") == ["head"]
    with pytest.raises(refusals.ExtensionWaits):
        extension(issue)
    for who in ("engineer", "outsider", "engineer2"):
        with pytest.raises((Forbidden, NotFound)):
            operations.decide_extension(extension_id=pk, approve=True, actor=actor(who), now=NOW)
    row = operations.decide_extension(extension_id=pk, approve=True, actor=actor("head"), now=NOW)
    after = open_step(issue)
    assert before.limit_seconds is not None and after.limit_seconds == before.limit_seconds + 4 * 3600
    assert before.due_at is not None and after.due_at is not None and after.due_at > before.due_at
    assert (row.old_due, row.new_due) == (before.due_at, after.due_at)
    assert fresh(issue).due_at == after.due_at
    assert {row.pk: row.due_at for row in Clock.objects.filter(issue=issue)} == clocks
    with pytest.raises(refusals.ExtensionOver):
        operations.decide_extension(extension_id=pk, approve=False, text="不", actor=actor("head"), now=NOW)


def test_a_refused_extension_says_why_and_moves_nothing() -> None:
    company()
    issue = dispatched()
    pk = extension(issue)
    with pytest.raises(Refused):
        operations.decide_extension(extension_id=pk, approve=False, text=" ", actor=actor("head"), now=NOW)
    due = open_step(issue).due_at
    operations.decide_extension(extension_id=pk, approve=False, text="备件已到", actor=actor("head"), now=NOW)
    assert open_step(issue).due_at == due and told(issue, "notice.extension_refused") == ["engineer"]


def test_an_extension_is_asked_for_before_the_deadline() -> None:
    company()
    issue = dispatched()
    step = open_step(issue)
    assert step.due_at is not None
    with pytest.raises(refusals.ExtensionTooLate):
        operations.ask_extension(work_item_id=step.pk, hours=1, reason="晚了", actor=actor("engineer"), now=step.due_at)
    with pytest.raises(refusals.BadHours):
        extension(issue, hours=401)


# -- standing still --------------------------------------------------------------------------------------------------


def stand(issue: Issue, who: str = "supervisor", **given: object) -> Suspension:
    values: dict[str, object] = {"code": "parts", "reason": "等压缩机", "until": at("11-25 09:00"), **given}
    return operations.suspend_issue(issue_id=issue.pk, actor=actor(who), now=NOW, **values)  # type: ignore[arg-type]


def test_a_suspended_issue_stands_and_goes_on_by_itself_on_its_day() -> None:
    company()
    keep(promise(pauses=["waiting_customer", "suspended"]))
    issue = dispatched()
    operations.claim_step(work_item_id=open_step(issue).pk, actor=actor("engineer"), now=NOW)
    left = open_step(issue)
    stand(issue, "engineer")
    assert fresh(issue).status == "suspended" and WorkItem.objects.get(pk=left.pk).status == "suspended"
    clock = Clock.objects.get(issue=issue, kind="resolution")
    assert clock.pauses[-1][1:] == [None, "suspended"]
    with pytest.raises(refusals.SuspendedAlready):
        stand(issue)
    assert resume_due(now=at("11-25 08:59")) == 0
    assert [resume_due(now=at("11-25 09:00")), resume_due(now=at("11-25 09:00"))] == [1, 0]
    step = open_step(issue)
    assert step.assignee is not None and step.assignee.username == "engineer"
    assert left.due_at is not None and step.due_at is not None and step.due_at > left.due_at
    assert fresh(issue).status == "in_progress"
    ledger = queries.ledger(actor=actor("supervisor"), issue_id=issue.pk, now=at("11-25 10:00"))
    assert sum(share.micros for share in ledger.shares) == ledger.total_micros


def test_suspending_takes_a_right_a_reason_of_the_list_and_a_day() -> None:
    company()
    issue = dispatched()
    with pytest.raises((Forbidden, NotFound)):
        stand(issue, "engineer")  # holds no step of it
    for given in ({"code": "mood"}, {"reason": ""}, {"until": NOW}, {"until": NOW + timedelta(days=367)}):
        with pytest.raises(Refused):
            stand(issue, **given)
    with pytest.raises(refusals.NotSuspended):
        operations.resume_issue(issue_id=issue.pk, actor=actor("supervisor"), now=NOW)
    stand(issue)
    operations.resume_issue(issue_id=issue.pk, actor=actor("supervisor"), now=NOW + HOUR)
    assert open_step(issue).assignee is None and fresh(issue).status == "claimable"


# -- teams and recusal -----------------------------------------------------------------------------------------------


def test_a_task_force_gets_access_and_ends() -> None:
    company()
    issue = dispatched()
    with pytest.raises((Forbidden, NotFound)):
        operations.call_task_force(
            issue_id=issue.pk, leader="outsider", members=[], reason="x", actor=actor("engineer"), now=NOW
        )
    row = operations.call_task_force(
        issue_id=issue.pk,
        leader="outsider",
        members=["engineer2", "outsider"],
        reason="批量故障",
        actor=actor("supervisor"),
        now=NOW,
    )
    assert row.members == [actor("engineer2").user_id]
    queries.issue(actor=actor("outsider"), issue_id=issue.pk)
    with pytest.raises(refusals.TaskForceThere):
        operations.call_task_force(
            issue_id=issue.pk, leader="engineer", members=[], reason="x", actor=actor("supervisor"), now=NOW
        )
    operations.end_task_force(task_force_id=row.pk, reason="已解决", actor=actor("outsider"), now=NOW)
    assert codes(issue)[-1] == "duty.task_force_ended"


def test_whoever_is_recused_holds_no_step_and_gets_none() -> None:
    company()
    issue = dispatched()
    mate = person("engineer", "device", username="mate")
    operations.claim_step(work_item_id=open_step(issue).pk, actor=actor("engineer"), now=NOW)
    operations.recuse(issue_id=issue.pk, reason="客户是我的亲属", actor=actor("engineer"), now=NOW)
    step = open_step(issue)
    assert step.assignee is None and fresh(issue).recused == [actor("engineer").user_id]
    for attempt in (
        lambda: operations.claim_step(work_item_id=step.pk, actor=actor("engineer"), now=NOW),
        lambda: operations.assign_step(
            work_item_id=step.pk, username="engineer", reason="给他", actor=actor("supervisor"), now=NOW
        ),
        lambda: do(issue, "contact", NOW),
    ):
        with pytest.raises(refusals.RecusedHere):
            attempt()
    with pytest.raises(refusals.RecusedAlready):
        operations.recuse(issue_id=issue.pk, reason="再说一次", actor=actor("engineer"), now=NOW)
    with pytest.raises((Forbidden, NotFound)):
        operations.recuse(issue_id=issue.pk, username="engineer", reason="他", actor=mate, now=NOW)
    operations.claim_step(work_item_id=step.pk, actor=mate, now=NOW)


def test_a_supervisor_hears_where_recusal_leaves_nobody() -> None:
    company()
    issue = dispatched()
    operations.recuse(issue_id=issue.pk, username="engineer", reason="利害关系", actor=actor("supervisor"), now=NOW)
    assert told(issue, "notice.recused") == ["engineer"]
    operations.claim_step(work_item_id=open_step(issue).pk, actor=actor("supervisor"), now=NOW)

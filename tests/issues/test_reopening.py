"""After the result was told: confirmed, answered again, left unanswered, reopened by the house."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection

from bihuan.bpmn import Chart
from bihuan.core.actor import SYSTEM
from bihuan.core.errors import Forbidden
from bihuan.core.settings import change_settings
from bihuan.flows import gallery
from bihuan.flows import operations as flows
from bihuan.flows import queries as flow_queries
from bihuan.flows.errors import ReasonRequired
from bihuan.issues import operations
from bihuan.issues.models import Entry, Issue
from bihuan.issues.operations.reopening import CLOSE_DAYS, REOPEN_DAYS, CannotReopen, may_come_back
from bihuan.issues.rules.reopening import way_back
from tests.factories import NOW, actor, company, customer_issue
from tests.issues.test_story import do, fresh, open_step, run_to, the_customer

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def says(issue: Issue, text: str, now: datetime, channel: str = "email") -> Entry:
    return operations.add_customer_message(issue_id=issue.pk, text=text, channel=channel, author_name="吴桂芳", now=now)


def resolved() -> Issue:
    company()
    issue = customer_issue()
    run_to(issue, "inform", NOW)
    return fresh(issue)


def closed() -> Issue:
    issue = resolved()
    operations.answer_result(issue_id=issue.pk, satisfied=True, reason="", actor=the_customer(issue), now=NOW)
    return fresh(issue)


def chart_of(issue: Issue) -> Chart:
    return flow_queries.chart_of(issue.instance.version_id)


def test_the_way_back_is_where_the_drawn_arrow_leads() -> None:
    issue = resolved()
    assert way_back(chart_of(issue)) == "plan"


@pytest.mark.correctness(33)
def test_the_customers_word_closes_it() -> None:
    issue = closed()
    assert (issue.status, issue.is_open, issue.closed_at) == ("closed", False, NOW)


@pytest.mark.correctness(34)
@pytest.mark.parametrize("channel", ["email", "portal", "phone"])
def test_a_reply_to_what_was_resolved_reopens_the_same_issue_by_any_channel(channel: str) -> None:
    issue = resolved()
    entry = says(issue, "昨天晚上又断了", NOW + timedelta(hours=2), channel)
    again = fresh(issue)
    assert entry.issue_id == issue.pk
    assert (again.status, again.step_node, again.reopened, again.is_open) == ("claimable", "plan", 1, True)
    assert Issue.objects.count() == 1


@pytest.mark.correctness(35)
@pytest.mark.parametrize("text", ["谢谢", "好的，收到，谢谢！", "Thanks a lot"])
def test_thanks_reopen_nothing(text: str) -> None:
    issue = resolved()
    says(issue, text, NOW)
    assert (fresh(issue).status, fresh(issue).reopened) == ("resolved", 0)
    operations.answer_result(issue_id=issue.pk, satisfied=True, reason="", actor=the_customer(issue), now=NOW)
    says(issue, text, NOW)
    assert (fresh(issue).status, Issue.objects.count()) == ("closed", 1)


@pytest.mark.correctness(34)
def test_within_the_window_a_closed_issue_comes_back_and_after_it_another_follows() -> None:
    """Closed on Friday 2026-11-20; five working days later is Friday the 27th, at closing time (18:00 = 10:00 UTC)."""
    issue = closed()
    assert may_come_back(issue, datetime.fromisoformat("2026-11-27T10:00:00+00:00"))
    assert not may_come_back(issue, datetime.fromisoformat("2026-11-27T10:00:01+00:00"))
    says(issue, "还是没有数据", datetime.fromisoformat("2026-11-27T09:59:00+00:00"))
    again = fresh(issue)
    assert (again.is_open, again.step_node, again.reopened, again.closed_at) == (True, "plan", 1, None)
    assert open_step(issue).node == "plan"
    for node in ("plan", "approve_owner", "execute", "sync", "inform"):
        do(issue, node, NOW)
    operations.answer_result(issue_id=issue.pk, satisfied=True, reason="", actor=the_customer(issue), now=NOW)
    late = says(issue, "又没有数据了", datetime.fromisoformat("2026-11-27T10:00:01+00:00"))
    follower = Issue.objects.get(pk=late.issue_id)
    assert follower.pk != issue.pk and follower.follows_id == issue.pk
    assert (fresh(issue).status, fresh(issue).reopened) == ("closed", 1)


@pytest.mark.correctness(34)
def test_what_is_filed_for_good_is_followed_by_another() -> None:
    issue = closed()
    do(issue, "archive", NOW)
    assert says(issue, "还是没有数据", NOW).issue_id != issue.pk


def test_the_window_is_a_setting() -> None:
    issue = closed()
    change_settings(values={REOPEN_DAYS: 1}, actor=actor("admin"), now=NOW)
    assert not may_come_back(issue, NOW + 4 * DAY)
    assert may_come_back(issue, NOW + 3 * DAY), "Monday is the first working day after Friday"


@pytest.mark.correctness(37)
def test_a_reopening_is_counted_on_those_who_carried_it_out() -> None:
    issue = resolved()
    says(issue, "又断了", NOW)
    line = Entry.objects.get(issue=issue, code="result.unsolved")
    engineer = actor("engineer")
    assert line.params["people"] == [engineer.user_id]
    assert set(line.params["departments"]) <= set(fresh(issue).departments) and line.params["departments"]
    assert line.params["cause"] == "design"


@pytest.mark.correctness(39)
def test_the_house_may_reopen_with_a_reason_whatever_the_window_says() -> None:
    issue = closed()
    late = NOW + 30 * DAY
    assert not may_come_back(issue, late)
    with pytest.raises(ReasonRequired):
        operations.reopen_issue(issue_id=issue.pk, reason=" ", actor=actor("agent"), now=late)
    with pytest.raises(Forbidden):
        operations.reopen_issue(issue_id=issue.pk, reason="漏了", actor=actor("quality"), now=late)
    operations.reopen_issue(issue_id=issue.pk, reason="现场复查发现漏了一台", actor=actor("agent"), now=late)
    again = fresh(issue)
    assert (again.is_open, again.step_node, again.reopened, again.answers) == (True, "plan", 1, 1)
    line = Entry.objects.get(issue=issue, code="issue.reopened")
    assert line.params["reason"] == "现场复查发现漏了一台" and line.author_name == "agent 先生"
    with pytest.raises(CannotReopen):
        operations.reopen_issue(issue_id=issue.pk, reason="再来", actor=actor("agent"), now=late)


@pytest.mark.correctness(39)
def test_what_ended_for_good_is_not_reopened() -> None:
    issue = closed()
    do(issue, "archive", NOW)
    with pytest.raises(CannotReopen):
        operations.reopen_issue(issue_id=issue.pk, reason="漏了", actor=actor("agent"), now=NOW)


@pytest.mark.correctness(38)
def test_ways_of_ending_are_kept_apart() -> None:
    """Withdrawn is not closed: its reply never reopens, and lists tell the two apart."""
    from bihuan.issues import queries
    from bihuan.issues.queries import Filter

    company()
    withdrawn, solved = customer_issue(), customer_issue(title="另一件", email="b@hospital.example")
    operations.withdraw_issue(issue_id=withdrawn.pk, reason="不用了", actor=actor("agent"), now=NOW)
    run_to(solved, "inform", NOW)
    operations.answer_result(issue_id=solved.pk, satisfied=True, reason="", actor=the_customer(solved), now=NOW)
    for status, issue in (("withdrawn", withdrawn), ("closed", solved)):
        page = queries.list_issues(actor=actor("agent"), filter=Filter(status=status), now=NOW)
        assert [each.pk for each in page.items] == [issue.pk]
    assert not may_come_back(fresh(withdrawn), NOW)


# -- nobody answers --------------------------------------------------------------------------------------------------


def publish_without_timer() -> None:
    """T01, but its own timer beside the answer runs for thirty days."""
    package = gallery.package("T01")
    from dataclasses import replace

    chart = package.chart.replace(b">PT24H</bpmn:timeDuration>", b">P30D</bpmn:timeDuration>")
    assert chart != package.chart
    flows.publish_package(package=replace(package, chart=chart), actor=SYSTEM, now=NOW)


def unanswered() -> Issue:
    company()
    publish_without_timer()
    issue = customer_issue()
    run_to(issue, "inform", NOW)
    return fresh(issue)


@pytest.mark.correctness(21, 33)
def test_after_the_set_working_days_without_an_answer_the_worker_closes_once() -> None:
    issue = unanswered()
    assert operations.close_unanswered(now=datetime.fromisoformat("2026-11-27T09:59:59+00:00")) == 0
    due = datetime.fromisoformat("2026-11-27T10:00:00+00:00")
    assert operations.close_unanswered(now=due) == 1
    assert (fresh(issue).status, fresh(issue).answers) == ("closed", 0), "nobody answered"
    assert operations.close_unanswered(now=due + DAY) == 0
    assert Entry.objects.filter(issue=issue, code="issue.closed_unanswered").count() == 1


def test_the_worker_closes_nothing_where_that_is_switched_off_or_a_task_is_open() -> None:
    issue = unanswered()
    late = NOW + 20 * DAY
    operations.add_task(issue_id=issue.pk, title="寄回样品", actor=actor("agent"), now=NOW)
    assert operations.close_unanswered(now=late) == 0 and fresh(issue).status == "resolved"
    change_settings(values={CLOSE_DAYS: 0}, actor=actor("admin"), now=NOW)
    assert operations.close_unanswered(now=late) == 0


@pytest.mark.correctness(33, 78)
@pytest.mark.django_db(transaction=True)
def test_two_workers_close_it_once() -> None:
    issue = unanswered()
    late = NOW + 20 * DAY
    found: list[int] = []

    def work() -> None:
        try:
            found.append(operations.close_unanswered(now=late))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(found) == 1
    assert Entry.objects.filter(issue=issue, code="issue.closed_unanswered").count() == 1

"""The main job through operations: from a message to the archive, with every turn that the chart draws."""

from datetime import datetime, timedelta

import pytest

from bihuan.core.actor import Actor, customer_actor
from bihuan.core.errors import NotFound
from bihuan.flows import operations as flows
from bihuan.flows import queries as flow_queries
from bihuan.flows.models import Instance, WorkItem
from bihuan.flows.operations import StepResult
from bihuan.issues import operations, queries
from bihuan.issues.models import Issue, Notice
from bihuan.issues.queries import Filter
from bihuan.knowledge import queries as knowledge
from tests.factories import NOW, actor, company, customer_issue

pytestmark = pytest.mark.django_db

WHYS = [{"why": f"为什么 {n}", "answer": f"因为 {n}"} for n in range(3)]
DATA: dict[str, dict[str, object]] = {
    "register": {"customer_name": "云溪市第二人民医院", "description": "没有温度数据"},
    "classify": {
        "type": "fault",
        "urgency": "medium",
        "impact": "medium",
        "complexity": "low",
        "lead_department": "device",
        "support_departments": [],
    },
    "contact": {"details": "补充了截图", "verify_method": "record", "verify_result": "true"},
    "analyse": {"phenomenon": "平台没有数据", "whys": WHYS, "root_cause": "固件没有重连上限", "cause_class": "design"},
    "plan": {
        "solution_type": "repair",
        "measures": "回退固件",
        "steps": [{"step": "回退"}],
        "expected": "恢复",
        "risk": "low",
    },
    "approve_owner": {"opinion": "同意"},
    "approve_head": {"opinion": "同意"},
    "execute": {"progress": "已回退", "acceptance": "正常", "feasible": True},
    "sync": {"summary": "已恢复"},
    "inform": {"informed_way": "email", "informed_text": "已恢复"},
    "archive": {"keywords": "产品故障-数据中断-解决方案-2026年11月", "lesson": "升级前验证重连"},
}
WHO = {
    "register": "agent",
    "classify": "agent",
    "contact": "engineer",
    "analyse": "engineer",
    "plan": "engineer",
    "approve_owner": "approver",
    "approve_head": "head",
    "execute": "engineer",
    "sync": "engineer",
    "inform": "agent",
    "archive": "quality",
}
CHOICE = {
    "register": "to_classify",
    "contact": "情况属实",
    "analyse": "submit_analysis",
    "approve_owner": "同意",
    "approve_head": "同意",
}


def open_step(issue: Issue) -> WorkItem:
    return flow_queries.open_steps(instance_ids=[issue.instance_id])[issue.instance_id][0]


def do(issue: Issue, node: str, now: datetime, *, outcome: str = "", **data: object) -> StepResult:
    step = open_step(issue)
    assert step.node == node
    return operations.complete_step(
        work_item_id=step.pk,
        outcome=outcome or CHOICE.get(node),
        data={**DATA.get(node, {}), **data},
        actor=actor(WHO[node]),
        now=now,
    )


def run_to(issue: Issue, last: str, now: datetime) -> None:
    for node in ("register", "classify", "contact", "analyse", "plan", "approve_owner", "execute", "sync", "inform"):
        do(issue, node, now)
        if node == last:
            return


def the_customer(issue: Issue) -> Actor:
    return customer_actor(customer_id=issue.customer_id, name="吴桂芳")


def fresh(issue: Issue) -> Issue:
    return Issue.objects.get(pk=issue.pk)


def test_unsatisfied_once_then_satisfied_closed_archived_found() -> None:
    company()
    issue = customer_issue()
    assert (issue.status, issue.step_node) == ("new", "register")
    run_to(issue, "inform", NOW)
    assert fresh(issue).status == "resolved"
    operations.answer_result(issue_id=issue.pk, satisfied=False, reason="又断了", actor=the_customer(issue), now=NOW)
    assert open_step(issue).node == "plan"
    for node in ("plan", "approve_owner", "execute", "sync", "inform"):
        do(issue, node, NOW)
    operations.answer_result(issue_id=issue.pk, satisfied=True, reason="", actor=the_customer(issue), now=NOW)
    assert fresh(issue).status == "closed" and not fresh(issue).is_open
    do(issue, "archive", NOW)
    done = fresh(issue)
    assert (done.status, done.reopened, done.answers) == ("closed", 1, 2)
    found = knowledge.search(actor=actor("agent"), text="数据")
    assert [article.source_number for article in found.items] == [issue.number]
    assert Instance.objects.get(pk=issue.instance_id).ended_at == NOW


@pytest.mark.correctness(88)
def test_log_explains_the_state() -> None:
    from bihuan.bpmn import rebuild

    company()
    issue = customer_issue()
    run_to(issue, "inform", NOW)
    instance = Instance.objects.get(pk=issue.instance_id)
    events = [
        {key: value for key, value in event.items() if key not in ("revision", "at", "actor")}
        for event in flow_queries.event_log(instance_id=instance.pk)
    ]
    state = rebuild(flow_queries.chart_of(instance.version_id), events)
    assert state.to_document() == instance.state


def test_high_risk_goes_to_the_head_and_urgent_tells_the_head() -> None:
    company()
    issue = customer_issue()
    do(issue, "register", NOW)
    do(issue, "classify", NOW, urgency="high", impact="high")
    assert fresh(issue).priority == "P1"
    assert Notice.objects.filter(issue=issue, code="notice.urgent", user__username="head").count() == 1
    for node in ("contact", "analyse"):
        do(issue, node, NOW)
    do(issue, "plan", NOW, risk="high")
    assert open_step(issue).node == "approve_head"
    assert fresh(issue).status == "pending_approval"


def test_three_rejections_lead_to_the_arbiter() -> None:
    company()
    issue = customer_issue()
    run_to(issue, "plan", NOW)
    for _round in range(2):
        do(issue, "approve_owner", NOW, outcome="驳回")
        do(issue, "plan", NOW)
    step = flow_queries.step(actor=actor("approver"), work_item_id=open_step(issue).pk)
    assert "驳回" not in [outcome.name for outcome in step.outcomes]
    do(issue, "approve_owner", NOW, outcome="提请裁定")
    assert open_step(issue).node == "arbitrate_plan"


def test_waiting_for_the_customer_and_their_answer() -> None:
    company()
    issue = customer_issue()
    do(issue, "register", NOW)
    do(issue, "classify", NOW)
    do(issue, "contact", NOW, outcome="等客户补充")
    assert fresh(issue).status == "waiting_customer"
    operations.add_customer_message(
        issue_id=issue.pk, text="截图在这里", channel="email", author_name="吴桂芳", now=NOW
    )
    assert open_step(issue).node == "contact"


def test_silence_leads_to_unreachable_after_three_working_days() -> None:
    company()
    issue = customer_issue()
    do(issue, "register", NOW)
    do(issue, "classify", NOW)
    do(issue, "contact", NOW, outcome="ask_customer")
    assert flows.fire_due_timers(now=NOW + timedelta(days=3)) == 0  # Monday morning: one working day and a half
    flows.fire_due_timers(now=NOW + timedelta(days=6))
    assert open_step(issue).node == "unreachable"


def test_withdrawal_takes_the_drawn_way() -> None:
    company()
    issue = customer_issue()
    run_to(issue, "classify", NOW)
    operations.withdraw_issue(issue_id=issue.pk, reason="已自行恢复", actor=the_customer(issue), now=NOW)
    assert fresh(issue).status == "withdrawn"
    assert flow_queries.open_steps(instance_ids=[issue.instance_id])[issue.instance_id] == []


def test_a_merged_issue_counts_as_merged_and_points_to_the_first() -> None:
    company()
    first, second = customer_issue(), customer_issue()
    operations.merge_issues(merged_id=second.pk, survivor_id=first.pk, reason="同一件事", actor=actor("agent"), now=NOW)
    assert fresh(second).status == "merged"
    assert fresh(second).duplicate_of_id == first.pk


@pytest.mark.correctness(129)
def test_another_department_sees_nothing_of_it() -> None:
    company()
    issue = customer_issue()
    run_to(issue, "classify", NOW)
    outsider = actor("outsider")
    with pytest.raises(NotFound):
        queries.issue(actor=outsider, issue_id=issue.pk)
    assert queries.list_issues(actor=outsider, filter=Filter(q="疫苗"), now=NOW).items == []
    assert queries.queue_counts(actor=outsider, now=NOW)["all"] == 0
    with pytest.raises(NotFound):
        operations.post_entry(issue_id=issue.pk, kind="note", text="x", actor=outsider, now=NOW)
    assert queries.issue(actor=actor("engineer"), issue_id=issue.pk).pk == issue.pk


@pytest.mark.correctness(135)
@pytest.mark.parametrize("text", ["疫苗", "温", "iPhone充不进电", "冷庫", "ＩＰＨＯＮＥ", "13800006620", "云溪市"])
def test_search_finds(text: str) -> None:
    company()
    issue = customer_issue(phone="138 0000 6620")
    found = queries.list_issues(actor=actor("agent"), filter=Filter(q=text), now=NOW)
    assert [row.pk for row in found.items] == [issue.pk]
    assert queries.list_issues(actor=actor("agent"), filter=Filter(q="库冷"), now=NOW).items == []


@pytest.mark.correctness(23)
def test_ledger_adds_up_to_the_second() -> None:
    company()
    issue = customer_issue()
    run_to(issue, "classify", NOW + timedelta(hours=5))
    ledger = queries.ledger(actor=actor("agent"), issue_id=issue.pk, now=NOW + timedelta(days=4, seconds=7))
    assert sum(share.seconds for share in ledger.shares) == ledger.total_seconds == 4 * 86400 + 7
    assert [a.end for a in ledger.segments[:-1]] == [b.start for b in ledger.segments[1:]]


@pytest.mark.correctness(22)
def test_warnings_then_breach_each_once() -> None:
    company()
    issue = customer_issue()  # 15 minutes to register
    told = []
    for minutes in range(0, 40, 2):
        flows.fire_due_timers(now=NOW + timedelta(minutes=minutes))
        told.append(Notice.objects.filter(issue=issue, code__startswith="alarm").count())
    entries = [e.code for e in queries.timeline(actor=actor("agent"), issue_id=issue.pk) if e.code.startswith("alarm")]
    assert entries == ["alarm.warning", "alarm.warning", "alarm.warning", "alarm.breach"]
    assert told[-1] == told[-5]


def test_a_blank_list_is_no_incident() -> None:
    company()
    issue = customer_issue()
    do(issue, "register", NOW)
    data = {name: value for name, value in DATA["classify"].items() if name != "support_departments"}
    operations.complete_step(work_item_id=open_step(issue).pk, data=data, actor=actor("agent"), now=NOW)
    do(issue, "contact", NOW)
    assert open_step(issue).node == "analyse"

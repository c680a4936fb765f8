"""Incidents are retried, skipped, given to somebody; jumps and stops need a right and a reason and are written down."""

from dataclasses import replace
from functools import partial

import pytest

from bihuan.core.actor import SYSTEM
from bihuan.core.errors import Conflict, Forbidden, NotFound, Refused
from bihuan.core.models import AuditEntry
from bihuan.flows import gallery, operations, queries
from bihuan.flows.errors import CannotMove, NobodyThere, ReasonRequired
from bihuan.flows.models import Incident, Instance, StepRecord
from bihuan.issues import operations as issues
from bihuan.issues.models import Entry, Notice
from tests.bpmn.building import flows
from tests.factories import NOW, actor, company, customer_issue
from tests.flows.charts import check, open_nodes, publish, start, task
from tests.issues.test_story import do, fresh, open_step, run_to

pytestmark = pytest.mark.django_db

STUCK = (
    '<startEvent id="a"/><exclusiveGateway id="g"/>'
    + task("b")
    + task("c")
    + '<endEvent id="z"/>'
    + flows("a>g", "g>b:n > 5", "g>c:n < 0", "b>z", "c>z")
)


def stuck() -> Instance:
    company()
    publish(STUCK, said={"n": "number"})
    return start(n=3)


def events(instance: Instance) -> list[dict[str, object]]:
    records = StepRecord.objects.filter(instance=instance).order_by("revision")
    return [event for record in records for event in record.events]


@pytest.mark.correctness(87)
def test_an_incident_is_seen_and_retried_when_its_cause_is_mended() -> None:
    instance = stuck()
    (found,) = queries.incidents(instance_id=instance.pk)
    assert (found.row.code, found.node.id, [way.id for way in found.ways]) == ("no_way_out", "g", ["g_b", "g_c"])
    assert list(Incident.objects.filter(closed_at__isnull=True).values_list("pk", flat=True)) == [found.row.pk]
    operations.retry_incident(instance_id=instance.pk, incident=found.row.number, actor=SYSTEM, now=NOW)
    (again,) = queries.incidents(instance_id=instance.pk)
    assert again.row.pk != found.row.pk, "nothing was mended: it is stuck again"
    assert Incident.objects.get(pk=found.row.pk).closed_how == "retried"
    operations.set_variables(instance_id=instance.pk, variables={"n": 7}, actor=SYSTEM, now=NOW)
    operations.retry_incident(instance_id=instance.pk, incident=again.row.number, actor=SYSTEM, now=NOW)
    assert open_nodes(instance) == ["b"] and queries.incidents(instance_id=instance.pk) == []
    check(instance)


def test_it_is_skipped_the_way_that_somebody_says_and_why() -> None:
    instance = stuck()
    number = queries.incidents(instance_id=instance.pk)[0].row.number
    skip = partial(operations.skip_incident, instance_id=instance.pk, incident=number, actor=SYSTEM, now=NOW)
    with pytest.raises(ReasonRequired):
        skip(outcome="g_c", reason=" ")
    with pytest.raises(Refused):
        skip(outcome=None, reason="没有数据")
    skip(outcome="g_c", reason="没有数据")
    assert open_nodes(instance) == ["c"] and Incident.objects.get().closed_how == "skipped"
    assert [event["reason"] for event in events(instance) if event["type"] == "incident_skipped"] == ["没有数据"]
    with pytest.raises(Conflict):
        skip(outcome="g_c", reason="again")
    check(instance)


def test_it_is_given_to_somebody() -> None:
    instance = stuck()
    number = queries.incidents(instance_id=instance.pk)[0].row.number
    give = partial(operations.assign_incident, instance_id=instance.pk, actor=SYSTEM, now=NOW)
    row = give(incident=number, username="engineer")
    assert row.assignee is not None and queries.incidents(instance_id=instance.pk)[0].row.assignee == row.assignee
    with pytest.raises(NobodyThere):
        give(incident=number, username="nobody")
    with pytest.raises(NotFound):
        give(incident=99, username="engineer")
    assert give(incident=number, username="").assignee is None


@pytest.mark.correctness(91)
def test_a_jump_needs_a_right_and_a_reason_and_is_a_deviation_in_the_log() -> None:
    company()
    issue = customer_issue()
    run_to(issue, "contact", NOW)
    step = open_step(issue)
    jump = partial(issues.jump_step, issue_id=issue.pk, item=step.item, now=NOW)
    for who in ("agent", "engineer", "head"):
        with pytest.raises(Forbidden):
            jump(target="plan", reason="急", actor=actor(who))
    with pytest.raises(ReasonRequired):
        jump(target="plan", reason="", actor=actor("manager"))
    with pytest.raises(CannotMove):
        jump(target="nowhere", reason="急", actor=actor("manager"))
    (token,) = queries.jumps(instance=fresh(issue).instance)
    targets = {node.id for node in token.targets}
    assert token.item == step.item
    assert {"plan", "register", "execute"} <= targets and step.node not in targets
    jump(target="plan", reason="原因已经清楚", actor=actor("manager"))
    assert open_step(issue).node == "plan" and fresh(issue).step_node == "plan"
    (jumped,) = [event for event in events(fresh(issue).instance) if event["type"] == "jumped"]
    assert (jumped["node"], jumped["target"], jumped["reason"]) == ("analyse", "plan", "原因已经清楚")
    line = Entry.objects.get(issue=issue, code="flow.jumped")
    assert line.params["reason"] == "原因已经清楚" and line.author_name == "manager 先生"
    assert AuditEntry.objects.filter(action="flow.jumped", object_id=issue.instance_id).count() == 1
    check(issue.instance)


@pytest.mark.correctness(91)
def test_a_stop_ends_the_issue_where_it_stands() -> None:
    company()
    issue = customer_issue()
    run_to(issue, "classify", NOW)
    with pytest.raises(Forbidden):
        issues.stop_issue(issue_id=issue.pk, reason="不办了", actor=actor("agent"), now=NOW)
    issues.stop_issue(issue_id=issue.pk, reason="客户公司已注销", actor=actor("supervisor"), now=NOW)
    stopped = fresh(issue)
    assert (stopped.status, stopped.is_open, open_nodes(stopped.instance)) == ("terminated", False, [])
    assert queries.jumps(instance=stopped.instance) == []
    assert Entry.objects.get(issue=issue, code="flow.stopped").params["reason"] == "客户公司已注销"
    check(stopped.instance)


def test_an_issue_of_others_cannot_be_steered() -> None:
    company()
    issue = customer_issue()
    with pytest.raises(NotFound):
        issues.jump_step(issue_id=issue.pk, item=1, target="plan", reason="x", actor=actor("outsider"), now=NOW)


def test_whoever_is_given_an_incident_of_an_issue_hears_of_it() -> None:
    company()
    package = gallery.package("T01")
    broken = replace(package, chart=package.chart.replace(b'"notify_head"', b'"no_such_service"'))
    operations.publish_package(package=broken, actor=SYSTEM, now=NOW)
    issue = customer_issue(urgency="high")
    for node in ("register", "classify"):
        do(issue, node, NOW, **({"urgency": "high"} if node == "classify" else {}))
    assert Entry.objects.filter(issue=issue, code="flow.incident").exists()
    number = queries.incidents(instance_id=issue.instance_id)[0].row.number
    give = partial(issues.assign_incident, issue_id=issue.pk, incident=number, now=NOW)
    with pytest.raises(Forbidden):
        give(username="engineer", actor=actor("agent"))
    give(username="engineer", actor=actor("manager"))
    assert Notice.objects.get(code="notice.incident").user_id == actor("engineer").user_id
    issues.skip_incident(
        issue_id=issue.pk, incident=number, outcome=None, reason="已电话通知", actor=actor("manager"), now=NOW
    )
    assert Entry.objects.get(issue=issue, code="flow.skipped").params["reason"] == "已电话通知"
    assert open_step(issue).node == "contact"

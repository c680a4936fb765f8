"""A company whose chart asks several people to approve the plan."""

from dataclasses import replace

from bihuan.core.actor import SYSTEM, Actor
from bihuan.flows import gallery
from bihuan.flows.models import WorkItem
from bihuan.flows.operations import StepResult, publish_package
from bihuan.issues import operations
from bihuan.issues.models import Approval, Issue
from bihuan.issues.operations import Stand
from bihuan.issues.queries import content_at
from tests.bpmn.building import process
from tests.factories import NOW, actor, company, customer_issue, person
from tests.issues.test_story import DATA, do, open_step

APPROVER = '<bpmn:userTask id="approve_owner"'


def house(mode: str = "", *, quorum: str = "", approvers: str = "", more: int = 2) -> None:
    """The usual company with more approvers in the department, whose chart decides by this mode."""
    company()
    for n in range(more):
        person("approver", "device", username=f"approver-{n}")
    given = {"approval": mode, "approvalQuorum": quorum, "approvers": approvers}
    said = "".join(f' bihuan:{name}="{value}"' for name, value in given.items() if value)
    shipped = gallery.package("T01")
    text = shipped.chart.decode()
    assert APPROVER in text
    chart = text.replace(APPROVER, APPROVER + said).encode()
    publish_package(package=replace(shipped, chart=chart), actor=SYSTEM, now=NOW)


def planned() -> Issue:
    """An issue whose plan waits for approval; the engineer wrote it."""
    issue = customer_issue()
    for node in ("register", "classify", "contact", "analyse", "plan"):
        do(issue, node, NOW)
    assert open_step(issue).node == "approve_owner"
    return issue


def decides(
    who: str | Actor,
    issue: Issue,
    outcome: str = "同意",
    *,
    opinion: str = "可以",
    seen: str = "",
    straight_back: bool = False,
    step: WorkItem | None = None,
) -> StepResult:
    """A person decides at the approval step."""
    return operations.complete_step(
        work_item_id=(step or open_step(issue)).pk,
        outcome=outcome,
        data={**DATA["approve_owner"], "opinion": opinion},
        stand=Stand(seen=seen, straight_back=straight_back),
        actor=actor(who) if isinstance(who, str) else who,
        now=NOW,
    )


def rounds(issue: Issue) -> list[Approval]:
    """All rounds at steps, in the order in which they opened."""
    return list(Approval.objects.filter(issue=issue, work_item__isnull=False).order_by("pk"))


def content_hash(issue: Issue) -> str:
    """The hash of the plan as it stands."""
    return content_at(issue_id=issue.pk, version_id=issue.instance.version_id, node="approve_owner").hash


SIDE_BY_SIDE = """
<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="plan"/>
<userTask id="plan" name="制定方案" bihuan:role="engineer" bihuan:form="F03" bihuan:groups="plan"/>
<sequenceFlow id="f2" sourceRef="plan" targetRef="split"/><parallelGateway id="split"/>
<sequenceFlow id="f3" sourceRef="split" targetRef="amend"/>
<userTask id="amend" name="补充方案" bihuan:role="engineer" bihuan:form="F03" bihuan:groups="plan"/>
<sequenceFlow id="f4" sourceRef="amend" targetRef="join"/>
<sequenceFlow id="f5" sourceRef="split" targetRef="approve_owner"/>
<userTask id="approve_owner" name="方案会签" bihuan:role="approver" bihuan:status="pending_approval" bihuan:form="F03"
 bihuan:groups="approval" bihuan:approval="MODE"/>
<sequenceFlow id="f6" sourceRef="approve_owner" targetRef="decided"/>
<exclusiveGateway id="decided" bihuan:choice="person"/>
<sequenceFlow id="yes" name="同意" sourceRef="decided" targetRef="join"/>
<sequenceFlow id="no" name="驳回" sourceRef="decided" targetRef="refused" bihuan:kind="refuse"/>
<endEvent id="refused"/><parallelGateway id="join"/><sequenceFlow id="f7" sourceRef="join" targetRef="end"/>
<endEvent id="end" bihuan:status="closed"/>
"""
"""While the plan is being approved, somebody may still amend it."""


def house_side_by_side(mode: str = "all") -> Issue:
    """An issue whose plan waits for approval and may be amended meanwhile."""
    company()
    person("approver", "device", username="approver-0")
    chart = process(SIDE_BY_SIDE.replace("MODE", mode))
    publish_package(package=replace(gallery.package("T01"), chart=chart, decisions={}), actor=SYSTEM, now=NOW)
    issue = customer_issue()
    completes(issue, "plan")
    return issue


def completes(issue: Issue, node: str, **data: object) -> StepResult:
    """The engineer completes a step with the plan's form."""
    step = at(issue, node)
    given = {**DATA["plan"], **data}
    return operations.complete_step(work_item_id=step.pk, data=given, actor=actor("engineer"), now=NOW)


def at(issue: Issue, node: str) -> WorkItem:
    """The open step at the node."""
    return WorkItem.objects.get(instance_id=issue.instance_id, node=node, closed_at__isnull=True)


ONE_THEN_ANOTHER = """
<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="plan"/>
<userTask id="plan" name="制定方案" bihuan:role="engineer" bihuan:form="F03" bihuan:groups="plan"/>
<sequenceFlow id="f2" sourceRef="plan" targetRef="approve_owner"/>
<userTask id="approve_owner" name="负责人审批" bihuan:role="approver" bihuan:status="pending_approval" bihuan:form="F03"
 bihuan:groups="approval"/>
<sequenceFlow id="f3" sourceRef="approve_owner" targetRef="owner_decided"/>
<exclusiveGateway id="owner_decided" bihuan:choice="person"/>
<sequenceFlow id="f4" name="同意" sourceRef="owner_decided" targetRef="approve_boss"/>
<sequenceFlow id="f5" name="退回" sourceRef="owner_decided" targetRef="plan" bihuan:kind="return"/>
<userTask id="approve_boss" name="主管审批" bihuan:role="head" bihuan:status="pending_approval" bihuan:form="F03"
 bihuan:groups="approval"/>
<sequenceFlow id="f6" sourceRef="approve_boss" targetRef="boss_decided"/>
<exclusiveGateway id="boss_decided" bihuan:choice="person"/>
<sequenceFlow id="f7" name="同意" sourceRef="boss_decided" targetRef="end"/>
<sequenceFlow id="f8" name="退回" sourceRef="boss_decided" targetRef="plan" bihuan:kind="return"/>
<endEvent id="end" bihuan:status="closed"/>
"""
"""Two approvals one after the other, each with a way back to the plan."""


def house_of_two() -> Issue:
    """An issue whose plan waits for the first of two approvals."""
    company()
    chart = process(ONE_THEN_ANOTHER)
    publish_package(package=replace(gallery.package("T01"), chart=chart, decisions={}), actor=SYSTEM, now=NOW)
    issue = customer_issue()
    completes(issue, "plan")
    return issue


APPROVAL_FIRST = """
<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="approve_owner"/>
<userTask id="approve_owner" name="先批后办" bihuan:role="approver" bihuan:approval="all"/>
<sequenceFlow id="f2" sourceRef="approve_owner" targetRef="decided"/>
<exclusiveGateway id="decided" bihuan:choice="person"/>
<sequenceFlow id="yes" name="同意" sourceRef="decided" targetRef="end"/>
<sequenceFlow id="no" name="不同意" sourceRef="decided" targetRef="refused" bihuan:kind="refuse"/>
<endEvent id="refused" bihuan:status="invalid"/><endEvent id="end" bihuan:status="closed"/>
"""
"""The first thing that happens is an approval, without a form."""


def house_that_begins_with_an_approval() -> Issue:
    """An issue that waits for approval as it comes in."""
    company()
    chart = process(APPROVAL_FIRST)
    publish_package(package=replace(gallery.package("T01"), chart=chart, decisions={}), actor=SYSTEM, now=NOW)
    return customer_issue()

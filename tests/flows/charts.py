"""Small charts published for tests of the shell, and the rows that an instance left."""

from collections.abc import Mapping
from datetime import datetime

from bihuan.bpmn import State, rebuild
from bihuan.core.actor import SYSTEM
from bihuan.flows import operations
from bihuan.flows.charts import chart_of
from bihuan.flows.models import Instance, StepRecord, Version, Wait, WorkItem
from bihuan.flows.operations import Package
from tests.bpmn.building import process, variables
from tests.factories import NOW

DEADLINE = (
    '<extensionElements><bihuan:deadline anchor="{anchor}" duration="{duration}" calendar="default" warn="50 90"'
    ' escalateTo="head"/></extensionElements>'
)


def task(key: str, *, name: str = "", role: str = "agent", duration: str = "PT4H", anchor: str = "entered") -> str:
    """A user task with a deadline in working time."""
    inner = DEADLINE.format(anchor=anchor, duration=duration)
    return f'<userTask id="{key}" name="{name or key}" bihuan:role="{role}">{inner}</userTask>'


def timer(key: str, host: str, duration: str, *, interrupting: bool = True) -> str:
    """A boundary timer."""
    return (
        f'<boundaryEvent id="{key}" attachedToRef="{host}" cancelActivity="{str(interrupting).lower()}">'
        f"<timerEventDefinition><timeDuration>{duration}</timeDuration></timerEventDefinition></boundaryEvent>"
    )


def publish(body: str, *, key: str = "X", said: Mapping[str, str] | None = None, before: str = "") -> Version:
    """A version of the chart `key` with this inside."""
    chart = process(body, variables(**(said or {})), before=before)
    return operations.publish_package(package=Package(key=key, name=key, chart=chart), actor=SYSTEM, now=NOW)


def start(key: str = "X", *, now: datetime = NOW, business_key: str = "", **given: object) -> Instance:
    """A new instance."""
    return operations.start_instance(
        definition_key=key, variables=given, business_key=business_key, actor=SYSTEM, now=now
    )


def complete(
    instance: Instance, node: str, *, now: datetime = NOW, outcome: str | None = None, **given: object
) -> None:
    """The open step at that node is done."""
    item = WorkItem.objects.get(instance=instance, node=node, closed_at__isnull=True)
    operations.complete_work_item(work_item_id=item.pk, outcome=outcome, variables=given, actor=SYSTEM, now=now)


def open_nodes(instance: Instance) -> list[str]:
    """Where steps wait."""
    found = WorkItem.objects.filter(instance=instance, closed_at__isnull=True).order_by("id")
    return list(found.values_list("node", flat=True))


def check(instance: Instance) -> State:
    """The log explains the state; rows of what waits are what the state says. Gives the state."""
    row = Instance.objects.get(pk=instance.pk)
    records = StepRecord.objects.filter(instance=row).order_by("revision")
    assert [record.revision for record in records] == list(range(1, row.revision + 1))
    chart = chart_of(row.version_id)
    state = State.from_document(row.state)
    assert rebuild(chart, [event for record in records for event in record.events]).to_document() == row.state
    people = {(act["id"], act["node"]) for act in state.acts.values() if chart.nodes[act["node"]].kind == "userTask"}
    assert set(WorkItem.objects.filter(instance=row, closed_at__isnull=True).values_list("item", "node")) == people
    waits = Wait.objects.filter(instance=row, closed_at__isnull=True).exclude(kind="service")
    timers = {("timer", one["id"], one["node"]) for one in state.timers.values()}
    subs = {(one["kind"], one["id"], one["node"]) for one in state.subs.values() if one["kind"] != "conditional"}
    assert set(waits.values_list("kind", "number", "node")) == timers | subs
    return state

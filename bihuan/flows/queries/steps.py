"""Steps: what waits, for whom, what it takes, where it may lead."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db import connection

from bihuan.accounts import queries as people
from bihuan.bpmn import Chart, Node, Outcome, State
from bihuan.core.actor import Actor
from bihuan.core.errors import NotFound
from bihuan.core.rows import Select, ask
from bihuan.flows import permissions
from bihuan.flows.charts import chart_of
from bihuan.flows.errors import StepGone
from bihuan.flows.forms import Schema, step_schema
from bihuan.flows.models import Instance, Version, Wait, WorkItem, WorkItemStatus

_WAITING = (WorkItemStatus.OPEN, WorkItemStatus.CLAIMED)
_forms: dict[int, dict[str, Schema]] = {}
_schemas: dict[tuple[int, str], Schema | None] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step with all that a page or REST needs to show and complete it."""

    work_item: WorkItem
    chart: Chart
    node: Node
    schema: Schema | None
    outcomes: tuple[Outcome, ...]
    may_act: bool
    may_claim: bool
    may_assign: bool


def _forms_of(version_id: int) -> dict[str, Schema]:
    forms = _forms.get(version_id)
    if forms is None:
        forms = cast(dict[str, Schema], Version.objects.values_list("forms", flat=True).get(pk=version_id))
        _forms[version_id] = forms
    return forms


def form_of(*, version_id: int, code: str) -> Schema | None:
    """A whole form of a version."""
    return _forms_of(version_id).get(code)


def step_schema_of(*, version_id: int, node: str) -> Schema | None:
    """The schema of the data that completing the node takes; None for a step without form."""
    if (version_id, node) not in _schemas:
        extension = chart_of(version_id).nodes[node].ext
        form = _forms_of(version_id).get(extension.form or "")
        _schemas[version_id, node] = step_schema(form, extension.groups) if form is not None else None
    return _schemas[version_id, node]


def step_outcomes(*, instance: Instance, node: str) -> tuple[Outcome, ...]:
    """The arrows on offer at the node now, judged by the variables as they stand."""
    state = State.from_document(instance.state)
    return chart_of(instance.version_id).outcomes(node, state.variables, state)


_OPEN = Select(WorkItem, "WHERE t.instance_id = ANY(%s) AND t.status IN ('open', 'claimed') ORDER BY t.opened_at, t.id")
_ITEM = Select(WorkItem, "WHERE t.id = %s")
_INSTANCE_OF = Select(Instance, "WHERE t.id = (SELECT instance_id FROM flows_workitem WHERE id = %s)")
_OPENED_ITEMS = Select(WorkItem, "WHERE t.id > %s AND t.status IN ('open', 'claimed') ORDER BY t.id")
_OPENED_WAITS = Select(Wait, "WHERE t.id > %s AND t.closed_at IS NULL ORDER BY t.id")


def open_steps(*, instance_ids: Iterable[int]) -> dict[int, list[WorkItem]]:
    """The steps that wait for people, by instance; in the order in which they opened."""
    found: dict[int, list[WorkItem]] = {instance_id: [] for instance_id in instance_ids}
    rows = _OPEN.rows(list(found))
    places = {place.pk: place for place in people.departments()} if rows else {}
    holders = people.users(user_ids=[row.assignee_id for row in rows if row.assignee_id is not None])
    for row in rows:
        row.department = places.get(row.department_id) if row.department_id is not None else None
        row.assignee = holders[row.assignee_id] if row.assignee_id is not None else None
        found[row.instance_id].append(row)
    return found


def step(*, actor: Actor, work_item_id: int, in_hand: WorkItem | None = None) -> Step:
    """One step. That the actor may see the issue behind it is the caller's question to ask first.

    ``in_hand``: the row with its instance, where the caller has read them.
    """
    item = in_hand or _read(work_item_id)
    chart = chart_of(item.instance.version_id)
    if item.node not in chart.nodes:  # done before the issue moved to a version that has no such step
        raise StepGone
    waiting = item.status in _WAITING
    return Step(
        work_item=item,
        chart=chart,
        node=chart.nodes[item.node],
        schema=step_schema_of(version_id=item.instance.version_id, node=item.node),
        outcomes=step_outcomes(instance=item.instance, node=item.node) if waiting else (),
        may_act=waiting and permissions.may_act(actor, item),
        may_claim=waiting and item.assignee_id is None and permissions.may_claim(actor, item),
        may_assign=waiting and permissions.may_assign(actor, item),
    )


def _read(work_item_id: int) -> WorkItem:
    items, instances = ask(_ITEM.of(work_item_id), _INSTANCE_OF.of(work_item_id))
    if not items:
        raise NotFound
    items[0].instance = instances[0]
    return items[0]


def opened_since(*, work_item_id: int, wait_id: int) -> tuple[list[WorkItem], list[Wait]]:
    """The steps and waits that opened after those ids and still stand; for drivers that play people."""
    return _OPENED_ITEMS.rows(work_item_id), _OPENED_WAITS.rows(wait_id)


def next_due() -> datetime | None:
    """When the next timer or alarm is due; None when nothing is."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT LEAST((SELECT min(due_at) FROM flows_wait WHERE closed_at IS NULL AND due_at IS NOT NULL),"
            " (SELECT min(next_alarm_at) FROM flows_workitem WHERE next_alarm_at IS NOT NULL))"
        )
        return cast("datetime | None", cursor.fetchone()[0])


def may_claim(actor: Actor, item: WorkItem) -> bool:
    """See ``permissions.may_claim``."""
    return permissions.may_claim(actor, item)


def may_act(actor: Actor, item: WorkItem) -> bool:
    """See ``permissions.may_act``."""
    return permissions.may_act(actor, item)


def may_assign(actor: Actor, item: WorkItem) -> bool:
    """See ``permissions.may_assign``."""
    return permissions.may_assign(actor, item)


def is_paused(item: WorkItem) -> bool:
    """Whether the step's clock stands."""
    return bool(item.pauses) and item.pauses[-1][1] is None

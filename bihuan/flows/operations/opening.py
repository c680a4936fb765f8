"""How a step opens: who is responsible, and until when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bihuan.accounts import queries as people
from bihuan.bpmn import Deadline, Extension, effects
from bihuan.bpmn.timing import parse_date, parse_duration
from bihuan.calendars import queries as calendars
from bihuan.core.rows import Select
from bihuan.flows.models import WorkItem, WorkItemStatus
from bihuan.worktime import Clock

if TYPE_CHECKING:
    from bihuan.flows.operations.run import StepRun

BREACH = 100
_LAST_DONE = Select(
    WorkItem,
    "JOIN accounts_user u ON u.id = t.completed_by_id AND u.is_active"
    " WHERE t.instance_id = %s AND t.node = %s AND t.status = 'completed' ORDER BY t.closed_at DESC, t.id DESC LIMIT 1",
)
_LAST_CLOSED = Select(
    WorkItem,
    "WHERE t.instance_id = %s AND t.node = %s AND t.closed_at IS NOT NULL ORDER BY t.closed_at DESC, t.id DESC LIMIT 1",
)
RENEWED = ("node", "name", "name_en", "phase", "issue_status", "role", "department", "holders", "calendar_version",
           "limit_seconds", "clock_from", "due_at", "provisional", "next_alarm_at", "alarms_done", "escalate_to",
           "breached_at")  # fmt: skip
"""What `renew_work_item` changes."""


def build_work_item(*, run: StepRun, node: str, number: int, element: object) -> WorkItem:
    """The unsaved row of a step that just opened."""
    chart_node = run.chart.nodes[node]
    extension = chart_node.ext
    item = WorkItem(
        instance=run.instance,
        item=number,
        node=node,
        name=chart_node.name[:200],
        name_en=chart_node.name_en[:200],
        phase=extension.phase or "",
        issue_status=extension.status or "",
        role=extension.role or "",
        element=element,
        opened_at=run.now,
        status=WorkItemStatus.OPEN,
    )
    item.department_id = _department(extension, run, element)
    _assign_same(item, extension, run)
    item.holders = [[run.now.isoformat(), item.department_id, item.assignee_id]]
    if extension.deadline is not None:
        _set_deadline(item, extension.deadline, run)
    return item


def renew_work_item(*, run: StepRun, item: WorkItem, node: str) -> None:
    """A waiting step goes on at `node` of the run's chart, another version: its words, its limit and, as long as nobody
    holds it, whose it is. Time used so far and pauses count on; warnings that lie ahead again are given again."""
    chart_node = run.chart.nodes[node]
    extension = chart_node.ext
    item.node, item.name, item.name_en = node, chart_node.name[:200], chart_node.name_en[:200]
    item.phase, item.issue_status = extension.phase or "", extension.status or ""
    if item.assignee_id is None:
        item.role = extension.role or ""
        department = _department(extension, run, item.element)
        if department != item.department_id:
            item.department_id = department
            item.holders = [*item.holders, [run.now.isoformat(), department, None]]
    given, breached = item.alarms_done, item.breached_at
    item.calendar_version = item.limit_seconds = item.clock_from = None
    item.due_at = item.next_alarm_at = item.breached_at = None
    item.provisional, item.escalate_to, item.alarms_done = False, "", []
    if extension.deadline is None:
        return
    _set_deadline(item, extension.deadline, run)
    clock = step_clock(item)
    if clock is not None:
        item.due_at = clock.due_at(run.now)
        item.alarms_done = [each for each in given if (at := clock.warn_at(each)) is None or at <= run.now]
        item.breached_at = breached if BREACH in item.alarms_done else None
        item.next_alarm_at = next_alarm(item, extension.deadline)


def _department(extension: Extension, run: StepRun, element: object) -> int | None:
    """The department of the step; None (anybody with the role) when nobody there could ever do it."""
    key: object = extension.department
    if isinstance(key, str) and key.startswith("="):
        name = key[1:]
        key = element if element is not None and name not in run.change.variables else run.change.variables.get(name)
    if not isinstance(key, str) or not key:
        return None
    department = people.department(key=key)
    if department is None:
        return None
    if extension.role and not people.role_is_held(role=extension.role, department_id=department.pk):
        return None
    return department.pk


def _assign_same(item: WorkItem, extension: Extension, run: StepRun) -> None:
    if not (extension.assign or "").startswith("same_as:"):
        return
    node = (extension.assign or "")[len("same_as:") :]
    last = _LAST_DONE.first(run.instance.pk, node)
    if last is not None:
        item.assignee_id = last.completed_by_id
        item.status = WorkItemStatus.CLAIMED
        item.claimed_at = run.now


def _anchor(item: WorkItem, deadline: Deadline, run: StepRun) -> datetime:
    if deadline.anchor == "start":
        return run.instance.started_at
    if deadline.anchor.startswith("node:"):
        earlier = _LAST_CLOSED.first(run.instance.pk, deadline.anchor[len("node:") :])
        if earlier is not None and earlier.closed_at is not None:
            return earlier.closed_at
    return item.opened_at


def _set_deadline(item: WorkItem, deadline: Deadline, run: StepRun) -> None:
    current = calendars.current_version(deadline.calendar)
    start = _anchor(item, deadline, run)
    seconds = deadline.seconds
    if deadline.workdays:
        end = current.calendar.end_of_workday(start, deadline.workdays)
        seconds = int(current.calendar.between(start, end))
    item.calendar_version_id = current.version_id
    item.clock_from = start
    item.limit_seconds = int(seconds or 0)
    item.due_at = current.calendar.add(start, item.limit_seconds)
    item.provisional = calendars.provisional(deadline.calendar, start, item.due_at)
    item.escalate_to = deadline.escalate_to or ""
    item.alarms_done = []
    item.next_alarm_at = next_alarm(item, deadline)


def step_clock(item: WorkItem) -> Clock | None:
    """The step's deadline clock with its pauses, or None for a step without deadline."""
    if item.calendar_version_id is None or item.limit_seconds is None or item.due_at is None:
        return None
    calendar = calendars.calendar_for_version(item.calendar_version_id)
    pauses = [
        (datetime.fromisoformat(start), datetime.fromisoformat(end) if end else None) for start, end, *_ in item.pauses
    ]
    return Clock(calendar, item.limit_seconds, item.clock_from or item.opened_at, tuple(pauses))


def next_alarm(item: WorkItem, deadline: Deadline | None) -> datetime | None:
    """When the worker must look next: the first warning not yet given, or the breach; None while paused."""
    clock = step_clock(item)
    if clock is None or is_paused(item):
        return None
    percents = [*(deadline.warn if deadline is not None else ()), BREACH]
    waiting = [percent for percent in percents if percent not in item.alarms_done]
    return clock.warn_at(min(waiting)) if waiting else None


def is_paused(item: WorkItem) -> bool:
    """Whether the step's clock stands."""
    return bool(item.pauses) and item.pauses[-1][1] is None


def end_pause(item: WorkItem, now: datetime) -> None:
    """Ends a running pause, if any."""
    if is_paused(item):
        item.pauses = [*item.pauses[:-1], [item.pauses[-1][0], now.isoformat(), *item.pauses[-1][2:]]]


def timer_due(spec: effects.TimerSpec, now: datetime) -> datetime:
    """The instant at which an engine timer fires."""
    if spec.kind == "date":
        return parse_date(spec.value)
    seconds = parse_duration(spec.value)
    if spec.calendar:
        return calendars.current_version(spec.calendar).calendar.add(now, seconds)
    return now + timedelta(seconds=seconds)


def timer_detail(effect: effects.SetTimer) -> dict[str, object]:
    """What the row keeps of a timer besides its instant."""
    spec = effect.spec
    return {"kind": spec.kind, "value": spec.value, "calendar": spec.calendar, "attached_to": effect.attached_to}

"""The issue follows its chart: row, timeline and notices change in the transaction of the step."""

from collections.abc import Iterable
from datetime import datetime

from bihuan.accounts import queries as accounts
from bihuan.accounts.models import Department
from bihuan.bpmn import Chart, Node
from bihuan.core import live
from bihuan.core.actor import SYSTEM, Actor
from bihuan.flows import queries as flows
from bihuan.flows.models import Instance, Wait, WorkItem, WorkItemStatus
from bihuan.flows.registry import Alarm, InstanceChange
from bihuan.issues.models import Entry, Issue, IssueType
from bihuan.issues.operations.intake import promise
from bihuan.issues.operations.notices import notify
from bihuan.issues.operations.timeline import event
from bihuan.issues.rules.status import CLOSED, Standing, derive

_COPIED = ("urgency", "impact", "complexity", "priority")
_WAITING = (WorkItemStatus.OPEN, WorkItemStatus.CLAIMED)


def _open_waits(instance: Instance, chart: Chart) -> list[Wait]:
    """What tokens wait for besides people; boundary events and event sub-processes do not count."""
    return [
        wait
        for wait in Wait.objects.filter(instance=instance, closed_at__isnull=True).order_by("id")
        if not chart.nodes[wait.node].attached_to and chart.nodes[wait.node].kind != "startEvent"
    ]


def _standings(items: Iterable[WorkItem], waits: Iterable[Wait], chart: Chart) -> list[Standing]:
    found = [Standing(item.issue_status, item.assignee_id is not None) for item in items]
    for wait in waits:
        node = chart.nodes[wait.node]
        gateway = chart.nodes.get(node.partner or "", node)
        found.append(
            Standing(
                wait.issue_status or gateway.ext.status,
                False,
                (wait.holder or gateway.ext.holder) == "customer" or wait.kind == "message",
            )
        )
    return found


def _leading(items: list[WorkItem]) -> WorkItem | None:
    """The step that stands for the issue: of the main flow, the most urgent."""
    main = [item for item in items if item.element is None] or items
    return min(main, key=lambda item: (item.due_at is None, item.due_at or item.opened_at), default=None)


def _end_node(change: InstanceChange) -> Node | None:
    """The end event that says how the issue ended: the last one reached that declares a status."""
    reached = [change.chart.nodes[change.chart.flows[flow].target] for flow in change.taken]
    reached += [change.chart.nodes[node] for node in change.instance.end_nodes if node in change.chart.nodes]
    ends = [node for node in reached if node.kind == "endEvent"]
    return next((node for node in reversed(ends) if node.ext.status), ends[-1] if ends else None)


def _final_status(change: InstanceChange) -> str:
    node = _end_node(change)
    return (node.ext.status if node else "") or "closed"


class FollowChart:
    """The observer that ``issues`` registers with ``flows``."""

    def step_stored(self, change: InstanceChange) -> None:
        """Brings row, timeline, notices and live topics in line with the stored step."""
        issue = Issue.objects.select_related("type", "lead_department").filter(instance=change.instance).first()
        if issue is None:
            return
        items = flows.open_steps(instance_ids=[change.instance.pk])[change.instance.pk]
        waits = [] if change.ended else _open_waits(change.instance, change.chart)
        self._update(issue, change, items, waits)
        entries = _lines(issue, change)
        if entries:
            Entry.objects.bulk_create(entries)
        _tell(issue, change)
        live.announce([f"issue:{issue.pk}", "queues"])

    def alarm_raised(self, alarm: Alarm) -> None:
        """A warning goes to the holder, a breach also to whom the chart names."""
        item = alarm.work_item
        issue = Issue.objects.filter(instance=item.instance_id).first()
        if issue is None:
            return
        told = (
            [item.assignee_id]
            if item.assignee_id
            else accounts.holders(role=item.role, department_id=item.department_id, now=alarm.now)[:5]
        )
        if alarm.late and item.escalate_to:
            told += accounts.holders(role=item.escalate_to, department_id=item.department_id, now=alarm.now)[:5]
        zh, en = accounts.role_words(key=item.escalate_to)
        params = {"step": item.name, "step_en": item.name_en, "percent": alarm.percent, "role": zh, "role_en": en}
        code = "alarm.breach" if alarm.late else "alarm.warning"
        event(issue_id=issue.pk, code=code, params=params, actor=SYSTEM, now=alarm.now).save(force_insert=True)
        notify(user_ids=told, issue_id=issue.pk, code=code, params=params, now=alarm.now)
        live.announce([f"issue:{issue.pk}", "queues"])

    @staticmethod
    def _update(issue: Issue, change: InstanceChange, items: list[WorkItem], waits: list[Wait]) -> None:
        lead = _leading(items)
        values: dict[str, object] = {"updated_at": change.now, "revision": issue.revision + 1}
        values |= _from_variables(issue, change)
        values |= _standing(issue, change, items, waits, lead)
        values |= _parts(issue, change, items)
        Issue.objects.filter(pk=issue.pk).update(**values)


def _from_variables(issue: Issue, change: InstanceChange) -> dict[str, object]:
    """What the chart decided: levels, priority, type, departments."""
    variables = change.variables
    values: dict[str, object] = {
        name: variables[name]
        for name in _COPIED
        if isinstance(variables.get(name), str) and variables[name] != getattr(issue, name)
    }
    if "priority" in values:
        values["promised_at"] = promise(priority=str(values["priority"]), start=issue.created_at)
    kind = variables.get("type")
    if isinstance(kind, str) and kind and (issue.type is None or issue.type.key != kind):
        values["type"] = IssueType.objects.filter(key=kind).first()
    lead = variables.get("lead_department")
    if isinstance(lead, str) and lead and (issue.lead_department is None or issue.lead_department.key != lead):
        values["lead_department"] = accounts.department(key=lead)
    supports = variables.get("support_departments")
    if isinstance(supports, list) and supports != issue.support_departments:
        values["support_departments"] = [str(each) for each in supports]
    return values


def _standing(
    issue: Issue, change: InstanceChange, items: list[WorkItem], waits: list[Wait], lead: WorkItem | None
) -> dict[str, object]:
    """Status, step, holder and deadline."""
    standings = _standings(items, waits, change.chart)
    status = _final_status(change) if change.ended else derive(standings, before=issue.status)
    closed = status in CLOSED
    values: dict[str, object] = {
        "status": status,
        "is_open": not closed,
        "assignee_id": lead.assignee_id if lead else None,
        "due_at": lead.due_at if lead else None,
        "due_limit": lead.limit_seconds if lead else None,
        "due_calendar": lead.calendar_version_id if lead else None,
        "due_paused": flows.is_paused(lead) if lead else False,
    }
    if closed and issue.closed_at is None:
        values["closed_at"] = change.now
    if status in ("resolved", "callback") and issue.resolved_at is None:
        values["resolved_at"] = change.now
    values |= _place(change, lead, waits)
    return values


def _place(change: InstanceChange, lead: WorkItem | None, waits: list[Wait]) -> dict[str, object]:
    if lead is not None:
        return {
            "step_node": lead.node,
            "step_name": lead.name,
            "step_name_en": lead.name_en,
            **({"phase": lead.phase} if lead.phase else {}),
        }
    if waits:
        node = change.chart.nodes[waits[0].node]
        gateway = change.chart.nodes.get(node.partner or "", node)
        named = gateway if gateway.name else node
        phase = gateway.ext.phase or node.ext.phase
        return {
            "step_node": named.id,
            "step_name": named.name[:200],
            "step_name_en": named.name_en[:200],
            **({"phase": phase} if phase else {}),
        }
    return {"step_node": "", "step_name": "", "step_name_en": ""} if change.ended else {}


def _parts(issue: Issue, change: InstanceChange, items: list[WorkItem]) -> dict[str, object]:
    """All departments and people that ever had a part: they may see the issue."""
    people, departments = list(issue.people), list(issue.departments)
    for item in (*items, *change.changed, *change.closed):
        for user in (item.assignee_id, item.completed_by_id):
            if user is not None and user not in people:
                people.append(user)
        if item.department_id is not None and item.department_id not in departments:
            departments.append(item.department_id)
    changed: dict[str, object] = {}
    if people != issue.people:
        changed["people"] = people
    if departments != issue.departments:
        changed["departments"] = departments
    return changed


# -- the timeline ---------------------------------------------------------------------------------------------------


def _next_names(change: InstanceChange) -> tuple[str, str]:
    opened = change.opened
    names = "、".join(dict.fromkeys(item.name for item in opened))
    english = ", ".join(dict.fromkeys(item.name_en or item.name for item in opened))
    if names:
        return names, english
    for wait in change.waits_opened:
        node = change.chart.nodes[wait.node]
        gateway = change.chart.nodes.get(node.partner or "", node)
        if not node.attached_to and node.kind != "startEvent":
            named = gateway if gateway.name else node
            return named.name, named.name_en or named.name
    return "", ""


def _completed_line(issue: Issue, change: InstanceChange, item: WorkItem) -> Entry:
    following, english = _next_names(change)
    flow = change.chart.flows.get(change.outcome)
    params = {
        "step": item.name,
        "step_en": item.name_en,
        "next": following,
        "next_en": english,
        "outcome": f"：{flow.name}" if flow and flow.name else "",
        "outcome_en": f": {flow.name_en or flow.name}" if flow and flow.name else "",
    }
    code = "step.completed" if following else "step.ended"
    return event(issue_id=issue.pk, code=code, params=params, actor=change.actor, now=change.now)


def _changed_line(issue: Issue, change: InstanceChange, item: WorkItem) -> Entry:
    params: dict[str, object] = {"step": item.name, "step_en": item.name_en, "reason": change.reason}
    if change.reason and flows.is_paused(item):
        code = "step.paused"
    elif change.reason and item.assignee_id is None and item.department_id is None:
        code = "step.released"
    elif change.reason:
        code = "step.assigned"
        place = Department.objects.filter(pk=item.department_id).first() if item.department_id else None
        name = accounts.names(user_ids=[item.assignee_id]).get(item.assignee_id, "") if item.assignee_id else ""
        params["to"] = name or (place.name if place else "")
    elif item.pauses and item.claimed_at != change.now:
        code = "step.resumed"
    else:
        code = "step.claimed"
    return event(issue_id=issue.pk, code=code, params=params, actor=change.actor, now=change.now)


def _lines(issue: Issue, change: InstanceChange) -> list[Entry]:
    lines: list[Entry] = []
    if change.completed is not None:
        lines.append(_completed_line(issue, change, change.completed))
    elif change.opened and not change.started and not change.changed:
        following, english = _next_names(change)
        timer = any(wait.kind == "timer" for wait in change.waits_closed) and change.actor.kind is SYSTEM.kind
        lines.append(
            event(
                issue_id=issue.pk,
                code="flow.timer" if timer else "flow.message",
                params={"next": following, "next_en": english},
                actor=change.actor,
                now=change.now,
            )
        )
    lines += [_changed_line(issue, change, item) for item in change.changed]
    for incident in change.incidents:
        node = change.chart.nodes[incident.node]
        lines.append(
            event(
                issue_id=issue.pk,
                code="flow.incident",
                actor=SYSTEM,
                now=change.now,
                params={"step": node.name or node.id, "step_en": node.name_en, "why": incident.code},
            )
        )
    if change.ended:
        final = _end_node(change)
        lines.append(
            event(
                issue_id=issue.pk,
                code="flow.ended",
                actor=SYSTEM,
                now=change.now,
                params={"end": final.name if final else "", "end_en": final.name_en if final else ""},
            )
        )
    return lines


def _tell(issue: Issue, change: InstanceChange) -> None:
    """New and newly given steps reach the bell of their holders; pools are looked at in the queues."""
    for item in (*change.opened, *change.changed):
        if item.assignee_id is not None and item.assignee_id != change.actor.user_id:
            notify(
                user_ids=[item.assignee_id],
                issue_id=issue.pk,
                code="notice.assigned",
                params={"step": item.name, "step_en": item.name_en},
                now=change.now,
            )
    for item in change.opened:
        if item.assignee_id is None and not accounts.holders(
            role=item.role, department_id=item.department_id, now=change.now
        ):
            _nobody(issue, item, change.actor, change.now)


def _nobody(issue: Issue, item: WorkItem, actor: Actor, now: datetime) -> None:
    """Nobody in the house can do it: said aloud, to those who may assign."""
    params = {"step": item.name, "step_en": item.name_en}
    event(issue_id=issue.pk, code="step.nobody", params=params, actor=SYSTEM, now=now).save(force_insert=True)
    supervisors = accounts.holders(role="supervisor", department_id=None, now=now)
    notify(user_ids=supervisors[:5], issue_id=issue.pk, code="step.nobody", params=params, now=now)

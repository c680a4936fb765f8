"""The observer that issues register with flows."""

from bihuan.accounts import queries as accounts
from bihuan.calendars import queries as calendars
from bihuan.core.actor import SYSTEM
from bihuan.flows.models import WorkItem
from bihuan.flows.registry import Alarm, InstanceChange
from bihuan.issues.models import Issue
from bihuan.issues.operations.approvals.following import note_steps
from bihuan.issues.operations.duty.receiving import receive
from bihuan.issues.operations.following.lines import write_lines
from bihuan.issues.operations.following.reach import reach_out
from bihuan.issues.operations.following.standing import Position, position, standing
from bihuan.issues.operations.notices import FEW, holders_of
from bihuan.issues.operations.promises import promise
from bihuan.issues.operations.tasks import follow_step
from bihuan.issues.operations.work import Work, work_on
from bihuan.issues.queries.approvals import is_approval, is_joint
from bihuan.issues.queries.reference import issue_type_by_key

_COPIED = ("urgency", "impact", "complexity", "priority")
_CALENDAR = "default"


class FollowChart:
    """Keeps issues in line with their charts."""

    def step_stored(self, change: InstanceChange) -> None:
        """Brings row, timeline and notices in line with the stored step. Instances that are no issue's are passed by."""
        with work_on(change.instance, now=change.now) as work:
            if work is None:
                return
            issue = work.issue
            work.change(updated_at=change.now, revision=issue.revision + 1, **_decided(issue, change))
            receive(work, change)  # may give steps to people: where the issue stands is read after it
            found = position(change)
            work.change(**standing(issue, change, found))
            work.held = frozenset(item.department_id for item in found.items if item.department_id is not None)
            work.approving = any(_approves(change, item) for item in found.items)
            _note_parts(work, change, found)
            reach_out(work, change)
            note_steps(work, change)
            write_lines(work, change, found)
            _tell(work, change)
            follow_step(work, [item.node for item in change.opened], SYSTEM)

    def alarm_raised(self, alarm: Alarm) -> None:
        """A warning goes to the holder, a breach also to whom the chart names."""
        item = alarm.work_item
        with work_on(item.instance, now=alarm.now) as work:
            if work is None:
                return
            told = holders_of(item, alarm.now)
            if alarm.late and item.escalate_to:
                told += accounts.holders(role=item.escalate_to, department_id=item.department_id, now=alarm.now)[:FEW]
            zh, en = accounts.role_words(key=item.escalate_to) if item.escalate_to else ("", "")
            params = {"step": item.name, "step_en": item.name_en, "percent": alarm.percent, "role": zh, "role_en": en}
            code = "alarm.breach" if alarm.late else "alarm.warning"
            work.say(code, params, SYSTEM)
            work.tell(told, code, params)


def _decided(issue: Issue, change: InstanceChange) -> dict[str, object]:
    """What the chart decided: levels, priority, type, departments; and what follows from it."""
    variables = change.variables
    values: dict[str, object] = {
        name: variables[name]
        for name in _COPIED
        if isinstance(variables.get(name), str) and variables[name] != getattr(issue, name)
    }
    if "priority" in values or issue.promised_at is None:
        priority = str(values.get("priority", issue.priority))
        version_id = _version_in_hand(change)
        values["promised_at"] = promise(priority=priority, start=issue.created_at, version_id=version_id)
    kind = variables.get("type")
    if isinstance(kind, str) and kind:
        found = issue_type_by_key(key=kind)
        if (found.pk if found else None) != issue.type_id:
            values["type"] = found
    lead = variables.get("lead_department")
    if isinstance(lead, str) and lead:
        place = accounts.department(key=lead)
        if (place.pk if place else None) != issue.lead_department_id:
            values["lead_department"] = place
    supports = variables.get("support_departments")
    if isinstance(supports, list) and supports != issue.support_departments:
        values["support_departments"] = [str(each) for each in supports]
    return values


def _version_in_hand(change: InstanceChange) -> int:
    """The version of the company's calendar, from a step that has just been given its deadline in it if possible."""
    for item in change.opened:
        deadline = change.chart.nodes[item.node].ext.deadline
        if item.calendar_version_id is not None and deadline is not None and deadline.calendar == _CALENDAR:
            return item.calendar_version_id
    return calendars.current_version(_CALENDAR).version_id


def _note_parts(work: Work, change: InstanceChange, found: Position) -> None:
    """All departments and people that ever had a part: they may see the issue."""
    items = (*found.items, *change.changed, *change.closed)
    work.joined_by(*(user for item in items for user in (item.assignee_id, item.completed_by_id)))
    known = work.issue.departments
    fresh = [place for place in dict.fromkeys(item.department_id for item in items) if place is not None]
    fresh = [place for place in fresh if place not in known]
    if fresh:
        work.change(departments=[*known, *fresh])


def _approves(change: InstanceChange, item: WorkItem) -> bool:
    node = change.chart.nodes.get(item.node)
    return item.issue_status == "pending_approval" or (node is not None and is_approval(node))


# -- the bell -------------------------------------------------------------------------------------------------------


def _tell(work: Work, change: InstanceChange) -> None:
    """Whoever is given a step hears of it; of a step for a department a few of its people, unless the issue has only
    just come in: those look at their queues."""
    for item in (*change.opened, *change.changed):
        params = {"step": item.name, "step_en": item.name_en}
        if is_joint(change.chart.nodes[item.node]):
            continue  # those who have a seat in its approval hear of that
        if item.assignee_id is not None and item.assignee_id != change.actor.user_id:
            work.tell([item.assignee_id], "notice.assigned", params)
        elif item.assignee_id is None and item.department_id is not None and not change.started:
            _tell_pool(work, item, params)


def _tell_pool(work: Work, item: WorkItem, params: dict[str, str]) -> None:
    work.tell(holders_of(item, work.now), "notice.claimable", params)

"""Where an issue stands, read off the tokens of its chart: status, step, holder, deadline, stage."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bihuan.bpmn import Chart, Node, State
from bihuan.flows import queries as flows
from bihuan.flows.models import WorkItem
from bihuan.flows.operations.opening import step_clock
from bihuan.flows.registry import InstanceChange
from bihuan.issues.models import Issue
from bihuan.issues.rules.status import CLOSED, Standing, derive

_SOON_PERCENT = 80
_ANSWERED = frozenset({"resolved", "callback"})


@dataclass(frozen=True, slots=True)
class Position:
    """The steps that wait for people, and the nodes where a token waits for anything else."""

    items: list[WorkItem]
    resting: list[Node]

    @property
    def lead(self) -> WorkItem | None:
        """The step that stands for the issue: of the main flow, the most urgent."""
        main = [item for item in self.items if item.element is None] or self.items
        return min(main, key=lambda item: (item.due_at is None, item.due_at or item.opened_at), default=None)


def position(change: InstanceChange) -> Position:
    """Where the tokens are after the step. Reads rows only when steps wait that this change did not touch."""
    if change.ended:
        return Position([], [])
    tokens = State.from_document(change.instance.state).tokens()
    scopes = {token.scope for token in tokens}
    leaves = [(token.item, change.chart.nodes[token.node]) for token in tokens if token.item not in scopes]
    numbers = [number for number, node in leaves if node.kind == "userTask"]
    resting = [node for _, node in leaves if node.kind != "userTask"]
    return Position(_items(change, numbers), resting)


def _items(change: InstanceChange, numbers: Iterable[int]) -> list[WorkItem]:
    in_hand = {item.item: item for item in (*change.opened, *change.changed, *change.moved)}
    if all(number in in_hand for number in numbers):
        return [in_hand[number] for number in numbers]
    return flows.open_steps(instance_ids=[change.instance.pk])[change.instance.pk]


def _standings(found: Position) -> list[Standing]:
    people = [Standing(item.issue_status, item.assignee_id is not None) for item in found.items]
    waits = [Standing(node.ext.status or "", True, node.ext.holder == "customer") for node in found.resting]
    return people + waits


def end_node(change: InstanceChange) -> Node | None:
    """The end event that says how the issue ended: the last one reached that declares a status."""
    chart = change.chart
    reached = [chart.nodes[chart.flows[flow].target] for flow in change.taken]
    reached += [chart.nodes[node] for node in change.instance.end_nodes if node in chart.nodes]
    ends = [node for node in reached if node.kind == "endEvent"]
    return next((node for node in reversed(ends) if node.ext.status), ends[-1] if ends else None)


def _status(issue: Issue, change: InstanceChange, found: Position) -> str:
    if not change.ended:
        return derive(_standings(found), before=issue.status)
    node = end_node(change)
    return (node.ext.status if node else "") or "terminated"


def _soon_at(lead: WorkItem) -> datetime | None:
    """When four fifths of the step's working time are used; None without a deadline, and while its clock stands."""
    clock = step_clock(lead)
    return clock.warn_at(_SOON_PERCENT) if clock is not None else None


def _deadline(lead: WorkItem | None) -> dict[str, object]:
    if lead is None or lead.due_at is None:
        return {"due_at": None, "due_limit": None, "due_calendar": None, "due_paused": False, "soon_at": None}
    return {
        "due_at": lead.due_at,
        "due_limit": lead.limit_seconds,
        "due_calendar": lead.calendar_version_id,
        "due_paused": flows.is_paused(lead),
        "soon_at": _soon_at(lead),
    }


def _place(chart: Chart, found: Position, ended: bool) -> dict[str, object]:
    lead = found.lead
    if lead is not None:
        named: dict[str, object] = {"step_node": lead.node, "step_name": lead.name, "step_name_en": lead.name_en}
        phase = lead.phase
    elif found.resting:
        node = found.resting[0]
        named = {"step_node": node.id, "step_name": node.name[:200], "step_name_en": node.name_en[:200]}
        phase = node.ext.phase or ""
    else:
        return {"step_node": "", "step_name": "", "step_name_en": ""} if ended else {}
    return {**named, "phase": phase} if phase else named


def standing(issue: Issue, change: InstanceChange, found: Position) -> dict[str, object]:
    """The columns of the issue's row that say where it stands."""
    status = _status(issue, change, found)
    closed = status in CLOSED
    values: dict[str, object] = {
        "status": status,
        "is_open": not closed,
        "assignee_id": found.lead.assignee_id if found.lead else None,
        **_deadline(found.lead),
        **_place(change.chart, found, change.ended),
    }
    if closed and issue.closed_at is None:
        values["closed_at"] = change.now
    elif not closed and issue.closed_at is not None:
        values["closed_at"] = None
    if status in _ANSWERED and issue.resolved_at is None:
        values["resolved_at"] = change.now
    return values

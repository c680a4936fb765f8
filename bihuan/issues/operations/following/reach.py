"""Who an open step reaches: whoever can do it must find it, and where nobody can, somebody is told."""

from bihuan.accounts import queries as accounts
from bihuan.core.actor import SYSTEM
from bihuan.flows.models import WorkItem
from bihuan.flows.registry import InstanceChange
from bihuan.issues.operations.notices import FEW
from bihuan.issues.operations.work import Work


def reach_out(work: Work, change: InstanceChange) -> None:
    """Opens the issue to the departments whose people can do the steps that just opened; sounds the alarm where nobody
    in the house can (correctness 86)."""
    for item in change.opened:
        if item.assignee_id is not None:
            continue
        known = work.issue.departments
        fresh = [place for place in _concerned(item, accounts.places_of_role(role=item.role)) if place not in known]
        if fresh:
            work.change(departments=[*known, *fresh])
        if not accounts.holders(role=item.role, department_id=None, now=change.now):
            _tell_nobody(work, item)


def _concerned(item: WorkItem, places: list[int]) -> list[int]:
    """A step of a department concerns that one, or the nearest above where the role is held; any other, all of them."""
    if item.department_id is None or not places:
        return places
    if item.department_id in places:
        return []
    above = next((place for place in accounts.departments_above(item.department_id) if place in places), None)
    return places if above is None else [above]


def _tell_nobody(work: Work, item: WorkItem) -> None:
    params = {"step": item.name, "step_en": item.name_en}
    work.say("step.nobody", params, SYSTEM)
    work.tell(accounts.holders(role="supervisor", department_id=None, now=work.now)[:FEW], "step.nobody", params)

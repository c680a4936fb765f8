"""Who an open step reaches: whoever can do it must find it, and where nobody can, somebody is told."""

from datetime import datetime

from django.db import connection

from bihuan.accounts import queries as accounts
from bihuan.core.actor import SYSTEM
from bihuan.flows.models import WorkItem
from bihuan.flows.registry import InstanceChange
from bihuan.issues.operations.notices import FEW
from bihuan.issues.operations.work import Work

# Asked at every intake: written out, because putting it together anew would cost more than asking it.
# `able`: anybody present, or a present deputy of somebody absent. `places`: departments whose holders of the role see
# only their own departments' issues.
_HELD = """
SELECT
    COALESCE(bool_or(
        COALESCE(u.absent_from > %(now)s OR u.absent_until <= %(now)s, u.absent_from IS NULL)
        OR (d.id IS NOT NULL AND COALESCE(d.absent_from > %(now)s OR d.absent_until <= %(now)s, d.absent_from IS NULL))
    ), FALSE) AS able,
    array_agg(DISTINCT p.department_id) FILTER (WHERE r.scope <> 'all') AS places
FROM accounts_post p
JOIN accounts_role r ON r.id = p.role_id
JOIN accounts_user u ON u.id = p.user_id AND u.is_active
LEFT JOIN accounts_user d ON d.id = u.deputy_id AND d.is_active
WHERE r.key = %(role)s
"""


def reach_out(work: Work, change: InstanceChange) -> None:
    """Opens the issue to the departments whose people can do the steps that just opened; sounds the alarm where nobody
    in the house can (correctness 86)."""
    for item in change.opened:
        if item.assignee_id is not None:
            continue
        able, places = _held(item.role, change.now)
        known = work.issue.departments
        fresh = [place for place in _concerned(item, places) if place not in known]
        if fresh:
            work.change(departments=[*known, *fresh])
        if not able:
            _tell_nobody(work, item)


def _held(role: str, now: datetime) -> tuple[bool, list[int]]:
    with connection.cursor() as cursor:
        cursor.execute(_HELD, {"role": role, "now": now})
        able, places = cursor.fetchone()
    return bool(able), list(places or ())


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

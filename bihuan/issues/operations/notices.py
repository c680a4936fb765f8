"""The bell: who is told what."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bihuan.accounts import queries as accounts
from bihuan.core import live
from bihuan.core.actor import Actor
from bihuan.core.errors import NotFound
from bihuan.core.rows import insert_rows
from bihuan.core.stamps import operation
from bihuan.flows import queries as flows
from bihuan.flows.models import WorkItem
from bihuan.issues.models import Notice
from bihuan.issues.operations.work import Work

FEW = 5


def holders_of(item: WorkItem, now: datetime) -> list[int]:
    """Who has the step; while nobody has it, a few of those who could take it."""
    if item.assignee_id is not None:
        return [item.assignee_id]
    return accounts.holders(role=item.role, department_id=item.department_id, now=now)[:FEW]


def _last_to_act(work: Work) -> list[int]:
    last = (
        WorkItem.objects.filter(instance_id=work.issue.instance_id, completed_by__is_active=True)
        .order_by("-closed_at", "-id")
        .values_list("completed_by_id", flat=True)
        .first()
    )
    return [last] if last else []


def tell_holders(work: Work, code: str, params: Mapping[str, object]) -> list[int]:
    """Tells whoever has the issue's open steps: the holders, else who could take the first one, else who had the last
    one (while a customer is waited for, nobody has a step), else the supervisors. Somebody always hears of it."""
    issue = work.issue
    steps = flows.open_steps(instance_ids=[issue.instance_id])[issue.instance_id]
    told = [step.assignee_id for step in steps if step.assignee_id is not None]
    if not told and steps:
        told = holders_of(steps[0], work.now)
    if not told:
        told = _last_to_act(work) or accounts.holders(role="supervisor", department_id=None, now=work.now)[:FEW]
    name, english = (steps[0].name, steps[0].name_en) if steps else (issue.step_name, issue.step_name_en)
    return work.tell(told, code, {"step": name, "step_en": english, **params})


@operation()
def tell_people(*, user_ids: Sequence[int], code: str, params: Mapping[str, object], now: datetime) -> list[int]:
    """A notice about something that is no issue, one each. Who has the same one unread is not told again; returns who
    is told."""
    same = Notice.objects.filter(user_id__in=user_ids, issue=None, code=code, params=params, read_at__isnull=True)
    waiting = set(same.values_list("user_id", flat=True))
    told = [user for user in dict.fromkeys(user_ids) if user not in waiting]
    insert_rows([Notice(user_id=user, code=code, params=dict(params), at=now) for user in told])
    live.announce([f"user:{user}" for user in told])
    return told


@operation()
def mark_notice_read(*, notice_id: int, actor: Actor, now: datetime) -> Notice:
    """One's own notice is read; a second time changes nothing."""
    notice = Notice.objects.select_for_update().filter(pk=notice_id, user_id=actor.user_id or 0).first()
    if notice is None:
        raise NotFound
    if notice.read_at is None:
        notice.read_at = now
        notice.save(update_fields=["read_at"])
        live.announce([f"user:{actor.user_id}"])
    return notice


@operation()
def mark_notices_read(*, actor: Actor, now: datetime) -> int:
    """All notices of the person are read; returns how many were not."""
    read = Notice.objects.filter(user_id=actor.user_id or 0, read_at__isnull=True).update(read_at=now)
    if read:
        live.announce([f"user:{actor.user_id}"])
    return read

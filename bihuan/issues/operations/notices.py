"""The bell: who is told what."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from bihuan.accounts import queries as accounts
from bihuan.core import live
from bihuan.core.actor import Actor
from bihuan.flows import queries as flows
from bihuan.issues.models import Issue, Notice

_MOST = 20


def notify(*, user_ids: Iterable[int], issue_id: int, code: str, params: Mapping[str, object], now: datetime) -> int:
    """One notice each; returns how many. Joins the caller's transaction."""
    people = list(dict.fromkeys(user_ids))[:_MOST]
    Notice.objects.bulk_create(
        Notice(user_id=user, issue_id=issue_id, code=code, params=dict(params), at=now) for user in people
    )
    live.announce(f"user:{user}" for user in people)
    return len(people)


def tell_holders(*, issue: Issue, code: str, params: Mapping[str, object], now: datetime) -> int:
    """Tells whoever has an open step of the issue; when nobody has one, whoever could take it."""
    steps = flows.open_steps(instance_ids=[issue.instance_id])[issue.instance_id]
    held = [step.assignee_id for step in steps if step.assignee_id is not None]
    if not held and steps:
        held = accounts.holders(role=steps[0].role, department_id=steps[0].department_id, now=now)[:5]
    name = steps[0].name if steps else ""
    more = {"step": name, "step_en": steps[0].name_en if steps else "", **params}
    return notify(user_ids=held, issue_id=issue.pk, code=code, params=more, now=now)


@transaction.atomic
def mark_notices_read(*, actor: Actor, now: datetime) -> int:
    """All notices of the person are read; returns how many were not."""
    return Notice.objects.filter(user_id=actor.user_id or 0, read_at__isnull=True).update(read_at=now)

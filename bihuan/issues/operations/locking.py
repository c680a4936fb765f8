"""Whoever changes an issue locks its chart's instance first (order of locks: instance → issue → the rest)."""

from collections.abc import Iterable

from django.db import connection

from bihuan.core.actor import SYSTEM, Actor
from bihuan.core.errors import NotFound
from bihuan.flows.models import Instance
from bihuan.issues.models import Issue
from bihuan.issues.operations.work import ISSUE_OF
from bihuan.issues.permissions import may_see

_LOCK = "SELECT id FROM flows_instance WHERE id = (SELECT instance_id FROM {} WHERE id = %s) FOR UPDATE"
_BY_ISSUE, _BY_STEP = _LOCK.format("issues_issue"), _LOCK.format("flows_workitem")


def _locked(lock: str, key: int, actor: Actor) -> Issue:
    """Two statements: what is read together with a lock that had to wait is as old as the wait."""
    with connection.cursor() as cursor:
        cursor.execute(lock, [key])
        held = cursor.fetchone()
    found = ISSUE_OF.first(held[0]) if held else None
    if found is None or not may_see(actor, found):
        raise NotFound
    return found


def locked_issue(issue_id: int, actor: Actor = SYSTEM) -> Issue:
    """The issue as it is once nobody else changes it; not found where the actor may not see it."""
    return _locked(_BY_ISSUE, issue_id, actor)


def lock_issue(*, issue_id: int) -> Issue:
    """The issue, locked for the rest of the caller's transaction; for rooms above that keep rows of their own beside
    it. Not found when there is none."""
    return locked_issue(issue_id)


def locked_issue_of_step(work_item_id: int, actor: Actor) -> Issue:
    """The same, by one of its steps."""
    return _locked(_BY_STEP, work_item_id, actor)


def lock_together(issue_ids: Iterable[int]) -> None:
    """Locks several issues' instances in the order of their ids, so that two such locks never wait for each other."""
    wanted = Issue.objects.filter(pk__in=list(issue_ids)).values("instance_id")
    list(Instance.objects.select_for_update().filter(pk__in=wanted).order_by("id").values_list("id", flat=True))

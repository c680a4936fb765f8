"""Whoever changes an issue locks its chart's instance first (order of locks: instance → issue → the rest)."""

from collections.abc import Iterable

from django.db.models import Q

from bihuan.core.actor import SYSTEM, Actor
from bihuan.core.errors import NotFound
from bihuan.flows.models import Instance, WorkItem
from bihuan.issues.models import Issue
from bihuan.issues.operations.work import RELATED
from bihuan.issues.permissions import may_see


def _locked(instances: Q, actor: Actor) -> Issue:
    held = Instance.objects.select_for_update().filter(instances).values_list("id", flat=True).first()
    if held is None:
        raise NotFound
    found = Issue.objects.select_related(*RELATED).defer("description").filter(instance_id=held).first()
    if found is None or not may_see(actor, found):
        raise NotFound
    return found


def locked_issue(issue_id: int, actor: Actor = SYSTEM) -> Issue:
    """The issue as it is once nobody else changes it; not found where the actor may not see it. Two statements."""
    return _locked(Q(pk__in=Issue.objects.filter(pk=issue_id).values("instance_id")), actor)


def lock_issue(*, issue_id: int) -> Issue:
    """The issue, locked for the rest of the caller's transaction; for rooms above that keep rows of their own beside
    it. Not found when there is none."""
    return locked_issue(issue_id)


def locked_issue_of_step(work_item_id: int, actor: Actor) -> Issue:
    """The same, by one of its steps."""
    return _locked(Q(pk__in=WorkItem.objects.filter(pk=work_item_id).values("instance_id")), actor)


def lock_together(issue_ids: Iterable[int]) -> None:
    """Locks several issues' instances in the order of their ids, so that two such locks never wait for each other."""
    wanted = Issue.objects.filter(pk__in=list(issue_ids)).values("instance_id")
    list(Instance.objects.select_for_update().filter(pk__in=wanted).order_by("id").values_list("id", flat=True))

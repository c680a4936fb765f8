"""The changes that can be made to many issues: how one issue is changed, and how that is taken back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_noop

from bihuan.accounts import queries as accounts
from bihuan.core.actor import Actor
from bihuan.core.errors import Conflict
from bihuan.flows.models import WorkItem
from bihuan.issues.models import Issue
from bihuan.issues.operations.classification import correct_classification
from bihuan.issues.operations.locking import locked_issue
from bihuan.issues.operations.steering import withdraw_issue
from bihuan.issues.operations.steps import assign_step, release_step
from bihuan.issues.operations.tags import change_tags

_UNDO = "撤销批量操作"
Kept = dict[str, object]


class NoOneStep(Conflict):
    code = "no_one_step"
    text = gettext_noop("这件问题现在没有等人办的步骤，或同时有几个，请打开它单独转派。")


class ChangedSince(Conflict):
    code = "changed_since"
    text = gettext_noop("之后有人改过，没有撤销。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One issue of a job."""

    issue_id: int
    params: Mapping[str, str]
    actor: Actor
    job_id: int
    now: datetime


@dataclass(frozen=True, slots=True)
class Action:
    """``do`` gives what was before and what is now, None where nothing had to change; ``undo`` gets both back, None where
    there is no way back (``rules.bulk.FINAL``)."""

    do: Callable[[Change], tuple[Kept, Kept] | None]
    undo: Callable[[Change, Kept, Kept], None] | None


def _step(issue: Issue) -> WorkItem:
    steps = list(WorkItem.objects.filter(instance_id=issue.instance_id, status__in=("open", "claimed"))[:2])
    if len(steps) != 1:
        raise NoOneStep
    return steps[0]


def _assign(change: Change) -> tuple[Kept, Kept] | None:
    step = _step(locked_issue(change.issue_id, change.actor))
    holder = accounts.users(user_ids=[step.assignee_id]) if step.assignee_id else {}
    before: Kept = {"step": step.pk, "person": holder[step.assignee_id].username if step.assignee_id else ""}
    person = change.params["person"]
    if str(before["person"]).lower() == person.lower():
        return None
    item = assign_step(
        work_item_id=step.pk, username=person, reason=change.params["reason"], actor=change.actor, now=change.now
    )
    return before, {"step": step.pk, "holder": item.assignee_id}


def _assign_back(change: Change, before: Kept, after: Kept) -> None:
    step = _step(locked_issue(change.issue_id, change.actor))
    if step.pk != after["step"] or step.assignee_id != after["holder"]:
        raise ChangedSince
    if before["person"]:
        assign_step(
            work_item_id=step.pk, username=str(before["person"]), reason=_UNDO, actor=change.actor, now=change.now
        )
    else:
        release_step(work_item_id=step.pk, reason=_UNDO, actor=change.actor, now=change.now)


def _set_priority(change: Change, priority: str, reason: str) -> None:
    correct_classification(
        issue_id=change.issue_id, priority=priority, reason=reason, actor=change.actor, now=change.now
    )


def _priority(change: Change) -> tuple[Kept, Kept] | None:
    before = locked_issue(change.issue_id, change.actor).priority
    wanted = change.params["priority"]
    if before == wanted:
        return None
    _set_priority(change, wanted, change.params["reason"])
    return {"priority": before}, {"priority": wanted}


def _priority_back(change: Change, before: Kept, after: Kept) -> None:
    if locked_issue(change.issue_id, change.actor).priority != after["priority"]:
        raise ChangedSince
    _set_priority(change, str(before["priority"]), _UNDO)


def _mark(change: Change, *, on: bool) -> None:
    tag = [int(change.params["tag"])]
    change_tags(
        issue_id=change.issue_id, add=tag if on else (), remove=() if on else tag, actor=change.actor, now=change.now
    )


def _marked(change: Change) -> bool:
    return int(change.params["tag"]) in locked_issue(change.issue_id, change.actor).tags


def _tag(change: Change) -> tuple[Kept, Kept] | None:
    if _marked(change):
        return None
    _mark(change, on=True)
    return {"tagged": False}, {"tagged": True}


def _untag(change: Change) -> tuple[Kept, Kept] | None:
    if not _marked(change):
        return None
    _mark(change, on=False)
    return {"tagged": True}, {"tagged": False}


def _tag_back(change: Change, before: Kept, after: Kept) -> None:
    if _marked(change) is not after["tagged"]:
        raise ChangedSince
    _mark(change, on=bool(before["tagged"]))


def _withdraw(change: Change) -> tuple[Kept, Kept]:
    withdraw_issue(issue_id=change.issue_id, reason=change.params["reason"], actor=change.actor, now=change.now)
    return {}, {}


ACTIONS = {
    "assign": Action(_assign, _assign_back),
    "priority": Action(_priority, _priority_back),
    "tag": Action(_tag, _tag_back),
    "untag": Action(_untag, _tag_back),
    "withdraw": Action(_withdraw, None),
}

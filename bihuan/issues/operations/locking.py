"""Whoever changes an issue locks its chart's instance first (order of locks: instance → issue → the rest)."""

from collections.abc import Callable, Iterable

from django.db import transaction

from bihuan.core.actor import SYSTEM, Actor
from bihuan.core.errors import Conflict, NotFound
from bihuan.core.rows import Select
from bihuan.core.stamps import ask_first
from bihuan.flows.models import Instance, WorkItem
from bihuan.issues.models import Issue
from bihuan.issues.permissions import may_see

_BY_ISSUE = "(SELECT instance_id FROM issues_issue WHERE id = %s)"
_BY_STEP = "(SELECT instance_id FROM flows_workitem WHERE id = %s)"
_WITH_HOME = (
    "WHERE t.id IN (SELECT i.instance_id FROM issues_issue i WHERE i.id = %s"
    " OR i.id = (SELECT d.duplicate_of_id FROM issues_issue d WHERE d.id = %s)) ORDER BY t.id FOR UPDATE OF t"
)
_ROUNDS = 5
_LOCK_OF_ISSUE = Select(Instance, f"WHERE t.id = {_BY_ISSUE} FOR UPDATE OF t")
_LOCK_WITH_HOME = Select(Instance, _WITH_HOME)
_LOCK_OF_STEP = Select(Instance, f"WHERE t.id = {_BY_STEP} FOR UPDATE OF t")
_ISSUE = Select(Issue, "WHERE t.id = %s", without=("description",))
_ISSUE_OF_STEP = Select(Issue, f"WHERE t.instance_id = {_BY_STEP}", without=("description",))
_STEP = Select(WorkItem, "WHERE t.id = %s")


def _seen(instances: list[Instance], issues: list[Issue], actor: Actor) -> Issue:
    """The locked issue with its instance; not found where the actor may not see it."""
    if not instances or not issues or not may_see(actor, issues[0]):
        raise NotFound
    issues[0].instance = instances[0]
    return issues[0]


def locked_issue(issue_id: int, actor: Actor = SYSTEM) -> Issue:
    """The issue as it is once nobody else changes it; not found where the actor may not see it.

    Lock and row are two statements (of one message): what is read by the statement that had to wait for the lock is as
    old as the wait.
    """
    return _seen(*ask_first(_LOCK_OF_ISSUE.of(issue_id), _ISSUE.of(issue_id)), actor)


def lock_issue(*, issue_id: int) -> Issue:
    """The issue, locked for the rest of the caller's transaction; for rooms above that keep rows of their own beside
    it. Not found when there is none."""
    return locked_issue(issue_id)


def locked_step(work_item_id: int, actor: Actor) -> tuple[Issue, WorkItem]:
    """One of its steps with the issue, both as they are now."""
    instances, issues, items = ask_first(
        _LOCK_OF_STEP.of(work_item_id), _ISSUE_OF_STEP.of(work_item_id), _STEP.of(work_item_id)
    )
    issue = _seen(instances, issues, actor)
    items[0].instance = issue.instance
    return issue, items[0]


def lock_together(issue_ids: Iterable[int]) -> None:
    """Locks several issues' instances in the order of their ids, so that two such locks never wait for each other."""
    wanted = Issue.objects.filter(pk__in=list(issue_ids)).values("instance_id")
    list(Instance.objects.select_for_update().filter(pk__in=wanted).order_by("id").values_list("id", flat=True))


def lock_settled(find: Callable[[], set[int]]) -> None:
    """Locks the issues that ``find`` names, once it names the same after the wait as before. What was locked for nothing is
    let go first, so that the order of the ids is kept."""
    for _round in range(_ROUNDS):
        before = transaction.savepoint()
        wanted = find()
        lock_together(wanted)
        if find() <= wanted:
            transaction.savepoint_commit(before)
            return
        transaction.savepoint_rollback(before)
    raise Conflict


def locked_with_home(issue_id: int) -> tuple[Issue, Issue]:
    """The issue and the one in which it is handled (itself, or the survivor of its merge), both locked. In the order of
    their instances, as ``lock_together``: merging and taking back may be under way."""
    for _round in range(_ROUNDS):
        instances, issues = ask_first(_LOCK_WITH_HOME.of(issue_id, issue_id), _ISSUE.of(issue_id))
        if not issues:
            raise NotFound
        issue, known = issues[0], {each.pk: each for each in instances}
        home = issue
        if issue.duplicate_of_id is not None:
            home = next(iter(_ISSUE.rows(issue.duplicate_of_id)), issue)
        if issue.instance_id in known and home.instance_id in known:
            issue.instance, home.instance = known[issue.instance_id], known[home.instance_id]
            return issue, home
    raise Conflict

"""Telling people of tasks that are late, by the worker: each once, also after downtime."""

from datetime import datetime

from bihuan.accounts import queries as accounts
from bihuan.core.actor import SYSTEM
from bihuan.core.rows import Select
from bihuan.core.stamps import ask_first, operation
from bihuan.core.ticks import ahead, each_alone
from bihuan.flows.models import Instance
from bihuan.issues.models import Issue, Task
from bihuan.issues.operations.notices import FEW, tell_holders
from bihuan.issues.operations.work import Work, at_work

_FREE = Select(
    Instance,
    "WHERE t.id = (SELECT i.instance_id FROM issues_task k JOIN issues_issue i ON i.id = k.issue_id WHERE k.id = %s)"
    " FOR UPDATE OF t SKIP LOCKED",
)
_ISSUE = Select(Issue, "WHERE t.id = (SELECT issue_id FROM issues_task WHERE id = %s)", without=("description",))
_TASK = Select(Task, "WHERE t.id = %s")


def tell_late_tasks(*, now: datetime, limit: int = 100) -> int:
    """Tells the owners of tasks whose due time has passed, oldest first; returns how many were told.

    Several workers may call it at once: an issue that somebody else changes is passed by until the next time.
    """
    late = Task.objects.filter(done_at__isnull=True, alarmed_at__isnull=True, due_at__lte=now).order_by("due_at", "id")
    ids = list(late.values_list("pk", flat=True)[: ahead(limit)])
    return each_alone(ids, lambda pk: _tell(task_id=pk, now=now), what="late tasks", now=now, limit=limit)


@operation()
def _tell(*, task_id: int, now: datetime) -> int:
    instances, issues, tasks = ask_first(_FREE.of(task_id), _ISSUE.of(task_id), _TASK.of(task_id))
    if not instances or not issues or not tasks:
        return 0
    task, issue = tasks[0], issues[0]
    if task.done_at is not None or task.alarmed_at is not None or task.due_at is None or task.due_at > now:
        return 0  # another worker was here, or somebody changed it
    issue.instance = instances[0]
    Task.objects.filter(pk=task.pk).update(alarmed_at=now)
    if not issue.is_open:
        return 0
    with at_work(issue, now=now) as work:
        work.say("task.late", {"title": task.title}, SYSTEM)
        _tell_owner(work, task)
    return 1


def _tell_owner(work: Work, task: Task) -> None:
    params = {"title": task.title}
    if task.owner_id is not None:
        work.tell([task.owner_id], "notice.task_late", params)
    elif task.department_id is not None:
        heads = accounts.department_heads(department_id=task.department_id, now=work.now)[:FEW]
        work.tell(heads, "notice.task_late", params)
    else:
        tell_holders(work, "notice.task_late", params)

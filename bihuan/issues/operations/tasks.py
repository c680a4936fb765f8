"""Tasks beside the chart's steps: given to people or departments, ticked off, and in the way while they are open."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext_noop

from bihuan.accounts import queries as accounts
from bihuan.calendars import queries as calendars
from bihuan.core import audit
from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import Conflict, Forbidden, NotFound, Refused
from bihuan.core.stamps import operation
from bihuan.issues.errors import BadChoice
from bihuan.issues.models import Issue, Task
from bihuan.issues.operations.locking import locked_issue
from bihuan.issues.operations.notices import FEW
from bihuan.issues.operations.reasons import needed_reason, refuse_closed
from bihuan.issues.operations.work import Work, at_work
from bihuan.issues.queries.task_lists import task_list, task_lists_at
from bihuan.issues.registry import StepAttempt
from bihuan.issues.rules import limits
from bihuan.issues.rules.tasks import ITEM, MOST_ITEMS, MOST_TASKS, NOTE, TITLE, ReadyTask, open_items

CALENDAR = "default"


class TaskTitle(Refused):
    code = "task_title"
    text = gettext_noop("请写要做什么。")


class TooManyTasks(Refused):
    code = "too_many_tasks"
    text = gettext_noop("一件问题最多 100 项任务，清单最多 30 行。")


class TaskBlocks(Conflict):
    code = "task_blocks"
    text = gettext_noop("任务“%(title)s”还没有完成，这一步要等它完成后才能办。")


class TaskOpen(Conflict):
    code = "task_open"
    text = gettext_noop("任务“%(title)s”还没有完成，不能办结；请先完成它，或写明原因取消。")


class ItemsOpen(Conflict):
    code = "task_items_open"
    text = gettext_noop("清单里还有 %(n)s 行没有勾：%(first)s。")


class EvidenceMissing(Refused):
    code = "task_evidence"
    text = gettext_noop("“%(item)s”要写明依据才能勾。")


class TaskOver(Conflict):
    code = "task_over"
    text = gettext_noop("这项任务已经了结，请刷新页面。")


def _may(actor: Actor) -> None:
    if actor.kind is ActorKind.CUSTOMER:
        raise Forbidden


def _is_theirs(actor: Actor, task: Task) -> bool:
    return (
        (task.owner_id is not None and task.owner_id == actor.user_id)
        or (task.owner_id is None and task.department_id in (*actor.departments, None))
        or actor.can("issues.act_for_others")
    )


def _owner(username: str, department_key: str) -> tuple[int | None, int | None]:
    person = accounts.person(username=username) if username else None
    place = accounts.department(key=department_key) if department_key else None
    if username and person is None:
        raise BadChoice(params={"field": "owner", "value": username[:50]})
    if department_key and place is None:
        raise BadChoice(params={"field": "department", "value": department_key[:50]})
    return (person.pk if person else None), (place.pk if place else None)


def _checked(ready: ReadyTask) -> ReadyTask:
    title = " ".join(limits.within("任务", ready.title, TITLE).split())
    if not title:
        raise TaskTitle
    if len(ready.items) > MOST_ITEMS:
        raise TooManyTasks
    items = tuple((limits.within("清单", text, ITEM).strip(), bool(evidence)) for text, evidence in ready.items)
    return ReadyTask(title, ready.blocking, ready.hours, tuple(each for each in items if each[0]))


@operation()
def add_task(
    *,
    issue_id: int,
    title: str,
    username: str = "",
    department_key: str = "",
    due_at: datetime | None = None,
    hours: int | None = None,
    blocking: bool = False,
    items: Sequence[tuple[str, bool]] = (),
    actor: Actor,
    now: datetime,
) -> Task:
    """A task for a person, a department, or (neither named) whoever has the issue. ``hours``: of working time until it is
    due, where ``due_at`` does not say it. ``items``: (text, whether ticking it takes words).

    Its owner may see the issue from then on. Refuses closed issues, no title, and more than a hundred tasks.
    """
    _may(actor)
    issue = locked_issue(issue_id, actor)
    refuse_closed(issue)
    ready = _checked(ReadyTask(title, blocking, hours, tuple(items)))
    owner_id, place_id = _owner(username, department_key)
    with at_work(issue, now=now) as work:
        (task,) = _make(work, [ready], actor, owner_id=owner_id, department_id=place_id, due_at=due_at)
    _audit(issue, "task.added", actor, now, {"title": task.title})
    return task


@operation()
def add_task_list(*, issue_id: int, list_id: int, actor: Actor, now: datetime) -> list[Task]:
    """The tasks of a list that is kept ready, for whoever has the issue."""
    _may(actor)
    issue = locked_issue(issue_id, actor)
    refuse_closed(issue)
    found = task_list(list_id)
    if found is None or not found.is_active:
        raise BadChoice(params={"field": "tasks", "value": list_id})
    with at_work(issue, now=now) as work:
        made = _make(work, found.tasks, actor, source=found.id)
    _audit(issue, "task.added", actor, now, {"title": found.name})
    return made


def _make(
    work: Work,
    wanted: Sequence[ReadyTask],
    actor: Actor,
    *,
    owner_id: int | None = None,
    department_id: int | None = None,
    due_at: datetime | None = None,
    source: int | None = None,
) -> list[Task]:
    issue = work.issue
    position = Task.objects.filter(issue=issue).count() if issue.pk else 0
    if position + len(wanted) > MOST_TASKS:
        raise TooManyTasks
    calendar = calendars.calendar(CALENDAR)
    made = [
        Task(
            issue=issue,
            title=ready.title,
            position=position + n,
            blocking=ready.blocking,
            owner_id=owner_id,
            department_id=department_id,
            due_at=due_at or (calendar.add(work.now, ready.hours * 3600) if ready.hours else None),
            items=[{"text": text, "evidence": evidence} for text, evidence in ready.items],
            source_id=source,
            made_by_id=actor.user_id,
            made_at=work.now,
        )
        for n, ready in enumerate(wanted)
    ]
    work.add(made)
    work.change(open_tasks=issue.open_tasks + len(made), updated_at=work.now)
    for task in made:
        work.say("task.added", {"title": task.title}, actor)
        _hand_over(work, task, actor)
    return made


def _hand_over(work: Work, task: Task, actor: Actor) -> None:
    """The owner has a part in the issue now, and hears of it; of a department, its heads do."""
    if task.owner_id is not None:
        work.joined_by(task.owner_id)
        told = [task.owner_id]
    elif task.department_id is not None:
        if task.department_id not in work.issue.departments:
            work.change(departments=[*work.issue.departments, task.department_id])
        told = accounts.department_heads(department_id=task.department_id, now=work.now)[:FEW]
    else:
        return
    work.tell([each for each in told if each != actor.user_id], "notice.task", {"title": task.title})


def follow_step(work: Work, nodes: Iterable[str], actor: Actor) -> None:
    """Adds the lists of tasks that belong to steps which have just been reached, each once an issue."""
    issue = work.issue
    kept = [found for node in nodes for found in task_lists_at(node=node, type_id=issue.type_id)]
    if not kept:
        return
    known = set(Task.objects.filter(issue=issue).values_list("source_id", flat=True)) if issue.pk else set()
    for found in kept:
        if found.id not in known:
            _make(work, found.tasks, actor, source=found.id)


# -- carrying out ----------------------------------------------------------------------------------------------------


def _locked(task_id: int, actor: Actor) -> tuple[Issue, Task]:
    _may(actor)
    issue_id = Task.objects.filter(pk=task_id).values_list("issue_id", flat=True).first()
    if issue_id is None:
        raise NotFound
    issue = locked_issue(issue_id, actor)
    task = Task.objects.select_for_update().get(pk=task_id)
    if task.done_at is not None:
        raise TaskOver
    return issue, task


@operation()
def tick_item(*, task_id: int, index: int, note: str = "", actor: Actor, now: datetime) -> Task:
    """Ticks a line of the checklist, or takes the tick away. Refuses a line that takes words without any."""
    _issue, task = _locked(task_id, actor)
    if not _is_theirs(actor, task) and task.made_by_id != actor.user_id:
        raise Forbidden
    if not 0 <= index < len(task.items):
        raise NotFound
    note = limits.within("依据", note, NOTE).strip()
    item = dict(task.items[index])
    if item.get("at"):
        item = {"text": item["text"], "evidence": item.get("evidence", False)}
    elif item.get("evidence") and not note:
        raise EvidenceMissing(params={"item": item["text"]})
    else:
        item |= {"at": now.isoformat(), "by": actor.name, "note": note}
    task.items = [*task.items[:index], item, *task.items[index + 1 :]]
    task.save(update_fields=["items"])
    return task


@operation()
def complete_task(*, task_id: int, actor: Actor, now: datetime) -> Task:
    """It is done. Refuses those whose task it is not, and one with lines of its checklist that nobody ticked."""
    issue, task = _locked(task_id, actor)
    if not _is_theirs(actor, task):
        raise Forbidden
    left = open_items(task.items)
    if left:
        raise ItemsOpen(params={"n": len(left), "first": left[0]})
    return _end(issue, task, actor, now, "task.done", {"title": task.title})


@operation()
def drop_task(*, task_id: int, reason: str, actor: Actor, now: datetime) -> Task:
    """It is given up, and why; by who made it, or who may act for others."""
    issue, task = _locked(task_id, actor)
    if task.made_by_id != actor.user_id and not actor.can("issues.act_for_others"):
        raise Forbidden
    reason = needed_reason(reason)
    task.dropped = True
    return _end(issue, task, actor, now, "task.dropped", {"title": task.title, "reason": reason[:500]})


def _end(issue: Issue, task: Task, actor: Actor, now: datetime, code: str, params: Mapping[str, object]) -> Task:
    task.done_at, task.done_by_id = now, actor.user_id
    task.save(update_fields=["done_at", "done_by", "dropped"])
    with at_work(issue, now=now) as work:
        work.change(open_tasks=max(0, issue.open_tasks - 1), updated_at=now)
        work.say(code, params, actor)
        work.joined_by(actor.user_id)
        if task.made_by_id not in (None, actor.user_id):
            work.tell([task.made_by_id], f"notice.{code}", {"title": task.title})
    _audit(issue, code, actor, now, {"title": task.title})
    return task


@operation()
def change_task(
    *,
    task_id: int,
    username: str = "",
    department_key: str = "",
    due_at: datetime | None,
    blocking: bool,
    actor: Actor,
    now: datetime,
) -> Task:
    """Other owner, other due time, in the way or not; by its owner, who made it, or who may act for others."""
    issue, task = _locked(task_id, actor)
    if not _is_theirs(actor, task) and task.made_by_id != actor.user_id:
        raise Forbidden
    owner_id, place_id = _owner(username, department_key)
    moved = (owner_id, place_id) != (task.owner_id, task.department_id)
    if due_at != task.due_at:
        task.alarmed_at = None
    task.owner_id, task.department_id, task.due_at, task.blocking = owner_id, place_id, due_at, blocking
    task.save(update_fields=["owner", "department", "due_at", "blocking", "alarmed_at"])
    with at_work(issue, now=now) as work:
        work.change(updated_at=now)
        work.say("task.changed", {"title": task.title}, actor)
        if moved:
            _hand_over(work, task, actor)
    _audit(issue, "task.changed", actor, now, {"title": task.title})
    return task


def _audit(issue: Issue, action: str, actor: Actor, now: datetime, detail: Mapping[str, object]) -> None:
    audit.record(actor=actor, action=action, object_type="issue", object_id=issue.pk, now=now, detail=dict(detail))


# -- in the way ------------------------------------------------------------------------------------------------------


def tasks_first(attempt: StepAttempt) -> None:
    """The guard: a blocking task stops any step, any open one the closing; each is named (correctness 36)."""
    if not attempt.issue.open_tasks:
        return
    rows = Task.objects.filter(issue_id=attempt.issue.pk, done_at__isnull=True).order_by("-blocking", "position", "id")
    task = rows.first() if attempt.closes else rows.filter(blocking=True).first()
    if task is not None:
        raise (TaskOpen if attempt.closes else TaskBlocks)(params={"title": task.title})

"""What is set down beforehand for an issue to come, by a template or a rule that opens it again and again: its type, its
tags, its tasks."""

from collections.abc import Sequence
from datetime import datetime

from bihuan.core.actor import Actor
from bihuan.issues.errors import BadChoice
from bihuan.issues.models import Issue
from bihuan.issues.operations.tags import change_tags
from bihuan.issues.operations.tasks import add_task_list
from bihuan.issues.queries.reference import issue_type_by_key
from bihuan.issues.queries.tags import tags_in_use
from bihuan.issues.queries.task_lists import task_list


def check_preset(*, type_key: str, tags: Sequence[int], task_list_id: int | None) -> None:
    """Refuses a type, tag or list of tasks that does not exist."""
    if type_key and issue_type_by_key(key=type_key) is None:
        raise BadChoice(params={"field": "type", "value": type_key[:50]})
    usable = {tag.pk for tag in tags_in_use()}
    wrong = next((each for each in tags if each not in usable), None)
    if wrong is not None:
        raise BadChoice(params={"field": "tag", "value": wrong})
    if task_list_id is not None and task_list(task_list_id) is None:
        raise BadChoice(params={"field": "tasks", "value": task_list_id})


def apply_preset(issue: Issue, *, tags: Sequence[int], task_list_id: int | None, actor: Actor, now: datetime) -> None:
    """Gives a fresh issue its tags and tasks, as far as those are still in use. Joins the caller's transaction."""
    usable = {tag.pk for tag in tags_in_use()}
    change_tags(issue_id=issue.pk, add=[each for each in tags if each in usable], actor=actor, now=now)
    kept = task_list(task_list_id) if task_list_id is not None else None
    if kept is not None and kept.is_active:
        add_task_list(issue_id=issue.pk, list_id=kept.id, actor=actor, now=now)

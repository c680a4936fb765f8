"""Tags, tasks and attention of an issue, as its page prints them."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.accounts import queries as accounts
from bihuan.core.actor import Actor
from bihuan.issues import queries
from bihuan.issues.models import Issue, Task
from bihuan.issues.rules.reopening import WAITING
from bihuan.issues.rules.watching import EVENTS
from bihuan.web.ui.environment import in_language
from bihuan.web.ui.filters import full_moment

Context = dict[str, object]


def tags_view(issue: Issue) -> list[dict[str, str]]:
    """The issue's tags with their colours."""
    found = [tag for each in issue.tags if (tag := queries.tag_by_id(each)) is not None]
    return [{"text": in_language(tag.name, tag.name_en), "colour": tag.colour} for tag in found]


def task_view(task: Task, actor: Actor, now: datetime) -> Context:
    """A task with what the reader may do about it."""
    is_open = task.done_at is None
    place = task.department
    theirs = (
        task.owner_id == actor.user_id
        if task.owner_id is not None
        else task.department_id in (*actor.departments, None)
    ) or actor.can("issues.act_for_others")
    late = is_open and task.due_at is not None and task.due_at <= now
    soon = is_open and task.due_at is not None and not late and (task.due_at - now).total_seconds() < 86_400
    return {
        "id": task.pk,
        "title": task.title,
        "open": is_open,
        "dropped": task.dropped,
        "blocking": task.blocking,
        "who": task.owner.name
        if task.owner
        else in_language(place.name, place.name_en)
        if place
        else _("问题的办理人"),
        "username": task.owner.username if task.owner else "",
        "department": place.key if place else "",
        "due": full_moment(task.due_at, now) if task.due_at else "",
        "due_field": f"{timezone.localtime(task.due_at):%Y-%m-%dT%H:%M}" if task.due_at else "",
        "tone": "red" if late else "gold" if soon else "grey",
        "late": late,
        "items": [
            {
                "text": each.get("text", ""),
                "evidence": bool(each.get("evidence")),
                "done": bool(each.get("at")),
                "by": each.get("by", ""),
                "note": each.get("note", ""),
            }
            for each in task.items
        ],
        "ticked": sum(1 for each in task.items if each.get("at")),
        "may_do": is_open and theirs,
        "may_tick": is_open and (theirs or task.made_by_id == actor.user_id),
        "may_drop": is_open and (task.made_by_id == actor.user_id or actor.can("issues.act_for_others")),
    }


def tasks_part(actor: Actor, issue: Issue, now: datetime) -> Context:
    """Tasks in the tab 协作, what is open first, and what a new one needs."""
    rows = [task_view(row, actor, now) for row in queries.tasks_of_issue(actor=actor, issue_id=issue.pk)]
    return {
        "tasks": {
            "open": [row for row in rows if row["open"]],
            "done": [row for row in rows if not row["open"]],
            "may_add": issue.is_open,
            "lists": [
                (each.id, in_language(each.name, each.name_en)) for each in queries.task_lists() if each.is_active
            ],
            "people": [(person.username, person.name) for person in accounts.people(actor=actor)],
            "departments": [(each.key, in_language(each.name, each.name_en)) for each in accounts.departments()],
        }
    }


def attention_part(actor: Actor, issue: Issue, now: datetime) -> Context:
    """Who watches, and of what the reader hears."""
    found = queries.attention(actor=actor, issue=issue)
    return {
        "attention": {
            "watchers": found.watchers,
            "events": [(key, _(words), key in found.events) for key, words in EVENTS.items()],
            "watching": bool(found.events),
        }
    }


def head(actor: Actor, issue: Issue, now: datetime) -> Context:
    """What the head of the issue and its menu need: tags, whether the reader put it away, whether it may be reopened."""
    found = queries.snoozed(actor=actor, issue_id=issue.pk)
    back = issue.status in {*WAITING, "closed"} and issue.instance.ended_at is None
    return {
        "tags": tags_view(issue),
        "tag_choices": [
            {"id": tag.pk, "text": in_language(tag.name, tag.name_en), "colour": tag.colour, "on": tag.pk in issue.tags}
            for tag in queries.tags()
            if tag.is_active or tag.pk in issue.tags
        ],
        "snoozed": found is not None,
        "snoozed_words": _snoozed_words(found.until, now) if found else "",
        "may_reopen": back and actor.can("issues.reply"),
    }


def _snoozed_words(until: datetime | None, now: datetime) -> str:
    if until is None:
        return _("已搁置，客户答复后回来")
    return _("已搁置到 %(when)s") % {"when": full_moment(until, now)}

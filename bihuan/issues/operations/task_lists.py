"""Lists of tasks that are kept ready."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_noop

from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden, NotFound, Refused
from bihuan.core.stamps import operation
from bihuan.issues.errors import BadChoice
from bihuan.issues.models import TaskList
from bihuan.issues.queries.reference import issue_type_by_key
from bihuan.issues.rules import limits
from bihuan.issues.rules.tasks import ITEM, MOST_HOURS, MOST_ITEMS, MOST_READY, TITLE, ReadyTask, as_stored

NAME = 100


class BadTaskList(Refused):
    code = "bad_task_list"
    text = gettext_noop("清单没有保存：要有名称和 1 到 30 项任务，每项最多 30 行清单，时限 1 到 2000 小时。")


@operation()
def save_task_list(
    *,
    list_id: int | None = None,
    name: str,
    name_en: str = "",
    type_key: str = "",
    node: str = "",
    tasks: Sequence[ReadyTask],
    is_active: bool = True,
    actor: Actor,
    now: datetime,
) -> TaskList:
    """Adds or changes a list. With ``node`` it is added by itself when an issue (of the type, where one is named) reaches
    that step of its chart."""
    if not actor.can("settings.edit"):
        raise Forbidden
    name, name_en = name.replace("\x00", "").strip(), name_en.replace("\x00", "").strip()
    sound = all(
        each.title and len(each.items) <= MOST_ITEMS and (each.hours is None or 0 < each.hours <= MOST_HOURS)
        for each in tasks
    )
    if not name or max(len(name), len(name_en)) > NAME or not 0 < len(tasks) <= MOST_READY or not sound:
        raise BadTaskList
    for each in tasks:
        limits.within("任务", each.title, TITLE)
        for text, _evidence in each.items:
            limits.within("清单", text, ITEM)
    kind = issue_type_by_key(key=type_key) if type_key else None
    if type_key and kind is None:
        raise BadChoice(params={"field": "type", "value": type_key[:50]})
    row = TaskList.objects.select_for_update().filter(pk=list_id).first() if list_id is not None else TaskList()
    if row is None:
        raise NotFound
    row.name, row.name_en, row.type, row.node = name, name_en, kind, node.replace("\x00", "").strip()[:100]
    row.tasks, row.is_active = as_stored(tasks), is_active
    row.save()
    audit.record(
        actor=actor, action="task_list.saved", object_type="task_list", object_id=row.pk, now=now, detail={"name": name}
    )
    return row

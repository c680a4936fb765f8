"""Lists of tasks that are kept ready."""

from dataclasses import dataclass

from bihuan.core.stamps import Kept
from bihuan.issues.models import TaskList
from bihuan.issues.rules.tasks import ReadyTask, ready_tasks


@dataclass(frozen=True, slots=True)
class KeptList:
    """A list of tasks. ``node``: the step at which it is added by itself, "" for none."""

    id: int
    name: str
    name_en: str
    type_id: int | None
    node: str
    is_active: bool
    tasks: tuple[ReadyTask, ...]


def _load() -> list[KeptList]:
    rows = TaskList.objects.order_by("name", "id")
    return [
        KeptList(row.pk, row.name, row.name_en, row.type_id, row.node, row.is_active, ready_tasks(row.tasks))
        for row in rows
    ]


_lists = Kept("issue_kit", _load)


def task_lists() -> list[KeptList]:
    """All of them, those too that are out of use."""
    return _lists.get()


def task_list(list_id: int) -> KeptList | None:
    """One of them."""
    return next((each for each in _lists.get() if each.id == list_id), None)


def task_lists_at(*, node: str, type_id: int | None) -> list[KeptList]:
    """Those that are added by themselves when an issue of the type reaches the step. No query within an operation."""
    return [each for each in _lists.get() if each.is_active and each.node == node and each.type_id in (None, type_id)]

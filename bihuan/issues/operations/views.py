"""Lists under a name, and how a person wants lists to look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_noop

from bihuan.accounts import queries as accounts
from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import Conflict, Forbidden, NotFound, Refused
from bihuan.core.stamps import operation
from bihuan.issues.errors import BadChoice
from bihuan.issues.models import ListHabit, SavedView, Sharing
from bihuan.issues.operations.drafts import person_of
from bihuan.issues.queries.own_conditions import own_columns
from bihuan.issues.queries.views import view
from bihuan.issues.rules import columns as lists
from bihuan.issues.rules.conditions import read, write
from bihuan.issues.rules.queues import SORTS

NAME = 60
MOST = 50
SHARE = "issues.assign"
"""Who may give work to others may also show them lists."""


class ViewName(Refused):
    code = "view_name"
    text = gettext_noop("请给视图起个名字，最多 60 个字。")


class ViewTaken(Conflict):
    code = "view_taken"
    text = gettext_noop("您已有叫“%(name)s”的视图，请换个名字。")


class TooManyViews(Refused):
    code = "too_many_views"
    text = gettext_noop("一个人最多 50 个视图，请先删掉不用的。")


class MayNotShare(Forbidden):
    code = "may_not_share"
    text = gettext_noop("您不能把视图共享给别人，请先只存给自己。")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewView:
    """What a view is to be. ``conditions`` in JSON (``rules.conditions``); ``role`` and ``department_key`` say with whom,
    where ``sharing`` is one of them."""

    name: str
    conditions: object
    sort: str = "updated"
    columns: Sequence[str] = ()
    sharing: str = "own"
    role: str = ""
    department_key: str = ""


def _owned(view_id: int, user_id: int) -> SavedView:
    row = SavedView.objects.select_for_update().filter(pk=view_id, owner_id=user_id).first()
    if row is None:
        raise NotFound
    return row


def _shared_with(given: NewView, actor: Actor) -> tuple[str, str, int | None]:
    """Sharing, role, department; refuses who may not share, and nobody to share with."""
    if given.sharing not in Sharing.values:
        raise BadChoice(params={"field": "共享", "value": given.sharing[:50]})
    if given.sharing != Sharing.OWN and not actor.can(SHARE):
        raise MayNotShare
    if given.sharing == Sharing.ROLE:
        if not accounts.role_exists(key=given.role):
            raise BadChoice(params={"field": "角色", "value": given.role[:50]})
        return given.sharing, given.role, None
    if given.sharing == Sharing.DEPARTMENT:
        place = accounts.department(key=given.department_key)
        if place is None:
            raise BadChoice(params={"field": "部门", "value": given.department_key[:50]})
        return given.sharing, "", place.pk
    return given.sharing, "", None


@operation()
def save_view(*, view_id: int | None = None, view: NewView, actor: Actor, now: datetime) -> SavedView:
    """Keeps a list under a name, or changes one's own. Refuses conditions that are not understood, a name that is taken
    or missing, and sharing by those who may not."""
    user_id = person_of(actor)
    name = " ".join(view.name.replace("\x00", "").split())
    if not name or len(name) > NAME:
        raise ViewName
    if view.sort not in SORTS:
        raise BadChoice(params={"field": "排序", "value": view.sort[:50]})
    conditions = write(read(view.conditions))
    sharing, role, department_id = _shared_with(view, actor)
    row = _owned(view_id, user_id) if view_id is not None else _next(user_id, now)
    if SavedView.objects.filter(owner_id=user_id, name=name).exclude(pk=row.pk).exists():
        raise ViewTaken(params={"name": name})
    row.name, row.conditions, row.sort, row.columns = (
        name,
        conditions,
        view.sort,
        lists.chosen(view.columns, own_columns()),
    )
    row.sharing, row.role, row.department_id, row.updated_at = sharing, role, department_id, now
    row.save()
    _audit("view.saved", row, actor, now)
    return row


def _next(user_id: int, now: datetime) -> SavedView:
    """A row behind the others of the person, whose rows are locked: two saved at once do not pass the bound together."""
    rows = list(SavedView.objects.select_for_update().filter(owner_id=user_id).order_by("pk").only("position"))
    if len(rows) >= MOST:
        raise TooManyViews
    return SavedView(owner_id=user_id, position=max((row.position for row in rows), default=0) + 1, created_at=now)


@operation()
def delete_view(*, view_id: int, actor: Actor, now: datetime) -> None:
    """Takes one's own view away, also from those with whom it was shared."""
    row = _owned(view_id, person_of(actor))
    _audit("view.deleted", row, actor, now)
    row.delete()


@operation()
def move_view(*, view_id: int, up: bool, actor: Actor) -> None:
    """One's own view changes places with the one above or below it; at the end nothing happens."""
    user_id = person_of(actor)
    rows = list(SavedView.objects.select_for_update().filter(owner_id=user_id).order_by("position", "pk"))
    at = next((index for index, row in enumerate(rows) if row.pk == view_id), None)
    if at is None:
        raise NotFound
    to = at - 1 if up else at + 1
    if 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
        for position, row in enumerate(rows, 1):
            row.position = position
        SavedView.objects.bulk_update(rows, ["position"])


@operation()
def open_with_view(*, view_id: int | None, actor: Actor) -> None:
    """The list opens with this view from now on; with None, with everything. Any view that the person is shown."""
    user_id = person_of(actor)
    if view_id is not None:
        view(actor=actor, view_id=view_id)
    ListHabit.objects.update_or_create(user_id=user_id, defaults={"view_id": view_id})


@operation()
def arrange_list(*, columns: Sequence[str], compact: bool, actor: Actor) -> None:
    """The person's columns and the height of rows. Unknown columns are left out; none means the usual ones."""
    defaults = {"columns": lists.chosen(columns, own_columns()), "compact": compact}
    ListHabit.objects.update_or_create(user_id=person_of(actor), defaults=defaults)


def _audit(action: str, row: SavedView, actor: Actor, now: datetime) -> None:
    detail = {"name": row.name, "sharing": row.sharing}
    audit.record(actor=actor, action=action, object_type="view", object_id=row.pk, now=now, detail=detail)

"""Replies that are kept ready, and macros: a reply with what is done besides, all of it or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext, gettext_noop

from bihuan.accounts import queries as accounts
from bihuan.core import audit
from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import Conflict, Forbidden, NotFound, Refused
from bihuan.core.stamps import operation
from bihuan.flows import queries as flows
from bihuan.issues.errors import BadChoice
from bihuan.issues.models import CannedReply, Entry, Issue
from bihuan.issues.operations.classification import correct_classification
from bihuan.issues.operations.locking import locked_issue
from bihuan.issues.operations.messages import message_digest, post_entry, posted_once
from bihuan.issues.operations.steps import assign_step
from bihuan.issues.operations.tags import change_tags
from bihuan.issues.operations.tasks import add_task_list
from bihuan.issues.operations.values import NewFile
from bihuan.issues.queries.canned import canned_reply
from bihuan.issues.queries.tags import tag_by_id
from bihuan.issues.queries.task_lists import task_list
from bihuan.issues.rules import limits
from bihuan.issues.rules.canned import ACTIONS, MOST_ACTIONS, clean_actions, unknown

TEXT = 10_000
NAME, FOLDER = 60, 40
MOST_OWN = 200
"""Replies of one person."""


class CannedName(Refused):
    code = "canned_name"
    text = gettext_noop("快捷回复要有名称和内容；名称最多 60 个字，分组最多 40 个字。")


class UnknownVariable(Refused):
    code = "unknown_variable"
    text = gettext_noop("“%(name)s”不是可用的变量，没有保存。请从列表里选，或把双花括号去掉。")


class BadAction(Refused):
    code = "bad_macro_action"
    text = gettext_noop("动作“%(what)s”的内容不对：请选择现有的标签、优先级、任务清单或人员。")


class TooManyReplies(Conflict):
    code = "too_many_replies"
    text = gettext_noop("个人的快捷回复最多 200 条，请先删掉不用的。")


class MacroFailed(Conflict):
    """Something that the macro does besides was refused; ``why`` is that refusal in words."""

    code = "macro_failed"
    text = gettext_noop("“%(name)s”没有执行，消息也没有发出：%(why)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReply:
    """A reply as it is wanted. ``scope``: ``own``, ``department`` (with its key) or ``all``."""

    name: str
    name_en: str = ""
    folder: str = ""
    text: str
    text_en: str = ""
    scope: str = "own"
    department_key: str = ""
    actions: Sequence[tuple[str, str]] = field(default_factory=tuple)
    is_active: bool = True


def _may(actor: Actor, row: CannedReply) -> None:
    """One's own; of a department its head and whoever sets things up; everybody's only the latter."""
    if actor.kind is not ActorKind.USER:
        raise Forbidden
    if row.owner_id is not None and row.owner_id == actor.user_id:
        return
    heads = row.department_id is not None and ("head", row.department_id) in actor.posts
    if row.owner_id is not None or not (heads or actor.can("settings.edit")):
        raise Forbidden


def _check_texts(given: NewReply) -> None:
    if not given.name.strip() or not given.text.strip():
        raise CannedName
    if max(len(given.name), len(given.name_en)) > NAME or len(given.folder) > FOLDER:
        raise CannedName
    for text in (given.text, given.text_en):
        wrong = unknown(limits.within("内容", text, TEXT))
        if wrong:
            raise UnknownVariable(params={"name": wrong[0][:60]})


def _check_actions(given: NewReply) -> list[list[str]]:
    kept = clean_actions(list(given.actions))
    if len(kept) != len(given.actions) or len(kept) > MOST_ACTIONS:
        raise BadAction(params={"what": gettext(ACTIONS.get(given.actions[-1][0], given.actions[-1][0]))})
    for what, value in kept:
        if not _exists(what, value):
            raise BadAction(params={"what": gettext(ACTIONS[what])})
    return [list(each) for each in kept]


def _exists(what: str, value: str) -> bool:
    if what == "priority":
        return value in limits.PRIORITIES
    if what == "assign":
        return accounts.person(username=value) is not None
    number = int(value) if value.isascii() and value.isdecimal() else 0
    return (tag_by_id(number) if what == "tag" else task_list(number)) is not None


@operation()
def save_canned_reply(*, reply_id: int | None = None, reply: NewReply, actor: Actor, now: datetime) -> CannedReply:
    """Adds or changes a reply. Refuses an unknown variable, an action that makes no sense, and who may not."""
    _check_texts(reply)
    actions = _check_actions(reply)
    row = CannedReply.objects.select_for_update().filter(pk=reply_id).first() if reply_id is not None else CannedReply()
    if row is None:
        raise NotFound
    if reply_id is not None:
        _may(actor, row)
    place = accounts.department(key=reply.department_key) if reply.scope == "department" else None
    if reply.scope not in ("own", "department", "all") or (reply.scope == "department" and place is None):
        raise BadChoice(params={"field": "scope", "value": (reply.department_key or reply.scope)[:50]})
    row.owner_id = actor.user_id if reply.scope == "own" else None
    row.department = place
    _may(actor, row)
    if reply_id is None and row.owner_id and CannedReply.objects.filter(owner_id=row.owner_id).count() >= MOST_OWN:
        raise TooManyReplies
    for name in ("name", "name_en", "folder", "text", "text_en"):
        setattr(row, name, getattr(reply, name).replace("\x00", "").strip())
    row.actions, row.is_active = actions, reply.is_active
    row.save()
    audit.record(
        actor=actor, action="canned.saved", object_type="canned", object_id=row.pk, now=now, detail={"name": row.name}
    )
    return row


@operation()
def delete_canned_reply(*, reply_id: int, actor: Actor, now: datetime) -> None:
    """Takes a reply away; what was written with it stays."""
    row = CannedReply.objects.select_for_update().filter(pk=reply_id).first()
    if row is None:
        raise NotFound
    _may(actor, row)
    name, key = row.name, row.pk
    row.delete()
    audit.record(
        actor=actor, action="canned.deleted", object_type="canned", object_id=key, now=now, detail={"name": name}
    )


# -- macros ----------------------------------------------------------------------------------------------------------


@operation()
def post_with_macro(
    *,
    issue_id: int,
    reply_id: int,
    kind: str,
    text: str,
    attachments: Sequence[NewFile] = (),
    actor: Actor,
    now: datetime,
    key: str | None = None,
) -> Entry:
    """Posts what was written and carries out what the macro does besides; where any of it is refused, nothing is done
    (``MacroFailed`` says why). The same ``key`` does it once."""
    found = canned_reply(actor=actor, reply_id=reply_id)
    issue = locked_issue(issue_id, actor)

    def both() -> Entry:
        entry = post_entry(issue_id=issue.pk, kind=kind, text=text, attachments=attachments, actor=actor, now=now)
        for what, value in clean_actions(found.actions):
            try:
                _act(issue, what, value, found.name, actor, now)
            except Refused as refused:
                why = gettext(refused.text)
                why = why % refused.params if refused.params else why
                raise MacroFailed(params={"name": found.name, "why": why}) from refused
        return entry

    digest = message_digest(text, attachments, kind, str(reply_id))
    return posted_once(scope=f"macro:{issue.pk}:{actor.user_id}", key=key, digest=digest, now=now, post=both)


def _act(issue: Issue, what: str, value: str, name: str, actor: Actor, now: datetime) -> None:
    if what == "tag":
        change_tags(issue_id=issue.pk, add=[int(value)], actor=actor, now=now)
    elif what == "priority":
        correct_classification(issue_id=issue.pk, priority=value, reason=name, actor=actor, now=now)
    elif what == "tasks":
        add_task_list(issue_id=issue.pk, list_id=int(value), actor=actor, now=now)
    else:
        steps = flows.open_steps(instance_ids=[issue.instance_id])[issue.instance_id]
        if not steps:
            raise NotFound
        own = next((step for step in steps if step.assignee_id == actor.user_id), steps[0])
        assign_step(work_item_id=own.pk, username=value, reason=name, actor=actor, now=now)

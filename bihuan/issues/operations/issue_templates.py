"""Templates of issues: set up by people, applied when an issue is recorded."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext_noop

from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import Conflict, Forbidden, NotFound, Refused
from bihuan.core.stamps import operation
from bihuan.issues.errors import BadChoice
from bihuan.issues.models import Issue, IssueTemplate
from bihuan.issues.operations.presets import apply_preset, check_preset
from bihuan.issues.queries.reference import issue_type_by_key
from bihuan.issues.rules import limits

_NAME = 100
_MOST = 200


class TemplateName(Refused):
    code = "template_name"
    text = gettext_noop("模板要有名称，最多 100 个字，不能与别的模板相同。")


class TooManyTemplates(Refused):
    code = "too_many_templates"
    text = gettext_noop("最多 %(n)s 个模板，请先删掉不用的。")


class TemplateChanged(Conflict):
    code = "template_changed"
    text = gettext_noop("模板“%(name)s”已被别人改过。请刷新后再改，您填写的内容没有保存。")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTemplate:
    """A template as it is wanted; see ``IssueTemplate``."""

    name: str
    title: str = ""
    text: str = ""
    type_key: str = ""
    urgency: str = ""
    impact: str = ""
    tags: Sequence[int] = field(default_factory=tuple)
    task_list_id: int | None = None
    is_active: bool = True


def _check(given: NewTemplate) -> None:
    for name, level in (("urgency", given.urgency), ("impact", given.impact)):
        if level and level not in limits.LEVELS:
            raise BadChoice(params={"field": name, "value": level[:50]})
    check_preset(type_key=given.type_key, tags=given.tags, task_list_id=given.task_list_id)


@operation()
def save_issue_template(
    *, template_id: int | None = None, given: NewTemplate, revision: int = 0, actor: Actor, now: datetime
) -> IssueTemplate:
    """Keeps a new template, or changes one. Refuses a name that is taken or missing, what does not exist, and a change
    past somebody else's (``TemplateChanged``)."""
    if not actor.can("settings.edit"):
        raise Forbidden
    _check(given)
    title, text = limits.within("标题", given.title, limits.TITLE), limits.within("内容", given.text, limits.TEXT)
    name = " ".join(given.name.replace("\x00", "").split())
    if not name or len(name) > _NAME:
        raise TemplateName
    rows = list(IssueTemplate.objects.select_for_update().order_by("position", "id"))
    row = next((each for each in rows if each.pk == template_id), None)
    if template_id is None:
        if len(rows) >= _MOST:
            raise TooManyTemplates(params={"n": _MOST})
        row = IssueTemplate(position=max((each.position for each in rows), default=0) + 1)
    if row is None:
        raise NotFound
    if template_id is not None and row.revision != revision:
        raise TemplateChanged(params={"name": row.name})
    if any(each.name == name and each.pk != row.pk for each in rows):
        raise TemplateName
    row.name, row.title, row.text = name, " ".join(title.split()), text.strip()
    row.type = issue_type_by_key(key=given.type_key) if given.type_key else None
    row.urgency, row.impact, row.tags = given.urgency, given.impact, list(given.tags)
    row.task_list_id, row.is_active = given.task_list_id, given.is_active
    row.revision += 1
    row.save()
    _audit("issue_template.saved", row, actor, now)
    return row


@operation()
def delete_issue_template(*, template_id: int, actor: Actor, now: datetime) -> None:
    """Takes a template away; issues that were recorded with it keep what they got."""
    if not actor.can("settings.edit"):
        raise Forbidden
    row = IssueTemplate.objects.select_for_update().filter(pk=template_id).first()
    if row is None:
        raise NotFound
    _audit("issue_template.deleted", row, actor, now)
    row.delete()


def _audit(action: str, row: IssueTemplate, actor: Actor, now: datetime) -> None:
    detail = {"name": row.name}
    audit.record(actor=actor, action=action, object_type="issue_template", object_id=row.pk, now=now, detail=detail)


def apply_template(issue: Issue, template_id: int, actor: Actor, now: datetime) -> None:
    """Gives a fresh issue the template's tags and tasks, as far as those are still in use. One that was deleted while the
    form was open gives nothing. Joins the caller's transaction."""
    row = IssueTemplate.objects.filter(pk=template_id).first()
    if row is not None:
        apply_preset(issue, tags=row.tags, task_list_id=row.task_list_id, actor=actor, now=now)

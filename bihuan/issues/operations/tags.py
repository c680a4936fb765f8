"""Tags: the dictionary, and what an issue is marked with."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_noop

from bihuan.core import audit
from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import Forbidden, NotFound, Refused
from bihuan.core.stamps import operation
from bihuan.issues.errors import BadChoice
from bihuan.issues.models import Issue, Tag, TagColour
from bihuan.issues.operations.locking import locked_issue
from bihuan.issues.operations.work import at_work
from bihuan.issues.queries.tags import tag_by_id, tags_in_use

NAME = 40
MOST_OF_ISSUE = 20


class TagName(Refused):
    code = "tag_name"
    text = gettext_noop("标签要有名称，最多 40 个字，不能用逗号。")


class TagTaken(Refused):
    code = "tag_taken"
    text = gettext_noop("已有标签“%(name)s”。")


class TooManyTags(Refused):
    code = "too_many_tags"
    text = gettext_noop("一件问题最多 20 个标签，请先去掉不用的。")


@operation()
def save_tag(
    *,
    tag_id: int | None = None,
    name: str,
    name_en: str = "",
    colour: str = "blue",
    is_active: bool = True,
    actor: Actor,
    now: datetime,
) -> Tag:
    """Adds or changes a tag of the dictionary. Refuses no name, one that is taken, and an unknown colour."""
    if not actor.can("settings.edit"):
        raise Forbidden
    name, name_en = (" ".join(each.replace("\x00", "").split()) for each in (name, name_en))
    if not name or max(len(name), len(name_en)) > NAME or "," in name or "，" in name:
        raise TagName
    if colour not in TagColour.values:
        raise BadChoice(params={"field": "colour", "value": colour[:50]})
    tag = Tag.objects.select_for_update().filter(pk=tag_id).first() if tag_id is not None else Tag()
    if tag is None:
        raise NotFound
    if Tag.objects.filter(name__iexact=name).exclude(pk=tag.pk).exists():
        raise TagTaken(params={"name": name})
    tag.name, tag.name_en, tag.colour, tag.is_active = name, name_en, colour, is_active
    tag.save()
    audit.record(actor=actor, action="tag.saved", object_type="tag", object_id=tag.pk, now=now, detail={"name": name})
    return tag


@operation()
def change_tags(
    *, issue_id: int, add: Sequence[int] = (), remove: Sequence[int] = (), actor: Actor, now: datetime
) -> Issue:
    """Marks the issue with these tags and takes those away; what is as wanted already is left alone.

    Whoever of the house may see the issue may do it. Refuses tags that are unknown or no longer in use, and more than
    twenty.
    """
    if actor.kind is ActorKind.CUSTOMER:
        raise Forbidden
    issue = locked_issue(issue_id, actor)
    usable = {tag.pk for tag in tags_in_use()}
    wrong = next((each for each in add if each not in usable), None)
    if wrong is not None:
        raise BadChoice(params={"field": "tag", "value": wrong})
    gone = set(remove) & set(issue.tags)
    fresh = [each for each in dict.fromkeys(add) if each not in issue.tags]
    wanted = [*(each for each in issue.tags if each not in gone), *fresh]
    if len(wanted) > MOST_OF_ISSUE:
        raise TooManyTags
    if not fresh and not gone:
        return issue
    with at_work(issue, now=now) as work:
        work.change(tags=wanted, updated_at=now)
        for code, ids in (("issue.tagged", fresh), ("issue.untagged", sorted(gone))):
            if ids:
                work.say(code, _named(ids), actor)
    audit.record(
        actor=actor,
        action="issue.tagged",
        object_type="issue",
        object_id=issue.pk,
        now=now,
        detail={"added": fresh, "removed": sorted(gone)},
    )
    return issue


def _named(ids: Sequence[int]) -> dict[str, object]:
    found = [tag for each in ids if (tag := tag_by_id(each)) is not None]
    return {
        "tags": "、".join(tag.name for tag in found),
        "tags_en": ", ".join(tag.name_en or tag.name for tag in found),
    }

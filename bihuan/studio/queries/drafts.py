"""Drafts: one, all, and what was kept of them."""

from django.db.models import QuerySet

from bihuan.core.actor import Actor
from bihuan.core.errors import NotFound
from bihuan.flows import queries as flows
from bihuan.studio import permissions
from bihuan.studio.models import OPEN_STAGES, Draft, Kept


def draft(*, actor: Actor, draft_id: int) -> Draft:
    """The whole draft; ``NotFound``."""
    found = Draft.objects.select_related("base", "published").filter(pk=draft_id).first()
    if found is None or not permissions.may_see(actor):
        raise NotFound
    return found


def draft_named(*, actor: Actor, key: str) -> Draft | None:
    """The open draft of a chart, without its content."""
    if not permissions.may_see(actor):
        return None
    return _light().filter(key=key, stage__in=OPEN_STAGES).first()


def drafts(*, actor: Actor) -> list[Draft]:
    """All open drafts, the one changed last first, without their contents."""
    if not permissions.may_see(actor):
        return []
    return list(_light().filter(stage__in=OPEN_STAGES).order_by("-updated_at", "-id"))


def _light() -> QuerySet[Draft]:
    return Draft.objects.defer("chart", "forms", "decisions").select_related("base")


def kept_of(*, actor: Actor, draft_id: int) -> list[Kept]:
    """Earlier contents, newest first, without the charts."""
    if not permissions.may_see(actor):
        return []
    rows = Kept.objects.filter(draft_id=draft_id).defer("chart", "forms", "decisions")
    return list(rows.order_by("-revision"))


def next_number(draft: Draft) -> int:
    """The number of the version that this draft will be."""
    numbers = [version.number for version in flows.versions_of(key=draft.key)]
    return max(numbers, default=0) + 1


def may_draw(actor: Actor) -> bool:
    """See ``permissions.may_draw``."""
    return permissions.may_draw(actor)


def may_edit(actor: Actor, draft: Draft) -> bool:
    """See ``permissions.may_edit``."""
    return permissions.may_edit(actor, draft)

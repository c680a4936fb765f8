"""The dictionary of tags."""

from bihuan.core.stamps import Kept
from bihuan.issues.models import Tag

_tags = Kept("issue_kit", lambda: list(Tag.objects.order_by("name")))


def tags() -> list[Tag]:
    """All tags by name, those too that are no longer in use."""
    return _tags.get()


def tags_in_use() -> list[Tag]:
    """The tags that issues may be marked with."""
    return [tag for tag in _tags.get() if tag.is_active]


def tag_by_id(tag_id: int) -> Tag | None:
    """One tag."""
    return next((tag for tag in _tags.get() if tag.pk == tag_id), None)

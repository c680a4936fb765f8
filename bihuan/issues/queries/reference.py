"""Dictionary and matrix."""

from bihuan.core.stamps import Kept
from bihuan.issues.models import IssueType, ResponsibilityRule

DEFAULT_FLOW = "T01"
"""The chart of issues whose type names none."""
_types = Kept("issues", lambda: list(IssueType.objects.order_by("position", "id")))


def issue_types() -> list[IssueType]:
    """The types in use, in their order."""
    return [kind for kind in _types.get() if kind.is_active]


def responsibility_matrix() -> list[ResponsibilityRule]:
    """All rows: type by type, the special before the general."""
    rows = ResponsibilityRule.objects.select_related("type", "department").order_by(
        "type__position", "-product", "-region"
    )
    return list(rows)


def issue_type(type_id: int | None) -> IssueType | None:
    """The type with that id, whether it is still in use or not."""
    return next((kind for kind in _types.get() if kind.pk == type_id), None)


def issue_type_by_key(*, key: str) -> IssueType | None:
    """The type with that key, whether it is still in use or not."""
    return next((kind for kind in _types.get() if kind.key == key), None)

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
    rows = ResponsibilityRule.objects.select_related("type", "department").order_by("type__position", "-region")
    return list(rows)


def suggest_department(*, type_key: str, region: str = "") -> ResponsibilityRule | None:
    """The row that speaks for this type and region: both named beats one, one beats none."""
    rows = [
        row
        for row in responsibility_matrix()
        if (row.type is None or row.type.key == type_key) and (not row.region or row.region == region)
    ]
    return max(rows, key=lambda row: (row.type is not None, bool(row.region)), default=None)


def issue_type(type_id: int | None) -> IssueType | None:
    """The type with that id, whether it is still in use or not."""
    return next((kind for kind in _types.get() if kind.pk == type_id), None)


def issue_type_by_key(*, key: str) -> IssueType | None:
    """The type with that key, whether it is still in use or not."""
    return next((kind for kind in _types.get() if kind.key == key), None)

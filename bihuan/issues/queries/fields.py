"""The company's own fields of issues."""

from collections.abc import Mapping

from bihuan.core.stamps import Kept
from bihuan.issues.models import FieldDefinition, Issue
from bihuan.issues.rules.fields import Field, value_of


def _load() -> list[Field]:
    return [
        Field(
            id=row.pk,
            key=row.key,
            type_id=row.type_id,
            name=row.name,
            name_en=row.name_en,
            kind=row.kind,
            options=tuple(map(str, row.options)),
            required=row.required,
            help=row.help,
            unit=row.unit,
            least=row.least,
            most=row.most,
            position=row.position,
            version=row.version,
            is_active=row.is_active,
        )
        for row in FieldDefinition.objects.order_by("position", "id")
    ]


_fields = Kept("issue_kit", _load)


def field_definitions() -> list[Field]:
    """All fields in their order, those too that are out of use."""
    return _fields.get()


def field_definition(field_id: int) -> Field | None:
    """One of them."""
    return next((each for each in _fields.get() if each.id == field_id), None)


def fields_of_type(type_id: int | None) -> list[Field]:
    """The fields in use of issues of that type: those of all types, and its own. No query within an operation."""
    return [each for each in _fields.get() if each.is_active and each.type_id in (None, type_id)]


def field_values(issue: Issue) -> dict[str, object]:
    """The issue's values by the fields' keys, also of fields that are out of use."""
    stored: Mapping[str, object] = issue.fields
    return {key: value_of(stored, key) for key in stored}

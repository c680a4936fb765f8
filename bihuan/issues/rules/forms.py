"""A step's data against its schema: what operations accept, whoever sends it; and how steps fill in one form."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry

from bihuan.documents.conditions import visible_fields
from bihuan.issues.errors import FormProblem, InvalidForm

Schema = Mapping[str, object]
_MOST = 50
_LONGEST = 20_000
_MOST_ROWS = 500
_DEEPEST = 8
_KEPT_TEXT = 100_000
_FORMATS = Draft202012Validator.FORMAT_CHECKER
_NOTHING_OUTSIDE: "Registry[bool | Mapping[str, Any]]" = Registry()
"""A form that refers to an address is not followed there."""


def too_big(value: object, depth: int = 0) -> bool:
    """Whether a value holds more than any field of a form may: 20,000 characters, 500 rows, eight levels."""
    if depth > _DEEPEST:
        return True
    if isinstance(value, str):
        return len(value) > _LONGEST
    if isinstance(value, list):
        return len(value) > _MOST_ROWS or any(too_big(entry, depth + 1) for entry in value)
    if isinstance(value, Mapping):
        return len(value) > _MOST_ROWS or any(too_big(entry, depth + 1) for entry in value.values())
    return False


def _plain(value: object) -> object:
    """Without NUL, which no database keeps."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    if isinstance(value, Mapping):
        return {str(name).replace("\x00", ""): _plain(entry) for name, entry in value.items()}
    return value


def _label(schema: Schema, path: Sequence[str | int]) -> str:
    properties = cast(Mapping[str, Schema], schema.get("properties") or {})
    name = str(path[0]) if path else ""
    title = properties.get(name, {}).get("title")
    return str(title or name)


def _problem(schema: Schema, error: ValidationError) -> FormProblem:
    path = tuple(error.absolute_path)
    if error.validator == "required":
        missing = str(error.message).split("'")[1] if "'" in error.message else ""
        path = (*path, missing)
        return FormProblem(path, _("“%(field)s”必填。") % {"field": _label(schema, path)})
    if error.validator == "additionalProperties":
        return FormProblem(path, _("表单里没有这一项：%(what)s") % {"what": error.message[:200]})
    return FormProblem(
        path, _("“%(field)s”填得不对：%(what)s") % {"field": _label(schema, path), "what": error.message[:200]}
    )


def check_form(schema: Schema, data: Mapping[str, object]) -> dict[str, object]:
    """The data without fields that are not visible or blank; refuses what the schema does not take."""
    properties = cast(Mapping[str, Schema], schema.get("properties") or {})
    hidden = properties.keys() - visible_fields(properties, data)
    kept = {name: value for name, value in data.items() if name not in hidden and value is not None}
    if too_big(kept):
        raise InvalidForm([FormProblem((), _("内容太大：单项最多 20,000 个字，表格最多 500 行。"))])
    kept = cast(dict[str, object], _plain(kept))
    required = schema.get("required")
    effective = {**schema, "required": [n for n in required if n not in hidden] if isinstance(required, list) else []}
    effective.pop("$id", None)
    validator = Draft202012Validator(effective, registry=_NOTHING_OUTSIDE, format_checker=_FORMATS)
    problems = []
    for error in validator.iter_errors(kept):
        problems.append(_problem(schema, error))
        if len(problems) >= _MOST:
            break
    if problems:
        raise InvalidForm(problems)
    return kept


def merged(
    before: Mapping[str, object], data: Mapping[str, object], *, own: Mapping[str, object], by: str = ""
) -> dict[str, object]:
    """The form after a step: the step's own fields are as it gave them (blank is blank), other steps' fields stay.

    ``by`` names one of several who fill in the same fields side by side (departments that support): their texts stand
    one below the other under their names, their lists are joined, so that nobody overwrites anybody.
    """
    if not by:
        return {**{name: value for name, value in before.items() if name not in own}, **data}
    return {**before, **{name: _beside(before.get(name), value, by) for name, value in data.items()}}


def _beside(before: object, value: object, by: str) -> object:
    if isinstance(value, str):
        line = f"【{by}】{value}"
        return f"{before}\n{line}"[-_KEPT_TEXT:] if isinstance(before, str) and before else line
    if isinstance(value, list) and isinstance(before, list):
        return [*before, *(entry for entry in value if entry not in before)][-_MOST_ROWS:]
    return value

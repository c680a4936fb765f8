"""A step's data against its schema: what operations accept, whoever sends it."""

from collections.abc import Mapping, Sequence
from typing import cast

from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from bihuan.issues.errors import FormProblem, InvalidForm

Schema = Mapping[str, object]
_MOST = 50
_LONGEST = 20_000
_MOST_ROWS = 500


def _visible(node: Schema, data: Mapping[str, object]) -> bool:
    rule = node.get("x-visibleWhen")
    if not isinstance(rule, Mapping):
        return True
    values = rule.get("in")
    return data.get(str(rule.get("field"))) in (values if isinstance(values, list) else [])


def _too_big(value: object) -> bool:
    if isinstance(value, str):
        return len(value) > _LONGEST
    if isinstance(value, list):
        return len(value) > _MOST_ROWS or any(_too_big(entry) for entry in value)
    if isinstance(value, Mapping):
        return any(_too_big(entry) for entry in value.values())
    return False


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
    """The data without fields that are not visible; refuses what the schema does not take."""
    properties = cast(Mapping[str, Schema], schema.get("properties") or {})
    hidden = {name for name, node in properties.items() if not _visible(node, data)}
    kept = {name: value for name, value in data.items() if name not in hidden and value is not None}
    if _too_big(kept):
        raise InvalidForm([FormProblem((), _("内容太大：单项最多 20,000 个字，表格最多 500 行。"))])
    required = schema.get("required")
    effective = {**schema, "required": [n for n in required if n not in hidden] if isinstance(required, list) else []}
    effective.pop("$id", None)
    validator = Draft202012Validator(effective, format_checker=Draft202012Validator.FORMAT_CHECKER)
    problems = []
    for error in validator.iter_errors(kept):
        problems.append(_problem(schema, error))
        if len(problems) >= _MOST:
            break
    if problems:
        raise InvalidForm(problems)
    return kept

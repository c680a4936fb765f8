"""Judging data by a form's schema."""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from django.utils import translation
from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from referencing import Registry

from bihuan.documents.identity import is_resident_number, is_telephone
from bihuan.web.ui.forms.messages import required, sentence
from bihuan.web.ui.forms.model import FieldError
from bihuan.web.ui.forms.schema import (
    MAX_LINES,
    MAX_ROWS,
    MAX_TEXT,
    Schema,
    columns,
    fields,
    kind,
    mapping,
    required_fields,
    texts,
    visible_fields,
    widget,
    words,
)
from bihuan.web.ui.forms.whys import LEAST

_FORMATS = FormatChecker()
_FORMATS.checkers = {
    **Draft202012Validator.FORMAT_CHECKER.checkers,
    "phone": (lambda value: not isinstance(value, str) or is_telephone(value), ()),
    "id-number": (lambda value: not isinstance(value, str) or is_resident_number(value), ()),
}
# More than a person can mend at once; a hostile form could otherwise have thousands.
_MOST = 100


def _multiple_of(validator: Validator, step: object, value: object, schema: object) -> Iterator[ValidationError]:
    # Binary fractions: 0.07 is not a whole number of 0.01 for the computer, but it is for an accountant.
    if isinstance(value, bool) or not isinstance(value, int | float):
        return
    try:
        whole = Decimal(str(value)) % Decimal(str(step)) == 0
    except InvalidOperation:
        whole = False
    if not whole:
        yield ValidationError(f"{value} is not a multiple of {step}")


_NOTHING_OUTSIDE: "Registry[bool | Mapping[str, Any]]" = Registry()
"""A form that refers to an address is not followed there."""
_Validator = cast(
    "type[Validator]",
    extend(Draft202012Validator, {"multipleOf": _multiple_of}),  # type: ignore[no-untyped-call]
)


def clean_form(schema: Schema, data: Mapping[str, object]) -> dict[str, object]:
    """The data without what does not count: blank values, empty rows, fields that are not visible.

    Unknown names stay, so that validation can refuse them. This is what is stored.
    """
    visible, known = visible_fields(schema, data), fields(schema)
    kept: dict[str, object] = {}
    for name, value in data.items():
        if name not in known or name in visible:
            stripped = _stripped(value)
            if not _is_blank(stripped):
                kept[name] = stripped
    return kept


def _stripped(value: object) -> object:
    if isinstance(value, list):
        return [one for one in (_stripped(entry) for entry in value) if not _is_blank(one)]
    if isinstance(value, dict):
        return {key: one for key, one in value.items() if not _is_blank(one)}
    return value


def _is_blank(value: object) -> bool:
    return (
        value is None
        or (isinstance(value, str) and not value.strip())
        or (isinstance(value, list | dict) and not value)
    )


def validate_form(schema: Schema, data: object, lang: str = "zh-hans") -> list[FieldError]:
    """What is wrong, in the language ``lang`` (``zh-hans`` or ``en``), in the order of the form; empty when all is well.

    Judges cleaned data: a blank value counts as absent, a field that is not visible is neither required nor judged.
    """
    with translation.override(lang):
        if not isinstance(data, dict) or any(not isinstance(key, str) for key in data):
            return [FieldError((), _("表单的内容读不出来，请刷新页面后再填。"))]
        cleaned = clean_form(schema, data)
        return _Judge(schema, cleaned, lang).errors()


class _Judge:
    def __init__(self, schema: Schema, data: dict[str, object], language: str) -> None:
        self._schema, self._data, self._language = schema, data, language
        self._fields = fields(schema)
        self._visible = visible_fields(schema, data)

    def errors(self) -> list[FieldError]:
        found: dict[tuple[str | int, ...], FieldError] = {}
        judge = _Validator(self._effective(), registry=_NOTHING_OUTSIDE, format_checker=_FORMATS)
        for error in judge.iter_errors(cast("dict[str, Any]", self._data)):
            for one in self._worded(error):
                # The first thing wrong with a field is enough to mend it.
                found.setdefault(one.path, one)
            if len(found) >= _MOST:
                break
        places = {name: at for at, name in enumerate(self._fields)}
        return sorted(
            found.values(),
            key=lambda one: (places.get(str(one.path[0]), len(places)) if one.path else -1, *map(_rank, one.path[1:])),
        )

    def _effective(self) -> dict[str, object]:
        """The schema with what the component adds: limits of size, the rules of five whys, no hidden field required."""
        schema = {key: value for key, value in self._schema.items() if key not in ("$id", "$schema")}
        schema["properties"] = {name: _bounded(node) for name, node in self._fields.items()}
        schema["required"] = sorted(required_fields(self._schema) & self._visible)
        return schema

    def _worded(self, error: ValidationError) -> Iterator[FieldError]:
        path = tuple(error.absolute_path)
        if error.validator == "required":
            yield from self._missing(path, error)
        elif error.validator == "additionalProperties" and not path:
            allowed = set(self._fields)
            for name in sorted(set(mapping(error.instance)) - allowed)[:5]:
                yield FieldError(
                    (name[:60],), _("表单里没有「%(name)s」这一项，请刷新页面后再填。") % {"name": name[:60]}, name[:60]
                )
        else:
            label, node = self._place(path)
            yield FieldError(path, sentence(label, node, error), label)

    def _missing(self, path: tuple[str | int, ...], error: ValidationError) -> Iterator[FieldError]:
        for name in texts(error.validator_value):
            if name in mapping(error.instance) or (not path and name not in self._visible):
                continue
            label, node = self._place((*path, name))
            yield FieldError((*path, name), required(label, node), label)

    def _place(self, path: tuple[str | int, ...]) -> tuple[str, Schema]:
        """What the place is called and its schema; of a row also its number."""
        if not path:
            return words(self._schema, "title", self._language), self._schema
        node = self._fields.get(str(path[0]), {})
        label = words(node, "title", self._language) or str(path[0])
        if len(path) == 1 or not isinstance(path[1], int):
            return label, node
        label = _("%(label)s 第 %(row)d 行") % {"label": label, "row": path[1] + 1}
        cells = columns(node)
        if len(path) == 2:
            return label, mapping(node.get("items"))
        cell = cells.get(str(path[2]), {})
        name = words(cell, "title", self._language) or str(path[2])
        return f"{label} {name}", cell


def _rank(part: str | int) -> int:
    return part if isinstance(part, int) else 0


def _bounded(node: Schema) -> dict[str, object]:
    """A field's schema with the limits that every field has, whether its form says so or not."""
    bounded = dict(node)
    sort = kind(node)
    if sort == "string" and "enum" not in node:
        bounded.setdefault("maxLength", MAX_TEXT)
    if sort == "array":
        bounded.setdefault("maxItems", MAX_LINES if widget(node) == "lines" else MAX_ROWS)
        items = _bounded(mapping(node.get("items")))
        if widget(node) == "five_whys":
            bounded["minItems"] = max(LEAST, cast(int, node.get("minItems", 0)))
            items["required"] = sorted({*texts(items.get("required")), "answer"})
        bounded["items"] = items
    if isinstance(node.get("properties"), Mapping):
        bounded["properties"] = {name: _bounded(cell) for name, cell in fields(node).items()}
    return bounded

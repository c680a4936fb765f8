"""Reading a form's schema: fields, groups, widgets, options, when a field is visible."""

import json
from collections.abc import Mapping
from typing import cast

from bihuan.documents import conditions
from bihuan.documents.columns import columns as columns_of
from bihuan.documents.requirements import Condition, rules_of
from bihuan.web.ui.forms.model import Option

Schema = Mapping[str, object]
# A form has no use for more; what is posted beyond it is refused, not cut.
MAX_ROWS = 200
MAX_TEXT = 20_000
MAX_LINES = 500
ROW_WIDGETS = frozenset({"table", "five_whys", "fishbone", "timeline"})
LIST_WIDGETS = frozenset({"checks", "departments", "files", "signature"})
# What nobody fills in: the number is the issue's, a heading says something.
SILENT_WIDGETS = frozenset({"serial", "heading"})
_BY_FORMAT = {"date": "date", "date-time": "datetime", "email": "email"}
_EMPTY: Schema = {}


def mapping(value: object) -> Schema:
    """The value if it is an object, else an empty one."""
    return cast(Schema, value) if isinstance(value, Mapping) else _EMPTY


def objects(value: object) -> list[Schema]:
    """The objects of a list."""
    return [cast(Schema, entry) for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def texts(value: object) -> list[str]:
    """The texts of a list."""
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list | tuple) else []


def fields(schema: Schema) -> dict[str, Schema]:
    """The properties by name, in order."""
    return {str(name): mapping(node) for name, node in mapping(schema.get("properties")).items()}


def groups(schema: Schema) -> list[Schema]:
    """The groups; a form without any is one group of all its fields."""
    found = objects(schema.get("x-groups"))
    known = fields(schema)
    shown = [group for group in found if any(name in known for name in texts(group.get("fields")))]
    if shown:
        return shown
    return [
        {"key": "all", "title": schema.get("title", ""), "titleEn": schema.get("x-titleEn", ""), "fields": list(known)}
    ]


def required_fields(schema: Schema) -> frozenset[str]:
    """Fields that are required whatever else is filled in."""
    names = set(texts(schema.get("required")))
    for group in objects(schema.get("x-groups")):
        names.update(texts(group.get("required")))
    known = fields(schema)
    return frozenset(name for name in names & set(known) if widget(known[name]) not in SILENT_WIDGETS)


def words(node: Schema, key: str, language: str) -> str:
    """A text of the schema in the language: ``title``/``x-titleEn``, groups' ``title``/``titleEn``."""
    if language.startswith("en"):
        for name in (f"x-{key}En", f"{key}En"):
            if isinstance(node.get(name), str) and node[name]:
                return str(node[name])
    return str(node.get(key) or "")


def kind(node: Schema) -> str:
    """The JSON type; of several the first that is not null; by its enum where none is said."""
    named = node.get("type")
    if isinstance(named, list):
        named = next((one for one in texts(named) if one != "null"), "string")
    if isinstance(named, str):
        return named
    return "integer" if all(isinstance(one, int) for one in enum(node)) and enum(node) else "string"


def enum(node: Schema) -> list[object]:
    """The allowed values, of a list field those of its entries."""
    found = node.get("enum")
    if not isinstance(found, list) and node.get("type") == "array":
        found = mapping(node.get("items")).get("enum")
    return list(found) if isinstance(found, list) else []


def widget(node: Schema) -> str:
    """The widget that the schema names, or the natural one for its type."""
    named = node.get("x-widget")
    return named if isinstance(named, str) else _natural_widget(node)


def _natural_widget(node: Schema) -> str:
    sort = kind(node)
    if sort == "boolean":
        return "switch"
    if sort == "array":
        if mapping(mapping(node.get("items")).get("properties")):
            return "table"
        return "checks" if enum(node) else "lines"
    if enum(node):
        return "choice" if len(enum(node)) <= 4 else "select"
    if isinstance(node.get("format"), str) and node["format"] in _BY_FORMAT:
        return _BY_FORMAT[str(node["format"])]
    return "textarea" if sort == "string" and whole(node, "maxLength", 0) > 200 else "text"


def whole(node: Schema, key: str, otherwise: int) -> int:
    """A whole number of the schema."""
    found = node.get(key)
    return found if isinstance(found, int) and not isinstance(found, bool) else otherwise


def columns(node: Schema) -> dict[str, Schema]:
    """The fields of one row of a list of objects, in their order."""
    return columns_of(node)


def option_value(value: object) -> str:
    """An enum value as the page posts it."""
    return json.dumps(value) if isinstance(value, bool) or value is None else str(value)


def options(node: Schema, language: str) -> list[Option]:
    """The values of an enum with their texts and criteria; of a boolean the two answers."""
    english = language.startswith("en")
    holder = node if "enum" in node else mapping(node.get("items"))
    values = enum(node)
    if kind(node) == "boolean" and not values:
        values = [True, False]
    names = (
        texts(node.get("x-enumNamesEn" if english else "x-enumNames"))
        or texts(holder.get("x-enumNamesEn" if english else "x-enumNames"))
        or texts(node.get("x-enumNames"))
    )
    criteria = texts(node.get("x-criteriaEn" if english else "x-criteria")) or texts(node.get("x-criteria"))
    return [
        Option(
            option_value(value),
            names[at] if at < len(names) else _bare_name(value),
            criteria[at] if at < len(criteria) else "",
        )
        for at, value in enumerate(values)
    ]


def _bare_name(value: object) -> str:
    from django.utils.translation import gettext as _

    if isinstance(value, bool):
        return _("是") if value else _("否")
    return str(value)


def visible_fields(schema: Schema, data: Mapping[str, object]) -> frozenset[str]:
    """The fields that show with this data."""
    return conditions.visible_fields(fields(schema), data)


def visible_when(node: Schema, known: Mapping[str, Schema]) -> list[conditions.Test]:
    """What has to hold for a field to show, as the page judges it; what hangs on other steps' fields is left out."""
    asked = conditions.entries(node.get("x-visibleWhen"))
    return [_posted(one) for one in asked if all(str(test["field"]) in known for test in conditions.tests([one]))]


def required_when(schema: Schema) -> dict[str, list[Condition]]:
    """By field the conditions under which it is required; one is enough."""
    known = fields(schema)
    found: dict[str, list[Condition]] = {}
    for condition, names in rules_of(schema):
        if all(str(test["field"]) in known for test in condition):
            for name in names:
                found.setdefault(name, []).append(condition)
    return found


def is_required_now(asked: list[Condition], data: Mapping[str, object]) -> bool:
    """Whether one of the conditions holds."""
    return any(all(conditions.holds(test, data.get(str(test["field"]))) for test in condition) for condition in asked)


def posted_conditions(asked: list[Condition]) -> list[list[conditions.Test]]:
    """Conditions with values as the page posts them."""
    return [[_posted(test) for test in condition] for condition in asked]


def _posted(entry: conditions.Test) -> conditions.Test:
    either = conditions.alternatives(entry)
    if either:
        return {"any": [_posted(test) for test in either]}
    plain = dict(entry)
    for word in ("in", "notIn"):
        values = plain.get(word)
        if isinstance(values, list):
            plain[word] = [option_value(one) for one in values]
    return plain

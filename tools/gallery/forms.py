"""A form in lines of text, as JSON Schema with our words (docs/reference/forms.md).

``form CODE 中文 | English``, ``keep P3Y``, ``group KEY 中文 | English``, and indented fields
``name*: 中文 | English : kind options [flag=value]``. Kinds: text area date datetime money number int bool choice select
checks rating phone email person department departments files table. Options ``key=中文|English|criterion|criterion en``,
of a table its columns ``name*=中文|English=kind``, divided by ``;``.
"""

import json
import re
from pathlib import Path
from typing import Final, cast

from tools.gallery.words import Unreadable, both, first, lines

Schema = dict[str, object]
_FLAG: Final = re.compile(r"\s*\[(\w+)(?:=([^\]]*))?\]")
_FIELD: Final = re.compile(r"(?P<name>\w+)(?P<needed>\*?): (?P<title>.*?) : (?P<kind>\w+)(?: (?P<rest>.*))?")
_SHAPES: Final[dict[str, Schema]] = {
    "text": {"type": "string", "maxLength": 200},
    "area": {"type": "string", "maxLength": 10000, "x-widget": "textarea"},
    "date": {"type": "string", "format": "date", "x-widget": "date"},
    "datetime": {"type": "string", "format": "date-time", "x-widget": "datetime"},
    "money": {"type": "number", "minimum": 0, "maximum": 100000000, "x-widget": "money"},
    "number": {"type": "number"},
    "int": {"type": "integer", "minimum": 0, "maximum": 1000000},
    "bool": {"type": "boolean", "x-widget": "switch"},
    "rating": {"type": "integer", "minimum": 1, "maximum": 5, "x-widget": "rating"},
    "score": {"type": "integer", "minimum": 0, "maximum": 10},
    "percent": {"type": "number", "minimum": 0, "maximum": 100},
    "phone": {"type": "string", "maxLength": 64, "x-widget": "phone", "x-sensitive": True},
    "email": {"type": "string", "maxLength": 254, "x-widget": "email", "x-sensitive": True},
    "person": {"type": "string", "maxLength": 64, "x-widget": "person"},
    "department": {"type": "string", "maxLength": 64, "x-widget": "department"},
    "departments": {
        "type": "array",
        "items": {"type": "string"},
        "uniqueItems": True,
        "maxItems": 10,
        "x-widget": "departments",
    },
    "files": {"type": "array", "items": {"type": "string"}, "maxItems": 20, "x-widget": "files"},
    "names": {"type": "array", "items": {"type": "string", "maxLength": 200}, "uniqueItems": True, "maxItems": 500},
}
_RATINGS: Final = (
    ["非常不满意", "不满意", "一般", "满意", "非常满意"],
    ["Very dissatisfied", "Dissatisfied", "Neutral", "Satisfied", "Very satisfied"],
)


def read_forms(text: str) -> dict[str, Schema]:
    """The forms in a text, by code."""
    found: dict[str, Schema] = {}
    form: Schema = {}
    for indented, line in lines(text):
        word, rest = first(line)
        if indented:
            _field(form, line)
        elif word == "form":
            code, title = first(rest)
            form = found[code] = _form(code, title)
        elif word == "keep":
            form["x-retention"] = rest
        elif word == "group":
            _group(form, rest)
        else:
            raise Unreadable(line)
    for one in found.values():
        one["additionalProperties"] = False
        if not one["allOf"]:
            del one["allOf"]
    return found


def shared_forms(folder: Path) -> dict[str, Schema]:
    """The forms that are kept as files with the five-phase chart, by code."""
    schemas = [cast(Schema, json.loads(path.read_text(encoding="utf-8"))) for path in sorted(folder.glob("*.json"))]
    return {str(schema["x-code"]): schema for schema in schemas}


def _form(code: str, title: str) -> Schema:
    name = both(title)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"bihuan:form:{code}",
        "title": name.zh,
        "x-titleEn": name.en,
        "x-code": code,
        "x-version": "1",
        "x-retention": "P3Y",
        "type": "object",
        "properties": {},
        "x-groups": [],
        "allOf": [],
    }


def _group(form: Schema, rest: str) -> None:
    key, title = first(rest)
    name = both(title)
    groups = cast("list[Schema]", form["x-groups"])
    groups.append({"key": key, "title": name.zh, "titleEn": name.en, "fields": [], "required": []})


def _field(form: Schema, line: str) -> None:
    flags = dict(_FLAG.findall(line))
    found = _FIELD.fullmatch(_FLAG.sub("", line))
    if found is None:
        raise Unreadable(line)
    name, title = found["name"], both(found["title"])
    properties = cast(Schema, form["properties"])
    if name in properties:
        raise Unreadable(f"{form['x-code']}.{name} stands twice")
    shape = _shape(found["kind"], found["rest"] or "")
    properties[name] = {**shape, "title": title.zh, "x-titleEn": title.en, **_flagged(flags)}
    group = cast("list[dict[str, list[str]]]", form["x-groups"])[-1]
    group["fields"].append(name)
    if found["needed"] and "when" in flags:
        cast("list[Schema]", form["allOf"]).append(_needed_when(name, flags["when"]))
    elif found["needed"]:
        group["required"].append(name)


def _shape(kind: str, rest: str) -> Schema:
    if kind in ("choice", "select", "checks"):
        return _options(kind, rest)
    if kind == "table":
        return _table(rest)
    shape = dict(_SHAPES[kind])
    if kind == "rating":
        shape |= {"x-enumNames": _RATINGS[0], "x-enumNamesEn": _RATINGS[1]}
    return shape


def _options(kind: str, rest: str) -> Schema:
    keys: list[str] = []
    words: list[list[str]] = [[], [], [], []]
    for part in rest.split(";"):
        key, _, said = part.strip().partition("=")
        keys.append(key)
        for into, text in zip(words, said.split("|"), strict=False):
            into.append(text.strip())
    if not len(keys) == len(words[0]) == len(words[1]) or len(words[2]) not in (0, len(keys)):
        raise Unreadable(f"every option needs both languages: {rest}")
    names: Schema = {"enum": keys, "x-enumNames": words[0], "x-enumNamesEn": words[1]}
    if kind == "checks":
        return {"type": "array", "items": {"type": "string", **names}, "uniqueItems": True, "x-widget": "checks"}
    criteria: Schema = {"x-criteria": words[2], "x-criteriaEn": words[3]} if words[2] else {}
    return {"type": "string", **names, "x-widget": kind, **criteria}


def _table(rest: str) -> Schema:
    columns: Schema = {}
    needed: list[str] = []
    for part in rest.split(";"):
        name, title, kind = (word.strip() for word in part.split("="))
        if name.endswith("*"):
            name = name[:-1]
            needed.append(name)
        text = both(title)
        columns[name] = {**_SHAPES[kind], "title": text.zh, "x-titleEn": text.en}
    items: Schema = {"type": "object", "properties": columns, "required": needed, "additionalProperties": False}
    return {"type": "array", "x-widget": "table", "minItems": 0, "maxItems": 200, "items": items}


def _flagged(flags: dict[str, str]) -> Schema:
    found: Schema = {}
    for flag, value in flags.items():
        if flag == "when":
            name, values = _when(value)
            found["x-visibleWhen"] = {"field": name, "in": values}
        elif flag == "default":
            found["x-default"] = _value(value)
        elif flag == "sensitive":
            found["x-sensitive"] = True
        elif flag == "hint":
            text = both(value)
            found |= {"description": text.zh, "x-descriptionEn": text.en}
        elif flag in ("minimum", "maximum"):
            found[flag] = int(value)
        else:
            raise Unreadable(f"[{flag}={value}]")
    return found


def _when(text: str) -> tuple[str, list[object]]:
    name, _, values = text.partition(":")
    return name, [_value(value) for value in values.split(",")]


def _value(text: str) -> object:
    return {"true": True, "false": False}.get(text, text)


def _needed_when(name: str, when: str) -> Schema:
    other, values = _when(when)
    return {"if": {"properties": {other: {"enum": values}}, "required": [other]}, "then": {"required": [name]}}

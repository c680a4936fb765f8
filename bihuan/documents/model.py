"""What stands on the paper, apart from how it is set."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

MAX_ROWS = 500
MAX_TEXT = 20_000
_BRANCHES = {
    "man": ("人", "People"),
    "machine": ("机", "Machine"),
    "material": ("料", "Material"),
    "method": ("法", "Method"),
    "environment": ("环", "Environment"),
    "measurement": ("测", "Measurement"),
}


@dataclass(frozen=True, slots=True)
class Pair:
    """A label and its value, side by side; ``wide`` values take the whole width."""

    label: str
    value: str
    wide: bool


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under column titles; every row has as many cells as there are columns."""

    label: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Pair | Table


@dataclass(frozen=True, slots=True)
class Heading:
    """A group of the form with what stands in it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One form, filled in. ``meta`` are the lines of the head, ``signatures`` the lines to sign at the foot."""

    company: str
    title: str
    code: str
    version: str
    number: str
    retention: str
    meta: tuple[tuple[str, str], ...]
    sections: tuple[Heading, ...]
    signatures: tuple[tuple[str, str], ...]
    language: str
    empty: str
    page_words: str


Schema = Mapping[str, object]


def _pick(schema: Schema, key: str, language: str) -> str:
    english = schema.get(f"x-{key}En") or schema.get(f"{key}En")
    if language == "en" and isinstance(english, str) and english:
        return english
    value = schema.get(key)
    return value if isinstance(value, str) else ""


def _option(schema: Schema, value: object, language: str) -> str:
    options = schema.get("enum")
    words = schema.get("x-enumNamesEn" if language == "en" else "x-enumNames")
    if isinstance(options, list) and isinstance(words, list) and value in options:
        index = options.index(value)
        if index < len(words):
            return str(words[index])
    return str(value)


def value_text(schema: Schema, value: object, language: str, names: Mapping[str, str]) -> str:
    """The value as a reader sees it. ``names`` words references (users, departments, file ids)."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return ("Yes" if value else "No") if language == "en" else ("是" if value else "否")
    if isinstance(value, list):
        items = schema.get("items")
        inner: Schema = cast(Schema, items) if isinstance(items, Mapping) else {}
        glue = ", " if language == "en" else "、"
        return glue.join(value_text(inner, entry, language, names) for entry in value)
    if isinstance(value, Mapping):
        return "；".join(f"{key}: {entry}" for key, entry in value.items())
    widget = schema.get("x-widget")
    if widget == "money" and isinstance(value, int | float):
        return f"¥{value:,.2f}"
    if widget in ("person", "department", "departments", "files") or str(value) in names:
        return names.get(str(value), str(value))
    if widget == "fishbone_branch" or (schema.get("enum") == list(_BRANCHES)):
        pair = _BRANCHES.get(str(value), (str(value), str(value)))
        return pair[1] if language == "en" else pair[0]
    return _option(schema, value, language)[:MAX_TEXT]


def _table(schema: Schema, title: str, rows: list[object], language: str, names: Mapping[str, str]) -> Table:
    items = cast(Schema, schema.get("items") or {})
    columns = cast(Mapping[str, Schema], items.get("properties") or {})
    cells = tuple(
        tuple(
            value_text(column, cast(Mapping[str, object], row).get(key), language, names)
            for key, column in columns.items()
        )
        for row in rows[:MAX_ROWS]
        if isinstance(row, Mapping)
    )
    return Table(title, tuple(_pick(column, "title", language) or key for key, column in columns.items()), cells)


def _is_table(schema: Schema) -> bool:
    items = schema.get("items")
    return isinstance(items, Mapping) and items.get("type") == "object"


def _blocks(
    form: Schema, names_of_fields: list[str], data: Mapping[str, object], language: str, names: Mapping[str, str]
) -> tuple[Block, ...]:
    properties = cast(Mapping[str, Schema], form.get("properties") or {})
    blocks: list[Block] = []
    for name in names_of_fields:
        schema = properties.get(name)
        if schema is None or schema.get("x-print") is False:
            continue
        title = _pick(schema, "title", language) or name
        value = data.get(name)
        if _is_table(schema):
            rows = value if isinstance(value, list) else []
            blocks.append(_table(schema, title, rows, language, names))
        else:
            wide = schema.get("x-widget") in ("textarea", "files", "checks", "departments")
            blocks.append(Pair(title, value_text(schema, value, language, names), wide))
    return tuple(blocks)


def build_document(
    *,
    form: Schema,
    data: Mapping[str, object],
    company: str,
    number: str,
    meta: tuple[tuple[str, str], ...] = (),
    signatures: tuple[tuple[str, str], ...] = (),
    language: str = "zh-hans",
    names: Mapping[str, str] | None = None,
) -> Document:
    """Lays a form's data out in its groups' order; fields nobody filled in stay visible and empty."""
    groups = form.get("x-groups")
    sections = []
    for group in groups if isinstance(groups, list) else []:
        fields = [name for name in group.get("fields", []) if isinstance(name, str)]
        blocks = _blocks(form, fields, data, language, names or {})
        if blocks:
            sections.append(Heading(_pick(group, "title", language), blocks))
    english = language == "en"
    return Document(
        company=company,
        title=_pick(form, "title", language),
        code=str(form.get("x-code", "")),
        version=str(form.get("x-version", "")),
        number=number,
        retention=str(form.get("x-retention", "")),
        meta=meta,
        sections=tuple(sections),
        signatures=signatures,
        language=language,
        empty="not filled in" if english else "未填写",
        page_words="Page {0} of {1}" if english else "第 {0} 页，共 {1} 页",
    )

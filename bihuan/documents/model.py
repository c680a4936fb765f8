"""What stands on the paper, apart from how it is set."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from bihuan.documents.columns import columns as columns_of
from bihuan.documents.conditions import visible_fields
from bihuan.documents.money import capital

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
    """A label and its value, side by side; ``wide`` values take the whole width. ``pictures``: ids among the images."""

    label: str
    value: str
    wide: bool
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under column titles; every row has as many cells as there are columns. ``widths``: shares of the columns."""

    label: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Remark:
    """A heading within a group, or a sentence for whoever reads the paper."""

    title: str
    text: str


Block = Pair | Table | Remark


@dataclass(frozen=True, slots=True)
class Heading:
    """A group of the form with what stands in it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One form, filled in. ``meta`` are the lines of the head, ``signatures`` the lines to sign at the foot.

    ``columns``: pairs side by side. ``secrecy``: who may read it. ``images``: PNG by file id. ``retention``: in words.
    """

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
    columns: int = 2
    landscape: bool = False
    secrecy: str = ""
    foot: tuple[tuple[str, str], ...] = ()
    images: Mapping[str, bytes] = field(default_factory=dict)


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
        said = f"¥{value:,.2f}"
        return said if language == "en" else f"{said}（{capital(value)}）" if capital(value) else said
    if widget in ("person", "department", "departments", "files", "signature") or str(value) in names:
        return names.get(str(value), str(value))
    if widget == "fishbone_branch" or (schema.get("enum") == list(_BRANCHES)):
        pair = _BRANCHES.get(str(value), (str(value), str(value)))
        return pair[1] if language == "en" else pair[0]
    return _option(schema, value, language)[:MAX_TEXT]


def _table(schema: Schema, title: str, rows: list[object], language: str, names: Mapping[str, str]) -> Table:
    columns = columns_of(schema)
    cells = tuple(
        tuple(
            _cell_text(column, cast(Mapping[str, object], row).get(key), language, names)
            for key, column in columns.items()
        )
        for row in rows[:MAX_ROWS]
        if isinstance(row, Mapping)
    )
    titles = tuple(_pick(column, "title", language) or key for key, column in columns.items())
    return Table(title, titles, cells, _widths(schema.get("x-columns"), tuple(columns)))


def _cell_text(schema: Schema, value: object, language: str, names: Mapping[str, str]) -> str:
    """A cell has no room for capital words."""
    if schema.get("x-widget") == "money" and isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:,.2f}"
    return value_text(schema, value, language, names)


def _widths(named: object, columns: tuple[str, ...]) -> tuple[int, ...]:
    """The columns' shares of the width, from pixels or s, m, l of the page; equal where nothing is said."""
    if isinstance(named, Mapping):
        given = [named.get(name) for name in columns]
    else:
        listed = named if isinstance(named, list) else []
        given = [listed[at] if at < len(listed) else None for at in range(len(columns))]
    return tuple(_share(one) for one in given)


def _share(width: object) -> int:
    if isinstance(width, str):
        return {"s": 88, "m": 132, "l": 184}.get(width, 200)
    if isinstance(width, int | float) and not isinstance(width, bool):
        return min(max(int(width), 40), 800)
    return 200


def _is_table(schema: Schema) -> bool:
    items = schema.get("items")
    return isinstance(items, Mapping) and items.get("type") == "object"


@dataclass(frozen=True, slots=True)
class _Writer:
    form: Schema
    data: Mapping[str, object]
    number: str
    language: str
    names: Mapping[str, str]
    images: Mapping[str, bytes]

    def blocks(self, names: list[str]) -> tuple[Block, ...]:
        properties = _properties(self.form)
        shown = visible_fields(properties, self.data)
        known = [(name, properties[name]) for name in names if name in shown]
        return tuple(self.block(name, node) for name, node in known if node.get("x-print") is not False)

    def block(self, name: str, node: Schema) -> Block:
        title, value = _pick(node, "title", self.language) or name, self.data.get(name)
        widget = node.get("x-widget")
        if widget == "heading":
            return Remark(title, _pick(node, "description", self.language))
        if _is_table(node):
            return _table(node, title, value if isinstance(value, list) else [], self.language, self.names)
        if widget == "serial":
            return Pair(title, serial_number(str(node.get("x-prefix") or ""), self.number), False)
        pictures = self.pictures(value) if widget == "signature" else ()
        text = "" if pictures else value_text(node, value, self.language, self.names)
        return Pair(title, text, node.get("x-print") == "wide" or widget in _WIDE, pictures)

    def pictures(self, value: object) -> tuple[str, ...]:
        return tuple(one for one in value if one in self.images) if isinstance(value, list) else ()


_WIDE = ("textarea", "lines", "files", "checks", "departments")


def _properties(form: Schema) -> dict[str, Schema]:
    found = form.get("properties")
    nodes = found if isinstance(found, Mapping) else {}
    return {str(name): node for name, node in nodes.items() if isinstance(node, Mapping)}


def serial_number(prefix: str, number: str) -> str:
    """The serial number of a form: the issue's, with the form's own prefix; "" before there is a number."""
    return f"{prefix}{number}" if number else ""


def retention_words(period: str, language: str) -> str:
    """P3Y in words: how long the paper is kept; what is no such period stays as it is."""
    found = _PERIOD.fullmatch(period)
    if found is None:
        return period
    amount, unit = found[1], found[2]
    if language == "en":
        one = {"Y": "year", "M": "month", "D": "day"}[unit]
        return f"Keep for {amount} {one}{'' if amount == '1' else 's'}"
    chinese = {"Y": "年", "M": "个月", "D": "天"}[unit]
    return f"保存 {amount} {chinese}"


_PERIOD = re.compile(r"P(\d{1,4})([YMD])", re.ASCII)


def _signers(page: Schema, given: tuple[tuple[str, str], ...], language: str) -> tuple[tuple[str, str], ...]:
    """The lines to sign: those that the form names, with the names that are known by their order."""
    named = page.get("signers")
    titles = (
        [_pick(one, "title", language) for one in named if isinstance(one, Mapping)] if isinstance(named, list) else []
    )
    known = [name for _title, name in given]
    lines = [(title, known[at] if at < len(known) else "") for at, title in enumerate(titles[:6]) if title]
    return tuple(lines) or given


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
    images: Mapping[str, bytes] | None = None,
) -> Document:
    """Lays a form's data out in its groups' order; fields nobody filled in stay visible and empty, but for those that
    the form hides. ``images``: PNG of signatures by file id; one that is missing is printed as its name."""
    writer = _Writer(form, data, number, language, names or {}, images or {})
    found = form.get("x-groups")
    groups = [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
    if not groups:
        groups = [{"title": "", "fields": list(_properties(form))}]
    sections = []
    for group in groups:
        fields = group.get("fields")
        blocks = writer.blocks([one for one in fields if isinstance(one, str)] if isinstance(fields, list) else [])
        if blocks:
            sections.append(Heading(_pick(group, "title", language), blocks))
    english = language == "en"
    page = form.get("x-page")
    page = page if isinstance(page, Mapping) else {}
    columns = page.get("columns")
    return Document(
        company=company,
        title=_pick(form, "title", language),
        code=str(form.get("x-code", "")),
        version=str(form.get("x-version", "")),
        number=number,
        retention=retention_words(str(form.get("x-retention", "")), language),
        meta=meta,
        sections=tuple(sections),
        signatures=_signers(page, signatures, language),
        language=language,
        empty="not filled in" if english else "未填写",
        page_words="Page {0} of {1}" if english else "第 {0} 页，共 {1} 页",
        columns=columns if isinstance(columns, int) and columns in (1, 2, 3) else 2,
        landscape=page.get("landscape") is True,
        secrecy=_pick(page, "secrecy", language),
        foot=(("Archive no." if english else "归档号", ""),) if page.get("archive") is True else (),
        images=images or {},
    )

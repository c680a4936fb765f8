"""Blank forms: every field of a form as something to write on, also those that a screen would hide."""

from collections.abc import Mapping
from typing import Final, cast

from bihuan.documents.manual import BlankField, BlankForm
from bihuan.documents.model import retention_words

Schema = Mapping[str, object]
_TALL: Final = frozenset({"textarea", "files", "signature"})
_MOST: Final = 24
"""Boxes to tick; a longer list is written by hand."""


def blank_form(form: Schema, language: str) -> BlankForm:
    """The form for printing, in ``zh`` or ``en``."""
    english = language == "en"
    fields = _nodes(form.get("properties"))
    needed = set(_texts(form.get("required")))
    groups = []
    for group in _groups(form, fields):
        asked = needed | set(_texts(group.get("required")))
        names = [name for name in _texts(group.get("fields")) if name in fields]
        shown = [_field(name, fields[name], name in asked, english) for name in names if _is_asked(fields[name])]
        if shown:
            groups.append((pick(group, "title", english), tuple(shown)))
    version = str(form.get("x-version") or "")
    kept = retention_words(str(form.get("x-retention") or ""), language)
    page = form.get("x-page")
    named = page.get("signers") if isinstance(page, Mapping) else None
    signers = (
        [pick(one, "title", english) for one in named if isinstance(one, Mapping)] if isinstance(named, list) else []
    )
    usual = ["Filled in by", "Checked", "Approved"] if english else ["填表", "审核", "批准"]
    return BlankForm(
        code=str(form.get("x-code") or ""),
        title=pick(form, "title", english),
        foot=" · ".join(one for one in (f"v{version}" if version else "", kept) if one),
        groups=tuple(groups),
        signers=tuple(signers[:6] or usual),
    )


def pick(node: Schema, key: str, english: bool) -> str:
    """A word of a form in the reader's language, in the other where there is none."""
    translated = node.get(f"x-{key}En") or node.get(f"{key}En")
    if english and isinstance(translated, str) and translated:
        return translated
    value = node.get(key)
    return value if isinstance(value, str) else ""


def field_kind(node: Schema, english: bool) -> str:
    """What is to be put into a field, in a word."""
    widget = str(node.get("x-widget") or "")
    if widget in _KINDS:
        return _KINDS[widget][english]
    if isinstance(node.get("enum"), list):
        return _KINDS["choice"][english]
    return _KINDS.get(str(node.get("type") or ""), _KINDS["string"])[english]


_KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "choice": ("单选", "one of several"),
    "select": ("单选", "one of several"),
    "radio": ("单选", "one of several"),
    "rating": ("评分", "rating"),
    "checks": ("多选", "several"),
    "departments": ("部门（多选）", "departments"),
    "department": ("部门", "department"),
    "person": ("人员", "person"),
    "textarea": ("长文本", "long text"),
    "lines": ("多行", "lines"),
    "date": ("日期", "date"),
    "datetime": ("日期时间", "date and time"),
    "money": ("金额", "amount of money"),
    "files": ("附件", "files"),
    "signature": ("签字", "signature"),
    "switch": ("是否", "yes or no"),
    "serial": ("流水号", "serial number"),
    "cascade": ("级联选择", "cascade"),
    "table": ("表格", "table"),
    "timeline": ("时间线", "timeline"),
    "five_whys": ("5Why", "five whys"),
    "fishbone": ("鱼骨图", "fishbone"),
    "boolean": ("是否", "yes or no"),
    "number": ("数字", "number"),
    "integer": ("整数", "whole number"),
    "array": ("多项", "several"),
    "string": ("文本", "text"),
}


def _is_asked(node: Schema) -> bool:
    return node.get("x-print") is not False and node.get("x-widget") != "readonly"


def _field(name: str, node: Schema, required: bool, english: bool) -> BlankField:
    widget = str(node.get("x-widget") or "")
    items = _node(node.get("items"))
    columns = _nodes(items.get("properties"))
    most = node.get("maxLength")
    return BlankField(
        label=pick(node, "title", english) or name,
        required=required,
        hint=pick(node, "description", english),
        options=() if columns else _options(node, items, english),
        tall=widget in _TALL or (isinstance(most, int) and most > 1000),
        columns=tuple(pick(one, "title", english) or key for key, one in columns.items()),
        heading=widget == "heading",
    )


def _options(node: Schema, items: Schema, english: bool) -> tuple[str, ...]:
    source = node if isinstance(node.get("enum"), list) else items
    values = source.get("enum")
    if isinstance(values, list) and 0 < len(values) <= _MOST:
        names = source.get("x-enumNamesEn" if english else "x-enumNames") or node.get(
            "x-enumNamesEn" if english else "x-enumNames"
        )
        words = names if isinstance(names, list) and len(names) == len(values) else values
        return tuple(str(word) for word in words)
    if node.get("type") == "boolean":
        return ("Yes", "No") if english else ("是", "否")
    return ()


def _groups(form: Schema, fields: Mapping[str, Schema]) -> list[Schema]:
    found = form.get("x-groups")
    groups = [cast(Schema, one) for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
    return groups or [{"title": "", "fields": list(fields)}]


def _node(value: object) -> Schema:
    return cast(Schema, value) if isinstance(value, Mapping) else {}


def _nodes(value: object) -> dict[str, Schema]:
    return {str(name): _node(one) for name, one in _node(value).items() if isinstance(one, Mapping)}


def _texts(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []

"""The kinds of fields that a form may have, each with the schema that a new field of it begins with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.documents.requirements import Schema
from bihuan.documents.safety import TIME
from bihuan.web.ui.forms.schema import enum, kind, mapping, widget

_PAIR: Final[Schema] = {
    "enum": ["a", "b"],
    "x-enumNames": ["选项一", "选项二"],
    "x-enumNamesEn": ["Option 1", "Option 2"],
}
_LINE: Final[Schema] = {"type": "string", "maxLength": 200}


@dataclass(frozen=True, slots=True)
class Kind:
    """``node``: what a new field begins with. ``cell``: may be a column of a table. ``shelf``: where it is offered."""

    key: str
    label: str
    icon: str
    shelf: str
    node: Schema
    cell: bool = False


def _row(needed: list[str], **cells: Schema) -> Schema:
    return {
        "type": "object",
        "properties": cells,
        "x-order": list(cells),
        "required": needed,
        "additionalProperties": False,
    }


def _cell(title: str, english: str, node: Schema = _LINE) -> Schema:
    return {**node, "title": title, "x-titleEn": english}


_BRANCHES: Final = ["man", "machine", "material", "method", "environment", "measurement"]
KINDS: Final = (
    Kind("text", gettext_noop("单行文本"), "text", "text", _LINE, cell=True),
    Kind("textarea", gettext_noop("多行文本"), "menu", "text", {"type": "string", "maxLength": 2000, "x-widget": "textarea"}),
    Kind("lines", gettext_noop("清单（每行一项）"), "list", "text",
         {"type": "array", "items": _LINE, "uniqueItems": True, "maxItems": 200, "x-widget": "lines"}),
    Kind("number", gettext_noop("数字"), "scale", "number", {"type": "number"}, cell=True),
    Kind("integer", gettext_noop("整数"), "scale", "number", {"type": "integer"}, cell=True),
    Kind("money", gettext_noop("金额（带大写）"), "scale", "number",
         {"type": "number", "minimum": 0, "maximum": 100_000_000, "multipleOf": 0.01, "x-widget": "money"}, cell=True),
    Kind("rating", gettext_noop("评分"), "star", "number",
         {"type": "integer", "minimum": 1, "maximum": 5, "x-widget": "rating"}),
    Kind("date", gettext_noop("日期"), "calendar", "time",
         {"type": "string", "format": "date", "x-widget": "date"}, cell=True),
    Kind("datetime", gettext_noop("日期时间"), "calendar", "time",
         {"type": "string", "format": "date-time", "x-widget": "datetime"}, cell=True),
    Kind("time", gettext_noop("钟点"), "clock", "time",
         {"type": "string", "pattern": TIME, "x-widget": "time"}, cell=True),
    Kind("choice", gettext_noop("单选"), "status-run", "choice",
         {"type": "string", **_PAIR, "x-widget": "choice"}, cell=True),
    Kind("select", gettext_noop("下拉选择"), "down", "choice",
         {"type": "string", **_PAIR, "x-widget": "select"}, cell=True),
    Kind("checks", gettext_noop("多选"), "check", "choice",
         {"type": "array", "items": {"type": "string", **_PAIR}, "uniqueItems": True, "x-widget": "checks"}),
    Kind("cascade", gettext_noop("级联选择"), "flow", "choice",
         {"type": "string", "enum": ["a/a", "a/b", "b/a"], "x-widget": "cascade",
          "x-enumNames": ["大类一 / 小类一", "大类一 / 小类二", "大类二 / 小类一"],
          "x-enumNamesEn": ["Class 1 / Kind 1", "Class 1 / Kind 2", "Class 2 / Kind 1"]}),
    Kind("switch", gettext_noop("是否"), "check", "choice", {"type": "boolean", "x-widget": "switch"}, cell=True),
    Kind("person", gettext_noop("人员"), "user", "people",
         {"type": "string", "maxLength": 64, "x-widget": "person"}, cell=True),
    Kind("department", gettext_noop("部门"), "team", "people",
         {"type": "string", "maxLength": 64, "x-widget": "department"}, cell=True),
    Kind("departments", gettext_noop("多个部门"), "people", "people",
         {"type": "array", "items": {"type": "string"}, "uniqueItems": True, "maxItems": 10, "x-widget": "departments"}),
    Kind("phone", gettext_noop("电话"), "phone", "people",
         {"type": "string", "maxLength": 64, "format": "phone", "x-widget": "phone", "x-sensitive": True}, cell=True),
    Kind("email", gettext_noop("邮箱"), "mail", "people",
         {"type": "string", "maxLength": 254, "format": "email", "x-widget": "email", "x-sensitive": True}, cell=True),
    Kind("id_number", gettext_noop("身份证号"), "shield", "people",
         {"type": "string", "maxLength": 32, "format": "id-number", "x-widget": "id_number", "x-sensitive": True}),
    Kind("files", gettext_noop("附件"), "clip", "file",
         {"type": "array", "items": {"type": "string", "format": "uuid"}, "maxItems": 20, "x-widget": "files"}),
    Kind("photos", gettext_noop("照片"), "image", "file",
         {"type": "array", "items": {"type": "string", "format": "uuid"}, "maxItems": 20, "x-widget": "files",
          "x-accept": "image"}),
    Kind("signature", gettext_noop("手写签名"), "edit", "file",
         {"type": "array", "items": {"type": "string", "format": "uuid"}, "maxItems": 1, "x-widget": "signature"}),
    Kind("serial", gettext_noop("流水号"), "tag", "layout", {"type": "string", "x-widget": "serial"}),
    Kind("heading", gettext_noop("小标题"), "text", "layout", {"type": "string", "maxLength": 0, "x-widget": "heading"}),
    Kind("table", gettext_noop("明细表"), "columns", "table",
         {"type": "array", "x-widget": "table", "maxItems": 50, "items": _row(
             ["item"], item=_cell("内容", "Item"), done=_cell("完成日期", "Done on",
                                                             {"type": "string", "format": "date", "x-widget": "date"}))}),
    Kind("five_whys", gettext_noop("5Why"), "loop", "table",
         {"type": "array", "x-widget": "five_whys", "maxItems": 5, "items": _row(
             [], why=_cell("为什么", "Why"), answer=_cell("回答", "Answer"), evidence=_cell("证据", "Evidence"))}),
    Kind("fishbone", gettext_noop("鱼骨图"), "flow", "table",
         {"type": "array", "x-widget": "fishbone", "maxItems": 60, "items": _row(
             ["branch", "cause"], branch=_cell("类别", "Branch", {"type": "string", "enum": _BRANCHES}),
             cause=_cell("原因", "Cause"), evidence=_cell("证据", "Evidence"),
             is_root=_cell("根本原因", "Root cause", {"type": "boolean"}))}),
    Kind("timeline", gettext_noop("时间线"), "history", "table",
         {"type": "array", "x-widget": "timeline", "maxItems": 60, "items": _row(
             ["at", "what"],
             at=_cell("时间", "When", {"type": "string", "format": "date-time", "x-widget": "datetime"}),
             what=_cell("发生了什么", "What happened"), evidence=_cell("证据", "Evidence"))}),
)  # fmt: skip
SHELVES: Final = {
    "text": gettext_noop("文字"),
    "number": gettext_noop("数字"),
    "time": gettext_noop("时间"),
    "choice": gettext_noop("选择"),
    "people": gettext_noop("人和联系方式"),
    "file": gettext_noop("文件"),
    "table": gettext_noop("多行"),
    "layout": gettext_noop("编排"),
}
WIDGETS: Final = frozenset({one.key for one in KINDS} - {"number", "integer", "photos"}) | {"readonly"}
_BY_KEY: Final = {one.key: one for one in KINDS}
_OF_TYPES: Final = {"number": "number", "integer": "integer"}


def kind_of(node: Schema) -> str:
    """The key of the kind that a field is of; "" for one that no kind describes."""
    sort = widget(node)
    if sort == "text":
        sort = _OF_TYPES.get(kind(node), "text")
    if sort == "files" and node.get("x-accept") == "image":
        return "photos"
    if sort in ("choice", "select") and not enum(node):
        return ""
    return sort if sort in _BY_KEY else ""


def offered(variables: Mapping[str, Schema]) -> list[dict[str, object]]:
    """The kinds as the builder offers them. ``variables``: fields that would write the chart's declared names."""
    found: list[dict[str, object]] = [
        {
            "key": one.key,
            "name": _(one.label),
            "icon": one.icon,
            "shelf": _(SHELVES[one.shelf]),
            "node": dict(mapping(one.node)),
            "cell": one.cell,
        }
        for one in KINDS
    ]
    return found + [{**_variable(name, node), "variable": name} for name, node in variables.items()]


def _variable(name: str, node: Schema) -> dict[str, object]:
    title = str(node.get("title") or name)
    return {"key": f"={name}", "name": title, "icon": "edge", "shelf": _("流程变量"), "node": dict(node), "cell": False}

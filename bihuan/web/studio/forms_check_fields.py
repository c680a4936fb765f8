"""What may be wrong with one field of a form."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from django.utils.translation import gettext as _

from bihuan.documents import conditions
from bihuan.documents.requirements import Schema, rules_of
from bihuan.web.studio.forms_kinds import WIDGETS
from bihuan.web.ui.forms.schema import ROW_WIDGETS, columns, enum, kind, mapping, objects, option_value, texts, widget

TITLE: Final = 200
_TEXT: Final = 10_000
_MOST_OPTIONS: Final = 500
_MOST_COLUMNS: Final = 20
_CHOOSING: Final = frozenset({"choice", "select", "checks", "cascade"})

Said = Iterator[tuple[str, str]]
"""(part of the field, what is wrong with it)."""


def problems(name: str, node: Schema, known: Mapping[str, Schema], patterns: frozenset[str]) -> Said:
    """Everything wrong with a field of the form whose fields are ``known``."""
    yield from _own(node, patterns)
    if widget(node) in ROW_WIDGETS:
        yield from _columns(node, patterns)
    for part in ("x-visibleWhen", "x-requiredWhen"):
        yield from _conditions(part, name, node.get(part), known)
    if conditions.circle(name, known):
        yield "x-visibleWhen", _("显示条件绕成了一圈，谁都不会出现。")


def _own(node: Schema, patterns: frozenset[str]) -> Said:
    for look in _LOOKS:
        yield from look(node)
    for each in (node, mapping(node.get("items"))):
        pattern = each.get("pattern")
        if pattern is not None and pattern not in patterns:
            yield "pattern", _("不能用自己写的匹配式，请换一种字段。")


def _words(node: Schema) -> Said:
    title = node.get("title")
    if not isinstance(title, str) or not title.strip():
        yield "title", _("还没有名称。")
    for key, most in (("title", TITLE), ("x-titleEn", TITLE), ("description", _TEXT), ("x-descriptionEn", _TEXT)):
        said = node.get(key, "")
        if not isinstance(said, str) or len(said) > most:
            yield key, _("文字太长：最多 %(most)d 个字。") % {"most": most}


def _kind(node: Schema) -> Said:
    named = node.get("x-widget", "text")
    if not isinstance(named, str) or named not in WIDGETS:
        yield "x-widget", _("没有“%(kind)s”这种字段。") % {"kind": str(named)[:40]}
    if kind(node) not in ("string", "number", "integer", "boolean", "array"):
        yield "type", _("没有“%(kind)s”这种内容。") % {"kind": kind(node)[:40]}


def _options(node: Schema) -> Said:
    if widget(node) not in _CHOOSING:
        return
    values = [option_value(one) for one in enum(node)]
    if not values or len(values) > _MOST_OPTIONS:
        yield "enum", _("选项要有 1 到 %(most)d 个。") % {"most": _MOST_OPTIONS}
    if len(set(values)) != len(values) or any(not one.strip() or len(one) > TITLE for one in values):
        yield "enum", _("选项的代号不能空，不能重复，最多 %(most)d 个字。") % {"most": TITLE}
    holder = mapping(node.get("items"))
    for key in ("x-enumNames", "x-enumNamesEn"):
        names = texts(node.get(key)) or texts(holder.get(key))
        if any(not one.strip() or len(one) > TITLE for one in names) or len(names) not in (0, len(values)):
            yield "enum", _("每个选项都要有名称，最多 %(most)d 个字。") % {"most": TITLE}


_LIMITS: Final = (("minLength", "maxLength"), ("minItems", "maxItems"), ("minimum", "maximum"))


def _limits(node: Schema) -> Said:
    for low, high in _LIMITS:
        least, most = node.get(low), node.get(high)
        if isinstance(least, int | float) and isinstance(most, int | float) and least > most:
            yield low, _("最小值大于最大值，什么都填不进去。")
    longest = node.get("maxLength", 0)
    if isinstance(longest, int) and longest > 20_000:
        yield "maxLength", _("一项最多 20,000 个字。")


_LOOKS: Final[tuple[Callable[[Schema], Said], ...]] = (_words, _kind, _options, _limits)


def _columns(node: Schema, patterns: frozenset[str]) -> Said:
    cells = columns(node)
    if not cells or len(cells) > _MOST_COLUMNS:
        yield "items", _("明细表要有 1 到 %(most)d 列。") % {"most": _MOST_COLUMNS}
    for name, cell in cells.items():
        if not name.isidentifier() or not name.isascii() or name.startswith("_"):
            yield "items", _("列的代号“%(name)s”不能用。") % {"name": name[:40]}
        for _part, said in _own(cell, patterns):
            yield "items", _("列“%(name)s”：%(said)s") % {"name": str(cell.get("title") or name)[:40], "said": said}
    needed = texts(mapping(node.get("items")).get("required"))
    if not set(needed) <= set(cells):
        yield "items", _("必填的列不存在。")


def _conditions(part: str, name: str, condition: object, known: Mapping[str, Schema]) -> Said:
    if condition is None:
        return
    asked = condition if isinstance(condition, list) else [condition]
    if len(conditions.entries(condition)) != len(asked) or not asked or len(conditions.tests(condition)) > 20:
        yield part, _("条件读不出来，请重新选择。")
        return
    for test in conditions.tests(condition):
        on = str(test["field"])
        if on not in known:
            yield part, _("条件里的字段“%(name)s”已经没有了。") % {"name": on[:40]}
        elif on == name:
            yield part, _("条件不能看它自己。")
        elif not _fits(test):
            yield part, _("条件还没有选完。")


def _fits(test: Mapping[str, object]) -> bool:
    values = test.get("in", test.get("notIn"))
    if values is not None:
        return (
            isinstance(values, list)
            and 0 < len(values) <= 100
            and not any(isinstance(one, list | dict) for one in values)
        )
    if "filled" in test:
        return isinstance(test["filled"], bool)
    limits = [test[key] for key in ("atLeast", "atMost") if key in test]
    return all(isinstance(one, int | float) and not isinstance(one, bool) for one in limits)


def stray_rules(form: Schema) -> int:
    """How many rules of ``allOf`` say something that the builder cannot show."""
    return len(objects(form.get("allOf"))) - sum(1 for _rule in rules_of(form))

"""What keeps a form from being saved, in the builder's own words and with the place where it stands."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from bihuan.core.errors import Refused
from bihuan.documents.requirements import Schema
from bihuan.documents.safety import DEEPEST, depth, patterns_in, words_from_elsewhere
from bihuan.web.studio import forms_check_fields as of_fields
from bihuan.web.ui.forms.schema import fields, objects, texts

LARGEST: Final = 400_000
MOST_FIELDS: Final = 300
_MOST_GROUPS: Final = 40
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}", re.ASCII)
CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}", re.ASCII)
_PERIOD: Final = re.compile(r"P[0-9]{1,4}[YMD]", re.ASCII)
_NUL: Final = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


class FormTooLarge(Refused):
    code = "form_too_large"
    text = gettext_noop("表单太大：最多 %(most)s 个字段、400 KB。请分成两张表。")


class NotAForm(Refused):
    """``params["why"]``: in the reader's language."""

    code = "not_a_form"
    text = gettext_noop("这张表单没有保存：%(why)s")


@dataclass(frozen=True, slots=True)
class Problem:
    """``field`` or ``group``: where ("" for the form as a whole); ``part``: which property of it."""

    text: str
    field: str = ""
    group: str = ""
    part: str = ""

    def as_data(self) -> dict[str, str]:
        return {"text": self.text, "field": self.field, "group": self.group, "part": self.part}


def check_size(form: object) -> None:
    """Refuses what is not looked at any further: no object, too large, too deep, halves of characters."""
    if not isinstance(form, dict):
        raise NotAForm(params={"why": _("内容不是一张表单。")})
    if depth(form) > DEEPEST:
        raise NotAForm(params={"why": _("内容嵌套太深。")})
    try:
        written = json.dumps(form, ensure_ascii=False, allow_nan=False)
        size = len(written.encode())
    except ValueError:  # halves of characters, numbers that are none
        raise NotAForm(params={"why": _("有些字符不能保存，请重新输入。")}) from None
    if _NUL.search(written):
        raise NotAForm(params={"why": _("有些字符不能保存，请重新输入。")})
    if size > LARGEST or len(fields(form)) > MOST_FIELDS:
        raise FormTooLarge(params={"most": MOST_FIELDS})


def problems(form: Schema, patterns: frozenset[str]) -> list[Problem]:
    """Everything wrong with a form; ``patterns``: those that its fields may use. Empty: it may be saved."""
    structure = list(_structure(form))
    if structure:
        return structure
    found = [*_head(form), *_groups(form)]
    known = fields(form)
    for name, node in known.items():
        found += [
            Problem(said, field=name, part=part) for part, said in of_fields.problems(name, node, known, patterns)
        ]
    return found or list(_odd(form, patterns))


def _structure(form: Schema) -> Iterator[Problem]:
    """What the rest of the check relies on."""
    properties = form.get("properties", {})
    if form.get("type") != "object" or not isinstance(properties, Mapping):
        yield Problem(_("缺少字段的清单。"))
        return
    for name, node in properties.items():
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            yield Problem(
                _("字段代号“%(name)s”不能用：以字母开头，只用字母、数字和下划线，最多 64 个。")
                % {"name": str(name)[:40]}
            )
        elif not isinstance(node, Mapping):
            yield Problem(_("字段“%(name)s”没有内容。") % {"name": name}, field=name)
    groups = form.get("x-groups", [])
    if not isinstance(groups, list) or not all(isinstance(one, Mapping) for one in groups):
        yield Problem(_("分组的清单读不出来。"))
    word = next(iter(words_from_elsewhere(form)), "")
    if word:
        yield Problem(_("表单里不能用 %(word)s：每张表单要自己写全。") % {"word": word})


def _title(node: Schema, key: str) -> str:
    """Why a title cannot stay, "" if it can."""
    title = node.get(key, "")
    if not isinstance(title, str) or len(title) > of_fields.TITLE:
        return _("名称太长：最多 %(most)d 个字。") % {"most": of_fields.TITLE}
    return _("还没有名称。") if not title.strip() and not key.lower().endswith("en") else ""


def _head(form: Schema) -> Iterator[Problem]:
    for key in ("title", "x-titleEn"):
        wrong = _title(form, key)
        if wrong:
            yield Problem(_("表单：%(wrong)s") % {"wrong": wrong}, part=key)
    for key, most in (("x-version", 20), ("x-owner", 200), ("x-retention", 20)):
        if len(str(form.get(key) or "")) > most:
            yield Problem(_("版本、责任人、保存期限：文字太长。"), part=key)
    period = form.get("x-retention") or ""
    if not isinstance(period, str) or (period and not _PERIOD.fullmatch(period)):
        yield Problem(_("保存期限写成数字加年、月、日，例如 3 年。"), part="x-retention")
    page = form.get("x-page", {})
    if not isinstance(page, Mapping) or len(objects(page.get("signers"))) > 6:
        yield Problem(_("打印设置读不出来：签字栏最多 6 个。"), part="x-page")


def _groups(form: Schema) -> Iterator[Problem]:
    groups, known = objects(form.get("x-groups")), set(fields(form))
    if len(groups) > _MOST_GROUPS:
        yield Problem(_("分组太多：最多 %(most)d 个。") % {"most": _MOST_GROUPS})
    keys: set[str] = set()
    placed: set[str] = set()
    for group in groups:
        key = str(group.get("key") or "")
        for part, said in _group(group, keys, known, placed):
            yield Problem(said, group=key, part=part)
        keys.add(key)
        placed |= set(texts(group.get("fields")))
    for name in sorted(known - placed) if groups else ():
        yield Problem(_("字段不在任何分组里，没有人能填。"), field=name)


def _group(group: Schema, keys: set[str], known: set[str], placed: set[str]) -> Iterator[tuple[str, str]]:
    key, own = str(group.get("key") or ""), texts(group.get("fields"))
    wrong = _title(group, "title") or _title(group, "titleEn")
    if wrong:
        yield "title", _("分组：%(wrong)s") % {"wrong": wrong}
    if not _NAME.fullmatch(key) or key in keys:
        yield "key", _("分组代号“%(key)s”重复或不能用：以字母开头，只用字母、数字和下划线。") % {"key": key[:40]}
    stray = sorted((set(own) - known) | (set(own) & placed)) or [name for name in own if own.count(name) > 1]
    if stray:
        yield "fields", _("字段“%(name)s”不存在，或者放了不止一处。") % {"name": stray[0][:40]}
    if not set(texts(group.get("required"))) <= set(own):
        yield "required", _("必填的字段不在这个分组里。")


def _odd(form: Schema, patterns: frozenset[str]) -> Iterator[Problem]:
    """What a validator would stumble over."""
    if patterns_in(form) - patterns:
        yield Problem(_("不能用自己写的匹配式，请换一种字段。"))
    try:
        Draft202012Validator.check_schema(cast(dict[str, object], form))
    except SchemaError as error:
        name = str(error.absolute_path[1]) if len(error.absolute_path) > 1 else ""
        yield Problem(_("不是有效的 JSON Schema：%(why)s") % {"why": error.message[:200]}, field=name)

"""What is wrong with a value, in a sentence that also says how to mend it."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from jsonschema.exceptions import ValidationError

from bihuan.web.ui.filters import number
from bihuan.web.ui.forms.schema import Schema, kind, widget

_Say = Callable[[str, Schema, ValidationError], str]


def _size(value: object) -> int:
    return len(value) if isinstance(value, str | list | dict) else 0


def _limit(error: ValidationError) -> int:
    found: object = error.validator_value
    return found if isinstance(found, int) else 0


def _figure(error: ValidationError) -> str:
    found: object = error.validator_value
    return number(found) if isinstance(found, int | float) else str(found)


def required(label: str, node: Schema) -> str:
    """Nothing was filled in or chosen where something must be."""
    sort = widget(node)
    if sort in ("choice", "select", "checks", "rating", "person", "department", "departments", "cascade"):
        return _("「%(label)s」还没有选，请选一项。") % {"label": label}
    if sort == "signature":
        return _("「%(label)s」还没有签，请手写或输入姓名。") % {"label": label}
    if sort == "files":
        return _("「%(label)s」还没有文件，请上传至少一个。") % {"label": label}
    if sort in ("table", "timeline", "fishbone", "five_whys"):
        return _("「%(label)s」还是空的，请至少填一行。") % {"label": label}
    return _("「%(label)s」还没有填，请填写。") % {"label": label}


def _too_short(label: str, node: Schema, error: ValidationError) -> str:
    have, want = _size(error.instance), _limit(error)
    return ngettext(
        "「%(label)s」只有 %(have)d 个字，至少要 %(want)d 个，请补充。",
        "「%(label)s」只有 %(have)d 个字，至少要 %(want)d 个，请补充。",
        have,
    ) % {"label": label, "have": have, "want": want}


def _too_long(label: str, node: Schema, error: ValidationError) -> str:
    return _("「%(label)s」有 %(have)s 个字，最多 %(want)s 个。请删减，细节可以放进附件。") % {
        "label": label,
        "have": number(_size(error.instance)),
        "want": number(_limit(error)),
    }


def _too_few(label: str, node: Schema, error: ValidationError) -> str:
    have, want = _size(error.instance), _limit(error)
    facts = {"label": label, "have": have, "want": want}
    if widget(node) == "five_whys":
        return _("「%(label)s」只问了 %(have)d 层，至少要 %(want)d 层，请接着往下问。") % facts
    if widget(node) in ("checks", "departments"):
        return _("「%(label)s」只选了 %(have)d 项，至少要 %(want)d 项，请再选。") % facts
    return _("「%(label)s」只有 %(have)d 项，至少要 %(want)d 项，请补充。") % facts


def _too_many(label: str, node: Schema, error: ValidationError) -> str:
    return _("「%(label)s」有 %(have)s 项，最多 %(want)s 项，请去掉一些。") % {
        "label": label,
        "have": number(_size(error.instance)),
        "want": number(_limit(error)),
    }


def _wrong_type(label: str, node: Schema, error: ValidationError) -> str:
    wanted = kind(node)
    shown = str(error.instance)[:40] if isinstance(error.instance, str | int | float) else ""
    if wanted == "integer":
        return _("「%(label)s」要填整数，“%(value)s”不是。请只写数字，例如 12。") % {"label": label, "value": shown}
    if wanted == "number":
        return _("「%(label)s」要填数字，“%(value)s”不是。请只写数字，例如 12 或 12.5。") % {
            "label": label,
            "value": shown,
        }
    return _("「%(label)s」的内容读不出来，请重新填写。") % {"label": label}


def _not_listed(label: str, node: Schema, error: ValidationError) -> str:
    return _("「%(label)s」选的内容不在可选范围里，请重新选择。") % {"label": label}


def _bounded(text: str) -> _Say:
    return lambda label, node, error: _(text) % {"label": label, "want": _figure(error)}


def _decimals(label: str, node: Schema, error: ValidationError) -> str:
    step: object = error.validator_value
    if step == 0.01:
        return _("「%(label)s」最多写两位小数，请改一下。") % {"label": label}
    return _("「%(label)s」要是 %(want)s 的整数倍，请改一下。") % {"label": label, "want": _figure(error)}


def _pattern(label: str, node: Schema, error: ValidationError) -> str:
    if widget(node) == "phone":
        return _("「%(label)s」不像电话号码，请核对，例如 13800001234 或 0571-88001234。") % {"label": label}
    if widget(node) == "time":
        return _("「%(label)s」不是钟点，请写成 14:05 这样。") % {"label": label}
    return _("「%(label)s」的格式不对，请照说明填写。") % {"label": label}


def _format(label: str, node: Schema, error: ValidationError) -> str:
    said = {
        "date": _("「%(label)s」不是日期，请写成 2026-11-21 这样。"),
        "date-time": _("「%(label)s」不是时间，请写成 2026-11-21 14:05 这样。"),
        "phone": _("「%(label)s」不像电话号码，请核对，例如 13800001234 或 0571-88001234。"),
        "id-number": _("「%(label)s」不是有效的身份证号，请逐位核对（18 位，末位可以是 X）。"),
        "email": _("「%(label)s」不像邮箱地址，请核对，例如 name@example.com。"),
        "uri": _("「%(label)s」不是网址，请以 https:// 开头。"),
        "uuid": _("「%(label)s」里有文件没有传上，请移除后重新上传。"),
    }
    return said.get(str(error.validator_value), _("「%(label)s」的格式不对，请照说明填写。")) % {"label": label}


def _unknown(label: str, node: Schema, error: ValidationError) -> str:
    return _("「%(label)s」里有表单没有的内容，请刷新页面后再填。") % {"label": label}


def _doubled(label: str, node: Schema, error: ValidationError) -> str:
    return _("「%(label)s」有重复的内容，请去掉。") % {"label": label}


_SAY: Mapping[str, _Say] = {
    "minLength": _too_short,
    "maxLength": _too_long,
    "minItems": _too_few,
    "maxItems": _too_many,
    "type": _wrong_type,
    "enum": _not_listed,
    "const": _not_listed,
    "pattern": _pattern,
    "format": _format,
    "multipleOf": _decimals,
    "minimum": _bounded(gettext_noop("「%(label)s」不能小于 %(want)s，请改一下。")),
    "maximum": _bounded(gettext_noop("「%(label)s」不能大于 %(want)s，请改一下。")),
    "exclusiveMinimum": _bounded(gettext_noop("「%(label)s」要大于 %(want)s，请改一下。")),
    "exclusiveMaximum": _bounded(gettext_noop("「%(label)s」要小于 %(want)s，请改一下。")),
    "uniqueItems": _doubled,
    "additionalProperties": _unknown,
    "unevaluatedProperties": _unknown,
    "contains": _too_few,
}


def sentence(label: str, node: Schema, error: ValidationError) -> str:
    """The sentence for an error of the validator at a field with this label."""
    say = _SAY.get(str(error.validator))
    return say(label, node, error) if say else _("「%(label)s」不符合表单的要求，请检查。") % {"label": label}

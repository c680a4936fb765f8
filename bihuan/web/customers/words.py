"""Words of this room for pages, and the tabs over its pages."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.core.actor import Actor
from bihuan.customers.rules import mask_email, mask_phone

IDENTITIES = {
    "phone": gettext_noop("电话"),
    "email": gettext_noop("邮箱"),
    "wechat": gettext_noop("微信"),
    "other": gettext_noop("其他"),
}
PURPOSES = {
    "service": gettext_noop("处理问题"),
    "callback": gettext_noop("回访与满意度调查"),
    "recording": gettext_noop("通话录音"),
    "marketing": gettext_noop("营销信息"),
    "sharing": gettext_noop("向第三方提供"),
}
BASES = {
    "consent": gettext_noop("本人同意"),
    "contract": gettext_noop("履行合同所必需"),
    "law": gettext_noop("法定义务"),
}
REQUESTS = {
    "access": gettext_noop("查阅、复制"),
    "correct": gettext_noop("更正、补充"),
    "delete": gettext_noop("删除"),
    "withdraw": gettext_noop("撤回同意"),
    "explain": gettext_noop("说明处理规则"),
}
KINDS = {"organisation": gettext_noop("企业"), "person": gettext_noop("个人")}
CLEARS = {
    "listen": gettext_noop("听清楚"),
    "ask": gettext_noop("问清楚"),
    "follow": gettext_noop("跟清楚"),
    "repeat": gettext_noop("复清楚"),
    "record": gettext_noop("记清楚"),
}


def options(words: dict[str, str], empty: str = "") -> list[tuple[str, str]]:
    """(value, words) of a select, with an empty choice in front where there are words for it."""
    first = [("", empty)] if empty else []
    return [*first, *((key, _(text)) for key, text in words.items())]


def area(actor: Actor) -> list[dict[str, str]]:
    """The tabs over the pages about customers."""
    found = [
        {"key": "customers", "text": _("客户"), "href": reverse("web:customers")},
        {"key": "visits", "text": _("来访来电"), "href": reverse("web:visits")},
        {"key": "registers", "text": _("台帐"), "href": reverse("web:registers")},
        {"key": "endings", "text": _("到期"), "href": reverse("web:endings")},
    ]
    if actor.can("customers.privacy") or actor.can("customers.edit"):
        found.append({"key": "privacy", "text": _("个人信息请求"), "href": reverse("web:privacy")})
    return found


def mask_identity(kind: str, value: str) -> str:
    """Enough to recognise it."""
    if kind == "phone":
        return mask_phone(value)
    if kind == "email":
        return mask_email(value)
    return f"{value[:2]}***" if len(value) > 2 else "***"

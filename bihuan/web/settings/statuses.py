"""状态与重开: what the statuses are called here, and how long a result may be answered."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from bihuan.core.clock import system_now
from bihuan.core.errors import Refused
from bihuan.core.settings import AnyKey, Key, SettingNotValid, change_settings, value
from bihuan.issues.operations.reopening import CLOSE_DAYS, REOPEN_DAYS
from bihuan.issues.queries.statuses import OWN
from bihuan.issues.rules.status import CLOSED, NAMES
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of
from bihuan.web.settings.sections import settings_context
from bihuan.web.ui.words import STATUSES

_DAYS: dict[str, tuple[Key[int], str, str]] = {
    "reopen_days": (
        REOPEN_DAYS,
        gettext_noop("关闭后几个工作日内可重开"),
        gettext_noop("期限内客户再来信，重开同一件；过了期限或已归档，另开一件并接续。只说谢谢的、自动回复都不算。"),
    ),
    "close_days": (
        CLOSE_DAYS,
        gettext_noop("几个工作日没有答复就办结"),
        gettext_noop("从告知结果、请客户确认那天的第二天算起；0 表示不自动办结。图上画了更短的等待时间时，以图为准。"),
    ),
}


class NotDays(Refused):
    code = "not_days"
    text = gettext_noop("天数要填整数。")


def _values(request: HttpRequest) -> dict[AnyKey, object]:
    values: dict[AnyKey, object] = {}
    for code, (zh, en) in OWN.items():
        values[zh] = " ".join(request.POST.get(f"{code}_zh", "").replace("\x00", "").split())
        values[en] = " ".join(request.POST.get(f"{code}_en", "").replace("\x00", "").split())
    for name, (key, _label, _about) in _DAYS.items():
        text = request.POST.get(name, "").strip()
        if not (text.isascii() and text.isdecimal()) or len(text) > 4:
            raise NotDays
        values[key] = int(text)
    return values


def _rows(request: HttpRequest, wrong: str) -> list[dict[str, object]]:
    posted = request.method == "POST"
    return [
        {
            "code": code,
            "tone": STATUSES[code].tone,
            "icon": STATUSES[code].icon,
            "zh": NAMES[code][0],
            "en": NAMES[code][1],
            "own_zh": request.POST.get(f"{code}_zh", "")[:200] if posted else value(zh),
            "own_en": request.POST.get(f"{code}_en", "")[:200] if posted else value(en),
            "ends": code in CLOSED,
            "wrong": wrong in (zh.name, en.name),
        }
        for code, (zh, en) in OWN.items()
        if code != "draft"
    ]


def _show(request: HttpRequest, refused: Refused | None = None) -> HttpResponse:
    wrong = refused.setting if isinstance(refused, SettingNotValid) else ""
    context = settings_context(actor_of(request), "statuses") | {
        "rows": _rows(request, wrong),
        "days": [
            {
                "name": name,
                "label": _(label),
                "about": _(about),
                "value": request.POST.get(name, str(value(key)))[:20],
                "least": key.least,
                "most": key.most,
                "wrong": wrong == key.name,
            }
            for name, (key, label, about) in _DAYS.items()
        ],
        "said": _said(refused),
    }
    return render(request, "settings/statuses.html", context, status=422 if refused else 200)


def _said(refused: Refused | None) -> str:
    if isinstance(refused, SettingNotValid) and refused.setting.startswith("issues.status."):
        return _("名称太长：中文最多 20 个字，英文最多 40 个字符。")
    return refusal_text(refused) if refused else ""


@require_http_methods(["GET", "POST"])
@login_required
def page(request: HttpRequest) -> HttpResponse:
    """Names by code, and the two periods. What was typed stays when it is refused."""
    actor = actor_of(request)
    settings_context(actor, "statuses")
    if request.method == "GET":
        return _show(request)
    try:
        change_settings(values=_values(request), actor=actor, now=system_now())
    except Refused as refused:
        if refused.status != 422:
            raise
        return _show(request, refused)
    messages.success(request, _("已保存，各处马上按新的名称显示。"))
    return redirect("web:settings_statuses")

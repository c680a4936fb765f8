"""登录与安全: how safe signing in must be, and the company's identity provider."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from bihuan.accounts import policy
from bihuan.accounts import queries as accounts
from bihuan.core.clock import system_now
from bihuan.core.errors import Refused
from bihuan.core.settings import AnyKey, Key, SettingNotValid, change_settings, value
from bihuan.web.account.entering import whole_address
from bihuan.web.account.oidc import PROVIDER_ID
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of
from bihuan.web.settings.sections import settings_context
from bihuan.web.ui.environment import in_language

_NUMBERS: dict[str, tuple[Key[int], str, str]] = {
    "lock_after": (policy.LOCK_AFTER, gettext_noop("连续输错几次锁定"), gettext_noop("次")),
    "lock_minutes": (policy.LOCK_MINUTES, gettext_noop("锁定多久"), gettext_noop("分钟")),
    "session_hours": (policy.SESSION_HOURS, gettext_noop("多久不操作自动退出"), gettext_noop("小时")),
    "password_length": (policy.PASSWORD_LENGTH, gettext_noop("密码最短"), gettext_noop("个字符")),
    "sign_in_months": (policy.SIGN_IN_MONTHS, gettext_noop("登录日志保存"), gettext_noop("个月")),
}


class BadProvider(Refused):
    code = "bad_provider"
    text = gettext_noop("地址要以 https:// 开头（本机调试可用 http://localhost），应用编号不能为空。")


class NotANumber(Refused):
    code = "not_a_number"
    text = gettext_noop("请填写整数。")


def _policy_values(request: HttpRequest) -> dict[AnyKey, object]:
    values: dict[AnyKey, object] = {}
    for name, (key, _label, _unit) in _NUMBERS.items():
        text = request.POST.get(name, "").strip()
        if not text.isdecimal() or len(text) > 9:
            raise NotANumber(params={})
        values[key] = int(text)
    known = {role.key for role in accounts.roles()}
    values[policy.CODE_ROLES] = tuple(role for role in request.POST.getlist("code_role")[:200] if role in known)
    return values


def _provider_values(request: HttpRequest) -> dict[AnyKey, object]:
    said = {
        name: request.POST.get(name, "").strip()[:300] for name in ("name", "server", "client", "role", "department")
    }
    local = said["server"].startswith(("http://localhost", "http://127.0.0.1"))
    if said["server"] and (not said["client"] or not (said["server"].startswith("https://") or local)):
        raise BadProvider
    domains = request.POST.get("domains", "").lower().replace("，", ",").replace("@", "").split(",")
    return {
        policy.OIDC_NAME: said["name"][:60],
        policy.OIDC_SERVER: said["server"],
        policy.OIDC_CLIENT: said["client"],
        policy.OIDC_SECRET: request.POST.get("secret", "")[:300],
        policy.OIDC_DOMAINS: tuple(each.strip()[:100] for each in domains if each.strip())[:50],
        policy.OIDC_ROLE: said["role"][:64],
        policy.OIDC_DEPARTMENT: said["department"][:64],
        policy.OIDC_TRUSTED: request.POST.get("second_factor") == "1",
    }


def _show(request: HttpRequest, refused: Refused | None = None) -> HttpResponse:
    wrong = refused.setting if isinstance(refused, SettingNotValid) else ""
    chosen = set(request.POST.getlist("code_role")) if "lock_after" in request.POST else set(value(policy.CODE_ROLES))
    provider = policy.provider()
    context = settings_context(actor_of(request), "security") | {
        "numbers": [
            {
                "name": name,
                "label": _(label),
                "unit": _(unit),
                "value": request.POST.get(name, str(value(key))),
                "least": key.least,
                "most": key.most,
                "error": refusal_text(refused) if refused is not None and key.name == wrong else "",
            }
            for name, (key, label, unit) in _NUMBERS.items()
        ],
        "roles": [
            {"key": role.key, "name": in_language(role.name, role.name_en), "on": role.key in chosen}
            for role in accounts.roles()
        ],
        "departments": [
            {"key": place.key, "name": in_language(place.name, place.name_en)} for place in accounts.departments()
        ],
        "oidc": {
            "name": request.POST.get("name", value(policy.OIDC_NAME)),
            "server": request.POST.get("server", value(policy.OIDC_SERVER)),
            "client": request.POST.get("client", value(policy.OIDC_CLIENT)),
            "domains": request.POST.get("domains", ", ".join(value(policy.OIDC_DOMAINS))),
            "role": request.POST.get("role", value(policy.OIDC_ROLE)),
            "department": request.POST.get("department", value(policy.OIDC_DEPARTMENT)),
            "has_secret": bool(value(policy.OIDC_SECRET)),
            "second_factor": value(policy.OIDC_TRUSTED),
            "fixed": provider is not None and provider.fixed,
            "on": provider is not None,
            "callback": whole_address(request, reverse("openid_connect_callback", args=[PROVIDER_ID])),
        },
        "said": refusal_text(refused) if refused else "",
    }
    return render(request, "settings/security.html", context, status=422 if refused else 200)


@sensitive_post_parameters("secret")
@require_http_methods(["GET", "POST"])
@login_required
def page(request: HttpRequest) -> HttpResponse:
    """The rules of the door; ``part`` says which of the two forms was sent."""
    actor = actor_of(request)
    settings_context(actor, "security")
    if request.method == "GET":
        return _show(request)
    try:
        values = _provider_values(request) if request.POST.get("part") == "oidc" else _policy_values(request)
        change_settings(values=values, actor=actor, now=system_now())
    except Refused as refused:
        if refused.status != 422:
            raise
        return _show(request, refused)
    messages.success(request, _("已保存，从下一次登录起生效。"))
    return redirect("web:settings_security")

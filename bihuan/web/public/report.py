"""The public form: anybody can report an issue."""

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.channels import operations as channels
from bihuan.channels.operations import FormReport
from bihuan.core.clock import system_now
from bihuan.core.errors import Refused
from bihuan.core.links import sign_link
from bihuan.web.issues.uploads import uploaded
from bihuan.web.limits import allow
from bihuan.web.present.company import company
from bihuan.web.refusals import refusal_text
from bihuan.web.request import client_address, language_of

_FIELDS = ("title", "description", "name", "phone", "email", "urgency", "consent")
_LIMITS = {"title": 300, "description": 100_000, "name": 200, "phone": 64, "email": 254}


def _data(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "").strip() for name in _FIELDS}


def _check(data: dict[str, str]) -> dict[str, str]:
    errors = {
        name: _("太长：最多 %(n)d 个字，现在 %(m)d 个。") % {"n": limit, "m": len(data[name])}
        for name, limit in _LIMITS.items()
        if len(data[name]) > limit
    }
    for name, words in (
        ("title", _("请用一句话说明问题。")),
        ("description", _("请写明具体情况。")),
        ("name", _("请写下您的姓名或公司。")),
    ):
        if not data[name]:
            errors[name] = words
    if not data["phone"] and not data["email"]:
        errors["phone"] = _("手机和邮箱至少填一个，否则我们无法告诉您进展。")
    if not data["consent"]:
        errors["consent"] = _("需要您同意后才能登记。")
    return errors


def _show(request: HttpRequest, data: dict[str, str], errors: dict[str, str], status: int = 200) -> HttpResponse:
    names = (*_FIELDS, "files")
    context = {
        "company": company(),
        "data": data,
        "errors": {name: errors.get(name, "") for name in names},
        "failed": bool(errors),
        "key": request.POST.get("idempotency_key") or uuid4().hex,
        "urgencies": [
            ("high", _("高"), _("影响核心业务或正在造成重大损失")),
            ("medium", _("中"), _("影响部分功能或使用体验")),
            ("low", _("低"), _("轻微疑问或建议")),
        ],
    }
    return render(request, "public/report.html", context, status=status)


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The form; after posting, the progress page of the new issue."""
    if request.method == "GET":
        return _show(request, {**dict.fromkeys(_FIELDS, ""), "urgency": "medium"}, {})
    data = _data(request)
    if request.POST.get("website"):  # only a robot fills in what nobody sees
        return redirect(reverse("web:report"))
    errors = _check(data)
    if errors:
        return _show(request, data, errors, status=422)
    try:
        allow(f"report:{client_address(request)}", per_minute=30)
        issue = channels.receive_web_form(
            report=FormReport(
                title=data["title"],
                description=data["description"],
                name=data["name"],
                email=data["email"],
                phone=data["phone"],
                urgency=data["urgency"],
                language=language_of(request),
                files=list(uploaded(request)),
            ),
            key=request.POST.get("idempotency_key", "") or uuid4().hex,
            now=system_now(),
        )
    except Refused as refused:
        return _show(request, data, {"title": refusal_text(refused)}, status=refused.status)
    token = sign_link(purpose="progress", subject=issue.pk, now=system_now())
    return redirect(reverse("web:progress", args=[token]))

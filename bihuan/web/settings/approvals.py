"""审批规则: how strictly who writes and who approves are kept apart."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from bihuan.core.clock import system_now
from bihuan.core.settings import value
from bihuan.issues.operations import save_self_approval
from bihuan.issues.queries import SELF_APPROVAL
from bihuan.web.request import actor_of
from bihuan.web.settings.sections import settings_context

_LEVELS = (
    (
        "strict",
        gettext_noop("严格"),
        gettext_noop("写的人和办那一步的人都不能审批；没有别人时交给部门主管或上级主管。"),
    ),
    ("authors", gettext_noop("写的人不能审批"), gettext_noop("只看内容是谁交的；替别人交的，原来的办理人还可以审批。")),
    ("off", gettext_noop("不限制"), gettext_noop("可以审批自己写的内容。人少的公司才这样用。")),
)


@require_http_methods(["GET", "POST"])
@login_required
def page(request: HttpRequest) -> HttpResponse:
    """One choice of three."""
    actor = actor_of(request)
    context = settings_context(actor, "approvals")
    if request.method == "POST":
        save_self_approval(strictness=request.POST.get("strictness", ""), actor=actor, now=system_now())
        messages.success(request, _("已保存，之后开始的审批按它办。"))
        return redirect("web:settings_approvals")
    chosen = value(SELF_APPROVAL)
    levels = [{"key": key, "name": _(name), "about": _(about), "on": key == chosen} for key, name, about in _LEVELS]
    return render(request, "settings/approvals.html", context | {"levels": levels})

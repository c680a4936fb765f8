"""通知邮件: whether notices go by mail, what they name, and which could not be delivered."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.channels import queries as channels
from bihuan.channels.policy import MAIL_STAFF, MAIL_TITLES
from bihuan.core.clock import system_now
from bihuan.core.settings import AnyKey, change_settings, value
from bihuan.web.request import actor_of
from bihuan.web.settings.sections import settings_context


@require_http_methods(["GET", "POST"])
@login_required
def page(request: HttpRequest) -> HttpResponse:
    """Two switches, and the mails that failed."""
    actor = actor_of(request)
    context = settings_context(actor, "notices")
    if request.method == "POST":
        chosen: dict[AnyKey, object] = {
            MAIL_STAFF: request.POST.get("mail") == "1",
            MAIL_TITLES: request.POST.get("titles") == "1",
        }
        change_settings(values=chosen, actor=actor, now=system_now())
        messages.success(request, _("已保存，马上生效。"))
        return redirect("web:settings_notices")
    context |= {
        "mail": value(MAIL_STAFF),
        "titles": value(MAIL_TITLES),
        "failed": channels.failed_staff_mail(actor=actor),
        "now": system_now(),
    }
    return render(request, "settings/notices.html", context)

"""撤回发送: for how many seconds one's replies can be taken back, and the company's maximum."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.core.clock import system_now
from bihuan.core.settings import change_settings, value
from bihuan.issues import operations, queries
from bihuan.issues.rules.conversation import DEFAULT_HOLD, HOLDS
from bihuan.web.request import actor_of, number_of
from bihuan.web.settings.sections import settings_context


@require_http_methods(["GET", "POST"])
@login_required
def page(request: HttpRequest) -> HttpResponse:
    """One's own choice; for those who set things up the maximum too."""
    actor = actor_of(request)
    context = settings_context(actor, "replies")
    if request.method == "POST":
        operations.choose_hold(seconds=number_of(request.POST.get("own")) or 0, actor=actor)
        if "most" in request.POST:
            most = number_of(request.POST["most"]) or 0
            change_settings(values={queries.HOLD_MOST: most}, actor=actor, now=system_now())
        messages.success(request, _("已保存，马上生效。"))
        return redirect("web:settings_replies")
    own = queries.own_hold(actor=actor)
    context |= {
        "choices": HOLDS,
        "own": DEFAULT_HOLD if own is None else own,
        "most": value(queries.HOLD_MOST),
        "may_set": actor.can("settings.edit"),
    }
    return render(request, "settings/replies.html", context)

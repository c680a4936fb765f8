"""Which kinds of issues run on a chart."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.clock import system_now
from bihuan.issues import operations as issues
from bihuan.issues import queries
from bihuan.web.request import actor_of
from bihuan.web.ui.environment import in_language


def types_panel(key: str) -> list[dict[str, object]]:
    """All kinds of issues with the chart that theirs run on."""
    return [
        {
            "key": kind.key,
            "name": in_language(kind.name, kind.name_en),
            "here": kind.flow == key,
            "elsewhere": kind.flow if kind.flow not in ("", key) else "",
        }
        for kind in queries.issue_types()
        if kind.is_active
    ]


@require_POST
@login_required
def route(request: HttpRequest, key: str) -> HttpResponse:
    """New issues of the ticked kinds run on this chart."""
    issues.route_types(
        flow=key, type_keys=request.POST.getlist("type")[:500], actor=actor_of(request), now=system_now()
    )
    messages.success(request, _("已保存：新的问题按这里走，办理中的不变。"))
    return redirect("web:chart", key)

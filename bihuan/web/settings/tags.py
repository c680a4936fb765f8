"""标签: the dictionary."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from bihuan.core.clock import system_now
from bihuan.core.errors import Refused
from bihuan.issues import operations, queries
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of, number_of
from bihuan.web.settings.sections import settings_context

COLOURS = (
    ("blue", gettext_noop("蓝")), ("cyan", gettext_noop("青")), ("green", gettext_noop("绿")), ("gold", gettext_noop("金")),
    ("orange", gettext_noop("橙")), ("red", gettext_noop("红")), ("purple", gettext_noop("紫")), ("grey", gettext_noop("灰")),
)  # fmt: skip


def _show(request: HttpRequest, refused: Refused | None = None) -> HttpResponse:
    rows = [
        {"id": tag.pk, "name": tag.name, "name_en": tag.name_en, "colour": tag.colour, "active": tag.is_active}
        for tag in queries.tags()
    ]
    context = settings_context(actor_of(request), "tags") | {
        "tags": rows,
        "colours": [(key, _(word)) for key, word in COLOURS],
        "typed": {name: request.POST.get(name, "")[:200] for name in ("name", "name_en", "colour")} if refused else {},
        "said": refusal_text(refused) if refused else "",
    }
    return render(request, "settings/tags.html", context, status=refused.status if refused else 200)


@require_http_methods(["GET", "POST"])
@login_required
def page(request: HttpRequest) -> HttpResponse:
    """All tags, each editable in its line; the first line is a new one."""
    actor = actor_of(request)
    settings_context(actor, "tags")
    if request.method == "GET":
        return _show(request)
    try:
        tag = operations.save_tag(
            tag_id=number_of(request.POST.get("tag")),
            name=request.POST.get("name", ""),
            name_en=request.POST.get("name_en", ""),
            colour=request.POST.get("colour", "blue"),
            is_active=request.POST.get("active", "1") == "1",
            actor=actor,
            now=system_now(),
        )
    except Refused as refused:
        if refused.status not in (409, 422):
            raise
        return _show(request, refused)
    messages.success(request, _("已保存标签“%(name)s”。") % {"name": tag.name})
    return redirect("web:settings_tags")

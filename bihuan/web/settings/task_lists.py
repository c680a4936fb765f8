"""任务清单: tasks that are kept ready, by hand or for a step."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.core.clock import system_now
from bihuan.core.errors import NotFound, Refused
from bihuan.issues import operations, queries
from bihuan.issues.queries import KeptList
from bihuan.issues.rules.tasks import read_lines, write_lines
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of
from bihuan.web.settings.sections import settings_context
from bihuan.web.ui.environment import in_language

_NAMES = ("name", "name_en", "type", "node", "tasks")


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """All lists."""
    context = settings_context(actor_of(request), "task_lists")
    types = {kind.pk: in_language(kind.name, kind.name_en) for kind in queries.issue_types()}
    rows = [
        {
            "id": each.id,
            "name": in_language(each.name, each.name_en),
            "active": each.is_active,
            "type": types.get(each.type_id or 0, ""),
            "node": each.node,
            "count": len(each.tasks),
            "titles": [task.title for task in each.tasks[:4]],
        }
        for each in queries.task_lists()
    ]
    return render(request, "settings/task_lists.html", context | {"lists": rows})


def _typed(request: HttpRequest, found: KeptList | None) -> dict[str, str]:
    if request.method == "POST":
        return {name: request.POST.get(name, "")[:20_000] for name in _NAMES}
    if found is None:
        return dict.fromkeys(_NAMES, "")
    kind = next((each for each in queries.issue_types() if each.pk == found.type_id), None)
    return {
        "name": found.name,
        "name_en": found.name_en,
        "type": kind.key if kind else "",
        "node": found.node,
        "tasks": write_lines(found.tasks),
    }


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest, list_id: int | None = None) -> HttpResponse:
    """One list, or a new one."""
    actor = actor_of(request)
    context = settings_context(actor, "task_lists")
    found = queries.task_list(list_id) if list_id is not None else None
    if list_id is not None and found is None:
        raise NotFound
    said, status, typed = "", 200, _typed(request, found)
    if request.method == "POST":
        try:
            saved = operations.save_task_list(
                list_id=list_id,
                name=typed["name"],
                name_en=typed["name_en"],
                type_key=typed["type"],
                node=typed["node"],
                tasks=read_lines(typed["tasks"]),
                is_active=request.POST.get("active", "1") == "1",
                actor=actor,
                now=system_now(),
            )
            messages.success(request, _("已保存“%(name)s”。") % {"name": saved.name})
            return redirect("web:settings_task_lists")
        except Refused as refused:
            if refused.status != 422:
                raise
            said, status = refusal_text(refused), 422
    context |= {
        "typed": typed,
        "found": {"id": found.id, "active": found.is_active} if found else None,
        "types": [(kind.key, in_language(kind.name, kind.name_en)) for kind in queries.issue_types()],
        "said": said,
    }
    return render(request, "settings/task_list.html", context, status=status)

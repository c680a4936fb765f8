"""问题模板: what "new issue" can begin with."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.core.clock import system_now
from bihuan.core.errors import Refused
from bihuan.issues import operations, queries
from bihuan.issues.models import IssueTemplate
from bihuan.issues.operations import NewTemplate
from bihuan.issues.rules.limits import LEVELS
from bihuan.web.present.words import level_name
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of, number_of
from bihuan.web.settings.sections import settings_context
from bihuan.web.ui.environment import in_language

Context = dict[str, object]
_TEXTS = ("name", "title", "text", "urgency", "impact")


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """All of them, in the order in which they are offered."""
    actor = actor_of(request)
    context = settings_context(actor, "issue_templates")
    rows = [
        {
            "id": row.pk,
            "name": row.name,
            "title": row.title,
            "type": in_language(row.type.name, row.type.name_en) if row.type else "",
            "active": row.is_active,
        }
        for row in queries.issue_templates(actor=actor, active=False)
    ]
    return render(request, "settings/issue_templates.html", context | {"rows": rows})


def _typed(request: HttpRequest, row: IssueTemplate | None) -> dict[str, str]:
    if request.method == "POST":
        return {name: request.POST.get(name, "") for name in (*_TEXTS, "type", "task_list", "revision")}
    if row is None:
        return dict.fromkeys((*_TEXTS, "type", "task_list", "revision"), "")
    return {name: str(getattr(row, name)) for name in _TEXTS} | {
        "type": row.type.key if row.type else "",
        "task_list": str(row.task_list_id or ""),
        "revision": str(row.revision),
    }


def _save(request: HttpRequest, template_id: int | None, typed: dict[str, str]) -> str:
    actor, now = actor_of(request), system_now()
    if template_id is not None and request.POST.get("do") == "delete":
        operations.delete_issue_template(template_id=template_id, actor=actor, now=now)
        return _("已删除模板。")
    saved = operations.save_issue_template(
        template_id=template_id,
        given=NewTemplate(
            **{name: typed[name] for name in _TEXTS},
            type_key=typed["type"],
            tags=[number for text in request.POST.getlist("tag")[:20] if (number := number_of(text))],
            task_list_id=number_of(typed["task_list"]),
            is_active=request.POST.get("active", "1") == "1",
        ),
        revision=int(typed["revision"]) if typed["revision"].isdecimal() else 0,
        actor=actor,
        now=now,
    )
    return _("已保存“%(name)s”。") % {"name": saved.name}


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest, template_id: int | None = None) -> HttpResponse:
    """One of them, or a new one."""
    actor = actor_of(request)
    context = settings_context(actor, "issue_templates")
    row = None
    if template_id is not None:
        row = queries.issue_template(actor=actor, template_id=template_id, active=False)
    typed = _typed(request, row)
    said, status = "", 200
    if request.method == "POST":
        try:
            messages.success(request, _save(request, template_id, typed))
            return redirect("web:settings_issue_templates")
        except Refused as refused:
            if refused.status not in (409, 422):
                raise
            said, status = refusal_text(refused), refused.status
    chosen = {str(each) for each in row.tags} if row and request.method == "GET" else set(request.POST.getlist("tag"))
    context |= {"typed": typed, "said": said} | _choices(row, chosen)
    return render(request, "settings/issue_template_edit.html", context, status=status)


def _choices(row: IssueTemplate | None, chosen: set[str]) -> Context:
    return {
        "found": {"id": row.pk, "active": row.is_active, "name": row.name} if row else None,
        "types": [(kind.key, in_language(kind.name, kind.name_en)) for kind in queries.issue_types()],
        "levels": [(level, level_name(level)) for level in reversed(LEVELS)],
        "lists": [(str(one.id), in_language(one.name, one.name_en)) for one in queries.task_lists() if one.is_active],
        "tags": [
            (str(tag.pk), in_language(tag.name, tag.name_en), tag.colour, str(tag.pk) in chosen)
            for tag in queries.tags_in_use()
        ],
    }

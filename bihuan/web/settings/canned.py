"""快捷回复: texts kept ready, one's own, a department's, everybody's; and macros."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.accounts import queries as accounts
from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.core.errors import Refused
from bihuan.issues import operations, queries
from bihuan.issues.models import CannedReply
from bihuan.issues.operations import NewReply
from bihuan.issues.rules.canned import VARIABLES, clean_actions, fill
from bihuan.issues.rules.words import priority_words
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of
from bihuan.web.settings.sections import settings_context
from bihuan.web.ui.environment import in_language

Context = dict[str, object]
_TEXTS = ("name", "name_en", "folder", "text", "text_en", "scope", "department")


def may_change(actor: Actor, row: CannedReply) -> bool:
    """Whether the page offers to change it; the operation judges by itself."""
    if row.owner_id is not None:
        return row.owner_id == actor.user_id
    return actor.can("settings.edit") or ("head", row.department_id) in actor.posts


def scope_words(row: CannedReply) -> str:
    """Who has it."""
    if row.owner_id is not None:
        return _("我的")
    return in_language(row.department.name, row.department.name_en) if row.department else _("全公司")


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """The replies that the reader may use or change; ``?q=`` looks for words."""
    actor = actor_of(request)
    context = settings_context(actor, "canned")
    q = request.GET.get("q", "").strip()[:60]
    rows = [
        {
            "id": row.pk,
            "name": in_language(row.name, row.name_en),
            "folder": row.folder,
            "text": in_language(row.text, row.text_en),
            "scope": scope_words(row),
            "active": row.is_active,
            "macro": bool(row.actions),
            "may_change": may_change(actor, row),
        }
        for row in queries.canned_replies(actor=actor, everything=True)
        if not q or any(q.lower() in part.lower() for part in (row.name, row.name_en, row.folder, row.text))
    ]
    return render(request, "settings/canned.html", context | {"replies": rows, "q": q})


def _typed(request: HttpRequest, row: CannedReply | None) -> dict[str, str]:
    if request.method == "POST":
        return {name: request.POST.get(name, "") for name in _TEXTS}
    if row is None:
        return dict.fromkeys(_TEXTS, "") | {"scope": "own"}
    scope = "own" if row.owner_id else "department" if row.department_id else "all"
    typed = {name: getattr(row, name) for name in ("name", "name_en", "folder", "text", "text_en")}
    return typed | {"scope": scope, "department": row.department.key if row.department else ""}


def _chosen(request: HttpRequest, row: CannedReply | None) -> dict[str, str]:
    if request.method == "POST":
        return {what: request.POST.get(f"do_{what}", "") for what in ("tag", "priority", "tasks", "assign")}
    return dict(clean_actions(row.actions)) if row else {}


def _actions(actor: Actor, chosen: dict[str, str]) -> list[Context]:
    offers = {
        "tag": (_("加标签"), [(str(tag.pk), in_language(tag.name, tag.name_en)) for tag in queries.tags_in_use()]),
        "priority": (_("改优先级"), [(f"P{n}", priority_words(f"P{n}")) for n in range(1, 5)]),
        "tasks": (
            _("加任务清单"),
            [(str(each.id), in_language(each.name, each.name_en)) for each in queries.task_lists() if each.is_active],
        ),
        "assign": (_("当前步骤转派给"), [(user.username, user.name) for user in accounts.people(actor=actor)]),
    }
    return [
        {"what": what, "label": label, "options": options, "value": chosen.get(what, "")}
        for what, (label, options) in offers.items()
    ]


def _example(actor: Actor) -> dict[str, str]:
    return {
        "customer": _("吴桂芳"), "number": "20261120-0042", "title": _("冷库温度数据中断"), "status": _("处理中"),
        "step": _("分析原因"), "owner": actor.name, "department": _("设备部"), "promised": "2026-11-23 18:00",
        "me": actor.name, "company": _("本公司"),
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest, reply_id: int | None = None) -> HttpResponse:
    """One reply, or a new one; ``preview`` shows it filled in with an example and saves nothing."""
    actor = actor_of(request)
    context = settings_context(actor, "canned")
    row = queries.canned_reply(actor=actor, reply_id=reply_id) if reply_id is not None else None
    typed, chosen = _typed(request, row), _chosen(request, row)
    said, status, preview = "", 200, ""
    if request.POST.get("do") == "preview":
        preview = fill(typed["text"][:10_000], _example(actor))
    elif request.method == "POST":
        try:
            saved = operations.save_canned_reply(
                reply_id=reply_id, reply=_read(request, typed, chosen), actor=actor, now=system_now()
            )
            messages.success(request, _("已保存“%(name)s”，写回复时按 / 就能选。") % {"name": saved.name})
            return redirect("web:settings_canned")
        except Refused as refused:
            if refused.status not in (409, 422):
                raise
            said, status = refusal_text(refused), refused.status
    context |= {
        "typed": typed,
        "found": {"id": row.pk, "active": row.is_active} if row else None,
        "actions": _actions(actor, chosen),
        "variables": [
            (in_language(word, key), "{{" + in_language(word, key) + "}}", _(about))
            for key, (word, about) in VARIABLES.items()
        ],
        "departments": [(place.key, in_language(place.name, place.name_en)) for place in accounts.departments()],
        "for_all": actor.can("settings.edit"),
        "for_department": actor.can("settings.edit") or any(role == "head" for role, _place in actor.posts),
        "said": said,
        "preview": preview,
    }
    return render(request, "settings/canned_edit.html", context, status=status)


def _read(request: HttpRequest, typed: dict[str, str], chosen: dict[str, str]) -> NewReply:
    return NewReply(
        name=typed["name"],
        name_en=typed["name_en"],
        folder=typed["folder"],
        text=typed["text"],
        text_en=typed["text_en"],
        scope=typed["scope"] or "own",
        department_key=typed["department"],
        actions=[(what, value) for what, value in chosen.items() if value],
        is_active=request.POST.get("active", "1") == "1",
    )


@require_POST
@login_required
def delete(request: HttpRequest, reply_id: int) -> HttpResponse:
    """Takes it away."""
    operations.delete_canned_reply(reply_id=reply_id, actor=actor_of(request), now=system_now())
    return redirect("web:settings_canned")

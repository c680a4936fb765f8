"""The list as a file."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.clock import system_now
from bihuan.issues import operations, queries
from bihuan.issues.operations import NewExport
from bihuan.issues.rules.sheets import KINDS
from bihuan.web.issues.conditions import Words
from bihuan.web.issues.looking import look_of_form
from bihuan.web.request import actor_of, is_partial, language_of

_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "gb18030": "text/csv; charset=gb18030",
}


@require_POST
@login_required
def ask(request: HttpRequest) -> HttpResponse:
    """Takes out what the list shows: a short one comes at once, a longer one is told of when it is there."""
    actor, look = actor_of(request), look_of_form(request)
    # The queue stays one: what the reader has put away is not in it, as on the page.
    plain = look.given["view"]
    node = look.node(with_queue=False)
    row = operations.ask_export(
        export=NewExport(
            kind=request.POST.get("kind", ""),
            queue=plain,
            where=node,
            sort=look.sort,
            columns=look.columns,
            language=language_of(request),
            words=Words(actor).sentence(look.shown_groups()),
        ),
        actor=actor,
        now=system_now(),
    )
    if row.file:
        return redirect("web:export_file", row.pk)
    messages.success(request, _("共 %(n)s 行，正在后台导出，做好后会通知您。") % {"n": row.rows})
    return redirect("web:exports")


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """The files that the person asked for; while one is made the page asks for their list every second."""
    now = system_now()
    rows = [
        {
            "id": row.pk,
            "kind": _(KINDS[row.kind]),
            "words": row.conditions.get("words") or _("全部"),
            "rows": row.rows,
            "asked": row.asked_at,
            "expires": row.expires_at,
            "state": row.state,
            "percent": min(99, row.done * 100 // row.rows) if row.rows else 0,
            "there": bool(row.file) and (row.expires_at is None or row.expires_at > now),
        }
        for row in queries.exports(actor=actor_of(request))
    ]
    waiting = any(row["state"] in ("waiting", "running") for row in rows)
    template = "issues/exports_part.html" if is_partial(request) else "issues/exports.html"
    return render(request, template, {"rows": rows, "waiting": waiting, "now": now})


@require_POST
@login_required
def cancel(request: HttpRequest, export_id: int) -> HttpResponse:
    """Nobody wants the file any more."""
    operations.cancel_export(export_id=export_id, actor=actor_of(request), now=system_now())
    return redirect("web:exports")


@require_GET
@login_required
def download(request: HttpRequest, export_id: int) -> HttpResponseBase:
    """The file itself, for who asked for it alone."""
    actor, now = actor_of(request), system_now()
    row, path = queries.export_file(actor=actor, export_id=export_id, now=now)
    operations.note_fetched(export_id=row.pk, actor=actor, now=now)
    stamp = timezone.localtime(row.asked_at).strftime("%Y%m%d-%H%M")
    name = f"{_('问题')}-{stamp}.{'xlsx' if row.kind == 'xlsx' else 'csv'}"
    response = FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=_TYPES[row.kind])
    response.headers["Cache-Control"] = "no-store"
    return response

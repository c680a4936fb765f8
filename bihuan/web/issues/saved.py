"""Keeping the list that is open under a name; what is done with views; the person's columns."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.clock import system_now
from bihuan.core.errors import NotFound
from bihuan.issues import operations
from bihuan.issues.operations import NewView
from bihuan.issues.rules.conditions import write
from bihuan.web.issues.looking import look_of_form
from bihuan.web.request import actor_of


@require_POST
@login_required
def save(request: HttpRequest, view_id: int | None = None) -> HttpResponse:
    """The list of the form's address becomes a view, or what a view of one's own is from now on."""
    look, given = look_of_form(request), request.POST
    row = operations.save_view(
        view_id=view_id,
        view=NewView(
            name=given.get("name", "")[:200],
            conditions=write(look.node()),
            sort=look.sort,
            columns=look.columns,
            sharing=given.get("sharing", "own"),
            role=given.get("role", ""),
            department_key=given.get("department", ""),
        ),
        actor=actor_of(request),
        now=system_now(),
    )
    messages.success(request, _("已保存视图“%(name)s”。") % {"name": row.name})
    return redirect(f"{reverse('web:issues')}?saved={row.pk}")


@require_POST
@login_required
def act(request: HttpRequest, view_id: int) -> HttpResponse:
    """Deletes it, moves it, or makes it the one that the list opens with."""
    actor, what = actor_of(request), request.POST.get("what", "")
    to = f"{reverse('web:issues')}?saved={view_id}"
    if what == "delete":
        operations.delete_view(view_id=view_id, actor=actor, now=system_now())
        messages.success(request, _("已删除视图。"))
        to = f"{reverse('web:issues')}?view="
    elif what in ("up", "down"):
        operations.move_view(view_id=view_id, up=what == "up", actor=actor)
    elif what in ("open", "not_open"):
        operations.open_with_view(view_id=view_id if what == "open" else None, actor=actor)
    else:
        raise NotFound
    return redirect(to)


@require_POST
@login_required
def arrange(request: HttpRequest) -> HttpResponse:
    """Which columns the person wants, and how high rows are."""
    operations.arrange_list(
        columns=request.POST.getlist("column")[:50], compact=request.POST.get("compact") == "1", actor=actor_of(request)
    )
    return redirect(look_of_form(request).link())

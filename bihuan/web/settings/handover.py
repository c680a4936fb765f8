"""移交: what a person has in hand goes to others, in bulk, each with a summary."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.accounts import directory
from bihuan.accounts import queries as accounts
from bihuan.core.clock import system_now
from bihuan.core.errors import Refused
from bihuan.issues import operations, queries
from bihuan.issues.operations import Handed
from bihuan.issues.queries import InHand
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of
from bihuan.web.settings.sections import sections
from bihuan.web.ui.environment import in_language

Context = dict[str, object]
_MOST = 500


@require_http_methods(["GET", "POST"])
@login_required
def page(request: HttpRequest, person_id: int) -> HttpResponse:
    """What the person has in hand; posted, it goes to those chosen by row, else to the one chosen for all."""
    actor = actor_of(request)
    found = queries.in_hand(actor=actor, person_id=person_id)
    person = accounts.users(user_ids=[person_id]).get(person_id) or directory.person_by_id(
        actor=actor, person_id=person_id
    )
    said, status = "", 200
    if request.method == "POST":
        try:
            moved = operations.hand_over(
                person_id=person_id, rows=_read(request.POST, found), actor=actor, now=system_now()
            )
            messages.success(request, _("已移交 %(n)s 件。") % {"n": moved})
            return redirect("web:handover", person_id)
        except Refused as refused:
            said, status = refusal_text(refused), refused.status
    context: Context = {
        "settings_menu": sections(actor),
        "settings_key": "people",
        "settings_title": _("移交工作"),
        "person": person,
        "manages": actor.can(directory.MANAGE),
        "rows": [_row(each, request.POST) for each in found],
        "others": [(each.username, each.name) for each in accounts.people(actor=actor) if each.pk != person_id],
        "given": request.POST,
        "said": said,
        "now": system_now(),
    }
    return render(request, "settings/handover.html", context, status=status)


def _row(each: InHand, post: QueryDict) -> Context:
    key = f"{each.kind}-{each.id}"
    kinds = {"step": _("步骤"), "support": _("协办"), "task": _("任务"), "seat": _("审批")}
    return {
        "key": key,
        "kind": kinds[each.kind],
        "issue": each.issue_id,
        "number": each.number,
        "title": each.title,
        "what": in_language(each.what, each.what_en),
        "due": each.due_at,
        "on": not post or key in post.getlist("thing"),
        "to": post.get(f"to-{key}", ""),
        "summary": post.get(f"summary-{key}", ""),
    }


def _read(post: QueryDict, found: list[InHand]) -> list[Handed]:
    """The rows that were ticked; what a row leaves open is what was entered for all."""
    chosen = set(post.getlist("thing")[:_MOST])
    known = {f"{each.kind}-{each.id}": each for each in found}
    return [
        Handed(
            kind=each.kind,
            id=each.id,
            to=post.get(f"to-{key}", "") or post.get("to", ""),
            summary=post.get(f"summary-{key}", "").strip() or post.get("summary", ""),
        )
        for key, each in known.items()
        if key in chosen
    ]

"""更正分类、标题: what was changed by somebody else since the form was opened is shown beside what is wanted."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from bihuan.core.clock import system_now
from bihuan.issues import operations, queries
from bihuan.issues.operations.classification import WORDS, StaleCorrection
from bihuan.web.present.words import LEVELS, level_name
from bihuan.web.request import actor_of
from bihuan.web.ui.environment import in_language

FIELDS = ("type", "urgency", "impact", "complexity", "priority")


def _named(field: str, value: str) -> str:
    """A value in the reader's words."""
    if not value:
        return gettext("未填")
    if field == "type":
        kinds = {kind.key: in_language(kind.name, kind.name_en) for kind in queries.issue_types()}
        return kinds.get(value, value)
    return level_name(value) if value in LEVELS else value


@require_POST
@login_required
def correct(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Changes the classification, with a reason. 409 with theirs and mine where somebody else was faster (correctness 73)."""
    wanted = {name: request.POST.get(name) or None for name in FIELDS}
    read = {name: request.POST[f"was_{name}"] for name in FIELDS if f"was_{name}" in request.POST}
    reason = request.POST.get("reason", "")
    try:
        operations.correct_classification(
            issue_id=issue_id,
            type_key=wanted["type"],
            urgency=wanted["urgency"],
            impact=wanted["impact"],
            complexity=wanted["complexity"],
            priority=wanted["priority"],
            reason=reason,
            read=read or None,
            actor=actor_of(request),
            now=system_now(),
        )
    except StaleCorrection as stale:
        context = {
            "issue": queries.issue(actor=actor_of(request), issue_id=issue_id),
            "text": gettext(stale.text),
            "rows": [
                {
                    "name": gettext(WORDS[each.field]),
                    "theirs": _named(each.field, each.theirs),
                    "mine": _named(each.field, each.mine),
                }
                for each in stale.fields
            ],
            # what else was changed goes with it; what was left as it was read stays as it is now
            "mine": {name: value for name, value in wanted.items() if value and value != read.get(name)},
            "current": stale.current,
            "reason": reason,
        }
        return render(request, "desk/stale.html", context, status=stale.status)
    return redirect("web:issue", issue_id)


@require_POST
@login_required
def retitle(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Another title. Refused with theirs and mine where somebody else was faster."""
    operations.retitle_issue(
        issue_id=issue_id,
        title=request.POST.get("title", ""),
        read=request.POST.get("was_title"),
        actor=actor_of(request),
        now=system_now(),
    )
    return redirect("web:issue", issue_id)

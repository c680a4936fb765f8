"""The bell."""

from collections.abc import Mapping

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.clock import system_now
from bihuan.issues import operations, queries
from bihuan.issues.rules.sentences import sentence
from bihuan.web.request import actor_of

_PAGES = (
    ("visit", "web:visit"),
    ("privacy", "web:privacy_request"),
    ("customer", "web:customer"),
    ("export", "web:export_file"),
)


def _place(issue_id: int | None, params: Mapping[str, object]) -> str:
    """Where what it is about stands; "" for what has no page."""
    if issue_id is not None:
        return reverse("web:issue", args=[issue_id])
    for name, page in _PAGES:
        if isinstance(params.get(name), int):
            return reverse(page, args=[params[name]])
    draft, chart = params.get("draft"), params.get("chart")
    if isinstance(draft, int):
        return reverse("web:studio_life", args=[draft])
    return reverse("web:suggestions", args=[chart]) if isinstance(chart, str) else ""


@require_GET
@login_required
def latest(request: HttpRequest) -> HttpResponse:
    """The last notices of the person, newest first."""
    notices = [
        {
            "text": sentence(notice.code, notice.params),
            "at": notice.at,
            "fresh": notice.read_at is None,
            "href": _place(notice.issue_id, notice.params),
            "title": notice.issue.title if notice.issue else "",
        }
        for notice in queries.notices(actor=actor_of(request), limit=20)
    ]
    return render(request, "issues/notices.html", {"notices": notices, "now": system_now()})


@require_POST
@login_required
def mark_read(request: HttpRequest) -> HttpResponse:
    """All of them are read."""
    operations.mark_notices_read(actor=actor_of(request), now=system_now())
    return HttpResponse(status=204)

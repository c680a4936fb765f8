"""The bell."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.clock import system_now
from bihuan.issues import operations, queries
from bihuan.issues.rules.sentences import sentence
from bihuan.web.request import actor_of


@require_GET
@login_required
def latest(request: HttpRequest) -> HttpResponse:
    """The last notices of the person, newest first."""
    notices = [
        {
            "text": sentence(notice.code, notice.params),
            "at": notice.at,
            "fresh": notice.read_at is None,
            "issue_id": notice.issue_id,
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

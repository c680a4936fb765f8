"""The desk: queues, the list of one queue, the open issue with its timeline, and the side."""

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.core.errors import NotFound
from bihuan.issues import queries as issues
from bihuan.issues.models import Issue
from bihuan.web.desk import panel, sides
from bihuan.web.desk import queues as queue_view
from bihuan.web.present.feed import read_place
from bihuan.web.request import actor_of, number_of

Context = dict[str, object]


def _page(request: HttpRequest, *, issue: Issue | None, pane: str) -> HttpResponse:
    actor, now = actor_of(request), system_now()
    queue = queue_view.chosen(request.GET.get("queue"))
    context: Context = {
        "now": now,
        "pane": pane,
        "selected": issue.pk if issue else None,
        "topics": f"issue:{issue.pk}" if issue else "",
        **queue_view.context(actor=actor, queue=queue, cursor=request.GET.get("cursor"), now=now),
        **_issue(actor, issue, request.GET.get("tab"), now),
    }
    return render(request, "desk/page.html", context)


def _issue(actor: Actor, issue: Issue | None, tab: str | None, now: datetime) -> Context:
    if issue is None:
        return {"issue": None}
    return {
        **panel.context(actor=actor, issue=issue, now=now),
        **panel.talk_context(actor=actor, issue=issue, now=now),
        **sides.context(actor=actor, issue=issue, tab=tab, now=now),
    }


@require_GET
@login_required
def page(request: HttpRequest) -> HttpResponse:
    """``/desk/?queue=mine&issue=12``."""
    wanted = number_of(request.GET.get("issue"))
    issue = issues.issue(actor=actor_of(request), issue_id=wanted) if wanted else None
    pane = request.GET.get("pane", "")
    return _page(request, issue=issue, pane="issue" if issue else pane if pane in ("queues", "list") else "list")


@require_GET
@login_required
def issue_page(request: HttpRequest, issue_id: int) -> HttpResponse:
    """One issue on the desk."""
    return _page(request, issue=issues.issue(actor=actor_of(request), issue_id=issue_id), pane="issue")


@require_GET
@login_required
def queues(request: HttpRequest) -> HttpResponse:
    """The queues with their counters, alone."""
    actor, now = actor_of(request), system_now()
    queue = queue_view.chosen(request.GET.get("queue"))
    return render(request, "desk/queues.html", queue_view.counters(actor=actor, queue=queue, now=now))


@require_GET
@login_required
def queue_list(request: HttpRequest) -> HttpResponse:
    """The list of one queue, alone."""
    actor, now = actor_of(request), system_now()
    queue = queue_view.chosen(request.GET.get("queue"))
    context: Context = {
        "now": now,
        "selected": number_of(request.GET.get("issue")),
        **queue_view.context(actor=actor, queue=queue, cursor=request.GET.get("cursor"), now=now),
    }
    return render(request, "desk/list.html", context)


@require_GET
@login_required
def feed(request: HttpRequest, issue_id: int) -> HttpResponse:
    """The timeline of an issue, alone."""
    actor, now = actor_of(request), system_now()
    issue = issues.issue(actor=actor, issue_id=issue_id)
    before = number_of(request.GET.get("before"))
    since = read_place(request.GET.get("since", ""))
    context: Context = {"now": now, **panel.feed_context(actor=actor, issue=issue, before=before, now=now, since=since)}
    return render(request, "desk/feed.html", context)


@require_GET
@login_required
def side(request: HttpRequest, issue_id: int, tab: str) -> HttpResponse:
    """One tab of the side, alone."""
    if tab not in sides.TABS:
        raise NotFound
    actor, now = actor_of(request), system_now()
    issue = issues.issue(actor=actor, issue_id=issue_id)
    context: Context = {"now": now, "issue": issue, **sides.context(actor=actor, issue=issue, tab=tab, now=now)}
    return render(request, f"desk/side_{tab}.html", context)

"""A whole issue on A4: head, clocks, way through the chart, everything that was said."""

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.accounts import queries as accounts
from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.flows import queries as flows
from bihuan.issues import operations
from bihuan.issues import queries as issues
from bihuan.issues.models import Issue
from bihuan.web.present import feed, people
from bihuan.web.present.clocks import clocks_view
from bihuan.web.present.company import company
from bihuan.web.present.trail import trail
from bihuan.web.present.words import level_name
from bihuan.web.request import actor_of
from bihuan.web.ui.environment import in_language
from bihuan.web.ui.filters import full_moment

_PARTS = 25
"""Portions of the timeline that go on paper, the latest ones; more than two thousand lines are a book."""


def _facts(issue: Issue, now: datetime) -> list[tuple[str, str]]:
    places = {place.pk: in_language(place.name, place.name_en) for place in accounts.departments()}
    keys = {place.key: places[place.pk] for place in accounts.departments()}
    facts = [
        (_("类型"), in_language(issue.type.name, issue.type.name_en) if issue.type else ""),
        (_("紧急程度"), level_name(issue.urgency)),
        (_("影响范围"), level_name(issue.impact)),
        (_("复杂度"), level_name(issue.complexity)),
        (_("主责部门"), places.get(issue.lead_department_id or 0, "")),
        (_("协责部门"), "、".join(keys.get(key, key) for key in issue.support_departments)),
        (_("负责人"), issue.assignee.name if issue.assignee else ""),
        (_("登记"), full_moment(issue.created_at, now)),
        (_("解决"), full_moment(issue.resolved_at, now) if issue.resolved_at else ""),
        (_("关闭"), full_moment(issue.closed_at, now) if issue.closed_at else ""),
    ]
    return [(name, value) for name, value in facts if value]


def _days(actor: Actor, issue: Issue, now: datetime) -> tuple[list[feed.Day], bool]:
    """All of the timeline, oldest first; whether its beginning was left out."""
    days: list[feed.Day] = []
    before: int | None = None
    for _turn in range(_PARTS):
        part = feed.view(actor=actor, issue=issue, before=before, now=now)
        days = _joined(part.days, days)
        if not part.earlier:
            return days, False
        before = int(str(part.days[0].entries[0]["id"]))
    return days, True


def _joined(first: list[feed.Day], then: list[feed.Day]) -> list[feed.Day]:
    """Two stretches of days; where they meet in one day it is one."""
    if first and then and timezone.localtime(first[-1].at).date() == timezone.localtime(then[0].at).date():
        meeting = feed.Day(first[-1].at, [*first[-1].entries, *then[0].entries])
        return [*first[:-1], meeting, *then[1:]]
    return [*first, *then]


@require_GET
@login_required
def page(request: HttpRequest, issue_id: int) -> HttpResponse:
    """``/issues/12/print/``; that it was opened is audited."""
    actor, now = actor_of(request), system_now()
    issue = issues.issue(actor=actor, issue_id=issue_id)
    operations.note_printed(issue_id=issue_id, actor=actor, now=now)
    days, cut = _days(actor, issue, now)
    ledger = issues.ledger(actor=actor, issue_id=issue_id, now=now)
    context = {
        "issue": issue,
        "facts": _facts(issue, now),
        "customer": people.customer_view(issue.customer, issue.contact, timezone.localtime(now).date()),
        "clocks": clocks_view(issues.clocks_of_issue(actor=actor, issue_id=issue_id), ledger, now),
        "trail": trail(flows.chart_position(instance=issue.instance, now=now), now),
        "days": days,
        "cut": cut,
        "company": company(),
        "by": actor.name,
        "now": now,
    }
    return render(request, "issues/print.html", context)

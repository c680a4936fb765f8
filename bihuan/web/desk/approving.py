"""Approvals on the issue's page: what waits for the reader, asking for one, and the acts on a round."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.accounts import queries as accounts
from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.core.stamps import held
from bihuan.issues import operations
from bihuan.issues import queries as issues
from bihuan.issues.models import Approval, Issue
from bihuan.issues.rules import approvals as rules
from bihuan.web.present.approvals import MODES, round_view, turn
from bihuan.web.request import actor_of, number_of

Context = dict[str, object]
PART = "desk/work_approvals.html"


def part(actor: Actor, issue: Issue, now: datetime) -> Context:
    """The tab 协作: open rounds first, then what was decided."""
    rounds = issues.approvals_of_issue(actor=actor, issue_id=issue.pk)
    with held():
        shown = [round_view(each, actor=actor, now=now) for each in rounds if each.seated or each.state != "open"]
    return {
        "approvals_open": [each for each in shown if each["open"]],
        "approvals_over": [each for each in shown if not each["open"]],
        "approvals_may_ask": issue.is_open,
        "approval_people": people_to_choose(actor) if any(each["mine"] for each in shown) else [],
    }


def people_to_choose(actor: Actor) -> list[dict[str, str]]:
    """Everybody but the actor, by name."""
    return [
        {"username": each.username, "name": each.name}
        for each in accounts.people(actor=actor)
        if each.pk != actor.user_id
    ]


def asked_of(actor: Actor, rounds: list[Approval], now: datetime) -> list[Context]:
    """What somebody asked and the actor can answer on the issue's page."""
    asked = [each for each in rounds if each.work_item_id is None]
    if not asked:
        return []
    with held():
        return [round_view(each, actor=actor, now=now) for each in asked if turn(each, actor, now)]


def modes() -> list[dict[str, str]]:
    """The ways of deciding among several, as choices."""
    return [{"value": mode, "text": _(MODES[mode])} for mode in rules.MODES if mode != rules.SINGLE]


@require_POST
@login_required
def ask(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Asks people to approve something."""
    operations.ask_approval(
        issue_id=issue_id,
        text=request.POST.get("text", ""),
        usernames=request.POST.getlist("people")[:100],
        mode=request.POST.get("mode") or rules.ALL,
        quorum=request.POST.get("quorum", "").strip(),
        blocks=number_of(request.POST.get("blocks")),
        actor=actor_of(request),
        now=system_now(),
    )
    messages.success(request, _("已请批，对方会收到通知。"))
    return redirect("web:issue", issue_id)


@require_POST
@login_required
def decide(request: HttpRequest, approval_id: int) -> HttpResponse:
    """Agrees to what was asked, or refuses it."""
    approval = operations.decide_approval(
        approval_id=approval_id,
        approve=request.POST.get("decision") == rules.APPROVE,
        opinion=request.POST.get("opinion", ""),
        seen=request.POST.get("seen", ""),
        actor=actor_of(request),
        now=system_now(),
    )
    return redirect("web:issue", approval.issue_id)


@require_POST
@login_required
def cancel(request: HttpRequest, approval_id: int) -> HttpResponse:
    """Takes it back."""
    approval = operations.cancel_approval(
        approval_id=approval_id, reason=request.POST.get("reason", ""), actor=actor_of(request), now=system_now()
    )
    return redirect("web:issue", approval.issue_id)


@require_POST
@login_required
def add(request: HttpRequest, approval_id: int) -> HttpResponse:
    """Somebody else decides too (加签)."""
    seat = operations.add_signer(
        approval_id=approval_id,
        username=request.POST.get("person", ""),
        place=request.POST.get("place", ""),
        reason=request.POST.get("reason", ""),
        actor=actor_of(request),
        now=system_now(),
    )
    messages.success(request, _("已加签，对方会收到通知。"))
    return _back(request, seat.approval)


@require_POST
@login_required
def delegate(request: HttpRequest, approval_id: int) -> HttpResponse:
    """Somebody else decides instead (委派)."""
    seat = operations.delegate_approval(
        approval_id=approval_id,
        username=request.POST.get("person", ""),
        reason=request.POST.get("reason", ""),
        actor=actor_of(request),
        now=system_now(),
    )
    messages.success(request, _("已委派，对方会收到通知。"))
    return redirect("web:issue", seat.approval.issue_id)


@require_POST
@login_required
def remove(request: HttpRequest, seat_id: int) -> HttpResponse:
    """Takes out whom one had added (减签)."""
    approval = operations.remove_signer(
        seat_id=seat_id, reason=request.POST.get("reason", ""), actor=actor_of(request), now=system_now()
    )
    return _back(request, approval)


def _back(request: HttpRequest, approval: Approval) -> HttpResponse:
    """Where the reader came from: the step's page, or the issue's."""
    if request.POST.get("from") == "step" and approval.work_item_id is not None:
        return redirect("web:step", approval.work_item_id)
    return redirect("web:issue", approval.issue_id)

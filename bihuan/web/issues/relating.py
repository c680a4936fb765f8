"""Merging, splitting, linking, telling apart: what is done about two issues at once."""

from datetime import datetime
from typing import NoReturn

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.core.errors import Forbidden, NotFound, Refused
from bihuan.issues import operations
from bihuan.issues import queries as issues
from bihuan.issues.errors import NoSuchIssue
from bihuan.issues.models import Issue
from bihuan.web.present import relations as present
from bihuan.web.present.cards import line
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of, number_of

both = require_http_methods(["GET", "POST"])
_OTHERS = 20


def _again(refused: Refused) -> tuple[str, int]:
    """What is said on the page itself; what may not be known is answered as everywhere."""
    if refused.status in (403, 404):
        _raise(refused)
    return refusal_text(refused), refused.status


def _raise(refused: Refused) -> NoReturn:
    raise refused


def _tab(issue_id: int) -> HttpResponse:
    return redirect(f"{reverse('web:issue', args=[issue_id])}?tab=history")


# -- merging --------------------------------------------------------------------------------------------------------


@both
@login_required
def merge(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Both side by side, with what becomes of their clocks in either direction; which one goes on is chosen."""
    actor, now = actor_of(request), system_now()
    if not actor.can("issues.reply"):
        raise Forbidden
    one = issues.issue(actor=actor, issue_id=issue_id)
    number = (request.POST.get("other") or request.GET.get("other") or "").strip()[:32]
    refusal, status = "", 200
    if request.method == "POST":
        try:
            return _merge(request, one, number, actor, now)
        except Refused as refused:
            refusal, status = _again(refused)
    other, missing = _by_number(actor, number)
    if missing and not refusal:
        refusal, status = missing, 422
    context: dict[str, object] = {
        "one": present.card(one, now),
        "other": None,
        "number": number,
        "refusal": refusal,
        "reason": request.POST.get("reason", "")[:2000],
        "clocks": request.POST.get("clocks", "strict"),
        "now": now,
    }
    if other is not None and other.pk != one.pk:
        context |= _side_by_side(actor, one, other, request.POST.get("stays", ""), now)
    else:
        context |= _candidates(actor, one, now)
    return render(request, "issues/merge.html", context, status=status)


def _by_number(actor: Actor, number: str) -> tuple[Issue | None, str]:
    """The issue of that number, or why there is none."""
    if not number:
        return None, ""
    try:
        return issues.issue_by_number(actor=actor, number=number), ""
    except NotFound:
        return None, refusal_text(NoSuchIssue(params={"number": number}))


def _merge(request: HttpRequest, one: Issue, number: str, actor: Actor, now: datetime) -> HttpResponse:
    other = issues.issue_by_number(actor=actor, number=number)
    stays = other if request.POST.get("stays") == str(other.pk) else one
    made = operations.merge_issues(
        merged_id=one.pk if stays is other else other.pk,
        survivor_id=stays.pk,
        reason=request.POST.get("reason", ""),
        strict=request.POST.get("clocks") != "own",
        foreign=request.POST.get("foreign") == "yes",
        actor=actor,
        now=now,
    )
    return _tab(made.survivor_id)


def _side_by_side(actor: Actor, one: Issue, other: Issue, stays: str, now: datetime) -> dict[str, object]:
    older = min((one, other), key=lambda each: (not each.is_open, each.created_at, each.pk))
    chosen = stays if stays in (str(one.pk), str(other.pk)) else str(older.pk)
    ways = [
        present.preview(
            operations.rehearse_merge(merged_id=gone.pk, survivor_id=kept.pk, actor=actor, now=now), kept.pk, now
        )
        for kept, gone in ((one, other), (other, one))
    ]
    return {
        "other": present.card(other, now),
        "stays": chosen,
        "ways": ways,
        "foreign": one.customer_id != other.customer_id,
    }


def _candidates(actor: Actor, one: Issue, now: datetime) -> dict[str, object]:
    near = issues.near_duplicates(actor=actor, issue=one)
    known = {each.issue.pk for each in near}
    others = issues.history_of_customer(actor=actor, customer_id=one.customer_id, but=one.pk, limit=_OTHERS)
    rest = [each for each in others if each.pk not in known and each.is_open]
    return {"near": [present.near(each, now) for each in near], "others": [present.card(each, now) for each in rest]}


@require_POST
@login_required
def undo_merge(request: HttpRequest, merge_id: int) -> HttpResponse:
    """Takes a merge back; the one that goes on by itself again is shown."""
    undone = operations.undo_merge(
        merge_id=merge_id, reason=request.POST.get("reason", ""), actor=actor_of(request), now=system_now()
    )
    return redirect("web:issue", undone.merged_id)


# -- links, suggestions ---------------------------------------------------------------------------------------------


@require_POST
@login_required
def link(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Links it with another issue."""
    operations.link_issues(
        issue_id=issue_id,
        number=request.POST.get("number", ""),
        way=request.POST.get("way", ""),
        actor=actor_of(request),
        now=system_now(),
    )
    return _tab(issue_id)


@require_POST
@login_required
def unlink(request: HttpRequest, issue_id: int, link_id: int) -> HttpResponse:
    """Takes a link away."""
    operations.unlink_issues(issue_id=issue_id, link_id=link_id, actor=actor_of(request), now=system_now())
    return _tab(issue_id)


@require_POST
@login_required
def tell_apart(request: HttpRequest, issue_id: int) -> HttpResponse:
    """A suggestion is not made again."""
    other = number_of(request.POST.get("other")) or 0
    operations.dismiss_duplicate(issue_id=issue_id, other_id=other, actor=actor_of(request), now=system_now())
    return _tab(issue_id)


@require_POST
@login_required
def alike(request: HttpRequest) -> HttpResponse:
    """While an issue is written down: the customer's open ones that say the same. Keeps nothing."""
    actor, now = actor_of(request), system_now()
    near = issues.near_draft(
        actor=actor,
        phone=request.POST.get("phone", "")[:64],
        email=request.POST.get("email", "")[:254],
        title=request.POST.get("title", "")[:300],
        text=request.POST.get("description", "")[:4000],
        now=now,
    )
    return render(request, "issues/alike.html", {"near": [present.near(each, now) for each in near]})


# -- splitting ------------------------------------------------------------------------------------------------------


@both
@login_required
def split(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Chosen messages become an issue of their own."""
    actor, now = actor_of(request), system_now()
    if not actor.can("issues.reply") or not actor.can("issues.create"):
        raise Forbidden
    one = issues.issue(actor=actor, issue_id=issue_id)
    chosen = [number_of(value) or 0 for value in request.POST.getlist("entry")]
    refusal, status = "", 200
    if request.method == "POST":
        try:
            fresh = operations.split_issue(
                issue_id=issue_id,
                entry_ids=chosen,
                title=request.POST.get("title", ""),
                move=request.POST.get("how") == "move",
                from_message=request.POST.get("clock") != "now",
                reason=request.POST.get("reason", ""),
                actor=actor,
                now=now,
            )
            return redirect("web:issue", fresh.pk)
        except Refused as refused:
            refusal, status = _again(refused)
    entries = issues.timeline(actor=actor, issue_id=issue_id, limit=200, numbers={issue_id: one.number})
    context = {
        "one": line(one, now) | {"number": one.number},
        "entries": present.choices(entries, chosen),
        "title": request.POST.get("title", "")[:300],
        "how": request.POST.get("how", "copy"),
        "clock": request.POST.get("clock", "message"),
        "reason": request.POST.get("reason", "")[:2000],
        "refusal": refusal,
        "now": now,
    }
    return render(request, "issues/split.html", context, status=status)

"""What people do to an open issue besides its steps."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from bihuan.core.clock import system_now
from bihuan.issues import operations as issues
from bihuan.web.request import actor_of, number_of


@require_POST
@login_required
def withdraw(request: HttpRequest, issue_id: int) -> HttpResponse:
    """The customer no longer wants it."""
    issues.withdraw_issue(
        issue_id=issue_id, reason=request.POST.get("reason", ""), actor=actor_of(request), now=system_now()
    )
    return redirect("web:issue", issue_id)


# -- leaving the drawn way ------------------------------------------------------------------------------------------


@require_POST
@login_required
def jump(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Goes on at another element than the arrows lead to."""
    item, _, target = request.POST.get("way", "").partition(":")
    issues.jump_step(
        issue_id=issue_id,
        item=number_of(item) or 0,  # no token has it
        target=target[:200],
        reason=request.POST.get("reason", ""),
        actor=actor_of(request),
        now=system_now(),
    )
    return redirect("web:issue", issue_id)


@require_POST
@login_required
def stop(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Ends it where it stands."""
    issues.stop_issue(
        issue_id=issue_id, reason=request.POST.get("reason", ""), actor=actor_of(request), now=system_now()
    )
    return redirect("web:issue", issue_id)


@require_POST
@login_required
def mend(request: HttpRequest, issue_id: int, incident: int) -> HttpResponse:
    """Retries or skips what is stuck, or gives it to somebody."""
    actor, now = actor_of(request), system_now()
    how = request.POST.get("how")
    if how == "retry":
        issues.retry_incident(issue_id=issue_id, incident=incident, actor=actor, now=now)
    elif how == "skip":
        issues.skip_incident(
            issue_id=issue_id,
            incident=incident,
            outcome=request.POST.get("outcome") or None,
            reason=request.POST.get("reason", ""),
            actor=actor,
            now=now,
        )
    else:
        issues.assign_incident(
            issue_id=issue_id, incident=incident, username=request.POST.get("person", ""), actor=actor, now=now
        )
    return redirect("web:issue", issue_id)

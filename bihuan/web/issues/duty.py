"""What people do about whose an issue is: each address takes one form and leads back to the issue's tab 协作."""

from collections.abc import Callable
from datetime import UTC, datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.timezone import get_current_timezone
from django.views.decorators.http import require_POST

from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.core.errors import NotFound
from bihuan.issues import operations, queries
from bihuan.issues.operations.duty.refusals import BadDate, BadHours
from bihuan.web.request import actor_of

Act = Callable[[int, QueryDict, Actor, datetime], int]
"""Does it and tells the issue's id."""


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text[:30])
        return (found if found.tzinfo else found.replace(tzinfo=get_current_timezone())).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadDate from error


def _hours(text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 6):
        raise BadHours
    return int(text)


def _issue_of(step_id: int, actor: Actor) -> int:
    return queries.step(actor=actor, work_item_id=step_id).issue.pk


def _sign(pk: int, post: QueryDict, actor: Actor, now: datetime) -> int:
    return operations.sign_step(work_item_id=pk, actor=actor, now=now).issue_id


def _take_over(pk: int, post: QueryDict, actor: Actor, now: datetime) -> int:
    issue_id = _issue_of(pk, actor)
    operations.take_over_step(work_item_id=pk, actor=actor, now=now)
    return issue_id


def _return(pk: int, post: QueryDict, actor: Actor, now: datetime) -> int:
    return operations.return_step(
        work_item_id=pk, code=post.get("code", ""), text=post.get("text", ""), actor=actor, now=now
    ).issue_id


def _dispute(pk: int, post: QueryDict, actor: Actor, now: datetime) -> int:
    return operations.ask_arbitration(work_item_id=pk, reason=post.get("reason", ""), actor=actor, now=now).issue_id


def _decide(pk: int, post: QueryDict, actor: Actor, now: datetime) -> int:
    return operations.decide_arbitration(
        arbitration_id=pk,
        department_key=post.get("department", ""),
        reason=post.get("reason", ""),
        actor=actor,
        now=now,
    ).issue_id


def _extend(pk: int, post: QueryDict, actor: Actor, now: datetime) -> int:
    return operations.ask_extension(
        work_item_id=pk, hours=_hours(post.get("hours", "")), reason=post.get("reason", ""), actor=actor, now=now
    ).issue_id


def _decide_extension(pk: int, post: QueryDict, actor: Actor, now: datetime) -> int:
    return operations.decide_extension(
        extension_id=pk, approve=post.get("verdict") == "yes", text=post.get("reason", ""), actor=actor, now=now
    ).issue_id


def _ask_support(pk: int, post: QueryDict, actor: Actor, now: datetime) -> int:
    hours = post.get("hours", "").strip()
    return operations.ask_support(
        issue_id=pk,
        department_key=post.get("department", ""),
        text=post.get("reason", ""),
        hours=_hours(hours) if hours else None,
        blocking=post.get("blocking") == "1",
        actor=actor,
        now=now,
    ).issue_id


_SUPPORT = {
    "answer": operations.answer_support,
    "return": operations.return_support,
    "withdraw": operations.withdraw_support,
}


def _support(pk: int, post: QueryDict, actor: Actor, now: datetime) -> int:
    how = _SUPPORT.get(post.get("how", ""))
    if how is None:
        return operations.sign_support(request_id=pk, actor=actor, now=now).issue_id
    return how(request_id=pk, text=post.get("reason", ""), actor=actor, now=now).issue_id


def _urge(pk: int, post: QueryDict, actor: Actor, now: datetime) -> int:
    return operations.urge_issue(issue_id=pk, text=post.get("text", ""), actor=actor, now=now).issue_id


def _supervise(pk: int, post: QueryDict, actor: Actor, now: datetime) -> int:
    return operations.supervise_issue(
        issue_id=pk, demand=post.get("reason", ""), due_at=_moment(post.get("due", "")), actor=actor, now=now
    ).issue_id


def _answer_supervision(pk: int, post: QueryDict, actor: Actor, now: datetime) -> int:
    return operations.answer_supervision(supervision_id=pk, text=post.get("reason", ""), actor=actor, now=now).issue_id


def _suspend(pk: int, post: QueryDict, actor: Actor, now: datetime) -> int:
    return operations.suspend_issue(
        issue_id=pk,
        code=post.get("code", ""),
        reason=post.get("reason", ""),
        until=_moment(post.get("until", "")),
        actor=actor,
        now=now,
    ).issue_id


def _resume(pk: int, post: QueryDict, actor: Actor, now: datetime) -> int:
    return operations.resume_issue(issue_id=pk, actor=actor, now=now).issue_id


def _task_force(pk: int, post: QueryDict, actor: Actor, now: datetime) -> int:
    return operations.call_task_force(
        issue_id=pk,
        leader=post.get("leader", ""),
        members=post.getlist("members")[:50],
        reason=post.get("reason", ""),
        actor=actor,
        now=now,
    ).issue_id


def _end_task_force(pk: int, post: QueryDict, actor: Actor, now: datetime) -> int:
    return operations.end_task_force(task_force_id=pk, reason=post.get("reason", ""), actor=actor, now=now).issue_id


def _recuse(pk: int, post: QueryDict, actor: Actor, now: datetime) -> int:
    return operations.recuse(
        issue_id=pk, username=post.get("person", ""), reason=post.get("reason", ""), actor=actor, now=now
    ).issue_id


def _view(act: Act) -> Callable[..., HttpResponse]:
    @require_POST
    @login_required
    def view(request: HttpRequest, **named: int) -> HttpResponse:
        (pk,) = named.values()
        actor = actor_of(request)
        issue_id = act(pk, request.POST, actor, system_now())
        try:
            queries.issue(actor=actor, issue_id=issue_id)
        except NotFound:  # who gave the step away may not see the issue any more
            return redirect("web:desk")
        return redirect(f"{reverse('web:issue', args=[issue_id])}?tab=work")

    return view


_ACTS: tuple[tuple[str, str, Act], ...] = (
    ("steps/<int:step_id>/sign/", "sign_step", _sign),
    ("steps/<int:step_id>/take-over/", "take_over_step", _take_over),
    ("steps/<int:step_id>/return/", "return_step", _return),
    ("steps/<int:step_id>/dispute/", "dispute_step", _dispute),
    ("steps/<int:step_id>/extend/", "extend_step", _extend),
    ("arbitrations/<int:arbitration_id>/", "decide_arbitration", _decide),
    ("extensions/<int:extension_id>/", "decide_extension", _decide_extension),
    ("issues/<int:issue_id>/support/", "ask_support", _ask_support),
    ("support/<int:support_id>/", "support", _support),
    ("issues/<int:issue_id>/urge/", "urge_issue", _urge),
    ("issues/<int:issue_id>/supervise/", "supervise_issue", _supervise),
    ("supervisions/<int:supervision_id>/", "answer_supervision", _answer_supervision),
    ("issues/<int:issue_id>/suspend/", "suspend_issue", _suspend),
    ("issues/<int:issue_id>/resume/", "resume_issue", _resume),
    ("issues/<int:issue_id>/task-force/", "task_force", _task_force),
    ("task-forces/<int:task_force_id>/end/", "end_task_force", _end_task_force),
    ("issues/<int:issue_id>/recuse/", "recuse", _recuse),
)
urlpatterns: list[URLPattern] = [path(route, _view(act), name=name) for route, name, act in _ACTS]

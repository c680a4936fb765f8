"""Changing many issues of the list at once: what, for which, how far it is, and back."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.accounts import queries as accounts
from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.core.errors import Forbidden, NotFound, Refused
from bihuan.issues import operations, queries
from bihuan.issues.operations.bulk import NothingChosen
from bihuan.issues.rules.bulk import FINAL, MOST, RIGHTS, WORDS
from bihuan.issues.rules.limits import PRIORITIES
from bihuan.web.issues.looking import look_of_form
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of, is_partial, number_of
from bihuan.web.ui.environment import in_language

_SIGNS = {"assign": "swap", "priority": "status-triage", "tag": "plus", "untag": "close", "withdraw": "undo"}
_STATES = {"done": gettext_noop("已改"), "same": gettext_noop("原来就是这样"), "refused": gettext_noop("没有改")}


def bulk_actions(actor: Actor) -> list[dict[str, str]]:
    """What the person may do to many issues."""
    tags = bool(queries.tags_in_use())
    return [
        {"value": key, "text": _(text), "sign": _SIGNS[key]}
        for key, text in WORDS.items()
        if (actor.can(RIGHTS[key]) if RIGHTS[key] else tags)
    ]


def _action(request: HttpRequest, actor: Actor) -> str:
    action = request.POST.get("action", "")
    if action not in WORDS:
        raise NotFound
    if RIGHTS[action] and not actor.can(RIGHTS[action]):
        raise Forbidden
    return action


def _ticked(request: HttpRequest) -> list[int]:
    ids = [number_of(each) for each in request.POST.getlist("ids")[: MOST + 1]]
    return [each for each in ids if each]


def _form(request: HttpRequest, said: str = "", status: int = 200) -> HttpResponse:
    actor, action, ids = actor_of(request), _action(request, actor_of(request)), _ticked(request)
    look, now = look_of_form(request), system_now()
    if not ids:
        raise NothingChosen
    context = {
        "action": action,
        "title": _(WORDS[action]),
        "final": action in FINAL,
        "ids": ids,
        "query": request.POST.get("query", ""),
        "all": queries.count_issues(actor=actor, filter=look.filter(), now=now, most=MOST),
        "most": MOST,
        "people": [(each.username, each.name) for each in accounts.people(actor=actor)] if action == "assign" else [],
        "priorities": PRIORITIES,
        "tags": [(tag.pk, in_language(tag.name, tag.name_en)) for tag in queries.tags_in_use()],
        "typed": {name: request.POST.get(name, "")[:600] for name in ("person", "priority", "tag", "reason", "reach")},
        "back": look.link(),
        "said": said,
    }
    return render(request, "issues/bulk.html", context, status=status)


@require_POST
@login_required
def choose(request: HttpRequest) -> HttpResponse:
    """What was ticked, and the form of what is to be done with it."""
    return _form(request)


@require_POST
@login_required
def start(request: HttpRequest) -> HttpResponse:
    """Begins; leads to where one sees how far it is."""
    actor, now = actor_of(request), system_now()
    action, ids = _action(request, actor), _ticked(request)
    if request.POST.get("reach") == "all":
        ids = queries.ids_of(actor=actor, filter=look_of_form(request).filter(), now=now, most=MOST + 1)
    params = {name: request.POST.get(name, "") for name in ("person", "priority", "tag", "reason")}
    try:
        job = operations.start_bulk(action=action, params=params, issue_ids=ids, actor=actor, now=now)
    except Refused as refused:
        if refused.status != 422:
            raise
        return _form(request, refusal_text(refused), 422)
    return redirect("web:bulk_job", job.pk)


def _refusal(text: str, params: dict[str, object]) -> str:
    words = gettext(text)
    return words % params if params else words


@require_GET
@login_required
def page(request: HttpRequest, job_id: int) -> HttpResponse:
    """How far it is and what became of each issue; htmx gets that part again and again until it has ended."""
    found = queries.bulk_job(actor=actor_of(request), job_id=job_id)
    job = found.job
    dealt = job.done + job.refused
    context = {
        "id": job.pk,
        "title": (_("撤销：%(what)s") if job.undo_of_id else "%(what)s") % {"what": _(WORDS[job.action])},
        "total": job.total,
        "done": job.done,
        "refused": job.refused,
        "left": job.total - dealt,
        "percent": 100 * dealt // max(1, job.total),
        "ended": job.ended_at is not None,
        "can_undo": job.action not in FINAL
        and job.ended_at is not None
        and job.undo_of_id is None
        and found.undone_by is None
        and job.done > 0,
        "undone_by": found.undone_by,
        "rows": [
            {
                "number": row.issue.number,
                "title": row.issue.title,
                "href": reverse("web:issue", args=[row.issue_id]),
                "state": row.state,
                "words": _refusal(row.refusal, row.refusal_params) if row.state == "refused" else _(_STATES[row.state]),
            }
            for row in found.rows
        ],
    }
    return render(request, "issues/bulk_part.html" if is_partial(request) else "issues/bulk_job.html", context)


@require_POST
@login_required
def undo(request: HttpRequest, job_id: int) -> HttpResponse:
    """Takes it back."""
    job = operations.undo_bulk(job_id=job_id, actor=actor_of(request), now=system_now())
    return redirect("web:bulk_job", job.pk)

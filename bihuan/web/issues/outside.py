"""转给第三方: one conversation with somebody outside, and its next mail."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.channels import queries as channels
from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.core.errors import Forbidden, NotFound, Refused
from bihuan.issues import operations, queries
from bihuan.issues.models import Issue
from bihuan.issues.operations import Outside
from bihuan.web.issues.uploads import uploaded
from bihuan.web.present.feed import line_of
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of
from bihuan.web.ui.filters import full_moment

Context = dict[str, object]
_QUOTED = 4000


@require_http_methods(["GET", "POST"])
@login_required
def page(request: HttpRequest, issue_id: int, thread_id: int | None = None) -> HttpResponse:
    """GET: the lines so far and the form. POST: sends; what is refused is said above what was written."""
    actor, now = actor_of(request), system_now()
    if not actor.can("issues.reply"):
        raise Forbidden
    issue = queries.issue(actor=actor, issue_id=issue_id)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            return _send(request, issue_id, thread_id, actor, now)
        except Refused as refused:
            if refused.status in (403, 404):
                raise
            refusal, status = refusal_text(refused), refused.status
    context = _context(request, actor, issue, thread_id, now) | {"refusal": refusal}
    return render(request, "issues/third_party.html", context, status=status)


def _send(request: HttpRequest, issue_id: int, thread_id: int | None, actor: Actor, now: datetime) -> HttpResponse:
    post = request.POST
    entry = operations.write_to_third_party(
        issue_id=issue_id,
        given=Outside(
            text=post.get("text", ""),
            thread_id=thread_id,
            name=post.get("name", ""),
            address=post.get("address", ""),
            subject=post.get("subject", ""),
            files=uploaded(request),
            kept=_ids(post.getlist("file")),
        ),
        key=post.get("idempotency_key") or None,
        actor=actor,
        now=now,
    )
    return redirect(f"{reverse('web:issue', args=[issue_id])}?tab=work#entry-{entry.pk}")


def _ids(texts: list[str]) -> list[UUID]:
    try:
        return [UUID(text) for text in texts[:50]]
    except ValueError as error:
        raise NotFound from error


def _context(request: HttpRequest, actor: Actor, issue: Issue, thread_id: int | None, now: datetime) -> Context:
    post = request.POST
    talk = None
    if thread_id is not None:
        talk = queries.third_party_talk(actor=actor, issue_id=issue.pk, thread_id=thread_id)
    fates = channels.delivery_states(issue_id=issue.pk) if talk else {}
    chosen = set(post.getlist("file"))
    return {
        "issue": {
            "id": issue.pk,
            "number": issue.number,
            "href": f"{reverse('web:issue', args=[issue.pk])}?tab=work",
            "is_open": issue.is_open,
        },
        "thread": talk.thread if talk else None,
        "lines": [line_of(entry, issue, fates.get(entry.pk, "")) for entry in talk.lines] if talk else [],
        "offered": [
            {"id": str(file.pk), "name": file.name, "size": file.size, "on": str(file.pk) in chosen}
            for file in queries.files_to_send(actor=actor, issue_id=issue.pk)
        ],
        "form": {
            "name": post.get("name", "")[:200],
            "address": post.get("address", "")[:254],
            "subject": post.get("subject", issue.title)[:300],
            "text": post["text"] if "text" in post else "" if talk else _quoted(actor, issue, now),
            "key": post.get("idempotency_key") or get_random_string(24),
        },
        "now": now,
    }


def _quoted(actor: Actor, issue: Issue, now: datetime) -> str:
    """The customer's last words, below room for one's own: whoever sends them has read them, and takes out what is
    nobody else's business."""
    entry = queries.latest_words(actor=actor, issue_id=issue.pk)
    if entry is None:
        return ""
    head = _("—— 客户原话（%(at)s）——") % {"at": full_moment(entry.at, now)}
    return f"\n\n{head}\n{entry.text[:_QUOTED]}"

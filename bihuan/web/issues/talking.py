"""The composer's side of a conversation: sending, drafts, taking back, reading."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.core.clock import system_now
from bihuan.core.errors import NotFound
from bihuan.core.pinyin import initials_of
from bihuan.issues import operations, queries
from bihuan.issues.operations import Writing, WrittenMeanwhile
from bihuan.issues.rules.conversation import read_seen
from bihuan.web import here
from bihuan.web.issues.uploads import uploaded
from bihuan.web.request import actor_of, number_of, stays


def _ids(texts: list[str]) -> list[UUID]:
    try:
        return [UUID(text) for text in texts[:20]]
    except ValueError as error:
        raise NotFound from error


def _writing(request: HttpRequest) -> Writing:
    post = request.POST
    kind = "note" if post.get("kind") == "note" else "reply"
    revision = post.get("revision", "")
    return Writing(
        kind=kind,
        text=post.get("text", ""),
        attachments=uploaded(request),
        kept=_ids(post.getlist("kept")) if kind == "reply" else (),
        seen=read_seen(post["seen"]) if "seen" in post else None,
        revision=int(revision) if revision.isdecimal() and len(revision) < 17 else 0,
        macro=number_of(post.get("macro")),
    )


@require_POST
@login_required
def post_entry(request: HttpRequest, issue_id: int) -> HttpResponse:
    """A reply or a note; the key in the form makes a double click post once. 409 with what was said meanwhile."""
    writing = _writing(request)
    try:
        sent = operations.send_entry(
            issue_id=issue_id,
            writing=writing,
            key=request.POST.get("idempotency_key") or None,
            actor=actor_of(request),
            now=system_now(),
        )
    except WrittenMeanwhile as stop:
        return _meanwhile(request, issue_id, writing, stop)
    if stays(request):
        return JsonResponse({"entry": sent.entry_id, "held": sent.held_id, "seconds": sent.seconds})
    return redirect("web:issue", issue_id)


def _meanwhile(request: HttpRequest, issue_id: int, writing: Writing, stop: WrittenMeanwhile) -> HttpResponse:
    seen = [*(writing.seen or ()), *(entry.pk for entry in stop.entries)]
    context = {
        "issue_id": issue_id,
        "entries": stop.entries,
        "seen": ",".join(map(str, seen)),
        "writing": writing,
        "key": request.POST.get("idempotency_key", ""),
        "text": gettext(stop.text),
        "now": system_now(),
    }
    template = "desk/meanwhile.html" if stays(request) else "desk/meanwhile_page.html"
    return render(request, template, context, status=stop.status)


@require_http_methods(["GET", "POST"])
@login_required
def draft(request: HttpRequest, issue_id: int) -> HttpResponse:
    """GET: what is kept. POST: keeps what was written; ``kept`` says whether it was, or came late."""
    actor = actor_of(request)
    if request.method == "GET":
        kind = "note" if request.GET.get("kind") == "note" else "reply"
        found = queries.draft(actor=actor, issue_id=issue_id, kind=kind)
        return JsonResponse({"text": found.text, "revision": found.revision})
    text, revision = request.POST.get("text", ""), number_of(request.POST.get("revision")) or 0
    row = operations.save_draft(
        issue_id=issue_id,
        kind=request.POST.get("kind", ""),
        text=text,
        revision=revision,
        actor=actor,
        now=system_now(),
    )
    if row.kind == "reply" and text.strip() and actor.user_id is not None:
        here.announce_typing(issue_id=issue_id, user_id=actor.user_id, name=actor.name[:40])
    return JsonResponse({"kept": row.revision == revision and row.text == text, "revision": row.revision})


@require_POST
@login_required
def take_back(request: HttpRequest, held_id: int) -> HttpResponse:
    """The reply does not go out; its text is in the composer again."""
    row = operations.take_back_reply(held_id=held_id, actor=actor_of(request), now=system_now())
    if not stays(request):
        return redirect("web:issue", row.issue_id)
    found = queries.draft(actor=actor_of(request), issue_id=row.issue_id, kind="reply")
    files = [{"id": str(file.pk), "name": file.name} for file in found.files]
    return JsonResponse({"text": found.text, "revision": found.revision, "files": files})


@require_POST
@login_required
def read(request: HttpRequest, issue_id: int) -> HttpResponse:
    """The line was before the reader's eyes."""
    entry = number_of(request.POST.get("entry"))
    if entry is None:
        raise NotFound
    operations.mark_read(issue_id=issue_id, entry_id=entry, actor=actor_of(request), now=system_now())
    return HttpResponse(status=204)


@require_GET
@login_required
def colleagues(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Who can be mentioned here; part of the composer. Found by name, user name or the first letters of the sounds."""
    actor = actor_of(request)
    issue = queries.issue(actor=actor, issue_id=issue_id)
    people = [
        {"name": each.name, "username": each.username, "word": each.word, "letters": initials_of(each.name)}
        for each in queries.mentionable(actor=actor, issue=issue)
    ]
    return render(request, "desk/colleagues.html", {"people": people})

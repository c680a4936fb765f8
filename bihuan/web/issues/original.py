"""A message as its sender laid it out: pictures that came with it in their places, those from elsewhere on demand."""

import logging
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from bihuan.core.errors import NotFound
from bihuan.core.fetch import NotFetched, fetch_public
from bihuan.issues import queries
from bihuan.issues.rules.files import disposition
from bihuan.web import limits
from bihuan.web.present.feed import inline_files
from bihuan.web.request import actor_of
from bihuan.web.ui.html import mail_html, remote_sources

log = logging.getLogger(__name__)
_POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_MOST_BYTES = 5 * 1024 * 1024
_A_MINUTE = 60


@require_GET
@login_required
def page(request: HttpRequest, issue_id: int, entry_id: int) -> HttpResponse:
    """``?remote=1``: with the pictures from elsewhere, which the server fetches, so that the sender learns nothing of the
    reader but that somebody looked."""
    entry = queries.entry_with_html(actor=actor_of(request), issue_id=issue_id, entry_id=entry_id)
    shown = request.GET.get("remote") == "1"
    sources = remote_sources(entry.html)
    remote = [reverse("web:remote_picture", args=[issue_id, entry_id, n]) for n in range(len(sources))]
    context = {
        "entry": entry,
        "body": mail_html(entry.html, inline=inline_files(entry), remote=remote if shown else ()),
        "waiting": 0 if shown else len(sources),
        "back": f"{reverse('web:issue', args=[issue_id])}#entry-{entry_id}",
    }
    response = render(request, "issues/original.html", context)
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@require_GET
@login_required
def remote_picture(request: HttpRequest, issue_id: int, entry_id: int, number: int) -> HttpResponse:
    """One of the pictures that this very message names, fetched from where it is; nothing else is ever fetched."""
    actor = actor_of(request)
    entry = queries.entry_with_html(actor=actor, issue_id=issue_id, entry_id=entry_id)
    sources = remote_sources(entry.html)
    if number >= len(sources):
        raise NotFound
    limits.allow(f"remote-picture:{actor.user_id}", per_minute=_A_MINUTE)
    try:
        data = fetch_public(sources[number], most=_MOST_BYTES)
    except NotFetched as error:
        log.info("picture of entry %s at %s not fetched: %s", entry_id, urlsplit(sources[number]).hostname, error)
        raise NotFound from error
    decided = disposition(data[: 64 * 1024], size=len(data))
    if not decided.inline:
        raise NotFound
    response = HttpResponse(data, content_type=decided.media_type)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response

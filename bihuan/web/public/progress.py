"""The customer's page behind a signed link: where it stands, writing more, urging, withdrawing, answering."""

from contextlib import suppress
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.actor import Actor, customer_actor
from bihuan.core.clock import system_now
from bihuan.core.errors import Refused
from bihuan.core.links import read_link, sign_link
from bihuan.customers.rules.zones import zone_for
from bihuan.issues import operations, queries
from bihuan.issues.queries import Progress
from bihuan.studio import operations as suggestions
from bihuan.studio import queries as studio
from bihuan.surveys import operations as surveys
from bihuan.web.issues.files import send
from bihuan.web.issues.uploads import uploaded
from bihuan.web.limits import allow
from bihuan.web.present.company import company
from bihuan.web.present.words import SCORES, anchors, scores
from bihuan.web.refusals import refusal_text
from bihuan.web.request import client_address

_NOTICES = {
    "merged": gettext_noop("您反映的和这一件是同一件事，我们合在一起处理，进展都在这里。"),
    "message": gettext_noop("您补充的内容已经送到处理人手上。"),
    "remind": gettext_noop("已替您催办，处理人马上会看到。"),
    "withdraw": gettext_noop("已撤回，这件事不再处理。"),
    "yes": gettext_noop("谢谢您的确认和评价。"),
    "no": gettext_noop("我们会重新处理，有进展马上告诉您。"),
    "suggest": gettext_noop("建议收到了。采纳到新的办法里，或者不采纳，都会在这一页告诉您。"),
    "vote": gettext_noop("记下了，谢谢您。"),
}


def _issue_id(token: str) -> int:
    return read_link(purpose="progress", token=token, now=system_now())


def _customer(progress: Progress) -> Actor:
    return customer_actor(customer_id=progress.customer_id, name=progress.contact_name)


def _open(request: HttpRequest, token: str) -> tuple[int, Progress]:
    """The issue behind the link, for an act; acts are limited per address and per link."""
    issue_id = _issue_id(token)
    allow(f"public:{client_address(request)}", per_minute=20)
    allow(f"progress:{issue_id}", per_minute=10)
    return issue_id, queries.progress(issue_id=issue_id, now=system_now())


def _show(
    request: HttpRequest, token: str, *, error: str = "", suggest_error: str = "", status: int = 200
) -> HttpResponse:
    now = system_now()
    progress = queries.progress(issue_id=_issue_id(token), now=now)
    for entry in progress.messages:
        for file in entry.files:
            file["href"] = reverse("web:progress_file", args=[token, file["id"]])
    headings = {
        "open": _("您的问题我们正在处理"),
        "resolved": _("您的问题已处理，请确认"),
        "closed": _("您的问题已办结"),
        "withdrawn": _("您已撤回这个问题"),
        "merged": _("与另一件同样的问题合在一起处理"),
    }
    notice = _NOTICES.get(request.GET.get("done", ""), "")
    context = {
        "company": company(),
        "token": token,
        "progress": progress,
        "now": now,
        "key": uuid4().hex,
        "heading": headings.get(progress.state, headings["open"]),
        "notice": _(notice) if notice else "",
        "scores": scores(),
        "anchors": anchors(),
        "answer_error": error,
        "voices": studio.voices(actor=_customer(progress), instance_id=progress.instance_id),
        "suggest_error": suggest_error,
        "suggested": request.POST.get("suggestion", ""),
    }
    zone = zone_for(progress.zone, settings.TIME_ZONE)
    context["zone"] = zone.replace("_", " ") if zone != settings.TIME_ZONE else ""
    with timezone.override(ZoneInfo(zone)):
        return render(request, "public/progress.html", context, status=status)


@require_GET
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Reading changes nothing: mail scanners open links, too. Of a merged issue the page is the one of the issue in which
    it goes on (correctness 66)."""
    now = system_now()
    goes_on = queries.progress(issue_id=_issue_id(token), now=now).goes_on
    if goes_on is not None:
        return _back(sign_link(purpose="progress", subject=goes_on, now=now), "merged")
    return _show(request, token)


def _back(token: str, done: str) -> HttpResponse:
    return redirect(f"{reverse('web:progress', args=[token])}?done={done}")


@require_POST
def message(request: HttpRequest, token: str) -> HttpResponse:
    """The customer writes more."""
    issue_id, progress = _open(request, token)
    text = request.POST.get("text", "")
    operations.add_customer_message(
        issue_id=issue_id,
        text=text,
        full_text=text,
        html="",
        channel="portal",
        author_name=progress.contact_name,
        attachments=uploaded(request),
        key=request.POST.get("idempotency_key") or None,
        now=system_now(),
    )
    return _back(token, "message")


@require_POST
def remind(request: HttpRequest, token: str) -> HttpResponse:
    """The customer urges; the holder and the supervisor are told."""
    issue_id, progress = _open(request, token)
    operations.remind_issue(issue_id=issue_id, actor=_customer(progress), now=system_now())
    return _back(token, "remind")


@require_POST
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """The customer takes it back, with a reason."""
    issue_id, progress = _open(request, token)
    operations.withdraw_issue(
        issue_id=issue_id, reason=request.POST.get("reason", ""), actor=_customer(progress), now=system_now()
    )
    return _back(token, "withdraw")


def given_scores(request: HttpRequest) -> dict[str, int]:
    """The scores 1–5 that were chosen; anything else counts as not given."""
    found = {}
    for key, _label in SCORES:
        value = request.POST.get(key, "")
        if value in ("1", "2", "3", "4", "5"):
            found[key] = int(value)
    return found


@require_POST
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Solved, with scores; or not solved, with a reason that reopens the drawn way back."""
    issue_id, progress = _open(request, token)
    solved, text = request.POST.get("solved", ""), request.POST.get("text", "").strip()
    if solved not in ("yes", "no"):
        return _show(request, token, error=_("请选择是否已经解决。"), status=422)
    if solved == "no" and not text:
        return _show(request, token, error=_("请写明哪里没有解决，我们据此重新处理。"), status=422)
    try:
        surveys.record_answer(
            issue_id=issue_id,
            solved=solved == "yes",
            scores=given_scores(request),
            comment=text,
            actor=_customer(progress),
            now=system_now(),
        )
    except Refused as refused:
        with suppress(TypeError):
            return _show(request, token, error=_(refused.text) % refused.params, status=refused.status)
    return _back(token, solved)


@require_POST
def suggest(request: HttpRequest, token: str) -> HttpResponse:
    """How it could be done better; what was typed is kept when it is refused."""
    try:
        _issue, progress = _open(request, token)
        suggestions.suggest_as_customer(
            instance_id=progress.instance_id,
            contact_id=progress.contact_id,
            phase=request.POST.get("phase", "").replace("\x00", ""),
            text=request.POST.get("suggestion", ""),
            actor=_customer(progress),
            now=system_now(),
        )
    except Refused as refused:
        return _show(request, token, suggest_error=refusal_text(refused), status=refused.status)
    return _back(token, "suggest")


@require_POST
def vote(request: HttpRequest, token: str, suggestion_id: int) -> HttpResponse:
    """For a suggestion that customers may read, or no longer for it."""
    agrees = request.POST.get("act") != "unvote"
    try:
        _issue, progress = _open(request, token)
        suggestions.vote_as_customer(
            suggestion_id=suggestion_id,
            instance_id=progress.instance_id,
            agrees=agrees,
            actor=_customer(progress),
            now=system_now(),
        )
    except Refused as refused:
        return _show(request, token, suggest_error=refusal_text(refused), status=refused.status)
    return _back(token, "vote" if agrees else "")


@require_GET
def download(request: HttpRequest, token: str, file_id: UUID) -> HttpResponseBase:
    """A public file of this very issue."""
    return send(queries.public_file(issue_id=_issue_id(token), file_id=file_id))

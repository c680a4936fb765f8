"""The one-time link to rate a result. Opening it records nothing; posting does, once."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.core.clock import system_now
from bihuan.surveys import operations as surveys
from bihuan.surveys import queries
from bihuan.web.limits import allow
from bihuan.web.present.company import company
from bihuan.web.present.words import anchors, scores
from bihuan.web.public.progress import given_scores
from bihuan.web.request import client_address


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    """The scores; after posting, thanks."""
    now = system_now()
    invitation = queries.invitation(token=token, now=now)
    context: dict[str, object] = {
        "company": company(),
        "title": invitation.issue.title,
        "number": invitation.issue.number,
        "scores": scores(),
        "anchors": anchors(),
        "error": "",
    }
    if request.method == "GET":
        return render(request, "public/rate.html", context)
    allow(f"public:{client_address(request)}", per_minute=20)
    solved, text = request.POST.get("solved", ""), request.POST.get("text", "").strip()
    if solved not in ("yes", "no") or (solved == "no" and not text):
        context["error"] = _("请选择是否已经解决；没有解决请写明哪里不对。")
        return render(request, "public/rate.html", context, status=422)
    surveys.record_response(token=token, solved=solved == "yes", scores=given_scores(request), comment=text, now=now)
    done = {
        "company": company(),
        "heading": _("谢谢您的评价"),
        "number": invitation.issue.number,
        "link": "",
        "text": _("我们会重新处理，有进展马上告诉您。") if solved == "no" else _("您的意见会帮助我们做得更好。"),
    }
    return render(request, "public/done.html", done)

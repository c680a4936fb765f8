"""How pages say no: a refusal becomes a page or a notice in the reader's language."""

import json
import logging
import sys
from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext

from bihuan.core.database import is_away
from bihuan.core.errors import Refused, Unavailable
from bihuan.web.request import stays

log = logging.getLogger(__name__)
Handler = Callable[[HttpRequest], HttpResponse]


def refusal_text(error: Refused) -> str:
    """The refusal in the active language."""
    text = gettext(error.text)
    return text % error.params if error.params else text


def _notice(text: str, status: int) -> HttpResponse:
    response = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    response.headers["HX-Trigger"] = json.dumps({"bihuan:notice": {"kind": "error", "text": text}})
    response.headers["HX-Reswap"] = "none"
    return response


def error_page(request: HttpRequest, *, status: int, text: str, code: str) -> HttpResponse:
    """A whole page, or for htmx a notice: what happened, what is safe, what to do."""
    if stays(request):
        return _notice(text, status)
    return render(request, "error.html", {"status": status, "text": text, "code": code}, status=status)


def away_page(request: HttpRequest) -> HttpResponse:
    """503: the database does not answer. The page asks it nothing, not even who is signed in."""
    text, status, code = gettext(Unavailable.text), Unavailable.status, Unavailable.code
    if request.path.startswith("/api/"):
        response: HttpResponse = JsonResponse(
            {"type": f"urn:bihuan:problem:{code}", "status": status, "detail": text, "code": code, "errors": []},
            status=status,
            content_type="application/problem+json",
        )
    elif stays(request):
        response = _notice(text, status)
    else:
        page = render_to_string("error.html", {"status": status, "text": text, "code": code})
        response = HttpResponse(page, status=status)
    response.headers["Retry-After"] = str(Unavailable.retry_after)
    response.headers["Cache-Control"] = "no-store"
    return response


class RefusalMiddleware:
    """Turns ``Refused`` raised by a view into an answer; everything else is a fault and goes on."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Called by Django when a view raised."""
        if not isinstance(exception, Refused) or request.path.startswith("/api/"):
            return None
        log.info("refused %s %s: %s", request.method, request.path, exception.code)
        return error_page(request, status=exception.status, text=refusal_text(exception), code=exception.code)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 of the address itself."""
    return error_page(request, status=404, text=gettext("没有找到这个页面。"), code="not_found")


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; nothing of the request was stored. Or 503, where the fault is that the database is away."""
    if is_away(sys.exc_info()[1]):
        return away_page(request)
    text = gettext("系统出错了，刚才的操作没有保存。请稍后再试；如果反复出现，请联系管理员。")
    return error_page(request, status=500, text=text, code="server_error")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is missing or old."""
    text = gettext("页面打开太久或来源不明，请刷新后再提交。")
    return error_page(request, status=403, text=text, code="csrf")


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """Leads to the sign-in page and back."""
    return redirect_to_login(request.get_full_path())

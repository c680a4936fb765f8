"""What every request of a signed-in person passes: the second factor that is still to be set up, and being seen."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from bihuan.accounts import operations
from bihuan.core.clock import system_now
from bihuan.web.account.entering import MUST_ENROL, SEEN
from bihuan.web.request import client_address

_SEEN_EVERY = 300
_OPEN = ("web:account_factor", "web:sign_out", "web:preferences", "web:healthz", "web:readyz")


class SessionMiddleware:
    """Costs nothing but once in five minutes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            if request.session.get(MUST_ENROL) and not _is_open(request.path):
                return _first_the_factor(request)
            _note(request)
        return self.get_response(request)


def _is_open(path: str) -> bool:
    return path.startswith("/static/") or path in {reverse(name) for name in _OPEN}


def _first_the_factor(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"status": 403, "code": "second_factor_missing"}, status=403)
    return redirect("web:account_factor")


def _note(request: HttpRequest) -> None:
    seen, now = request.session.get(SEEN), system_now()
    if isinstance(seen, int) and now.timestamp() - seen > _SEEN_EVERY:
        request.session[SEEN] = int(now.timestamp())
        operations.touch_session(session_key=str(request.session.session_key), address=client_address(request), now=now)

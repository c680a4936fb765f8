"""Headers of every answer, and the actor of every request."""

from collections.abc import Callable
from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from bihuan.accounts import queries as accounts
from bihuan.core.actor import Actor, ActorKind
from bihuan.core.stamps import held

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",  # lengths of bars come from data; no style element and no script ever inline
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "manifest-src 'self'",
    )
)

Handler = Callable[[HttpRequest], HttpResponse]
NOBODY = Actor(kind=ActorKind.CUSTOMER)


class SecurityHeadersMiddleware:
    """Content policy and friends, unless the answer already carries its own."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
        return response


class HeldMiddleware:
    """A page that is read sees one state of the settings, which are asked for once (``bihuan.core.stamps``). What changes
    something sees its own changes."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "GET":
            return self.get_response(request)
        with held():
            return self.get_response(request)


class ActorMiddleware:
    """``request.actor``: who asks; and the person's own language for the pages."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, AnonymousUser) and user.is_authenticated:
            member = user
            request.actor = cast(Actor, SimpleLazyObject(lambda: accounts.actor_for_user(member)))  # type: ignore[attr-defined]
            translation.activate(member.language)
            request.LANGUAGE_CODE = member.language
        else:
            request.actor = NOBODY  # type: ignore[attr-defined]
        response = self.get_response(request)
        if request.path.startswith("/static/"):
            return response
        response.headers.setdefault("Cache-Control", "no-store")
        return response

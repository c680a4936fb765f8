"""Who calls: a bearer token, or the signed-in session of a page of the same origin."""

import hashlib
import math
import time

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja.security import APIKeyCookie, HttpBearer

from bihuan.accounts.models import User
from bihuan.accounts.operations import BadToken, actor_for_token
from bihuan.accounts.queries import actor_for_user
from bihuan.api.limits import RateLimit
from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.core.errors import Refused


class TooManyRequests(Refused):
    code = "too_many_requests"
    text = gettext_noop("请求过于频繁，请在 %(seconds)s 秒后重试。")
    status = 429

    def __init__(self, *, wait: float) -> None:
        self.retry_after = max(1, math.ceil(wait))
        super().__init__(params={"seconds": self.retry_after})


class NotSignedIn(Refused):
    code = "not_signed_in"
    text = gettext_noop("请提供访问令牌（Authorization: Bearer …）或先登录。")
    status = 401


_rate = float(getattr(settings, "API_RATE_PER_SECOND", 500))
_calls = RateLimit(rate=_rate, burst=2 * _rate)
_failures = RateLimit(rate=0.5, burst=30)


def _take(limit: RateLimit, key: str) -> None:
    wait = limit.take(key, at=time.monotonic())
    if wait:
        raise TooManyRequests(wait=wait)


class TokenAuth(HttpBearer):
    """``Authorization: Bearer bh_…``; ``request.auth`` becomes the actor."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        _take(_calls, hashlib.sha256(token.encode(errors="replace")).hexdigest())
        try:
            return actor_for_token(token=token, now=system_now())
        except BadToken:
            _take(_failures, str(request.META.get("REMOTE_ADDR", "")))
            raise


class SessionActor(APIKeyCookie):
    """The session cookie of a signed-in page; writing needs the CSRF token too."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Actor | None:
        if self.param_name not in request.COOKIES or "Authorization" in request.headers:
            return None
        return self.authenticate(request, self._get_key(request))

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        if not isinstance(request.user, User):
            return None
        _take(_calls, f"user:{request.user.pk}")
        return actor_for_user(request.user)

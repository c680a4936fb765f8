"""The moment a person is let in: the session, how long it lasts, and whether a second factor must be set up first."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from bihuan.accounts import directory, operations, policy
from bihuan.accounts.models import User
from bihuan.accounts.queries import actor_for_user
from bihuan.core.settings import value
from bihuan.web.request import client_address

PENDING = "pending_person"
MUST_ENROL = "must_enrol"
SEEN = "seen"
PENDING_SECONDS = 600
_BACKEND = "django.contrib.auth.backends.ModelBackend"


def next_page(request: HttpRequest, wanted: str | None = None) -> str:
    """Where to go on, when it is a page of this site."""
    to = wanted if wanted is not None else request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(to, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return to if safe else "/desk/"


def whole_address(request: HttpRequest, path: str) -> str:
    """The address as others reach it; behind a proxy that speaks https the request alone does not know."""
    found = request.build_absolute_uri(path)
    return found.replace("http://", "https://", 1) if settings.PUBLIC_URL.startswith("https://") else found


def device_of(request: HttpRequest) -> str:
    """What the browser says of itself."""
    return request.headers.get("User-Agent", "")[:300].replace("\x00", "")


def go_on(request: HttpRequest, user: User, *, way: str, to: str, now: datetime) -> HttpResponse:
    """After the first step: the page of the code for who has a second factor, else in."""
    trusted = way == "oidc" and (provider := policy.provider()) is not None and provider.second_factor
    if not trusted and directory.second_factor(user_id=user.pk) is not None:
        request.session[PENDING] = {"person": user.pk, "at": int(now.timestamp()), "to": to, "way": way}
        return redirect("web:sign_in_code")
    return enter(request, user, way=way, to=to, now=now, trusted=trusted)


def enter(request: HttpRequest, user: User, *, way: str, to: str, now: datetime, trusted: bool = False) -> HttpResponse:
    """Lets the person in."""
    login(request, user, backend=_BACKEND)
    actor = actor_for_user(user)
    request.session.set_expiry(value(policy.SESSION_HOURS) * 3600)
    request.session[SEEN] = int(now.timestamp())
    lacks = not trusted and policy.wants_code(actor.roles) and directory.second_factor(user_id=user.pk) is None
    if lacks:
        request.session[MUST_ENROL] = True
    request.session.save()
    operations.open_session(
        user=user,
        session_key=str(request.session.session_key),
        way=way,
        address=client_address(request),
        device=device_of(request),
        actor=actor,
        now=now,
    )
    return redirect("web:account_factor" if lacks else to)

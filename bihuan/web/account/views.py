"""Signing in and out; a person's own preferences."""

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.accounts import operations as accounts
from bihuan.accounts import policy
from bihuan.accounts.operations import SignInRefused
from bihuan.core.clock import system_now
from bihuan.core.errors import Refused
from bihuan.web.account.entering import PENDING, PENDING_SECONDS, device_of, enter, go_on, next_page
from bihuan.web.account.oidc import PROVIDER_ID
from bihuan.web.limits import TooMany, allow
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of, client_address


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; ten tries a minute from one address."""
    if request.user.is_authenticated:
        return redirect(next_page(request))
    error, username, now = "", "", system_now()
    if request.method == "POST":
        username = request.POST.get("username", "")[:64]
        try:
            allow(f"sign-in:{client_address(request)}", per_minute=10)
            user = accounts.sign_in(
                username=username,
                password=request.POST.get("password", ""),
                address=client_address(request),
                device=device_of(request),
                now=now,
            )
            return go_on(request, user, way="password", to=next_page(request), now=now)
        except (SignInRefused, TooMany) as refused:
            error = refusal_text(refused)
    provider = policy.provider()
    context = {
        "error": error,
        "username": username,
        "next": next_page(request),
        "provider": {"id": PROVIDER_ID, "name": provider.name} if provider else None,
    }
    return render(request, "account/sign_in.html", context, status=401 if error else 200)


@require_http_methods(["GET", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The second step; who waits too long begins again."""
    pending, now = request.session.get(PENDING), system_now()
    if not isinstance(pending, dict) or now.timestamp() - pending["at"] > PENDING_SECONDS:
        request.session.pop(PENDING, None)
        return redirect("web:sign_in")
    error = ""
    if request.method == "POST":
        try:
            allow(f"sign-in:{client_address(request)}", per_minute=10)
            user = accounts.confirm_code(
                user_id=pending["person"],
                code=request.POST.get("code", "")[:40],
                address=client_address(request),
                device=device_of(request),
                now=now,
            )
            del request.session[PENDING]
            return enter(request, user, way="code", to=next_page(request, pending["to"]), now=now)
        except Refused as refused:
            error = refusal_text(refused)
    return render(request, "account/code.html", {"error": error}, status=401 if error else 200)


@require_http_methods(["GET", "POST"])
def password_link(request: HttpRequest, token: str) -> HttpResponse:
    """A first or a new password, once; looking changes nothing."""
    now, error = system_now(), ""
    allow(f"password-link:{client_address(request)}", per_minute=20)
    person = accounts.person_of_link(token=token[:200], now=now)
    if request.method == "POST":
        try:
            accounts.use_password_link(token=token[:200], password=request.POST.get("password", ""), now=now)
            logout(request)
            return render(request, "account/password_set.html", {"username": person.username})
        except Refused as refused:
            error = refusal_text(refused)
    context = {"error": error, "username": person.username, "name": person.name, "token": token}
    return render(request, "account/password_link.html", context, status=422 if error else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    if request.session.session_key and request.user.is_authenticated:
        accounts.close_session(session_key=request.session.session_key, now=system_now())
    logout(request)
    return redirect("web:sign_in")


@require_POST
@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """Language and theme, from the account menu."""
    accounts.change_preferences(
        actor=actor_of(request),
        now=system_now(),
        language=request.POST.get("language"),
        theme=request.POST.get("theme"),
    )
    return redirect(next_page(request))


@require_POST
def guest_language(request: HttpRequest) -> HttpResponse:
    """A visitor without account chooses a language for this browser."""
    language = request.POST.get("language", "")
    response = redirect(next_page(request))
    if language in dict(settings.LANGUAGES):
        translation.activate(language)
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 86400, samesite="Lax")
    return response

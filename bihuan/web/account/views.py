"""Signing in and out; a person's own preferences."""

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.accounts import operations as accounts
from bihuan.accounts.operations import SignInRefused
from bihuan.core.clock import system_now
from bihuan.web.limits import TooMany, allow
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of, client_address


def _next_page(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else "/desk/"


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; ten tries a minute from one address."""
    if request.user.is_authenticated:
        return redirect(_next_page(request))
    error, username = "", ""
    if request.method == "POST":
        username = request.POST.get("username", "")[:64]
        try:
            allow(f"sign-in:{client_address(request)}", per_minute=10)
            user = accounts.sign_in(username=username, password=request.POST.get("password", ""), now=system_now())
            login(request, user, backend="django.contrib.auth.backends.ModelBackend")
            return redirect(_next_page(request))
        except (SignInRefused, TooMany) as refused:
            error = refusal_text(refused)
    context = {"error": error, "username": username, "next": _next_page(request)}
    return render(request, "account/sign_in.html", context, status=401 if error else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
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
    return redirect(_next_page(request))


@require_POST
def guest_language(request: HttpRequest) -> HttpResponse:
    """A visitor without account chooses a language for this browser."""
    language = request.POST.get("language", "")
    response = redirect(_next_page(request))
    if language in dict(settings.LANGUAGES):
        translation.activate(language)
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 86400, samesite="Lax")
    return response

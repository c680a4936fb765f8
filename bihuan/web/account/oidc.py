"""The company's identity provider, through django-allauth: it speaks OpenID, we decide who the person is.

allauth keeps nothing: its tables stay empty. Where the provider stands comes from our settings.
"""

import logging
from collections.abc import Callable, Mapping
from typing import NoReturn, cast

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.openid_connect import views as openid
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_GET

from bihuan.accounts import operations, policy
from bihuan.core.clock import system_now
from bihuan.core.errors import Refused
from bihuan.web.account.entering import go_on, next_page
from bihuan.web.refusals import refusal_text

log = logging.getLogger(__name__)
PROVIDER_ID = "company"
_NOT_DONE = gettext_noop("公司账号登录没有完成，请重试；如果反复出现，请用账号密码登录并告诉管理员。")


class Adapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """One provider at the most, and every way ends in our own operation."""

    def list_apps(
        self, request: HttpRequest | None, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The provider as allauth wants it; nothing is stored."""
        found = policy.provider()
        asked = (provider, client_id)
        if (
            found is None
            or asked[0] not in (None, PROVIDER_ID, "openid_connect")
            or asked[1] not in (None, found.client)
        ):
            return []
        return [
            SocialApp(
                provider="openid_connect",
                provider_id=PROVIDER_ID,
                name=found.name,
                client_id=found.client,
                secret=found.secret,
                settings={"server_url": found.server, "oauth_pkce_enabled": True},
            )
        ]

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> NoReturn:
        """The provider has said who it is."""
        raise ImmediateHttpResponse(_come_in(request, sociallogin))

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: object,
        error: object = None,
        exception: Exception | None = None,
        extra_context: Mapping[str, object] | None = None,
    ) -> NoReturn:
        """The provider did not answer, answered wrongly, or the person gave up."""
        log.warning("identity provider: %s %s", error, type(exception).__name__ if exception else "")
        raise ImmediateHttpResponse(_back(request, gettext(_NOT_DONE)))


def _come_in(request: HttpRequest, login: SocialLogin) -> HttpResponse:
    found, now = policy.provider(), system_now()
    data = cast(dict[str, object], login.account.extra_data)
    said = cast(dict[str, object], data.get("userinfo") or data.get("id_token") or {})
    try:
        user = operations.sign_in_by_identity(
            issuer=found.server if found else "",
            subject=str(login.account.uid),
            email=str(said.get("email") or ""),
            email_verified=said.get("email_verified") in (True, "true"),
            name=str(said.get("name") or ""),
            now=now,
        )
    except Refused as refused:
        return _back(request, refusal_text(refused))
    return go_on(request, user, way="oidc", to=next_page(request, str(login.state.get("next") or "")), now=now)


@require_GET
def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Leads to the provider; back with a word when it does not answer."""
    return _spoken_with(request, openid.login, provider_id)


@require_GET
def finish(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The provider sends the person back."""
    return _spoken_with(request, openid.callback, provider_id)


def _spoken_with(request: HttpRequest, view: Callable[..., HttpResponse], provider_id: str) -> HttpResponse:
    try:
        return view(request, provider_id=provider_id)
    except (requests.RequestException, KeyError, ValueError) as error:  # away, or says what is no configuration
        log.warning("identity provider: %s", type(error).__name__)
        return _back(request, gettext(_NOT_DONE))


def _back(request: HttpRequest, text: str) -> HttpResponse:
    messages.error(request, text)
    return redirect("web:sign_in")

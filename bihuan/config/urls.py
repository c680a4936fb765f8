"""All addresses: pages and REST."""

from django.urls import URLPattern, URLResolver, include, path

from bihuan.web.account import oidc

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("bihuan.api.urls")),
    path("sign-in/oidc/<slug:provider_id>/", oidc.begin, name="openid_connect_login"),
    path("sign-in/oidc/<slug:provider_id>/callback/", oidc.finish, name="openid_connect_callback"),
    path("", include("bihuan.web.urls")),
]

handler404 = "bihuan.web.refusals.not_found"
handler500 = "bihuan.web.refusals.server_error"

"""All addresses: pages and REST."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("bihuan.api.urls")),
    path("", include("bihuan.web.urls")),
]

handler404 = "bihuan.web.refusals.not_found"
handler500 = "bihuan.web.refusals.server_error"

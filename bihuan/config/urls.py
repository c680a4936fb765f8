"""All addresses: pages, REST, health."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("bihuan.web.urls")),
]

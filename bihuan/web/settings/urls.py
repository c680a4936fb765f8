"""Addresses of the settings; a section adds a block of its own."""

from django.urls import URLPattern, path

from bihuan.web.settings import views

urlpatterns: list[URLPattern] = [path("settings/", views.index, name="settings")]

"""The way into the settings."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bihuan.core.errors import Forbidden
from bihuan.web.request import actor_of
from bihuan.web.settings.sections import sections


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Every page of the settings that the actor may open, with a line about each."""
    menu = sections(actor_of(request))
    if not menu:
        raise Forbidden
    return render(request, "settings/index.html", {"settings_menu": menu})

"""Renders templates without a database: settings enough for Jinja2, addresses and translation."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import django
import jinja2
import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path

from . import samples

ROOT = Path(__file__).resolve().parents[3]
NAMES = (
    "desk",
    "issues",
    "customers",
    "knowledge",
    "charts",
    "settings",
    "search",
    "new_issue",
    "notices",
    "events",
    "sign_in",
    "sign_out",
    "preferences",
)


def _nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def _addresses() -> ModuleType:
    module = ModuleType("tests_ui_urls")
    patterns = [path(f"{name}/", _nothing, name=name) for name in NAMES]
    module.__dict__["urlpatterns"] = [path("", ([*patterns], "web", "web"))]
    sys.modules[module.__name__] = module
    return module


def configure() -> None:
    """Settings for rendering, unless a whole project is already configured."""
    if not settings.configured:
        settings.configure(
            USE_I18N=True,
            USE_TZ=True,
            TIME_ZONE="Asia/Shanghai",
            LANGUAGE_CODE="zh-hans",
            STATIC_URL="/static/",
            LANGUAGES=[("zh-hans", "简体中文"), ("en", "English")],
            LOCALE_PATHS=[ROOT / "bihuan" / "web" / "locale"],
            SECRET_KEY="for the tests of templates only",
        )
        django.setup()


def build_environment() -> jinja2.Environment:
    """The pages' environment over the project's templates."""
    configure()
    from bihuan.web.ui.environment import environment

    return environment(loader=jinja2.FileSystemLoader(ROOT / "bihuan" / "web" / "templates"))


def sample_request(theme: str = "") -> SimpleNamespace:
    """As much of a request as the shell reads."""
    return SimpleNamespace(
        actor=samples.ACTOR, COOKIES={"theme": theme} if theme else {}, get_full_path=lambda: "/desk/"
    )


@pytest.fixture(scope="session")
def env() -> jinja2.Environment:
    return build_environment()


@pytest.fixture(autouse=True)
def addresses() -> Iterator[None]:
    """The names of pages that the shell links to, whatever the project has."""
    from django.test.utils import override_settings

    with override_settings(ROOT_URLCONF=_addresses().__name__):
        yield


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """A company that has left every setting as it is: its own names of statuses would be looked up in a database."""
    from bihuan.core import settings as own

    monkeypatch.setattr(own._kept, "get", dict)


Render = Callable[..., str]


@pytest.fixture
def render(env: jinja2.Environment) -> Render:
    """Renders a piece of template with all building blocks as ``ui``."""

    def piece(source: str, **context: object) -> str:
        start = '{% import "components/ui.html" as ui with context %}'
        return env.from_string(start + source).render(now=samples.NOW, **context)

    return piece

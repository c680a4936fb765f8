"""The addresses of REST; ``config.urls`` includes them at ``api/v1/``."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.csrf import csrf_exempt

from bihuan.api.problems import MethodNotAllowed, problem
from bihuan.api.v1 import api
from bihuan.core.errors import NotFound

View = Callable[..., HttpResponse]


def _with_problem_for_405(view: View) -> View:
    """A method that the address does not know is answered like every other error."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code != 405:
            return response
        document = problem(request, MethodNotAllowed())
        document["Allow"] = response.get("Allow", "")
        return document

    return answer


@csrf_exempt
def _nothing_here(request: HttpRequest, rest: str = "") -> HttpResponse:
    return problem(request, NotFound())


def _wrapped(patterns: list[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            pattern.callback = _with_problem_for_405(pattern.callback)
    return patterns


_patterns, _app_name, _namespace = api.urls

urlpatterns = [path("", (_wrapped(_patterns), _app_name, _namespace)), path("<path:rest>", _nothing_here)]

"""Data in and out of the designer: JSON that a script sends, and refusals it can show."""

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from bihuan.bpmn import ChartRefused
from bihuan.core.errors import Refused
from bihuan.web.refusals import refusal_text
from bihuan.web.request import language_of

Params = ParamSpec("Params")
View = Callable[Concatenate[HttpRequest, Params], HttpResponse]


class NotUnderstood(Refused):
    code = "not_understood"
    text = gettext_noop("没有看懂发来的内容，请刷新页面后再试。")
    status = 400


class NotDrawable(Refused):
    """``params["why"]``: the first reason, in the reader's language."""

    code = "not_drawable"
    text = gettext_noop("这张流程图现在画不出来：%(why)s。")


class SignInFirst(Refused):
    code = "sign_in_first"
    text = gettext_noop("登录已过期，请在另一页登录后再保存。")
    status = 401


def body_of(request: HttpRequest) -> Mapping[str, object]:
    """The JSON object that was sent; refuses anything else."""
    try:
        found = json.loads(request.body)
    except (ValueError, RecursionError):
        raise NotUnderstood from None
    if not isinstance(found, dict):
        raise NotUnderstood
    return cast(Mapping[str, object], found)


def text_in(body: Mapping[str, object], name: str) -> str:
    """A text of the object; "" where it is missing."""
    found = body.get(name, "")
    if not isinstance(found, str):
        raise NotUnderstood
    try:
        found.encode()
    except UnicodeEncodeError:  # half a character, which no file can hold
        raise NotUnderstood from None
    return found


def texts_in(body: Mapping[str, object], name: str) -> list[str]:
    """A list of texts of the object."""
    found = body.get(name, [])
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise NotUnderstood
    return cast(list[str], found)


def number_in(body: Mapping[str, object], name: str) -> int:
    """A whole number of the object."""
    found = body.get(name)
    if not isinstance(found, int) or isinstance(found, bool):
        raise NotUnderstood
    return found


def answers_script(view: View[Params]) -> View[Params]:
    """A view for the designer's script: POST alone, for members of staff; refusals come back as JSON."""

    @require_POST
    @wraps(view)
    def answered(request: HttpRequest, *args: Params.args, **kwargs: Params.kwargs) -> HttpResponse:
        try:
            if not request.user.is_authenticated:
                raise SignInFirst
            return view(request, *args, **kwargs)
        except ChartRefused as refused:
            problem = refused.problems[0]
            why = problem.message_en if language_of(request) == "en" else problem.message_zh
            return refusal(NotDrawable(params={"why": why}))
        except Refused as refused:
            return refusal(refused)

    return cast(View[Params], answered)


def refusal(refused: Refused) -> JsonResponse:
    """The refusal for a script: its code, its words, and what it carries."""
    content = {**refused.params, "code": refused.code, "text": refusal_text(refused)}
    return JsonResponse(content, status=refused.status)

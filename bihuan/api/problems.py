"""Errors as RFC 9457 problem documents in the caller's language."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import cast

from django.core.exceptions import RequestDataTooBig
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.utils import translation
from django.utils.translation import gettext, gettext_noop
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic_core import to_json

from bihuan.api.auth import NotSignedIn, TooManyRequests
from bihuan.core.actor import Actor
from bihuan.core.database import is_away
from bihuan.core.errors import NotFound, Refused, Unavailable

logger = logging.getLogger("bihuan.api")

FieldProblem = dict[str, str]


class BodyNotReadable(Refused):
    code = "body_not_readable"
    text = gettext_noop("请求正文不是有效的 UTF-8 JSON：%(why)s")
    status = 400


class BodyTooLarge(Refused):
    code = "body_too_large"
    text = gettext_noop("请求正文过大，最多 %(megabytes)s MB。")
    status = 413


class MediaTypeNotSupported(Refused):
    code = "media_type_not_supported"
    text = gettext_noop("请求正文应为 application/json（UTF-8）。")
    status = 415


class MethodNotAllowed(Refused):
    code = "method_not_allowed"
    text = gettext_noop("这个地址不支持该请求方法。")
    status = 405


class CsrfFailed(Refused):
    code = "csrf_failed"
    text = gettext_noop("页面已过期，请刷新后再试。")
    status = 403


class FieldsNotValid(Refused):
    """The request's shape is wrong; ``errors`` says where."""

    code = "fields_not_valid"
    text = gettext_noop("有 %(count)s 处内容不符合要求，请按提示修改后重试。")

    def __init__(self, *, errors: Sequence[Mapping[str, object]]) -> None:
        self.errors = errors
        super().__init__(params={"count": len(errors)})


class InternalError(Refused):
    code = "internal_error"
    text = gettext_noop("系统内部出错，已记录。请稍后重试。")
    status = 500


TITLES: dict[int, str] = {
    400: gettext_noop("请求无法读取"),
    401: gettext_noop("需要登录"),
    403: gettext_noop("没有权限"),
    404: gettext_noop("没有找到"),
    405: gettext_noop("不支持的请求方法"),
    409: gettext_noop("内容冲突"),
    413: gettext_noop("内容过大"),
    415: gettext_noop("不支持的内容类型"),
    422: gettext_noop("内容不符合要求"),
    429: gettext_noop("请求过于频繁"),
    500: gettext_noop("系统出错"),
    503: gettext_noop("暂时不可用"),
}

# What pydantic finds, worded for the caller. Places come from the error's context.
FIELD_TEXTS: dict[str, str] = {
    "missing": gettext_noop("此项必填。"),
    "extra_forbidden": gettext_noop("没有这个字段。"),
    "string_type": gettext_noop("应为文本。"),
    "string_too_long": gettext_noop("最多 %(max_length)s 个字符。"),
    "string_too_short": gettext_noop("至少 %(min_length)s 个字符。"),
    "string_pattern_mismatch": gettext_noop("格式不正确。"),
    "literal_error": gettext_noop("只能是：%(expected)s。"),
    "int_type": gettext_noop("应为整数。"),
    "int_parsing": gettext_noop("应为整数。"),
    "int_parsing_size": gettext_noop("数字过大。"),
    "int_from_float": gettext_noop("应为整数。"),
    "bool_type": gettext_noop("应为 true 或 false。"),
    "dict_type": gettext_noop("应为 JSON 对象。"),
    "model_type": gettext_noop("应为 JSON 对象。"),
    "model_attributes_type": gettext_noop("应为 JSON 对象。"),
    "greater_than_equal": gettext_noop("不能小于 %(ge)s。"),
    "less_than_equal": gettext_noop("不能大于 %(le)s。"),
    "blank": gettext_noop("不能为空白。"),
    "control_character": gettext_noop("含有不允许的控制字符。"),
    "one_line": gettext_noop("应为一行文本。"),
    "not_an_email": gettext_noop("不是有效的邮箱地址。"),
    "not_a_phone": gettext_noop("不是有效的电话号码。"),
    "not_finite": gettext_noop("数字超出范围。"),
    "too_deep": gettext_noop("嵌套过深或内容过多。"),
}
_OTHER = gettext_noop("内容不正确。")


def language_of(request: HttpRequest) -> str:
    """A page's session has its language already; a token's caller says it by Accept-Language, else its account's."""
    if "Authorization" in request.headers and "Accept-Language" not in request.headers:
        actor = getattr(request, "auth", None)
        if isinstance(actor, Actor):
            return actor.language
    if "Authorization" in request.headers:
        return translation.get_language_from_request(request)
    return translation.get_language() or translation.get_language_from_request(request)


def problem(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """The problem document of a refusal."""
    with translation.override(language_of(request)):
        document: dict[str, object] = {
            "type": f"urn:bihuan:problem:{refusal.code}",
            "title": gettext(TITLES[refusal.status]) if refusal.status in TITLES else _phrase(refusal.status),
            "status": refusal.status,
            "detail": gettext(refusal.text) % refusal.params if refusal.params else gettext(refusal.text),
            "code": refusal.code,
            "errors": _field_problems(refusal),
        }
        language = translation.get_language() or ""
    response = HttpResponse(to_json(document), status=refusal.status, content_type="application/problem+json")
    response["Content-Language"] = language
    response["Vary"] = "Accept-Language, Authorization, Cookie"
    response["Cache-Control"] = "no-store"
    if isinstance(refusal, TooManyRequests | Unavailable):
        response["Retry-After"] = str(refusal.retry_after)
    if refusal.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="bihuan"'
    if refusal.status < 500:
        logger.info("refused %s %s: %s %s", request.method, request.path, refusal.status, refusal.code)
    return response


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return str(status)


def _field_problems(refusal: Refused) -> list[FieldProblem]:
    """``errors`` of a shape refusal, or of a form refusal: a list of {field, code, message} in the active language."""
    found = getattr(refusal, "errors", None)
    if isinstance(found, Mapping):
        return [{"field": str(name), "code": "invalid", "message": _worded(text)} for name, text in found.items()]
    if not isinstance(found, Sequence):
        return []
    return [_field_problem(cast(Mapping[str, object], error)) for error in found if isinstance(error, Mapping)]


def _worded(text: object) -> str:
    return "；".join(gettext(str(part)) for part in text) if isinstance(text, list | tuple) else gettext(str(text))


def _field_problem(error: Mapping[str, object]) -> FieldProblem:
    if "message" in error:
        return {
            "field": str(error.get("field", "")),
            "code": str(error.get("code", "invalid")),
            "message": gettext(str(error["message"])),
        }
    code = str(error.get("type", "invalid"))
    context = cast(Mapping[str, object], error.get("ctx") or {})
    place = cast(Sequence[object], error.get("loc") or ())
    return {
        "field": ".".join(str(part) for part in place),
        "code": code,
        "message": gettext(FIELD_TEXTS.get(code, _OTHER)) % context,
    }


def _place(location: Sequence[object]) -> tuple[object, ...]:
    """Without ninja's leading ("body", "payload"): the caller knows the fields of the JSON body by their names."""
    parts = tuple(location)
    if parts[:1] == ("body",):
        return parts[2:]
    return parts[1:] if parts[:1] in (("query",), ("path",), ("header",)) else parts


def _of_validation(error: ValidationError) -> Refused:
    errors = [dict(item, loc=_place(item.get("loc", ()))) for item in error.errors[:50]]
    return FieldsNotValid(errors=errors)


def _of_http(error: HttpError) -> Refused:
    if isinstance(error.__cause__, Refused):
        return error.__cause__
    if isinstance(error, AuthenticationError):
        return NotSignedIn()
    if error.status_code == 403:
        return CsrfFailed()
    return BodyNotReadable(params={"why": str(error.__cause__ or error)[:200]})


def _internal(request: HttpRequest, error: Exception) -> HttpResponse:
    if is_away(error):
        logger.warning("the database is away: %s %s", request.method, request.path)
        return problem(request, Unavailable())
    got_request_exception.send(sender=None, request=request)
    logger.error("failed %s %s", request.method, request.path, exc_info=error)
    return problem(request, InternalError())


def install(api: NinjaAPI, *, megabytes: int) -> None:
    """Makes every error of the API a problem document."""
    api.add_exception_handler(Refused, lambda request, error: problem(request, cast(Refused, error)))
    api.add_exception_handler(
        ValidationError, lambda request, error: problem(request, _of_validation(cast(ValidationError, error)))
    )
    api.add_exception_handler(HttpError, lambda request, error: problem(request, _of_http(cast(HttpError, error))))
    api.add_exception_handler(Http404, lambda request, _: problem(request, NotFound()))
    api.add_exception_handler(
        RequestDataTooBig, lambda request, _: problem(request, BodyTooLarge(params={"megabytes": megabytes}))
    )
    api.add_exception_handler(
        UnreadablePostError, lambda request, _: problem(request, BodyNotReadable(params={"why": "connection"}))
    )
    api.add_exception_handler(Exception, lambda request, error: _internal(request, cast(Exception, error)))

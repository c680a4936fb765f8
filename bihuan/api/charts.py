"""Charts that the caller sends: proved, and drawn. Nothing is stored."""

import time
from collections.abc import Sequence
from typing import Final, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from ninja import Router, Schema
from pydantic import Field

from bihuan.api import shapes
from bihuan.api.auth import TooManyRequests
from bihuan.api.limits import RateLimit
from bihuan.api.problems import BodyTooLarge, MediaTypeNotSupported, language_of
from bihuan.bpmn.draw import SkinName, draw_svg
from bihuan.bpmn.draw.diagram import read_diagram
from bihuan.bpmn.problems import ChartRefused, Problem
from bihuan.bpmn.verify import verify
from bihuan.bpmn.xml.reader import read_xml
from bihuan.bpmn.xml.vocabulary import NODES, local
from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden, Refused

router = Router(tags=["charts"])

_MEGABYTES: Final = 1
_MOST_NODES: Final = 2_000
_MOST_LAID_OUT: Final = 200
"""Nodes of a chart without a diagram: laying out takes far longer than drawing."""
_MOST_STATES: Final = 20_000
_TYPES: Final = frozenset({"application/xml", "text/xml", "application/bpmn+xml"})
_work = RateLimit(rate=2, burst=20)


class ChartNotReadable(Refused):
    """The file is not BPMN that can be read; ``errors`` names the places."""

    code = "chart_not_readable"
    text = gettext_noop("流程图无法读取：%(why)s")

    def __init__(self, *, problems: Sequence[Problem], language: str) -> None:
        said = [one.message_en if language == "en" else one.message_zh for one in problems]
        self.errors = [
            {"field": one.element, "code": one.kind, "message": words}
            for one, words in zip(problems, said, strict=True)
        ][:50]
        super().__init__(params={"why": said[0]})


class ChartNotDrawn(Refused):
    code = "chart_not_drawn"
    text = gettext_noop("这张流程图画不出来：%(why)s")


class ChartTooLarge(Refused):
    code = "chart_too_large"
    text = gettext_noop("流程图有 %(nodes)s 个元素，最多 %(most)s 个。")


class ChartTooLargeToLayOut(ChartTooLarge):
    text = gettext_noop("流程图有 %(nodes)s 个元素而没有图形信息，最多 %(most)s 个。请先在编辑器中排好版。")


class Words(Schema):
    """One text in both languages."""

    zh: str
    en: str


class FindingOut(Schema):
    """One thing found; ``path``: the elements entered, in order, on a shortest way to it."""

    kind: str
    severity: Literal["error", "warning", "info"]
    elements: list[str]
    path: list[str] | None
    message: Words
    suggestion: Words


class MarkOut(Schema):
    """One of the five quality marks, with why it is not 100."""

    key: Literal["clear", "easy", "complete", "improving", "together"]
    name: Words
    score: int
    reasons: list[Words]


class VerdictOut(Schema):
    """What ``bihuan chart verify --json`` says, without the file's name."""

    sound: bool | None = Field(description="null: not decided")
    behaviour_sound: bool | None
    decided: bool
    states: int
    findings: list[FindingOut]
    marks: list[MarkOut]


_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/xml": {"schema": {"type": "string", "description": "BPMN 2.0"}}},
    }
}
_PICTURE = {
    **_BODY,
    "responses": {200: {"description": "OK", "content": {"image/svg+xml": {"schema": {"type": "string"}}}}},
}


@router.post("/verify", response=VerdictOut, summary="Prove a chart", openapi_extra=_BODY)
def verify_chart(request: HttpRequest) -> HttpResponse:
    """Whether the chart in the body always comes to its end, what else is amiss, and its five quality marks."""
    source, language = _chart_in(request), language_of(request)
    try:
        _count(source, _MOST_NODES)
        report = verify(source, limit=_MOST_STATES)
    except ChartRefused as refused:
        raise ChartNotReadable(problems=refused.problems, language=language) from refused
    return shapes.answer(report.to_document())


@router.post("/draw", summary="Draw a chart as SVG", openapi_extra=_PICTURE)
def draw_chart(request: HttpRequest, skin: SkinName = "bpmn") -> HttpResponse:
    """The chart in the body as a picture; ``gbt1526`` draws flowchart symbols. A missing diagram is laid out."""
    source, language = _chart_in(request), language_of(request)
    try:
        _count(source, _MOST_NODES, laid_out=_MOST_LAID_OUT)
        picture = draw_svg(source, lang="en" if language == "en" else "zh", skin=skin)
    except ChartRefused as refused:
        raise ChartNotReadable(problems=refused.problems, language=language) from refused
    except ValueError as error:
        raise ChartNotDrawn(params={"why": str(error)}) from error
    response = HttpResponse(picture, content_type="image/svg+xml; charset=utf-8")
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response


def _chart_in(request: HttpRequest) -> bytes:
    """The body. Charts are read by everybody who works here; customers do not see them."""
    actor = request.auth  # type: ignore[attr-defined]
    if not isinstance(actor, Actor) or actor.user_id is None:
        raise Forbidden
    wait = _work.take(str(actor.user_id), at=time.monotonic())
    if wait:
        raise TooManyRequests(wait=wait)
    if request.content_type not in _TYPES:
        raise MediaTypeNotSupported(text=gettext_noop("请求正文应为 application/xml（BPMN 2.0 文件）。"))
    if len(request.body) > _MEGABYTES * 1024 * 1024:
        raise BodyTooLarge(params={"megabytes": _MEGABYTES})
    return request.body


def _count(source: bytes, most: int, *, laid_out: int | None = None) -> None:
    """Refuses what would take too long. `laid_out`: a narrower bound where there is no diagram."""
    root = read_xml(source)
    nodes = sum(1 for one in root.iter() if local(one) in NODES)
    if nodes > most:
        raise ChartTooLarge(params={"nodes": nodes, "most": most})
    if laid_out is not None and nodes > laid_out and not read_diagram(root, "zh").shapes:
        raise ChartTooLargeToLayOut(params={"nodes": nodes, "most": laid_out})

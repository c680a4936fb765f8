"""The other views of a chart: the national standard's symbols, and a list in which it can be edited."""

from collections.abc import Callable, Mapping
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_noop
from markupsafe import Markup

from bihuan.bpmn import edit as edits
from bihuan.bpmn.draw import DrawMarks, draw_svg
from bihuan.bpmn.model import Chart, Text
from bihuan.bpmn.narrative import narrate
from bihuan.bpmn.outline import Outline, read_outline
from bihuan.bpmn.verify.reading import read
from bihuan.bpmn.xml.nodes import is_node
from bihuan.bpmn.xml.reader import read_xml
from bihuan.core.errors import Forbidden, Refused
from bihuan.studio import queries
from bihuan.web.present.words import role_name
from bihuan.web.request import actor_of, language_of
from bihuan.web.studio import facts
from bihuan.web.studio.body import NotDrawable, NotUnderstood, answers_script, body_of, text_in
from bihuan.web.studio.labels import for_canvas
from bihuan.web.ui.environment import in_language


class EditRefused(Refused):
    """``params["why"]``: the reason, worded for the user."""

    code = "edit_refused"
    text = gettext_noop("没有改：%(why)s")


def _source(request: HttpRequest, draft_id: int) -> tuple[bytes, Mapping[str, object]]:
    queries.draft(actor=actor_of(request), draft_id=draft_id)
    body = body_of(request)
    return text_in(body, "xml").encode(), body


@answers_script
def picture(request: HttpRequest, draft_id: int) -> HttpResponse:
    """{xml} → {html}: the chart in the symbols of GB/T 1526."""
    source, _body = _source(request, draft_id)
    language = "en" if language_of(request) == "en" else "zh"
    try:
        svg = draw_svg(source, marks=DrawMarks(notes=True), lang=language, skin="gbt1526")
    except ValueError as empty:
        raise NotDrawable(params={"why": str(empty)}) from None
    # The drawing escapes every text that comes from the chart; nothing else is in it.
    return JsonResponse({"html": render_to_string("studio/picture.html", {"picture": Markup(svg)})})  # noqa: S704


@answers_script
def narrative(request: HttpRequest, draft_id: int) -> HttpResponse:
    """{xml} → {html}: the chart told in words."""
    source, _body = _source(request, draft_id)
    draft = queries.draft(actor=actor_of(request), draft_id=draft_id)
    chart, _outline_of = _outline(source)
    sections = narrate(chart, "en" if language_of(request) == "en" else "zh", facts.names(draft.forms, draft.decisions))
    return JsonResponse({"html": render_to_string("studio/narrative.html", {"sections": sections})})


@answers_script
def outline(request: HttpRequest, draft_id: int) -> HttpResponse:
    """{xml} → {html}: the chart as a list."""
    source, _body = _source(request, draft_id)
    draft = queries.draft(actor=actor_of(request), draft_id=draft_id)
    chart, found = _outline(source)
    context = {
        "outline": found,
        "facts": {key: _fact(chart, key) for key in chart.nodes},
        "editable": queries.may_edit(actor_of(request), draft),
        "said": _said,
    }
    try:
        return JsonResponse({"html": render_to_string("studio/outline.html", context)})
    except RecursionError:
        raise NotDrawable(params={"why": _said(_TOO_DEEP)}) from None


_TOO_DEEP: Final = Text("嵌套太深", "it is nested too deep")


def _outline(source: bytes) -> tuple[Chart, Outline]:
    charts = [one.chart for one in read(source)]
    chart = max(charts, key=lambda one: len(one.nodes))
    return chart, read_outline(chart)


def _fact(chart: Chart, key: str) -> str:
    """Who does a step."""
    role = chart.nodes[key].ext.role
    return role_name(role) if role else ""


def _said(text: Text) -> str:
    return in_language(text.zh, text.en)


def _arm(zh: str, en: str) -> edits.NewArm:
    return edits.NewArm(name=zh, name_en=en)


_MADE: Final[Mapping[str, Callable[[Mapping[str, object]], edits.Edit]]] = {
    "step": lambda body: edits.InsertStep(at=text_in(body, "at"), name="新步骤", name_en="New step"),
    "choice": lambda body: edits.InsertBranch(
        at=text_in(body, "at"),
        kind="exclusive",
        arms=(_arm("是", "Yes"), _arm("否", "No")),
        name="新判断",
        name_en="New decision",
    ),
    "parallel": lambda body: edits.InsertBranch(
        at=text_in(body, "at"), kind="parallel", arms=(edits.NewArm(), edits.NewArm())
    ),
    "arm": lambda body: edits.AddArm(gateway=text_in(body, "node"), arm=_arm("其他情况", "Otherwise")),
    "drop": lambda body: edits.RemoveArm(flow=text_in(body, "flow")),
    "remove": lambda body: edits.RemoveStep(node=text_in(body, "node")),
    "move": lambda body: edits.MoveStep(node=text_in(body, "node"), to=text_in(body, "flow")),
}


@answers_script
def edit(request: HttpRequest, draft_id: int) -> HttpResponse:
    """{xml, edit, …} → {xml, select}: the chart after one edit of the list, and what is new in it."""
    source, body = _source(request, draft_id)
    if not queries.may_edit(actor_of(request), queries.draft(actor=actor_of(request), draft_id=draft_id)):
        raise Forbidden
    make = _MADE.get(text_in(body, "edit"))
    if make is None:
        raise NotUnderstood
    try:
        changed = edits.apply_edit(source, make(body))
    except edits.EditRefused as refused:
        raise EditRefused(params={"why": _said(Text(refused.zh, refused.en))}) from None
    return JsonResponse({"xml": for_canvas(changed), "select": _fresh(source, changed)})


def _fresh(before: bytes, after: bytes) -> str:
    """The first node that was not there before; "" if none is new."""
    known = {one.get("id") for one in read_xml(before).iter("{*}*")}
    nodes = (one for one in read_xml(after).iter("{*}*") if is_node(one))
    return next((key for one in nodes if (key := one.get("id") or "") not in known), "")

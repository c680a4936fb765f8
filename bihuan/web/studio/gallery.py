"""Where charts begin: the gallery of what ships, a blank sheet, a file; and the drafts that are open."""

from datetime import date, datetime
from typing import Final

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.core.errors import Forbidden, NotFound, Refused
from bihuan.flows import gallery
from bihuan.flows import queries as flows
from bihuan.flows.charts import compile_package
from bihuan.flows.operations import Package
from bihuan.flows.shipped import Shipped, shipped
from bihuan.studio import operations, queries
from bihuan.studio.models import Draft
from bihuan.web.charts.reading import facts_of, forms_of, steps_of
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of, language_of
from bihuan.web.studio import pictures
from bihuan.web.ui.environment import in_language

_LARGEST: Final = 16 * 1024 * 1024
GROUPS: Final = {
    "": gettext_noop("通用"),
    "general": gettext_noop("通用"),
    "complaint": gettext_noop("投诉"),
    "after_sales": gettext_noop("售后"),
    "survey": gettext_noop("回访与满意度"),
    "quality": gettext_noop("质量"),
    "finance": gettext_noop("账务"),
    "government": gettext_noop("政务热线"),
    "gas": gettext_noop("燃气"),
    "health": gettext_noop("医疗"),
    "privacy": gettext_noop("个人信息"),
    "improvement": gettext_noop("改进"),
}


def studio_tabs(actor: Actor) -> list[dict[str, object]]:
    """The pages about charts, with how many reviews wait for the reader."""
    waiting = queries.waiting_count(actor=actor)
    return [
        {"key": "charts", "text": _("在用的流程"), "href": reverse("web:charts")},
        {"key": "gallery", "text": _("图库"), "href": reverse("web:studio")},
        {"key": "drafts", "text": _("草稿"), "href": reverse("web:studio_drafts")},
        {
            "key": "reviews",
            "text": _("待我评审"),
            "href": reverse("web:studio_reviews"),
            "count": waiting or None,
            "tone": "gold",
        },
    ]


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """What ships, shelf by shelf."""
    actor = actor_of(request)
    shelves: dict[str, list[dict[str, object]]] = {}
    order = list(GROUPS)
    for one in sorted(shipped(), key=lambda each: _place(each, order)):
        shelves.setdefault(_(GROUPS.get(one.group, one.group)), []).append(_card(one))
    context = {
        "tabs": studio_tabs(actor),
        "shelves": list(shelves.items()),
        "may_draw": queries.may_draw(actor),
        "name": "",
        "refusal": "",
    }
    return render(request, "studio/gallery.html", context)


def _place(one: Shipped, order: list[str]) -> tuple[int, str]:
    return (order.index(one.group) if one.group in GROUPS else len(order), one.key)


def _card(one: Shipped) -> dict[str, object]:
    mark = pictures.fingerprint(one.path.read_bytes())
    return {
        "key": one.key,
        "name": in_language(one.name, one.name_en),
        "template": one.template,
        "summary": in_language(one.summary, one.summary_en),
        "picture": f"{reverse('web:shipped_picture', args=[one.key])}?v={mark}",
    }


def _package(key: str) -> Package:
    try:
        return gallery.package(key)
    except KeyError:
        raise NotFound from None


@require_GET
@login_required
def shipped_picture(request: HttpRequest, key: str) -> HttpResponse:
    """The chart as an SVG file; its address changes with its content."""
    svg = pictures.drawing(_package(key).chart, language_of(request))
    response = HttpResponse(svg, content_type="image/svg+xml")
    response.headers["Cache-Control"] = "private, max-age=604800"
    response.headers["Vary"] = "Cookie"
    return response


@require_GET
@login_required
def preview(request: HttpRequest, key: str) -> HttpResponse:
    """All of a shipped chart before it is copied: picture, steps, forms, tables."""
    package, actor, language = _package(key), actor_of(request), language_of(request)
    chart = compile_package(package.chart, package.decisions)
    about = next(one for one in shipped() if one.key == key)
    context = {
        "key": key,
        "name": in_language(package.name, package.name_en),
        "template": package.template,
        "summary": in_language(about.summary, about.summary_en),
        "may_draw": queries.may_draw(actor),
        "facts": facts_of(chart),
        "picture": pictures.picture(package.chart, language=language),
        "steps": steps_of(chart),
        "forms": forms_of(package.forms),
        "tables": flows.tables_in_words(decisions=package.decisions, forms=package.forms, language=language),
    }
    return render(request, "studio/preview.html", context)


@require_POST
@login_required
def copy_shipped(request: HttpRequest, key: str) -> HttpResponse:
    """A draft of one's own, opened in the designer."""
    draft = operations.copy_shipped(shipped=key, name=_name_in(request), actor=actor_of(request), now=system_now())
    return redirect("web:studio_editor", draft.pk)


def _name_in(request: HttpRequest) -> str:
    return request.POST.get("name", "").replace("\x00", "").strip()


@require_POST
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """A blank sheet under a name."""
    draft = operations.create_draft(name=_name_in(request), actor=actor_of(request), now=system_now())
    return redirect("web:studio_editor", draft.pk)


@require_http_methods(["GET", "POST"])
@login_required
def import_file(request: HttpRequest) -> HttpResponse:
    """A BPMN file becomes a draft, faults and all: they are listed where it goes on. What is no XML is refused."""
    actor = actor_of(request)
    if not queries.may_draw(actor):
        raise Forbidden
    refusal, status = "", 200
    if request.method == "POST":
        try:
            draft = _imported(request, actor)
        except Refused as refused:
            refusal, status = refusal_text(refused), refused.status
        else:
            return redirect("web:studio_faults", draft.pk)
    context = {"refusal": refusal, "name": _name_in(request)}
    return render(request, "studio/import.html", context, status=status)


class NoFile(Refused):
    code = "no_chart_file"
    text = gettext_noop("请选择一个 BPMN、DMN 或流程包文件，最大 16 MB。")


def _imported(request: HttpRequest, actor: Actor) -> Draft:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile) or not file.size or file.size > _LARGEST:
        raise NoFile
    return operations.import_file(
        data=file.read(),
        filename=(file.name or "").replace("\x00", ""),
        name=_name_in(request),
        actor=actor,
        now=system_now(),
    )


@require_GET
@login_required
def drafts(request: HttpRequest) -> HttpResponse:
    """All drafts that are open: who changed them last, when, and how far they are."""
    actor = actor_of(request)
    rows = [
        {
            "id": draft.pk,
            "name": in_language(draft.name, draft.name_en),
            "key": draft.key,
            "stage": draft.stage,
            "stage_word": stage_word(draft.stage),
            "by": draft.updated_by_name,
            "at": draft.updated_at,
            "base": draft.base.number if draft.base is not None else None,
        }
        for draft in queries.drafts(actor=actor)
    ]
    context = {"tabs": studio_tabs(actor), "rows": rows, "now": system_now(), "may_draw": queries.may_draw(actor)}
    return render(request, "studio/drafts.html", context)


_STAGES: Final = {
    "draft": gettext_noop("草稿"),
    "review": gettext_noop("评审中"),
    "test": gettext_noop("测试中"),
    "published": gettext_noop("已发布"),
    "discarded": gettext_noop("已放弃"),
}


def stage_word(stage: str) -> str:
    """The stage of a draft in the reader's language."""
    return _(_STAGES[stage])


@require_GET
@login_required
def my_reviews(request: HttpRequest) -> HttpResponse:
    """The reviews that wait for the reader's signature."""
    actor, now = actor_of(request), system_now()
    rows = [
        {
            "id": review.draft_id,
            "name": in_language(review.draft.name, review.draft.name_en),
            "note": review.note,
            "by": review.asked_by_name,
            "at": review.asked_at,
            "due": review.due,
            "late": review.due is not None and review.due < today(now),
        }
        for review in queries.waiting_reviews(actor=actor)
    ]
    return render(request, "studio/reviews.html", {"tabs": studio_tabs(actor), "rows": rows, "now": now})


def today(now: datetime) -> date:
    """The day at the reader's place."""
    return timezone.localtime(now).date()


@require_POST
@login_required
def discard(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Gives a draft up."""
    operations.discard_draft(draft_id=draft_id, actor=actor_of(request), now=system_now())
    return redirect("web:studio_drafts")

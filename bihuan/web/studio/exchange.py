"""Files of a chart for other programs and other installations."""

import re
from collections.abc import Callable
from typing import Final, Literal

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from bihuan.bpmn import ChartRefused
from bihuan.bpmn.draw import SkinName, draw_svg
from bihuan.core.errors import NotFound
from bihuan.documents.manual_pdf import plain_svg, render_drawing
from bihuan.flows import queries as flows
from bihuan.flows.operations import Package
from bihuan.studio import operations, queries
from bihuan.studio.errors import DoesNotLoad
from bihuan.studio.packing import without_extensions
from bihuan.web.request import actor_of, language_of
from bihuan.web.studio.manual import chosen_version, package_of_version
from bihuan.web.ui.environment import in_language

_SIZE: Final = re.compile(r'viewBox="\S+ \S+ ([\d.e+]+) ([\d.e+]+)"')
_TYPES: Final = {
    "bpmn": "application/xml",
    "dmn": "application/xml",
    "svg": "image/svg+xml",
    "png": "image/png",
    "pdf": "application/pdf",
    "zip": "application/zip",
}


@require_GET
@login_required
def chart_page(request: HttpRequest, key: str) -> HttpResponse:
    """All files of a published version; ``?version=2`` another than the one in force."""
    version = chosen_version(key, request.GET.get("version", ""))
    package = package_of_version(version)
    ask = f"?version={version.number}" if request.GET.get("version") else ""

    def to(file: str) -> str:
        return reverse("web:export_file", args=[key, file]) + ask

    manual = [f"{reverse('web:chart_manual', args=[key, kind])}{ask}" for kind in ("pdf", "docx")]
    return _page(request, package, version.number, to, manual, back=reverse("web:chart", args=[key]), draft=False)


@require_GET
@login_required
def draft_page(request: HttpRequest, draft_id: int) -> HttpResponse:
    """All files of a draft."""
    draft = queries.draft(actor=actor_of(request), draft_id=draft_id)

    def to(file: str) -> str:
        return reverse("web:studio_export_file", args=[draft_id, file])

    manual = [reverse("web:studio_manual", args=[draft_id, kind]) for kind in ("pdf", "docx")]
    back, number = reverse("web:studio_editor", args=[draft_id]), queries.next_number(draft)
    return _page(request, queries.package_of(draft), number, to, manual, back=back, draft=True)


def _page(
    request: HttpRequest,
    package: Package,
    number: int,
    to: Callable[[str], str],
    manual: list[str],
    *,
    back: str,
    draft: bool,
) -> HttpResponse:
    context = {
        "name": in_language(package.name, package.name_en),
        "number": number,
        "is_draft": draft,
        "back": back,
        "manual": manual,
        "href": {file: to(file) for file in ("package.zip", "chart.bpmn", "plain.bpmn", *_DRAWINGS)},
        "tables": [
            {"name": one.name, "href": to(f"{key}.dmn")}
            for key, one in zip(package.decisions, _tables(request, package), strict=True)
        ],
        "forms": len(package.forms),
    }
    return render(request, "studio/manual_files.html", context)


def _tables(request: HttpRequest, package: Package) -> list[flows.DecisionView]:
    return flows.tables_in_words(decisions=package.decisions, forms=package.forms, language=language_of(request))


@require_GET
@login_required
def chart_file(request: HttpRequest, key: str, file: str) -> HttpResponse:
    """``/charts/T01/export/chart.bpmn``."""
    version = chosen_version(key, request.GET.get("version", ""))
    return _file(request, package_of_version(version), version.number, file)


@require_GET
@login_required
def draft_file(request: HttpRequest, draft_id: int, file: str) -> HttpResponse:
    """``/studio/12/export/chart.svg``."""
    draft = queries.draft(actor=actor_of(request), draft_id=draft_id)
    return _file(request, queries.package_of(draft), queries.next_number(draft), file)


_DRAWINGS: Final[dict[str, SkinName]] = {
    "chart.svg": "bpmn",
    "chart.png": "bpmn",
    "chart.pdf": "bpmn",
    "gbt1526.svg": "gbt1526",
    "gbt1526.png": "gbt1526",
    "gbt1526.pdf": "gbt1526",
}


def _file(request: HttpRequest, package: Package, number: int, file: str) -> HttpResponse:
    stem, _dot, kind = file.rpartition(".")
    if kind not in _TYPES:
        raise NotFound
    response = HttpResponse(_content(request, package, number, file), content_type=_TYPES[kind])
    called = f"{package.key}-v{number}"
    name = f"{called}.bihuan.zip" if kind == "zip" else f"{called}-{stem}.{kind}"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def _content(request: HttpRequest, package: Package, number: int, file: str) -> bytes:
    stem, _dot, kind = file.rpartition(".")
    if file in _DRAWINGS:
        return _drawn(request, package.chart, _DRAWINGS[file], kind)
    if kind == "dmn" and stem in package.decisions:
        return package.decisions[stem].encode()
    ways: dict[str, Callable[[], bytes]] = {
        "package.zip": lambda: operations.export_package(package=package, number=number),
        "chart.bpmn": lambda: package.chart,
        "plain.bpmn": lambda: without_extensions(package.chart),
    }
    if file not in ways:
        raise NotFound
    return ways[file]()


def _drawn(request: HttpRequest, chart: bytes, skin: SkinName, kind: str) -> bytes:
    try:
        svg = draw_svg(chart, lang="en" if language_of(request) == "en" else "zh", skin=skin)
    except ChartRefused as refused:
        raise DoesNotLoad(params={"why": refused.problems[0].message_zh}) from refused
    except ValueError:
        raise NotFound from None
    if kind == "svg":
        return plain_svg(svg).encode()
    found = _SIZE.search(svg)
    width, height = (float(found[1]), float(found[2])) if found else (1000.0, 600.0)
    wanted: Literal["pdf", "png"] = "pdf" if kind == "pdf" else "png"
    return render_drawing(svg, width, height, kind=wanted, font_folders=[settings.VAR_DIR / "fonts"])

"""Customers from a sheet: the template, the look before, and what became of each line."""

from collections.abc import Mapping

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.core.clock import system_now
from bihuan.core.errors import Forbidden, Refused
from bihuan.customers import operations, queries
from bihuan.customers.rules.sheet import COLUMNS, LOST, MOST_BYTES, template, write_sheet
from bihuan.customers.rules.sheet_rows import FAULTS
from bihuan.web.customers import words
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHOWN = 100


class NoSheet(Refused):
    code = "no_sheet"
    text = gettext_noop("请选择一个 .xlsx 文件，最大 10 MB。")


def fault_words(fault: Mapping[str, str]) -> str:
    """What is wrong with a row, in the active language."""
    return _(FAULTS.get(fault["code"], fault["code"])) % fault


def _sheet(name: str, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type=_XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@require_http_methods(["GET", "POST"])
@login_required
def upload(request: HttpRequest) -> HttpResponse:
    """The way in: template, file."""
    actor = actor_of(request)
    if not actor.can("customers.edit"):
        raise Forbidden
    refusal, status = "", 200
    if request.method == "POST":
        try:
            file = request.FILES.get("file")
            if file is None or (file.size or 0) > MOST_BYTES:
                raise NoSheet
            read = operations.read_import(name=file.name or "", data=file.read(), actor=actor, now=system_now())
            return redirect("web:customer_import", read.pk)
        except Refused as refused:
            if refused.status in (403, 404):
                raise
            refusal, status = refusal_text(refused), refused.status
    context = {
        "refusal": refusal,
        "columns": [(each.title, each.hint, each.required) for each in COLUMNS],
        "area": words.area(actor),
    }
    return render(request, "customers/import.html", context, status=status)


@require_GET
@login_required
def blank(request: HttpRequest) -> HttpResponse:
    """The template, every column set to text."""
    if not actor_of(request).can("customers.edit"):
        raise Forbidden
    return _sheet("客户导入模板.xlsx", template())


@require_http_methods(["GET", "POST"])
@login_required
def page(request: HttpRequest, import_id: int) -> HttpResponse:
    """What was read, with what is wrong; POST takes over the good lines; afterwards what became of each."""
    actor = actor_of(request)
    if request.method == "POST":
        operations.take_import(import_id=import_id, actor=actor, now=system_now())
        return redirect("web:customer_import", import_id)
    found = queries.customer_import(actor=actor, import_id=import_id)
    bad = [each for each in found.rows if each["faults"]]
    good = [each for each in found.rows if not each["faults"]]
    keys = [column for column in COLUMNS if any(column.key in each["row"] for each in found.rows)]
    report = found.report
    context = {
        "id": found.pk,
        "name": found.name,
        "status": found.status,
        "good": len(good),
        "bad": len(bad),
        "titles": [column.title for column in keys],
        "rows": [
            {
                "line": each["row"]["line"],
                "cells": [each["row"].get(column.key, "").lstrip(LOST) for column in keys],
                "faults": [fault_words(fault) for fault in each["faults"]],
            }
            for each in (bad + good)[:_SHOWN]
        ],
        "hidden": max(0, len(found.rows) - _SHOWN),
        "report": report,
        "refused": [
            {**each, "words": "；".join(fault_words(fault) for fault in each["faults"])}
            for each in report.get("refused", [])[:200]
        ],
    }
    return render(request, "customers/import_page.html", context)


@require_GET
@login_required
def report(request: HttpRequest, import_id: int) -> HttpResponse:
    """The lines that stayed out, with their reasons, to be mended and brought again."""
    found = queries.customer_import(actor=actor_of(request), import_id=import_id)
    if found.status == "read":
        lines = [
            (
                each["row"]["line"],
                each["row"].get("name", ""),
                "；".join(fault_words(fault) for fault in each["faults"]),
            )
            for each in found.rows
            if each["faults"]
        ]
    else:
        lines = [
            (str(each["line"]), each["name"], "；".join(fault_words(fault) for fault in each["faults"]))
            for each in found.report.get("refused", [])
        ]
    titles = (_("行号"), _("客户名称"), _("没有导入的原因"))
    content = write_sheet(name=_("没有导入的行"), titles=titles, rows=lines, widths=[8, 28, 80])
    return _sheet("没有导入的行.xlsx", content)

"""The decision tables of a draft: which there are, which steps ask them; new ones, copies, files, removal."""

import re
from typing import Final

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_POST
from lxml import etree

from bihuan.bpmn import ChartRefused
from bihuan.bpmn.decisions import DecisionTable, check, parse_decision
from bihuan.core.clock import system_now
from bihuan.core.errors import Conflict, NotFound, Refused
from bihuan.flows import gallery
from bihuan.studio import operations, queries
from bihuan.studio.models import Draft
from bihuan.web.request import actor_of
from bihuan.web.studio import forms_usage
from bihuan.web.studio.forms_usage import Declared
from bihuan.web.studio.tables import LARGEST, NotATable, TableTooLarge, check_file, stored_table
from bihuan.web.ui.environment import in_language

_KEY: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,31}", re.ASCII)
_MOST: Final = 40
_DMN: Final = "https://www.omg.org/spec/DMN/20191111/MODEL/"
_TYPES: Final = {"number": "number", "boolean": "boolean"}


class BadKey(Refused):
    code = "bad_table_key"
    text = gettext_noop("决策表的代号以字母开头，只用字母、数字、横线和下划线，最多 32 个，例如 priority。")


class KeyTaken(Conflict):
    code = "table_key_taken"
    text = gettext_noop("这份草稿里已经有代号为 %(table)s 的决策表。")


class TableInUse(Conflict):
    """``params["steps"]``: the names of those that ask it."""

    code = "table_in_use"
    text = gettext_noop("“%(name)s”还在用，不能删除：%(steps)s。先在这些步骤里换一张决策表。")


class TooManyTables(Refused):
    code = "too_many_tables"
    text = gettext_noop("一份草稿最多 %(most)s 张决策表。")


class NoOutcome(Refused):
    code = "no_outcome"
    text = gettext_noop("请至少选一个看什么和一个得出什么。")


@require_GET
@login_required
def index(request: HttpRequest, draft_id: int) -> HttpResponse:
    """All tables of the draft."""
    actor = actor_of(request)
    draft = queries.draft(actor=actor, draft_id=draft_id)
    chart = bytes(draft.chart)
    used = forms_usage.uses(chart, "decision")
    context = {
        "chart": in_language(draft.name, draft.name_en),
        "draft_id": draft.pk,
        "editable": queries.may_edit(actor, draft),
        "rows": [_row(key, str(xml), used.get(key, [])) for key, xml in sorted(draft.decisions.items())],
        "missing": [
            (key, "、".join(one.name for one in steps)) for key, steps in used.items() if key not in draft.decisions
        ],
        "variables": list(forms_usage.declared(chart).values()),
        "shelves": _shelves(draft),
    }
    return render(request, "studio/tables.html", context)


def _row(key: str, xml: str, used: list[forms_usage.Use]) -> dict[str, object]:
    row: dict[str, object] = {
        "key": key,
        "name": key,
        "used": "、".join(one.name for one in used),
        "wrong": 0,
        "policy": "",
    }
    try:
        table = parse_decision(xml.encode())
    except ChartRefused as refused:
        return {**row, "wrong": len(refused.problems), "rules": 0, "asks": "", "gives": ""}
    found = check(table).findings
    return {
        **row,
        "name": table.name,
        "rules": len(table.rules),
        "asks": "、".join(one.label for one in table.inputs),
        "gives": "、".join(one.label for one in table.outputs),
        "wrong": sum(one.severity == "error" for one in found),
        "hints": sum(one.severity == "warning" for one in found),
    }


def _shelves(draft: Draft) -> list[tuple[str, list[tuple[str, str]]]]:
    own = [(f"/{key}", key) for key in draft.decisions]
    found = [(_("这份草稿"), own)] if own else []
    for package in gallery.packages():
        tables = [(f"{package.key}/{key}", key) for key in package.decisions]
        found.append((f"{package.key} {in_language(package.name, package.name_en)}", tables))
    return [(shelf, tables) for shelf, tables in found if tables]


def _blank(key: str, name: str, asks: list[Declared], gives: list[Declared]) -> str:
    """A table of the chosen variables with one rule that is still empty."""
    root = etree.Element(f"{{{_DMN}}}definitions", nsmap={None: _DMN})
    for attribute, value in (("id", f"definitions_{key}"), ("name", name), ("namespace", "urn:bihuan:company")):
        root.set(attribute, value)
    decision = _below(root, "decision", id=key, name=name)
    table = _below(decision, "decisionTable", id=f"{key}_table", hitPolicy="FIRST")
    for one in asks:
        column = _below(table, "input", id=f"in_{one.name}", label=one.label or one.name)
        _say(_below(column, "inputExpression", id=f"ie_{one.name}", typeRef=_TYPES.get(one.type, "string")), one.name)
        if one.values:
            _say(_below(column, "inputValues", id=f"iv_{one.name}"), _literals(one.values))
    for one in gives:
        more = {"label": one.label or one.name, "typeRef": _TYPES.get(one.type, "string")}
        given = _below(table, "output", id=f"out_{one.name}", name=one.name, **more)
        if one.values:
            _say(_below(given, "outputValues", id=f"ov_{one.name}"), _literals(one.values))
    rule = _below(table, "rule", id=f"{key}_rule_1")
    for at in range(len(asks)):
        _say(_below(rule, "inputEntry", id=f"{key}_1_{at}"), "")
    for at in range(len(gives)):
        _say(_below(rule, "outputEntry", id=f"{key}_1_o{at}"), "")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True).decode()


def _below(home: etree._Element, kind: str, **attributes: str) -> etree._Element:
    return etree.SubElement(home, f"{{{_DMN}}}{kind}", attributes)


def _say(element: etree._Element, text: str) -> None:
    etree.SubElement(element, f"{{{_DMN}}}text").text = text


def _literals(values: tuple[str, ...]) -> str:
    return ",".join(f'"{value}"' for value in values)


def _copied(draft: Draft, named: str) -> str:
    """``T01/priority`` of the gallery, ``/priority`` of the draft itself."""
    source, _slash, key = named.partition("/")
    try:
        return str(draft.decisions[key] if not source else gallery.package(source).decisions[key])
    except KeyError:
        raise NotFound from None


def _uploaded(size: int, content: bytes) -> str:
    if size > LARGEST:
        raise TableTooLarge
    try:
        xml = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotATable(params={"why": _("文件不是 UTF-8 编码")}) from None
    check_file(xml)
    return xml


def _made(request: HttpRequest, draft: Draft, key: str) -> str:
    file, source = request.FILES.get("file"), request.POST.get("source", "")
    if isinstance(file, UploadedFile):
        size = file.size or 0
        return _uploaded(size, file.read() if size <= LARGEST else b"")
    if source:
        return _copied(draft, source)
    declared = forms_usage.declared(bytes(draft.chart))
    asks, gives = (
        [declared[one] for one in request.POST.getlist(part) if one in declared] for part in ("asks", "gives")
    )
    if not asks or not gives:
        raise NoOutcome
    name = request.POST.get("name", "").replace("\x00", "").strip()[:200]
    try:
        return _blank(key, name or key, asks, gives)
    except ValueError:  # characters that XML has no place for
        raise NotATable(params={"why": _("名称里有不能保存的字符")}) from None


@require_POST
@login_required
def new(request: HttpRequest, draft_id: int) -> HttpResponse:
    """A table of one's own: of chosen variables, a copy, or a DMN file."""
    draft = queries.draft(actor=actor_of(request), draft_id=draft_id)
    key = request.POST.get("key", "").strip()
    if not _KEY.fullmatch(key):
        raise BadKey
    if key in draft.decisions:
        raise KeyTaken(params={"table": key})
    if len(draft.decisions) >= _MOST:
        raise TooManyTables(params={"most": _MOST})
    _save(request, draft, {**draft.decisions, key: _made(request, draft, key)})
    return redirect("web:studio_table", draft_id, key)


@require_POST
@login_required
def delete(request: HttpRequest, draft_id: int, key: str) -> HttpResponse:
    """Removes a table that no step asks."""
    draft = queries.draft(actor=actor_of(request), draft_id=draft_id)
    xml = stored_table(draft, key)
    used = forms_usage.uses(bytes(draft.chart), "decision").get(key, [])
    if used:
        raise TableInUse(params={"name": _name(xml, key), "steps": "、".join(one.name for one in used[:8])})
    _save(request, draft, {each: kept for each, kept in draft.decisions.items() if each != key})
    return redirect("web:studio_tables", draft_id)


def _name(xml: str, key: str) -> str:
    try:
        table: DecisionTable = parse_decision(xml.encode())
    except ChartRefused:
        return key
    return table.name


def _save(request: HttpRequest, draft: Draft, decisions: dict[str, str]) -> None:
    operations.save_parts(
        draft_id=draft.pk, revision=draft.revision, decisions=decisions, actor=actor_of(request), now=system_now()
    )

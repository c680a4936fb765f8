"""The editor of one decision table: page, saving, check while typing, trying values, the file."""

import json
from collections.abc import Mapping
from typing import Final, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from bihuan.bpmn import ChartRefused
from bihuan.bpmn.decisions import DecisionError, DecisionTable, TableFinding, check, parse_decision
from bihuan.bpmn.xml.reader import read_xml
from bihuan.core.clock import system_now
from bihuan.core.errors import NotFound, Refused
from bihuan.studio import queries
from bihuan.studio.models import Draft
from bihuan.web.request import actor_of, language_of
from bihuan.web.studio import forms_usage
from bihuan.web.studio.body import NotUnderstood, answers_script, body_of, text_in
from bihuan.web.studio.forms_usage import Declared
from bihuan.web.studio.saving import digest, save_part
from bihuan.web.studio.tables_words import script_words
from bihuan.web.ui.environment import in_language
from bihuan.web.ui.filters import full_moment
from bihuan.web.ui.forms.schema import enum, fields, texts

LARGEST: Final = 1_000_000
_CALLS: Final = ("save", "check", "try")
_TOO_LONG: Final = 10_000


class TableTooLarge(Refused):
    code = "table_too_large"
    text = gettext_noop("决策表太大：最多 1 MB。")


class NotATable(Refused):
    """``params["why"]``: in the language of the data."""

    code = "not_a_table"
    text = gettext_noop("这不是可以保存的决策表：%(why)s。")


def stored_table(draft: Draft, key: str) -> str:
    """The DMN of a table of the draft; ``NotFound``."""
    found = draft.decisions.get(key)
    if not isinstance(found, str):
        raise NotFound
    return found


def check_file(xml: str) -> None:
    """Whether it can be kept: DMN with a decision, not too large. It may be unfinished. Refuses ``NotATable``."""
    source = xml.encode()
    if len(source) > LARGEST:
        raise TableTooLarge
    if "\x00" in xml:
        raise NotATable(params={"why": _("含有不能保存的字符")})
    try:
        root = read_xml(source)
    except ChartRefused as refused:
        raise NotATable(params={"why": refused.problems[0].message_zh.rstrip("。")}) from refused
    tag = str(root.tag)
    if (
        "/DMN/" not in tag
        or not tag.endswith("}definitions")
        or not any(str(one.tag).endswith("}decision") for one in root)
    ):
        raise NotATable(params={"why": _("文件里没有 DMN 决策表")})


@require_GET
@login_required
@ensure_csrf_cookie
def page(request: HttpRequest, draft_id: int, key: str) -> HttpResponse:
    """The editor with one table in it; read-only where the reader may not change the draft."""
    actor = actor_of(request)
    draft = queries.draft(actor=actor, draft_id=draft_id)
    xml = stored_table(draft, key)
    chart = bytes(draft.chart)
    used = forms_usage.uses(chart, "decision").get(key, [])
    editable = queries.may_edit(actor, draft)
    context = {
        "key": key,
        "chart": in_language(draft.name, draft.name_en),
        "draft_id": draft.pk,
        "editable": editable,
        "used": [one.name for one in used],
        "saved": _("已保存 %(time)s") % {"time": full_moment(draft.updated_at, system_now())},
        "data": {
            "id": f"{draft.pk}:table:{key}",
            "key": key,
            "revision": draft.revision,
            "seen": digest(xml),
            "editable": editable,
            "english": language_of(request) == "en",
            "xml": xml,
            "variables": [_variable(one, draft) for one in forms_usage.declared(chart).values()],
            "urls": {call: reverse(f"web:studio_table_{call}", args=[draft.pk, key]) for call in _CALLS},
        },
        "words": script_words(),
    }
    return render(request, "studio/tables_editor.html", context)


def _variable(one: Declared, draft: Draft) -> dict[str, object]:
    names = _names(one.name, draft)
    values = [{"value": value, "name": names.get(value, value)} for value in one.values]
    return {"name": one.name, "label": one.text, "type": one.type, "values": values}


def _names(variable: str, draft: Draft) -> dict[str, str]:
    """What the draft's forms call the values of a variable."""
    for form in draft.forms.values():
        node = fields(cast(Mapping[str, object], form) if isinstance(form, dict) else {}).get(variable)
        if node is not None and enum(node):
            named = texts(node.get(in_language("x-enumNames", "x-enumNamesEn"))) or texts(node.get("x-enumNames"))
            return {str(value): name for value, name in zip(enum(node), named, strict=False)}
    return {}


@answers_script
def save(request: HttpRequest, draft_id: int, key: str) -> HttpResponse:
    """{revision, seen, xml} → {revision, seen, saved_at}; 409 with ``by`` and ``at`` if somebody changed this table."""
    body = body_of(request)
    draft = queries.draft(actor=actor_of(request), draft_id=draft_id)
    stored_table(draft, key)
    xml = text_in(body, "xml")
    check_file(xml)
    return save_part(request, draft, body, key, table=xml)


def _table(body: Mapping[str, object]) -> DecisionTable:
    xml = text_in(body, "xml")
    if len(xml.encode()) > LARGEST:
        raise TableTooLarge
    return parse_decision(xml.encode())


@answers_script
def check_table(request: HttpRequest, draft_id: int, key: str) -> HttpResponse:
    """{xml} → {problems, findings, left_out, strange}: what does not load, else gaps, overlaps and masked rules."""
    draft = queries.draft(actor=actor_of(request), draft_id=draft_id)
    english = language_of(request) == "en"
    try:
        table = _table(body_of(request))
    except ChartRefused as refused:
        problems = [
            {"element": one.element, "text": one.message_en if english else one.message_zh}
            for one in refused.problems[:20]
        ]
        return JsonResponse({"problems": problems, "findings": [], "left_out": 0, "strange": []})
    report = check(table)
    declared = forms_usage.declared(bytes(draft.chart))
    content = {
        "problems": [],
        "findings": [_finding(one, table, english) for one in report.findings],
        "left_out": report.left_out,
        "strange": sorted(_names_in(table) - declared.keys()) if declared else [],
    }
    return JsonResponse(content)


def _names_in(table: DecisionTable) -> set[str]:
    """The variables that a table asks for or sets, those of tables that it asks left out."""
    asked = {name for one in table.inputs for name in one.expression.names}
    own = {one.name for one in table.required}
    return (asked - own) | {one.name for one in table.outputs}


def _finding(one: TableFinding, table: DecisionTable, english: bool) -> dict[str, object]:
    rules = [table.rules[number - 1].id for number in one.rules if 0 < number <= len(table.rules)]
    labels = {each.expression.text: each.label for each in table.inputs}
    region = [f"{labels.get(name, name)}: {cell}" for name, cell in one.values.items() if cell != "-"]
    return {
        "kind": one.kind,
        "severity": one.severity,
        "numbers": list(one.rules),
        "rules": rules,
        "region": region,
        "example": one.example,
        "text": one.en if english else one.zh,
    }


@answers_script
def try_table(request: HttpRequest, draft_id: int, key: str) -> HttpResponse:
    """{xml, values} → {numbers, rules, result}: which rules fire for these values, and what comes out; or ``text``."""
    queries.draft(actor=actor_of(request), draft_id=draft_id)
    body = body_of(request)
    values = body.get("values")
    if not isinstance(values, dict) or len(json.dumps(values)) > _TOO_LONG:
        raise NotUnderstood
    try:
        table = _table(body)
        result, numbers = table.decide(cast(Mapping[str, object], values))
    except ChartRefused as refused:
        problem = refused.problems[0]
        return JsonResponse({"text": problem.message_en if language_of(request) == "en" else problem.message_zh})
    except DecisionError as error:
        return JsonResponse({"text": _wrong(error)})
    rules = [table.rules[number].id for number in numbers]
    return JsonResponse({"numbers": [number + 1 for number in numbers], "rules": rules, "result": result, "text": ""})


def _wrong(error: DecisionError) -> str:
    said = {
        "several_rules": _("有几条规则同时成立，而这种命中方式只许一条（或要求结果相同）。"),
        "bad_value": _("填的值不在这一列允许的范围里。"),
        "undeclared_name": _("表里用到的名字没有给值。"),
        "cannot_evaluate": _("这些值算不出来，请检查值的类型。"),
    }
    return said.get(error.code, error.detail)


@require_GET
@login_required
def file(request: HttpRequest, draft_id: int, key: str) -> HttpResponse:
    """The saved table as a DMN file."""
    draft = queries.draft(actor=actor_of(request), draft_id=draft_id)
    response = HttpResponse(stored_table(draft, key).encode(), content_type="application/xml")
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{key}.dmn") or "attachment"
    return response

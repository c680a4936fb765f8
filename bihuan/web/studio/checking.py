"""Proof, mends and layout for the designer's script."""

import hashlib
import time
from collections.abc import Iterator
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_noop
from lxml import etree

from bihuan.bpmn import Chart, ChartRefused
from bihuan.bpmn.edit import EditRefused, Mend, apply_edits, mends
from bihuan.bpmn.edit import arrange as arranged
from bihuan.bpmn.model import Text
from bihuan.bpmn.verify import verify
from bihuan.bpmn.verify.reading import read
from bihuan.bpmn.verify.report import Finding, Report
from bihuan.bpmn.xml.reader import read_xml
from bihuan.bpmn.xml.vocabulary import BIHUAN, BPMN
from bihuan.core.errors import Conflict, Forbidden
from bihuan.studio import queries
from bihuan.web.request import actor_of
from bihuan.web.studio.body import NotDrawable, answers_script, body_of, text_in
from bihuan.web.studio.labels import for_canvas
from bihuan.web.ui.environment import in_language

_STATES: Final = 20_000
_ORDER: Final = ("error", "warning", "info")
_SECONDS: Final = 2.0
"""How long mends are looked for at most: the worst findings come first."""


class MendGone(Conflict):
    code = "mend_gone"
    text = gettext_noop("这处问题已经不在了，或者不能这样改。")


def _source(request: HttpRequest, draft_id: int) -> bytes:
    queries.draft(actor=actor_of(request), draft_id=draft_id)
    return text_in(body_of(request), "xml").encode()


@answers_script
def check(request: HttpRequest, draft_id: int) -> HttpResponse:
    """{xml} → what is wrong with the chart, worst first, and its five marks."""
    report = _report(_source(request, draft_id))
    content = {
        "findings": [_finding(one) for one in _sorted(report)],
        "marks": [
            {
                "key": one.key,
                "name": _said(one.name),
                "score": one.score,
                "reasons": [_said(why) for why in one.reasons],
            }
            for one in report.marks
        ],
        "sound": report.sound,
    }
    return JsonResponse(content)


def _report(source: bytes) -> Report:
    try:
        return verify(_as_ours(source), limit=_STATES)
    except ChartRefused as refused:
        return Report(None, None, False, 0, tuple(_broken(one.message_zh, one.message_en) for one in refused.problems))


def _as_ours(source: bytes) -> bytes:
    """A chart that is drawn here is judged as one of ours from the first stroke, before it says anything of its own."""
    root = read_xml(source)
    for process in root.iter(f"{{{BPMN}}}process"):
        if process.get(f"{{{BIHUAN}}}nameEn") is None:
            process.set(f"{{{BIHUAN}}}nameEn", "")
    return etree.tostring(root)


def _broken(zh: str, en: str) -> Finding:
    suggestion = Text("撤销刚才的改动，或重新导入文件。", "Undo the last change, or import the file again.")
    return Finding("syntax", "error", (), None, Text(zh, en), suggestion)


def _sorted(report: Report) -> list[Finding]:
    return sorted(report.findings, key=lambda one: _ORDER.index(one.severity))


def finding_key(finding: Finding) -> str:
    """A short name of a finding that stays the same as long as it does."""
    said = "\x00".join((finding.kind, *finding.elements, finding.message.zh))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "key": finding_key(finding),
        "kind": finding.kind,
        "severity": finding.severity,
        "elements": list(finding.elements),
        "path": None if finding.path is None else list(finding.path),
        "message": _said(finding.message),
        "suggestion": _said(finding.suggestion),
    }


def _said(text: Text) -> str:
    return in_language(text.zh, text.en)


@answers_script
def offers(request: HttpRequest, draft_id: int) -> HttpResponse:
    """{xml} → {mends: {finding's key: [{id, title}]}}: what one click can put right. Each was tried out."""
    source = _as_ours(_source(request, draft_id))
    until = time.monotonic() + _SECONDS
    found: dict[str, list[dict[str, str]]] = {}
    for finding, chart in _with_charts(source):
        if time.monotonic() > until:
            break
        offered = [
            {"id": str(number), "title": _said(one.title)} for number, one in enumerate(mends(finding, chart)[:3])
        ]
        if offered:
            found[finding_key(finding)] = offered
    return JsonResponse({"mends": found})


def _with_charts(source: bytes) -> Iterator[tuple[Finding, Chart]]:
    """The findings with the process each is about."""
    charts = [one.chart for one in read(source)]
    for finding in _sorted(verify(source, limit=_STATES)):
        for chart in charts:
            if all(key in chart.nodes or key in chart.flows for key in finding.elements):
                yield finding, chart
                break


@answers_script
def mend(request: HttpRequest, draft_id: int) -> HttpResponse:
    """{xml, finding, mend} → {xml}: the chart with that finding put right."""
    draft = queries.draft(actor=actor_of(request), draft_id=draft_id)
    if not queries.may_edit(actor_of(request), draft):
        raise Forbidden
    body = body_of(request)
    source = text_in(body, "xml").encode()
    chosen = _offered(_as_ours(source), text_in(body, "finding"), text_in(body, "mend"))
    try:
        return JsonResponse({"xml": for_canvas(apply_edits(source, chosen.edits))})
    except EditRefused:
        raise MendGone from None


def _offered(source: bytes, key: str, number: str) -> Mend:
    for finding, chart in _with_charts(source):
        if finding_key(finding) == key:
            found = mends(finding, chart)
            if number.isascii() and number.isdecimal() and int(number) < len(found):
                return found[int(number)]
    raise MendGone


@answers_script
def arrange(request: HttpRequest, draft_id: int) -> HttpResponse:
    """{xml} → {xml} with a new layout."""
    source = _source(request, draft_id)
    try:
        return JsonResponse({"xml": for_canvas(arranged(source))})
    except ValueError as empty:
        raise NotDrawable(params={"why": str(empty)}) from None

"""The manual of a chart on paper: of a published version, or of a draft."""

from datetime import datetime
from typing import Final, cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from bihuan.bpmn import ChartRefused, Text
from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.core.errors import NotFound
from bihuan.documents.manual import Manual
from bihuan.documents.manual_pdf import render_manual_pdf
from bihuan.documents.manual_word import render_manual_docx
from bihuan.documents.model import Table
from bihuan.flows import queries as flows
from bihuan.flows.charts import compile_package
from bihuan.flows.models import Version
from bihuan.flows.operations import Package
from bihuan.studio import queries
from bihuan.studio.errors import DoesNotLoad
from bihuan.studio.handbook import Control, Frame, build_manual
from bihuan.studio.models import Draft
from bihuan.web.present.company import company
from bihuan.web.request import actor_of, language_of
from bihuan.web.studio import facts

TYPES: Final = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@require_GET
@login_required
def of_chart(request: HttpRequest, key: str, kind: str) -> HttpResponse:
    """``/charts/T01/manual.pdf``; ``?version=2`` another version, ``?lang=en|zh`` another language than the reader's."""
    actor, number = actor_of(request), request.GET.get("version", "")
    version = chosen_version(key, number)
    origins = queries.origins(actor=actor, version_ids=[each.pk for each in flows.versions_of(key=key)])
    lines = tuple(
        Control(
            version=str(each.number),
            date=_day(each.published_at),
            change=each.change_log,
            author=origins[each.pk].author if each.pk in origins else "",
            reviewers=origins[each.pk].reviewers if each.pk in origins else (),
            approver=each.published_by_name,
        )
        for each in sorted(flows.versions_of(key=key), key=lambda one: one.number)
        if each.number <= version.number
    )
    return _answer(request, kind, package_of_version(version), version.number, lines, draft=False)


@require_GET
@login_required
def of_draft(request: HttpRequest, draft_id: int, kind: str) -> HttpResponse:
    """``/studio/12/manual.docx``: as the draft stands now."""
    actor = actor_of(request)
    draft = queries.draft(actor=actor, draft_id=draft_id)
    return _answer(
        request, kind, queries.package_of(draft), queries.next_number(draft), _control(actor, draft), draft=True
    )


def chosen_version(key: str, number: str) -> Version:
    """The version of that number, else the one in force or, of a chart that is retired, the last; ``NotFound``."""
    current = flows.current_version(key=key)
    numbers = [each.number for each in flows.versions_of(key=key)]
    if number:
        if not (number.isascii() and number.isdigit() and len(number) < 9 and int(number) in numbers):
            raise NotFound
        return flows.version_of(key=key, number=int(number))
    if current is None and not numbers:
        raise NotFound
    return flows.version_of(key=key, number=current.number if current is not None else max(numbers))


def package_of_version(version: Version) -> Package:
    """What was published."""
    definition = version.definition
    return Package(
        key=definition.key,
        name=definition.name,
        name_en=definition.name_en,
        template=definition.template,
        chart=bytes(version.chart),
        forms=cast(dict[str, dict[str, object]], version.forms),
        decisions=cast(dict[str, str], version.decisions),
    )


def _control(actor: Actor, draft: Draft) -> tuple[Control, ...]:
    rounds = queries.reviews(actor=actor, draft_id=draft.pk)
    digest = queries.package_of(draft).content_hash()
    signed = [one for one in rounds if one.content_hash == digest][:1]
    names = tuple(each.user_name for one in signed for each in one.signatures.all() if each.verdict == "agree")
    author = draft.created_by.name if draft.created_by is not None else draft.updated_by_name
    return (
        Control(
            version=f"{queries.next_number(draft)}.{draft.revision}",
            date=_day(draft.updated_at),
            author=author,
            reviewers=names,
        ),
    )


def _day(moment: datetime) -> str:
    return timezone.localtime(moment).date().isoformat()


def _answer(
    request: HttpRequest, kind: str, package: Package, number: int, lines: tuple[Control, ...], *, draft: bool
) -> HttpResponse:
    if kind not in TYPES:
        raise NotFound
    asked = request.GET.get("lang") or language_of(request)
    english = asked.startswith("en")
    words = f"draft of version {number}" if draft and english else f"第 {number} 版草稿" if draft else ""
    words = words or (f"version {number}" if english else f"第 {number} 版")
    manual = _manual(package, words, lines, english=english)
    fonts = [settings.VAR_DIR / "fonts"]
    render = render_manual_pdf if kind == "pdf" else render_manual_docx
    response = HttpResponse(render(manual, font_folders=fonts), content_type=TYPES[kind])
    name = f"{package.key}-v{number}-{'en' if english else 'zh'}.{kind}"
    response.headers["Content-Disposition"] = content_disposition_header(kind != "pdf", name) or "attachment"
    return response


def _manual(package: Package, version: str, lines: tuple[Control, ...], *, english: bool) -> Manual:
    try:
        chart = compile_package(package.chart, package.decisions)
    except ChartRefused as refused:
        raise DoesNotLoad(params={"why": refused.problems[0].message_zh}) from refused
    told = flows.tables_in_words(decisions=package.decisions, forms=package.forms, language="en" if english else "zh")
    return build_manual(
        chart,
        frame=Frame(
            company=company()["name"],
            name=Text(package.name, package.name_en),
            version=version,
            content_hash=package.content_hash(),
            date=_day(system_now()),
            control=lines,
        ),
        forms=package.forms,
        tables=tuple(Table(one.name, one.columns, one.rules) for one in told),
        names=facts.names(package.forms, package.decisions),
        language="en" if english else "zh",
    )

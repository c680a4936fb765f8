"""From a procedure's text to drafts: what was cleaned, which flows are in it, what a person must confirm."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.bpmn.sketch import write_sketch
from bihuan.core.clock import system_now
from bihuan.core.errors import Forbidden, Refused
from bihuan.flows import gallery
from bihuan.procedures import (
    Cleaned,
    Draft,
    Gap,
    Question,
    Span,
    TextRefused,
    Understood,
    clean,
    draft,
    gaps,
    read_text,
    source_of,
    understand,
)
from bihuan.studio import operations, queries
from bihuan.studio.models import Draft as Stored
from bihuan.studio.operations import Content, NewDraft
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of
from bihuan.web.ui.environment import in_language

_LARGEST: Final = 20_000_000
_MOST: Final = 200_000
_EXCERPT: Final = 60
_PLACES: Final = 5


class TextUnread(Refused):
    code = "text_unread"
    text = gettext_noop("%(why)s")


class NoText(Refused):
    code = "no_procedure_text"
    text = gettext_noop("请粘贴制度文字，或者选择一个文件。")


class TextTooLong(Refused):
    code = "procedure_too_long"
    text = gettext_noop("文字太长，一次最多 20 万字。请只选流程的部分。")


class NothingChosen(Refused):
    code = "no_flow_chosen"
    text = gettext_noop("请至少选一个流程。")


@dataclass(frozen=True, slots=True)
class _Read:
    """All that became of a text."""

    understood: Understood
    drafts: tuple[Draft, ...]
    gaps: tuple[Gap, ...]

    @property
    def cleaned(self) -> Cleaned:
        return self.understood.cleaned


@require_http_methods(["GET", "POST"])
@login_required
def page(request: HttpRequest) -> HttpResponse:
    """Paste or upload; look at what was found; make drafts of what is chosen. The text travels with the form."""
    actor = actor_of(request)
    if not queries.may_draw(actor):
        raise Forbidden
    context: dict[str, object] = {"text": "", "name": "", "found": None, "refusal": "", "most": _MOST}
    if request.method == "GET":
        return render(request, "studio/from_text.html", context)
    status = 200
    try:
        text, name = _given(request)
        context |= {"text": text, "name": name}
        read = _read(text, name)
        if request.POST.get("do") == "create":
            made = _create(request, read)
            return redirect("web:studio_text", made[0].pk) if len(made) == 1 else redirect("web:studio_drafts")
        context |= {"text": read.cleaned.text, "found": _found(read)}
    except Refused as refused:
        context["refusal"], status = refusal_text(refused), refused.status
    return render(request, "studio/from_text.html", context, status=status)


def _given(request: HttpRequest) -> tuple[str, str]:
    file = request.FILES.get("file")
    if isinstance(file, UploadedFile) and file.size:
        name = (file.name or "").replace("\x00", "")[:200]
        try:
            if file.size > _LARGEST:
                raise TextRefused("too_large")
            text = read_text(file.read(), name).text
        except TextRefused as refused:
            raise TextUnread(params={"why": in_language(refused.message_zh, refused.message_en)}) from refused
    else:
        text, name = request.POST.get("text", ""), request.POST.get("name", "")[:200]
    text = text.replace("\x00", "")
    if not text.strip():
        raise NoText
    if len(text) > _MOST:
        raise TextTooLong
    return text, name


def _read(text: str, name: str) -> _Read:
    understood = understand(clean(source_of(text, name)))
    drafts = draft(understood)
    return _Read(understood, drafts, gaps(understood, drafts))


def _found(read: _Read) -> dict[str, object]:
    report = [
        {
            "name": in_language(one.name.zh, one.name.en),
            "lost": one.lost,
            "count": one.count,
            "places": [each.excerpt for each in one.places if each.excerpt.strip()][:_PLACES],
        }
        for one in read.cleaned.report
    ]
    flows = [
        {
            "number": at,
            "name": one.sketch.name,
            "steps": [node.name for node in one.sketch.nodes if node.kind == "userTask"],
            "lanes": [lane.name for lane in one.sketch.lanes],
            "forms": [form.name for form in one.forms],
            "questions": len(one.questions),
            "gaps": sum(gap.draft == at for gap in _in_words(read)),
        }
        for at, one in enumerate(read.drafts)
    ]
    whole = [in_language(gap.message.zh, gap.message.en) for gap in read.gaps if gap.draft < 0]
    return {"report": report, "flows": flows, "whole": whole, "lost": any(one.lost for one in read.cleaned.report)}


def _in_words(read: _Read) -> list[Gap]:
    # What the proof finds in the chart, the designer shows, as it stands then.
    return [one for one in read.gaps if not one.kind.startswith("chart:")]


def _create(request: HttpRequest, read: _Read) -> list[Stored]:
    chosen = {int(word) for word in request.POST.getlist("flow") if word.isdecimal() and len(word) < 6}
    wanted = [at for at in range(len(read.drafts)) if at in chosen]
    if not wanted:
        raise NothingChosen
    shipped, name = _shipped_forms(), request.POST.get("name", "")[:200]
    drafts = [_draft_of(read, at, name, shipped) for at in wanted]
    return operations.create_drafts(wanted=drafts, actor=actor_of(request), now=system_now())


def _draft_of(read: _Read, at: int, file: str, shipped: Mapping[str, dict[str, object]]) -> NewDraft:
    one = read.drafts[at]
    return NewDraft(
        name=(one.sketch.name or _("未命名流程"))[:200],
        content=Content(
            chart=write_sketch(one.sketch),
            forms={form.code: shipped.get(form.code) or dict(form.schema) for form in one.forms},
        ),
        origin=_origin(read, at, file),
    )


def _shipped_forms() -> dict[str, dict[str, object]]:
    # A form of ours with that name says more than the words of the text.
    return {code: form for package in gallery.packages() for code, form in package.forms.items()}


def _origin(read: _Read, at: int, name: str) -> dict[str, object]:
    cleaned = read.cleaned
    questions = [_kept(cleaned, one) for one in read.drafts[at].questions]
    missing = [_kept(cleaned, one) for one in _in_words(read) if one.draft in (at, -1)]
    return {"kind": "text", "file": name, "questions": questions, "gaps": missing}


def _kept(cleaned: Cleaned, one: Question | Gap) -> dict[str, object]:
    elements: Sequence[str] = (one.element,) if isinstance(one, Question) else one.elements
    return {
        "kind": one.kind,
        "elements": [each for each in elements if each],
        "zh": one.message.zh,
        "en": one.message.en,
        "words": _excerpt(cleaned, one.span),
    }


def _excerpt(cleaned: Cleaned, span: Span | None) -> str:
    if span is None:
        return ""
    words = " ".join(cleaned.text[span.start : span.end].split())
    return words if len(words) <= _EXCERPT else words[: _EXCERPT - 1] + "…"


@require_GET
@login_required
def report(request: HttpRequest, draft_id: int) -> HttpResponse:
    """What a person must confirm in a draft that was read from a text, each with the words that it is about."""
    actor = actor_of(request)
    found = queries.draft(actor=actor, draft_id=draft_id)
    origin = found.origin if found.origin.get("kind") == "text" else {}
    questions, missing = _rows(origin.get("questions")), _rows(origin.get("gaps"))
    context = {
        "draft": {"id": found.pk, "name": in_language(found.name, found.name_en)},
        "file": str(origin.get("file", "")),
        "questions": questions,
        "gaps": missing,
        "title_questions": _("%(n)d 处要您确认") % {"n": len(questions)},
        "may_edit": queries.may_edit(actor, found),
    }
    return render(request, "studio/text.html", context)


def _rows(kept: object) -> list[dict[str, str]]:
    if not isinstance(kept, list):
        return []
    return [
        {"text": in_language(str(one.get("zh", "")), str(one.get("en", ""))), "words": str(one.get("words", ""))}
        for one in kept
        if isinstance(one, dict)
    ]

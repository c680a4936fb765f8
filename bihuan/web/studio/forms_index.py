"""The forms of a draft: which there are, which steps fill them in; new ones, copies, removal."""

from typing import Final, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.clock import system_now
from bihuan.core.errors import Conflict, NotFound, Refused
from bihuan.documents.columns import with_order
from bihuan.documents.model import retention_words
from bihuan.flows import gallery
from bihuan.studio import operations, queries
from bihuan.studio.models import Draft
from bihuan.web.request import actor_of, language_of
from bihuan.web.studio import forms_check, forms_usage
from bihuan.web.studio.forms import stored_form
from bihuan.web.studio.forms_rules import Form
from bihuan.web.ui.environment import in_language
from bihuan.web.ui.forms import Schema
from bihuan.web.ui.forms.schema import fields, required_fields, words

_MOST: Final = 60


class BadCode(Refused):
    code = "bad_form_code"
    text = gettext_noop("表单编号只用字母、数字、横线和下划线，最多 32 个，例如 F37。")


class CodeTaken(Conflict):
    code = "form_code_taken"
    text = gettext_noop("这份草稿里已经有编号为 %(form)s 的表单。")


class FormInUse(Conflict):
    """``params["steps"]``: the names of those that fill it in."""

    code = "form_in_use"
    text = gettext_noop("“%(name)s”还在用，不能删除：%(steps)s。先在这些步骤里换一张表单。")


class TooManyForms(Refused):
    code = "too_many_forms"
    text = gettext_noop("一份草稿最多 %(most)s 张表单。")


@require_GET
@login_required
def index(request: HttpRequest, draft_id: int) -> HttpResponse:
    """All forms of the draft."""
    actor = actor_of(request)
    draft = queries.draft(actor=actor, draft_id=draft_id)
    used = forms_usage.uses(bytes(draft.chart), "form")
    missing = sorted(code for code in used if code not in draft.forms)
    context = {
        "chart": in_language(draft.name, draft.name_en),
        "draft_id": draft.pk,
        "editable": queries.may_edit(actor, draft),
        "rows": [_row(code, cast(Schema, form), used.get(code, [])) for code, form in sorted(draft.forms.items())],
        "missing": [(code, "、".join(one.name for one in used[code])) for code in missing],
        "shelves": _shelves(draft, language_of(request)),
        "free": _free(draft),
    }
    return render(request, "studio/forms.html", context)


def _row(code: str, form: Schema, used: list[forms_usage.Use]) -> dict[str, object]:
    language = "en" if in_language("", "x") else "zh-hans"
    return {
        "code": code,
        "name": words(form, "title", language) or code,
        "version": str(form.get("x-version") or ""),
        "fields": len(fields(form)),
        "required": len(required_fields(form)),
        "keep": retention_words(str(form.get("x-retention") or ""), language),
        "used": "、".join(one.name for one in used),
    }


def _shelves(draft: Draft, language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Forms to copy: (shelf, (value, name)), the draft's own first."""
    own = [(f"/{code}", f"{code} {words(cast(Schema, form), 'title', language)}") for code, form in draft.forms.items()]
    found = [(_("这份草稿"), own)] if own else []
    for package in gallery.packages():
        forms = [
            (f"{package.key}/{code}", f"{code} {words(form, 'title', language)}")
            for code, form in package.forms.items()
        ]
        found.append((f"{package.key} {in_language(package.name, package.name_en)}", forms))
    return [(shelf, forms) for shelf, forms in found if forms]


def _free(draft: Draft) -> str:
    return next(code for number in range(50, 200) if (code := f"F{number}") not in draft.forms)


def _source(draft: Draft, named: str) -> Form:
    """The form to copy: ``T01/F02`` of the gallery, ``/F02`` of the draft itself."""
    key, _slash, code = named.partition("/")
    try:
        form = draft.forms[code] if not key else gallery.package(key).forms[code]
    except KeyError:
        raise NotFound from None
    return with_order(cast(Form, form))


def _blank(title: str) -> Form:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "x-version": "1",
        "x-retention": "P3Y",
        "type": "object",
        "properties": {},
        "x-groups": [{"key": "main", "title": _("基本情况"), "titleEn": "Basics", "fields": [], "required": []}],
        "additionalProperties": False,
    }


@require_POST
@login_required
def new(request: HttpRequest, draft_id: int) -> HttpResponse:
    """A form of one's own: blank, or a copy."""
    draft = queries.draft(actor=actor_of(request), draft_id=draft_id)
    code, title = request.POST.get("code", "").strip(), request.POST.get("title", "").replace("\x00", "").strip()
    if not forms_check.CODE.fullmatch(code):
        raise BadCode
    if code in draft.forms:
        raise CodeTaken(params={"form": code})
    if len(draft.forms) >= _MOST:
        raise TooManyForms(params={"most": _MOST})
    source = request.POST.get("source", "")
    form = _source(draft, source) if source else _blank(title or _("新表单"))
    if source and title:
        form["title"] = title
        form.pop("x-titleEn", None)
    form |= {"$id": f"bihuan:form:{code}", "x-code": code}
    wrong = forms_check.problems(form, frozenset())
    if wrong and not source:
        raise forms_check.NotAForm(params={"why": wrong[0].text})
    _save(request, draft, {**draft.forms, code: form})
    return redirect("web:studio_form", draft_id, code)


@require_POST
@login_required
def delete(request: HttpRequest, draft_id: int, code: str) -> HttpResponse:
    """Removes a form that no step fills in."""
    draft = queries.draft(actor=actor_of(request), draft_id=draft_id)
    form = stored_form(draft, code)
    used = forms_usage.uses(bytes(draft.chart), "form").get(code, [])
    if used:
        name = words(form, "title", language_of(request)) or code
        raise FormInUse(params={"name": name, "steps": "、".join(one.name for one in used[:8])})
    _save(request, draft, {each: kept for each, kept in draft.forms.items() if each != code})
    return redirect("web:studio_forms", draft_id)


def _save(request: HttpRequest, draft: Draft, forms: dict[str, Form]) -> None:
    operations.save_parts(
        draft_id=draft.pk, revision=draft.revision, forms=forms, actor=actor_of(request), now=system_now()
    )

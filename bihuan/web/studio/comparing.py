"""Two contents of a chart side by side: pictures with marks, and what differs in words."""

from collections.abc import Iterable

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.bpmn import ChartRefused
from bihuan.bpmn.compare import Difference, Differences, compare
from bihuan.bpmn.draw import DrawMarks
from bihuan.core.errors import NotFound
from bihuan.flows import queries as flows
from bihuan.flows.models import Version
from bihuan.studio import queries
from bihuan.web.request import actor_of, language_of, number_of
from bihuan.web.studio import pictures
from bihuan.web.ui.environment import in_language

_LISTED = 300


@require_GET
@login_required
def versions(request: HttpRequest, key: str) -> HttpResponse:
    """Versions ``a`` and ``b``, by their numbers; the one before and the newest where none are named."""
    found = flows.versions_of(key=key)
    if not found:
        raise NotFound
    numbers = [each.number for each in found]
    b = number_of(request.GET.get("b")) or numbers[0]
    a = number_of(request.GET.get("a")) or (numbers[1] if len(numbers) > 1 else numbers[0])
    old, new = flows.version_of(key=key, number=a), flows.version_of(key=key, number=b)
    context = {
        **_page(request, old, bytes(old.chart), bytes(new.chart)),
        "parts": _parts(old.forms, new.forms) + _parts(old.decisions, new.decisions),
        "name": in_language(new.definition.name, new.definition.name_en),
        "back": reverse("web:chart", args=[key]),
        "old": _title(a),
        "new": _title(b),
        "numbers": numbers[:100],
        "a": a,
        "b": b,
    }
    return render(request, "studio/compare.html", context)


@require_GET
@login_required
def draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """A draft and the version that it began from."""
    found = queries.draft(actor=actor_of(request), draft_id=draft_id)
    if found.base is None:
        return redirect("web:studio_life", draft_id)
    old, chart = found.base, bytes(found.chart)
    context = {
        **_page(request, old, bytes(old.chart), chart),
        "parts": _parts(old.forms, found.forms) + _parts(old.decisions, found.decisions),
        "name": in_language(found.name, found.name_en),
        "back": reverse("web:studio_life", args=[draft_id]),
        "old": _title(old.number),
        "new": _("草稿"),
        "numbers": [],
        "a": old.number,
        "b": 0,
    }
    return render(request, "studio/compare.html", context)


def _title(number: int) -> str:
    return _("第 %(n)d 版") % {"n": number}


def _parts(old: dict[str, object], new: dict[str, object]) -> list[dict[str, str]]:
    """Forms or tables that came, went or changed."""
    rows = []
    for name in sorted(old.keys() | new.keys()):
        if name not in old:
            rows.append({"name": name, "word": _("新增"), "tone": "green", "icon": "plus"})
        elif name not in new:
            rows.append({"name": name, "word": _("删去"), "tone": "red", "icon": "minus"})
        elif old[name] != new[name]:
            rows.append({"name": name, "word": _("有改动"), "tone": "gold", "icon": "edit"})
    return rows


def _page(request: HttpRequest, base: Version, old: bytes, new: bytes) -> dict[str, object]:
    language = language_of(request)
    try:
        found = compare(old, new)
    except ChartRefused as refused:
        problem = refused.problems[0]
        words = in_language(problem.message_zh, problem.message_en)
        blank = {"rows": [], "moved": 0, "more": 0, "old_picture": "", "new_picture": "", "broken": words}
        return {**blank, "new_picture": pictures.picture(new, language=language)}
    changes = found.changes
    return {
        "rows": [_row(one) for one in changes[:_LISTED]],
        "more": max(0, len(changes) - _LISTED),
        "moved": len(found.moved),
        "broken": "",
        "old_picture": pictures.picture(old, language=language, marks=_old_marks(found)),
        "new_picture": pictures.picture(new, language=language, marks=_new_marks(found)),
    }


def _row(one: Difference) -> dict[str, str]:
    word, tone, icon = {"added": (_("新增"), "green", "plus"), "removed": (_("删去"), "red", "minus")}.get(
        one.what, (_("有改动"), "gold", "edit")
    )
    return {"text": in_language(one.text.zh, one.text.en), "word": word, "tone": tone, "icon": icon}


def _marked(ones: Iterable[str], word: str) -> dict[str, str]:
    return dict.fromkeys(ones, word)


def _old_marks(found: Differences) -> DrawMarks:
    back = {new: old for old, new in found.same.items()}
    edited = {one.was or back.get(one.element, "") for one in found.changes if one.what not in ("added", "removed")}
    gone = {one.element for one in found.of("removed")}
    return DrawMarks(counts=_marked(edited, _("改")) | _marked(gone, _("删")))


def _new_marks(found: Differences) -> DrawMarks:
    edited = {one.element for one in found.changes if one.what not in ("added", "removed")}
    fresh = frozenset(one.element for one in found.of("added"))
    return DrawMarks(counts=_marked(edited - fresh, _("改")), fresh=fresh)

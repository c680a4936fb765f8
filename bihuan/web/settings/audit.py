"""审计日志: who did what, when, to what; whether the trail is whole; taking it along."""

import csv
import io
import json
from datetime import UTC, datetime, time, timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.timezone import get_current_timezone
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.audit_log import AuditFilter, audit_actions, audit_page, check_audit, export_audit
from bihuan.core.clock import system_now
from bihuan.core.models import AuditEntry
from bihuan.web.limits import allow
from bihuan.web.request import actor_of, number_of
from bihuan.web.settings.audit_words import OBJECTS, action_words, object_words
from bihuan.web.settings.sections import settings_context

PAGE = 50
_FIELDS = ("actor", "action", "object", "id", "since", "until")


def _day(text: str, *, after: int = 0) -> datetime | None:
    """The beginning of that day here, or of the one ``after``; None for what is no day."""
    try:
        day = datetime.combine(datetime.fromisoformat(text[:10]).date(), time.min, tzinfo=get_current_timezone())
        return (day + timedelta(days=after)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _asked(request: HttpRequest) -> dict[str, str]:
    given = request.POST if request.method == "POST" else request.GET
    return {field: given.get(field, "").strip()[:100] for field in _FIELDS}


def _filter(asked: dict[str, str]) -> AuditFilter:
    return AuditFilter(
        actor_name=asked["actor"],
        action=asked["action"],
        object_type=asked["object"],
        object_id=number_of(asked["id"]),
        since=_day(asked["since"]),
        until=_day(asked["until"], after=1),
    )


def _row(entry: AuditEntry) -> dict[str, object]:
    return {
        "id": entry.pk,
        "at": entry.at,
        "who": entry.actor_name,
        "action": action_words(entry.action),
        "code": entry.action,
        "object": object_words(entry.object_type),
        "object_id": entry.object_id,
        "detail": json.dumps(entry.detail, ensure_ascii=False) if entry.detail else "",
    }


def _page(request: HttpRequest, verdict: object = None) -> HttpResponse:
    actor = actor_of(request)
    context = settings_context(actor, "audit")
    asked = _asked(request)
    found = audit_page(actor=actor, wanted=_filter(asked), cursor=request.GET.get("cursor"), limit=PAGE)
    context |= {
        "rows": [_row(entry) for entry in found.items],
        "asked": asked,
        "following": f"?{urlencode(asked | {'cursor': found.next})}" if found.next else "",
        "actions": [{"key": code, "name": action_words(code)} for code in audit_actions(actor=actor)],
        "objects": [{"key": code, "name": object_words(code)} for code in OBJECTS],
        "verdict": verdict,
        "now": system_now(),
    }
    return render(request, "settings/audit.html", context)


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """The latest rows that the filter finds."""
    return _page(request)


@require_POST
@login_required
def check(request: HttpRequest) -> HttpResponse:
    """Computes the chain again and says whether it is whole."""
    actor = actor_of(request)
    settings_context(actor, "audit")
    allow(f"audit-check:{actor.user_id}", per_minute=4)
    return _page(request, check_audit(actor=actor, now=system_now()))


@require_POST
@login_required
def export(request: HttpRequest) -> HttpResponse:
    """What the filter finds as a table for spreadsheets; the export itself is noted."""
    actor, now = actor_of(request), system_now()
    settings_context(actor, "audit")
    allow(f"audit-export:{actor.user_id}", per_minute=4)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["id", "at", "actor_kind", "actor", "action", "object", "object_id", "detail"])
    for entry in export_audit(actor=actor, wanted=_filter(_asked(request)), now=now):
        cells = [entry.actor_kind, entry.actor_name, entry.action, entry.object_type]
        detail = json.dumps(entry.detail, ensure_ascii=False, sort_keys=True)
        writer.writerow(
            [entry.pk, entry.at.isoformat(), *map(_harmless, cells), entry.object_id or "", _harmless(detail)]
        )
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="audit-{now:%Y%m%d-%H%M}.csv"'
    return answer


def _harmless(text: str) -> str:
    """No spreadsheet takes it for a formula (correctness 127)."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text

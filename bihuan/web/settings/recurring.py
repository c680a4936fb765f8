"""定期问题: what is opened again and again by itself, with the days on which it comes."""

from datetime import datetime, time
from itertools import islice

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.calendars import queries as calendars
from bihuan.core.clock import system_now
from bihuan.core.errors import Refused
from bihuan.issues import operations, queries
from bihuan.issues.models import RecurringIssue
from bihuan.issues.operations import NewRecurring
from bihuan.issues.operations.recurring import rule_of, zone_of
from bihuan.issues.rules.recurring import EVERY, REST, coming
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of, number_of
from bihuan.web.settings.sections import settings_context
from bihuan.web.ui.environment import in_language

Context = dict[str, object]
_TEXTS = ("name", "title", "text", "customer_name", "email", "every", "rest", "calendar")
_SHOWN = 5
WEEKDAYS = (
    gettext_noop("星期一"), gettext_noop("星期二"), gettext_noop("星期三"), gettext_noop("星期四"), gettext_noop("星期五"),
    gettext_noop("星期六"), gettext_noop("星期日"),
)  # fmt: skip


class BadTime(Refused):
    code = "bad_recurring_time"
    text = gettext_noop("“%(value)s”不是时刻，例如 09:00。")


def _when(row: RecurringIssue) -> str:
    at = f"{row.at:%H:%M}"
    if row.every == "week":
        return f"{_(EVERY['week'])} {_(WEEKDAYS[row.weekday])} {at}"
    if row.every == "month":
        return _("每月 %(day)s 日 %(at)s") % {"day": row.day, "at": at}
    return f"{_(EVERY['day'])} {at}"


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """All of them with their next day."""
    actor = actor_of(request)
    context = settings_context(actor, "recurring")
    rows = [
        {
            "id": row.pk,
            "name": row.name,
            "title": row.title,
            "when": _when(row),
            "next": row.next_at,
            "opened": row.opened,
            "failed": row.failed,
            "active": row.is_active,
        }
        for row in queries.recurring_issues(actor=actor)
    ]
    return render(request, "settings/recurring.html", context | {"rows": rows, "now": system_now()})


def _typed(request: HttpRequest, row: RecurringIssue | None) -> dict[str, str]:
    if request.method == "POST":
        names = (*_TEXTS, "type", "task_list", "weekday", "day", "at", "revision")
        return {name: request.POST.get(name, "") for name in names}
    plain = {"every": "month", "rest": "next", "calendar": "default", "weekday": "0", "day": "1", "at": "09:00"}
    if row is None:
        return dict.fromkeys((*_TEXTS, "type", "task_list", "revision"), "") | plain
    return {name: str(getattr(row, name)) for name in _TEXTS} | {
        "type": row.type.key if row.type else "",
        "task_list": str(row.task_list_id or ""),
        "weekday": str(row.weekday),
        "day": str(row.day),
        "at": f"{row.at:%H:%M}",
        "revision": str(row.revision),
    }


def _small(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else -1


def _read(request: HttpRequest, typed: dict[str, str]) -> NewRecurring:
    try:
        at = time.fromisoformat(typed["at"].strip())
    except ValueError as error:
        raise BadTime(params={"value": typed["at"][:20]}) from error
    return NewRecurring(
        **{name: typed[name] for name in _TEXTS},
        type_key=typed["type"],
        tags=[number for text in request.POST.getlist("tag")[:20] if (number := number_of(text))],
        task_list_id=number_of(typed["task_list"]),
        weekday=_small(typed["weekday"]),
        day=_small(typed["day"]),
        at=at.replace(tzinfo=None, second=0, microsecond=0),
        is_active=request.POST.get("active", "1") == "1",
    )


def _coming(given: NewRecurring, now: datetime) -> list[datetime]:
    zone = zone_of(given.calendar)
    found = coming(rule_of(given), calendars.calendar(given.calendar), zone, now)
    return [each.astimezone(zone) for each in islice(found, _SHOWN)]


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest, recurring_id: int | None = None) -> HttpResponse:
    """One of them, or a new one; ``do=look`` shows the days and saves nothing."""
    actor, now = actor_of(request), system_now()
    context = settings_context(actor, "recurring")
    row = queries.recurring_issue(actor=actor, recurring_id=recurring_id) if recurring_id is not None else None
    typed = _typed(request, row)
    said, status, days = "", 200, list[datetime]()
    if request.method == "POST":
        try:
            given = _read(request, typed)
            if request.POST.get("do") == "look":
                days = _coming(given, now)
            else:
                revision = int(typed["revision"]) if typed["revision"].isdecimal() else 0
                saved = operations.save_recurring(
                    recurring_id=recurring_id, given=given, revision=revision, actor=actor, now=now
                )
                messages.success(request, _("已保存“%(name)s”。") % {"name": saved.name})
                return redirect("web:settings_recurring")
        except Refused as refused:
            if refused.status not in (409, 422):
                raise
            said, status = refusal_text(refused), refused.status
    chosen = {str(each) for each in row.tags} if row and request.method == "GET" else set(request.POST.getlist("tag"))
    context |= {"typed": typed, "said": said, "days": days, "looked": request.POST.get("do") == "look"}
    return render(request, "settings/recurring_edit.html", context | _choices(row, chosen), status=status)


def _choices(row: RecurringIssue | None, chosen: set[str]) -> Context:
    return {
        "found": {"id": row.pk, "active": row.is_active, "failed": row.failed} if row else None,
        "everies": [(key, _(word)) for key, word in EVERY.items()],
        "rests": [(key, _(word)) for key, word in REST.items()],
        "weekdays": [(str(n), _(word)) for n, word in enumerate(WEEKDAYS)],
        "types": [(kind.key, in_language(kind.name, kind.name_en)) for kind in queries.issue_types()],
        "calendars": [(one.key, in_language(one.name, one.name_en)) for one in calendars.work_calendars()],
        "lists": [(str(one.id), in_language(one.name, one.name_en)) for one in queries.task_lists() if one.is_active],
        "tags": [
            (str(tag.pk), in_language(tag.name, tag.name_en), tag.colour, str(tag.pk) in chosen)
            for tag in queries.tags_in_use()
        ],
    }

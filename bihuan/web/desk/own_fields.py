"""The company's own fields on the issue, and on the form of a new one; and the time spent."""

from collections.abc import Sequence
from datetime import date, datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.issues import operations, queries
from bihuan.issues.models import Issue
from bihuan.issues.operations.time import KINDS as TIME_KINDS
from bihuan.issues.operations.time import BadMinutes
from bihuan.issues.rules.fields import AT_CREATION, Field, words
from bihuan.web.desk.kit import back_to_work
from bihuan.web.request import actor_of, number_of
from bihuan.web.ui.environment import in_language

Context = dict[str, object]
PREFIX = "own-"


def field_views(fields: Sequence[Field], values: dict[str, object]) -> list[Context]:
    """Fields with what stands in them, as the form prints them."""
    return [
        {
            "name": PREFIX + each.key,
            "label": in_language(each.name, each.name_en),
            "kind": each.kind,
            "options": each.options,
            "required": each.required == AT_CREATION,
            "help": each.help,
            "unit": each.unit,
            "value": _in_form(values.get(each.key)),
        }
        for each in fields
    ]


def _in_form(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else value


def read_fields(fields: Sequence[Field], post: QueryDict) -> dict[str, object]:
    """What was typed, by key; a field that was not on the form is left out."""
    found: dict[str, object] = {}
    for each in fields:
        name = PREFIX + each.key
        if each.kind == "choices" and f"{name}-there" in post:
            found[each.key] = post.getlist(name)[:200]
        elif name in post:
            found[each.key] = post[name]
    return found


def fields_part(actor: Actor, issue: Issue, now: datetime) -> Context:
    """The values in the tab 协作; also of fields that are out of use by now."""
    values = queries.field_values(issue)
    usable = {each.key for each in queries.fields_of_type(issue.type_id)}
    shown = [each for each in queries.field_definitions() if each.key in usable or each.key in values]
    return {
        "own": {
            "rows": [
                (in_language(each.name, each.name_en), words(each, values[each.key]), each.kind == "url")
                for each in shown
                if each.key in values
            ],
            "empty": sum(1 for each in shown if each.key not in values),
            "may_edit": issue.is_open and bool(usable),
            "any": bool(shown),
        }
    }


@require_http_methods(["GET", "POST"])
@login_required
def issue_fields(request: HttpRequest, issue_id: int) -> HttpResponse:
    """The form of an issue's own fields, alone; posted, they are kept."""
    actor = actor_of(request)
    issue = queries.issue(actor=actor, issue_id=issue_id)
    fields = queries.fields_of_type(issue.type_id)
    if request.method == "POST":
        values = read_fields(fields, request.POST)
        operations.set_fields(issue_id=issue_id, values=values, actor=actor, now=system_now())
        return back_to_work(issue_id)
    context: Context = {"fields": field_views(fields, queries.field_values(issue)), "issue": issue}
    return render(request, "desk/own_form.html", context)


@require_GET
@login_required
def new_fields(request: HttpRequest) -> HttpResponse:
    """The fields of a new issue of the type that was chosen; part of its form."""
    return render(request, "desk/own_fields.html", {"fields": new_views(request.GET)})


def _of_new(given: QueryDict) -> list[Field]:
    kind = next((each for each in queries.issue_types() if each.key == given.get("type", "")), None)
    return queries.fields_of_type(kind.pk if kind else None)


def new_views(given: QueryDict) -> list[Context]:
    """The fields of the type that was chosen, with what was typed already."""
    fields = _of_new(given)
    return field_views(fields, read_fields(fields, given))


def fields_of_new(post: QueryDict) -> dict[str, object]:
    """What the form of a new issue said about the fields of its type."""
    return read_fields(_of_new(post), post)


# -- time --------------------------------------------------------------------------------------------------------------


def time_part(actor: Actor, issue: Issue, now: datetime) -> Context:
    """Time spent on the issue, and the reader's timer."""
    spent = queries.time_spent(actor=actor, issue_id=issue.pk)
    running = spent.running
    return {
        "time": {
            "total": minutes_words(spent.total),
            "billable": minutes_words(spent.billable) if spent.billable else "",
            "people": [(name, minutes_words(minutes)) for name, minutes in spent.people],
            "rows": [
                {
                    "id": row.pk,
                    "who": row.user.name,
                    "day": row.day.isoformat(),
                    "minutes": row.minutes,
                    "words": minutes_words(row.minutes),
                    "kind": row.kind,
                    "kind_words": _(TIME_KINDS[row.kind]),
                    "text": row.text,
                    "billable": row.billable,
                    "mine": row.user_id == actor.user_id,
                }
                for row in spent.rows
            ],
            "kinds": [(key, _(word)) for key, word in TIME_KINDS.items()],
            "running": running.pk if running is not None and running.issue_id == issue.pk else None,
            "since": running.started_at if running is not None else None,
            "elsewhere": running.issue.number if running is not None and running.issue_id != issue.pk else "",
        }
    }


def minutes_words(minutes: int) -> str:
    """1 小时 30 分."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(n)s 分") % {"n": rest}
    return (_("%(h)s 小时 %(n)s 分") if rest else _("%(h)s 小时")) % {"h": hours, "n": rest}


def _minutes(text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdecimal()) or len(text) > 5:
        raise BadMinutes
    return int(text)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as error:
        raise BadMinutes from error


@require_POST
@login_required
def time(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Writes minutes down, corrects them, starts or stops the timer (``do``)."""
    actor, now, post = actor_of(request), system_now(), request.POST
    do, record_id = post.get("do"), number_of(post.get("record")) or 0
    text, billable, kind = post.get("text", ""), post.get("billable") == "1", post.get("kind", "handling")
    if do == "start":
        operations.start_timer(issue_id=issue_id, kind=kind, actor=actor, now=now)
    elif do == "stop":
        operations.stop_timer(record_id=record_id, text=text, billable=billable, actor=actor, now=now)
    elif do == "correct":
        operations.correct_time(
            record_id=record_id,
            minutes=_minutes(post.get("minutes", "")),
            kind=kind,
            text=text,
            billable=billable,
            day=_day(post.get("day", "")) or now.date(),
            actor=actor,
            now=now,
        )
    else:
        operations.record_time(
            issue_id=issue_id,
            minutes=_minutes(post.get("minutes", "")),
            kind=kind,
            text=text,
            billable=billable,
            day=_day(post.get("day", "")),
            actor=actor,
            now=now,
        )
    return back_to_work(issue_id)

"""Single days of calendars: set by the company, taken from files."""

import base64
import binascii
from datetime import date, datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.calendars import operations
from bihuan.calendars.operations import Imported
from bihuan.calendars.operations.days import MAX_BYTES
from bihuan.calendars.rules.coverage import REGION_NAMES
from bihuan.calendars.rules.files import BadFile
from bihuan.calendars.rules.ics import Unmarked
from bihuan.calendars.rules.sheet import template as blank_sheet
from bihuan.calendars.rules.words import read_windows
from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.core.errors import Refused
from bihuan.issues import operations as issues
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of
from bihuan.web.settings.calendars import HoursUnread, as_date, region_name, year_context
from bihuan.web.settings.sections import settings_context
from bihuan.web.ui.environment import in_language

_CARRIED = 500_000
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class DateRequired(Refused):
    code = "date_required"
    text = gettext_noop("请填写日期。")


class FileRequired(Refused):
    code = "calendar_file_required"
    text = gettext_noop("请选择文件：holiday-cn 的 JSON、日历订阅 ICS，或填好的 XLSX 模板，最大 2 MB。")


@require_POST
@login_required
def change(request: HttpRequest, key: str) -> HttpResponse:
    """Sets what a day is, or takes the company's setting away; tried out first where that was asked."""
    actor, now, post = actor_of(request), system_now(), request.POST
    day = as_date(post.get("date"))
    status = 200
    try:
        if day is None:
            raise DateRequired
        if post.get("do") != "preview":
            _change(key, day, post, post.get("recount") == "1", actor, now)
            messages.success(request, _("%(day)s 已保存。") % {"day": f"{day:%Y-%m-%d}"})
            return redirect(reverse("web:settings_calendar", args=[key]) + f"?year={day.year}&day={day}")
        context = year_context(actor, key, day.year, day, now)
        context["effect"] = issues.rehearse_calendar_change(change=lambda: _change(key, day, post, True, actor, now))
    except Refused as refused:
        context = year_context(actor, key, day.year if day else now.year, day, now)
        context["said"], status = refusal_text(refused), refused.status
    names = ("until", "kind", "hours", "name")
    context["given"] = {name: post.get(name, "")[:200] for name in names} | {"recount": post.get("recount") == "1"}
    return render(request, "settings/calendar.html", context, status=status)


def _change(key: str, day: date, post: QueryDict, recount: bool, actor: Actor, now: datetime) -> None:
    if post.get("kind") == "clear":
        operations.clear_company_day(actor=actor, now=now, calendar=key, date=day, recount=recount)
        return
    try:
        hours = read_windows(post.get("hours", ""))
    except BadFile as error:
        raise HoursUnread(params={"why": in_language(error.zh, error.en)}) from error
    operations.set_company_day(
        actor=actor,
        now=now,
        calendar=key,
        date=day,
        until=as_date(post.get("until")),
        kind=post.get("kind", ""),
        hours=hours or None,
        name=post.get("name", ""),
        recount=recount,
    )


@require_http_methods(["GET", "POST"])
@login_required
def take(request: HttpRequest) -> HttpResponse:
    """Official days from a file: looked at first, then taken. The file travels with the form in between."""
    actor, now, post = actor_of(request), system_now(), request.POST
    context = settings_context(actor, "calendars") | {
        "regions": [(region, region_name(region)) for region in REGION_NAMES],
        "region": post.get("region", "cn"),
        "unmarked": post.get("unmarked", "ask"),
        "said": "", "found": None, "effect": None, "carried": "", "name": "", "now": now,
    }  # fmt: skip
    status = 200
    if request.method == "POST":
        try:
            content, name = _file(request)
            context["name"] = name
            if post.get("do") != "preview":
                done = _import(content, name, post, post.get("recount") == "1", actor, now)
                return _taken(request, done)
            looked: list[Imported] = []
            context["effect"] = issues.rehearse_calendar_change(
                change=lambda: looked.append(_import(content, name, post, True, actor, now))
            )
            context["found"] = looked[0]
            context["carried"] = base64.b64encode(content).decode() if len(content) <= _CARRIED else ""
        except Refused as refused:
            context["said"], status = refusal_text(refused), refused.status
    return render(request, "settings/calendar_import.html", context, status=status)


def _taken(request: HttpRequest, done: Imported) -> HttpResponse:
    years = "、".join(map(str, done.loaded_years)) or _("没有完整的年份")
    text = _("已导入：放假 %(off)s 天，上班 %(work)s 天；算作已导入的年份：%(years)s。")
    messages.success(request, text % {"off": done.holidays, "work": done.workdays, "years": years})
    return redirect("web:settings_calendars")


def _file(request: HttpRequest) -> tuple[bytes, str]:
    file = request.FILES.get("file")
    if isinstance(file, UploadedFile) and file.size:
        return file.read(MAX_BYTES + 1), (file.name or "").replace("\x00", "")[:200]
    carried = request.POST.get("carried", "")
    try:
        content = base64.b64decode(carried, validate=True)
    except (binascii.Error, ValueError) as error:
        raise FileRequired from error
    if not content:
        raise FileRequired
    return content, request.POST.get("name", "").replace("\x00", "")[:200]


def _import(content: bytes, name: str, post: QueryDict, recount: bool, actor: Actor, now: datetime) -> Imported:
    unmarked = {each.value: each for each in Unmarked}.get(post.get("unmarked", ""), Unmarked.ASK)
    return operations.import_days(
        actor=actor,
        now=now,
        region=post.get("region", ""),
        content=content,
        source=name,
        unmarked=unmarked,
        recount=recount,
    )


@require_GET
@login_required
def template(request: HttpRequest) -> HttpResponse:
    """The sheet to fill in."""
    settings_context(actor_of(request), "calendars")
    answer = HttpResponse(blank_sheet(), content_type=_SHEET)
    answer.headers["Content-Disposition"] = 'attachment; filename="calendar-days.xlsx"'
    return answer

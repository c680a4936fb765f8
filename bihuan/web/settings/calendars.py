"""工作日历: which calendars there are, a year of one of them, its regular hours."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.calendars import operations, queries
from bihuan.calendars.models import WorkCalendar
from bihuan.calendars.rules.coverage import REGION_NAMES
from bihuan.calendars.rules.files import BadFile
from bihuan.calendars.rules.words import (
    read_rotation,
    read_seasons,
    read_windows,
    write_rotation,
    write_seasons,
    write_windows,
)
from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.core.errors import Refused
from bihuan.issues import operations as issues
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of
from bihuan.web.settings import calendar_view
from bihuan.web.settings.calendar_view import WEEKDAYS
from bihuan.web.settings.sections import settings_context
from bihuan.web.ui.environment import in_language
from bihuan.worktime.hours import WEEKDAYS as KEYS

Context = dict[str, object]


class HoursUnread(Refused):
    code = "hours_unread"
    text = gettext_noop("%(why)s。")


def region_name(region: str) -> str:
    """中国大陆; a region of one's own stands for itself."""
    zh, en = REGION_NAMES.get(region, (region, region))
    return in_language(zh, en) if region else _("不过法定节假日")


def findings(now: datetime) -> list[dict[str, str]]:
    """Years that are missing, said loudly."""
    tones = {"error": "red", "warning": "gold"}
    found = queries.coverage_findings(now)
    return [{"tone": tones[one.severity], "text": in_language(one.zh, one.en)} for one in found]


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """All calendars, the years that are loaded, and what is missing."""
    actor, now = actor_of(request), system_now()
    context = settings_context(actor, "calendars")
    stored = queries.work_calendars()
    regions = sorted({one.region for one in stored if one.region})
    context |= {
        "findings": findings(now),
        "calendars": [_card(one) for one in stored],
        "regions": [{"name": region_name(region), "years": list(queries.year_coverage(region))} for region in regions],
        "now": now,
    }
    return render(request, "settings/calendars.html", context)


def _card(one: WorkCalendar) -> Context:
    return {
        "key": one.key,
        "name": in_language(one.name, one.name_en),
        "region": region_name(one.region),
        "zone": one.timezone,
        "version": queries.current_version(one.key).number,
        "week": [(_(WEEKDAYS[n]), write_windows(one.week.get(day) or [])) for n, day in enumerate(KEYS)],
    }


def year_context(actor: Actor, key: str, year: int, day: date | None, now: datetime) -> Context:
    """What the page of a calendar's year shows, with the day that is open in the form."""
    one = queries.work_calendar(key)
    today = now.astimezone(ZoneInfo(one.timezone)).date()
    year = year if calendar_view.FIRST <= year <= calendar_view.LAST else today.year
    chosen = day or (today if year == today.year else date(year, 1, 1))
    calendar = queries.calendar(key)
    special = queries.special_days(key, chosen, chosen)
    loaded = calendar.loaded_years
    return settings_context(actor, "calendars") | {
        "calendar": _card(one),
        "year": year,
        "months": calendar_view.year_view(key, year, today),
        "weekdays": [_(each)[-1:] if in_language("zh", "en") == "zh" else _(each)[:2] for each in WEEKDAYS],
        "workdays": calendar_view.workdays_in(calendar, year),
        "unloaded": loaded is not None and year not in loaded,
        "chosen": chosen,
        "chosen_words": calendar_view.day_words(calendar, chosen, special[0] if special else None),
        "chosen_own": bool(special) and not special[0].official,
        "findings": findings(now),
        "given": {"until": "", "kind": "holiday", "hours": "", "name": "", "recount": False},
        "said": "",
        "effect": None,
        "now": now,
        "asked": {"start": f"{now.astimezone(ZoneInfo(one.timezone)):%Y-%m-%dT%H:%M}", "amount": ""},
        "answer": None,
        "unanswered": "",
    }


def as_date(text: str | None) -> date | None:
    """A date of a form or an address; None for anything else."""
    try:
        return date.fromisoformat(text) if text and len(text) == 10 else None
    except ValueError:
        return None


@require_GET
@login_required
def year(request: HttpRequest, key: str) -> HttpResponse:
    """A year of the calendar; with ``?amount=`` when a deadline would be."""
    actor, now = actor_of(request), system_now()
    day = as_date(request.GET.get("day"))
    wanted = request.GET.get("year", "")
    number = int(wanted) if wanted.isdecimal() and len(wanted) == 4 else day.year if day else now.year
    context = year_context(actor, key, number, day, now)
    amount, start = request.GET.get("amount", "")[:100], request.GET.get("start", "")[:30]
    if amount.strip():
        context["asked"] = {"start": start, "amount": amount}
        try:
            context["answer"] = calendar_view.worked_out(key, start, amount)
        except Refused as refused:
            context["unanswered"] = refusal_text(refused)
    return render(request, "settings/calendar.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def hours(request: HttpRequest, key: str = "") -> HttpResponse:
    """The regular hours of a calendar, or of a new one. What was typed stays when it is refused or only tried out."""
    actor, now = actor_of(request), system_now()
    context = settings_context(actor, "calendars")
    stored = queries.work_calendar(key) if key else None
    typed = request.POST if request.method == "POST" else _as_typed(stored)
    effect, said, status = None, "", 200
    if request.method == "POST":
        try:
            saved = key or typed.get("key", "").strip()
            recount = typed.get("recount") == "1"
            if typed.get("do") == "preview":
                effect = issues.rehearse_calendar_change(change=lambda: _save(typed, saved, True, actor, now))
            else:
                _save(typed, saved, recount, actor, now)
                messages.success(request, _("日历已保存。"))
                return redirect("web:settings_calendar", saved)
        except Refused as refused:
            said, status = refusal_text(refused), refused.status
    context |= {
        "typed": typed, "key": key, "said": said, "effect": effect, "now": now,
        "week": [(day, _(WEEKDAYS[n]), typed.get(f"week_{day}", "")) for n, day in enumerate(KEYS)],
        "regions": [(region, region_name(region)) for region in ("", *REGION_NAMES)],
    }  # fmt: skip
    return render(request, "settings/calendar_hours.html", context, status=status)


def _save(typed: QueryDict, key: str, recount: bool, actor: Actor, now: datetime) -> None:
    try:
        week = {day: read_windows(typed.get(f"week_{day}", "")) for day in KEYS}
        seasons = read_seasons(typed.get("seasons", ""))
        rotation = read_rotation(typed.get("starts", ""), typed.get("rotation", ""))
    except BadFile as error:
        raise HoursUnread(params={"why": in_language(error.zh, error.en)}) from error
    operations.save_calendar(
        actor=actor,
        now=now,
        key=key,
        name=typed.get("name", ""),
        name_en=typed.get("name_en", ""),
        timezone=typed.get("timezone", ""),
        region=typed.get("region", ""),
        make_up_like=typed.get("make_up_like", ""),
        week={day: windows for day, windows in week.items() if windows},
        seasons=seasons,
        rotation=rotation,
        recount=recount,
    )


def _as_typed(stored: WorkCalendar | None) -> QueryDict:
    typed = QueryDict(mutable=True)
    if stored is None:
        typed.update({"timezone": "Asia/Shanghai", "region": "cn", "make_up_like": "mon"})
        typed.update({f"week_{day}": "08:00-12:00 14:00-18:00" for day in KEYS[:5]})
        return typed
    plain = ("name", "name_en", "timezone", "region", "make_up_like")
    typed.update({name: str(getattr(stored, name)) for name in plain})
    typed.update({f"week_{day}": write_windows(stored.week.get(day) or []) for day in KEYS})
    starts, turns = write_rotation(stored.rotation)
    typed.update({"seasons": write_seasons(stored.seasons), "starts": starts, "rotation": turns})
    return typed

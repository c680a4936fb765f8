"""Small answers while somebody types: what a limit means on the real calendar, whether a condition can be read."""

from datetime import datetime, timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from bihuan.bpmn.expressions import ExpressionError, compile_expression
from bihuan.bpmn.timing import seconds_of
from bihuan.calendars import queries as calendars
from bihuan.core.clock import system_now
from bihuan.studio import queries
from bihuan.web.request import actor_of, language_of
from bihuan.web.studio.body import answers_script, body_of, text_in, texts_in
from bihuan.web.ui.filters import DAY, WORKDAY, due, duration, full_moment, limit, time_of_day
from bihuan.worktime import Calendar, WorktimeError

_MOST_DAYS: Final = 3650
Parts = list[tuple[str, bool]]


@answers_script
def echo(request: HttpRequest, draft_id: int) -> HttpResponse:
    """A deadline's attributes → {parts: [[words, strong], …]}: the limit in words, counted from the present moment."""
    queries.draft(actor=actor_of(request), draft_id=draft_id)
    body = body_of(request)
    key = text_in(body, "calendar") or "default"
    seconds, workdays = seconds_of(text_in(body, "duration")), text_in(body, "workdays")
    try:
        calendar = calendars.calendar(key)
        if workdays.isascii() and workdays.isdecimal() and int(workdays) <= _MOST_DAYS:
            parts = _days(calendar, int(workdays), text_in(body, "anchor"))
        elif seconds is not None and seconds <= _MOST_DAYS * DAY:
            parts = _time(calendar, seconds, _warned(text_in(body, "warn")), key == "24x7", text_in(body, "anchor"))
        else:
            parts = [(_("这个时限算不出来：数值太大，或不是固定的时长。"), False)]
    except calendars.UnknownCalendar:
        parts = [(_("没有“%(key)s”这个工作日历。") % {"key": key}, False)]
    except WorktimeError:
        parts = [(_("这个时限在日历里算不出来。"), False)]
    return JsonResponse({"parts": parts})


def _from(anchor: str) -> str:
    if anchor == "start":
        return _("问题到达后")
    return _("指定的步骤开始后") if anchor.startswith("node:") else _("分派后")


def _began(now: datetime) -> str:
    return _("现在 %(time)s 开始算，") % {"time": time_of_day(now)}


def _days(calendar: Calendar, days: int, anchor: str) -> Parts:
    now = system_now()
    end = calendar.end_of_workday(now, days)
    said = _("%(from)s当日下班前。") if days == 0 else _("%(from)s %(n)d 个工作日内。")
    return [
        (said % {"from": _from(anchor), "n": days}, True),
        (_began(now), False),
        (due(end, now), True),
        (_("。"), False),
    ]


def _time(calendar: Calendar, seconds: int, warned: int | None, around: bool, anchor: str) -> Parts:
    now = system_now()
    day = DAY if around else WORKDAY
    end = calendar.add(now, seconds)
    parts: Parts = [
        (_("%(from)s %(time)s内。") % {"from": _from(anchor), "time": limit(seconds, day)}, True),
        (_began(now) + _rest(calendar, now, end), False),
        (due(end, now), True),
    ]
    if warned is None:
        return [*parts, (_("。"), False)]
    used = seconds * warned // 100
    said = _("，用去 %(time)s（%(at)s）时预警。") % {
        "time": duration(used, day),
        "at": full_moment(calendar.add(now, used), now),
    }
    return [*parts, (said, False)]


def _rest(calendar: Calendar, now: datetime, end: datetime) -> str:
    """How much of the way to the end is no working time."""
    idle = (end - now - timedelta(seconds=calendar.between(now, end))).total_seconds()
    return _("不上班的 %(time)s不计，") % {"time": duration(idle)} if idle >= 60 else ""


def _warned(text: str) -> int | None:
    """The last warning: the one that somebody has to answer."""
    points = [int(each) for each in text.split() if each.isascii() and each.isdecimal() and 0 < int(each) < 100]
    return max(points, default=None)


@answers_script
def expression(request: HttpRequest, draft_id: int) -> HttpResponse:
    """{text, names} → {problem}: why a condition cannot be read, "" if it can."""
    queries.draft(actor=actor_of(request), draft_id=draft_id)
    body = body_of(request)
    return JsonResponse({"problem": _problem(text_in(body, "text"), texts_in(body, "names"), language_of(request))})


def _problem(text: str, names: list[str], language: str) -> str:
    try:
        read = compile_expression(text)
    except ExpressionError as error:
        return error.detail if language == "en" else error.zh
    unknown = sorted(read.names - {*names, *_BOUND})
    return _("没有声明“%(name)s”这个变量。") % {"name": "、".join(unknown[:4])} if unknown else ""


_BOUND: Final = ("times", "loopCounter", "nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances")

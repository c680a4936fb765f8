"""A calendar's regular hours."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from bihuan.calendars.models import CalendarVersion, WorkCalendar
from bihuan.calendars.operations.errors import BadHours, InBoth
from bihuan.calendars.operations.versions import lock_calendars, publish_version, require_editor
from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.worktime.hours import WEEKDAYS

_LENGTHS = {"key": 64, "name": 100, "name_en": 100, "timezone": 64, "region": 16}


def _refuse(zh: str, en: str) -> BadHours:
    return BadHours(params={"why": InBoth(zh, en)})


def _check_words(words: Mapping[str, str], make_up_like: str) -> None:
    for name, text in words.items():
        if len(text) > _LENGTHS[name] or "\0" in text:
            raise _refuse(f"{name} 太长或含有非法字符", f"{name} is too long or holds a forbidden character")
    if not words["key"] or slugify(words["key"]) != words["key"]:
        raise _refuse("标识只能用小写字母、数字和连字符", "the key takes small letters, digits and hyphens only")
    if not words["name"].strip():
        raise _refuse("名称不能为空", "the name is empty")
    if make_up_like not in WEEKDAYS:
        raise _refuse("调休上班日参照的星期不对", "the weekday that make-up days are like is wrong")


@transaction.atomic
def save_calendar(
    *,
    actor: Actor,
    now: datetime,
    key: str,
    name: str,
    timezone: str,
    week: Mapping[str, object],
    name_en: str = "",
    region: str = "",
    seasons: Sequence[object] = (),
    rotation: Mapping[str, object] | None = None,
    make_up_like: str = "mon",
    recount: bool = False,
) -> CalendarVersion:
    """Makes the calendar of that key, or changes it; gives the version now in force.

    ``week``, ``seasons``, ``rotation`` as `bihuan.worktime.Calendar.from_dict` reads them. ``region`` (``cn``,
    ``hk`` …) brings the official days of the years that are loaded for it; empty = none count. ``make_up_like`` is
    the weekday whose hours a make-up workday has. Deadlines already running keep their version, but those that
    rooms above count anew where ``recount`` is wanted.

    :raises Forbidden: the actor may not change settings
    :raises BadHours: key, zone or hours are wrong, or the calendar would never open
    """
    require_editor(actor)
    words = {"key": key, "name": name, "name_en": name_en, "timezone": timezone, "region": region}
    _check_words(words, make_up_like)
    lock_calendars()
    one = WorkCalendar.objects.filter(key=key).first() or WorkCalendar(key=key)
    one.name, one.name_en, one.timezone, one.region = name.strip(), name_en.strip(), timezone, region
    one.week, one.seasons = dict(week), list(seasons)
    one.rotation = dict(rotation) if rotation else None
    one.make_up_like = make_up_like
    one.save()
    audit.record(
        actor=actor,
        action="calendar.saved",
        object_type="work_calendar",
        object_id=one.pk,
        now=now,
        detail={"key": key, "region": region, "make_up_like": make_up_like},
    )
    return publish_version(one, actor=actor, now=now, recount=recount)

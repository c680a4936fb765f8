"""From what is stored to a new version, where something really changed."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from bihuan.calendars import events
from bihuan.calendars.models import CalendarDay, CalendarVersion, CalendarYear, WorkCalendar
from bihuan.calendars.operations.errors import BadHours, InBoth
from bihuan.calendars.rules.layers import Day, Plan, combine
from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden
from bihuan.worktime import BadCalendar, Calendar

_LOCK = 7_341_010


def require_editor(actor: Actor) -> None:
    """Refuses whoever may not change settings."""
    if not actor.can("settings.edit"):
        raise Forbidden


def lock_calendars() -> None:
    """One change of calendars at a time until the transaction ends: official days reach into all of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def plan_of(one: WorkCalendar) -> Plan:
    """The regular hours of a stored calendar."""
    return Plan(
        timezone=one.timezone, week=one.week, seasons=one.seasons, rotation=one.rotation, make_up_like=one.make_up_like
    )


def _days(rows: Iterable[CalendarDay]) -> list[Day]:
    return [Day(row.date, row.kind, row.name, row.hours) for row in rows]


def compile_calendar(one: WorkCalendar) -> Calendar:
    """All layers of a stored calendar as one.

    :raises BadHours: they do not make a calendar
    """
    official: list[Day] = []
    loaded: list[int] | None = None
    if one.region:
        official = _days(CalendarDay.objects.filter(calendar=None, region=one.region).order_by("date"))
        loaded = list(CalendarYear.objects.filter(region=one.region).values_list("year", flat=True))
    company = _days(CalendarDay.objects.filter(calendar=one).order_by("date"))
    try:
        return combine(plan_of(one), official=official, company=company, loaded_years=loaded)
    except BadCalendar as error:
        raise BadHours(params={"why": InBoth(error.zh, error.en)}) from error


def publish_version(one: WorkCalendar, *, actor: Actor, now: datetime, recount: bool = False) -> CalendarVersion:
    """The calendar's current version; a new one if anything in it is different from the last.

    Whoever calls it holds the lock. Listeners hear of a new version in the same transaction.
    """
    return _publish(one, actor=actor, now=now, recount=recount)[0]


def _publish(one: WorkCalendar, *, actor: Actor, now: datetime, recount: bool = False) -> tuple[CalendarVersion, bool]:
    compiled = compile_calendar(one)
    last = CalendarVersion.objects.filter(calendar=one).order_by("-number").first()
    if last is not None and last.content_hash == compiled.digest:
        return last, False
    made = CalendarVersion.objects.create(
        calendar=one,
        number=last.number + 1 if last else 1,
        content_hash=compiled.digest,
        data=compiled.to_dict(),
        created_at=now,
    )
    audit.record(
        actor=actor,
        action="calendar.version",
        object_type="work_calendar",
        object_id=one.pk,
        now=now,
        detail={"key": one.key, "number": made.number, "content_hash": made.content_hash},
    )
    before = frozenset(last.data.get("loaded_years", ())) if last else frozenset()
    news = (compiled.loaded_years or frozenset()) - before
    events.announce(events.CalendarChanged(one.key, last.pk if last else None, made.pk, news, recount), now)
    return made, True


def publish_region(region: str, *, actor: Actor, now: datetime, recount: bool = False) -> list[str]:
    """New versions of the calendars that follow a region, where needed; their keys."""
    followers = WorkCalendar.objects.filter(region=region).order_by("pk")
    return [one.key for one in followers if _publish(one, actor=actor, now=now, recount=recount)[1]]

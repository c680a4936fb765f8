"""Issues that come again and again: set up by people, opened by the worker."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext, gettext_noop

from bihuan.calendars import queries as calendars
from bihuan.core import audit
from bihuan.core.actor import SYSTEM, Actor
from bihuan.core.errors import Conflict, Forbidden, NotFound, Refused
from bihuan.core.stamps import operation
from bihuan.issues.errors import BadChoice
from bihuan.issues.models import Issue, RecurringIssue
from bihuan.issues.operations.intake import open_issue
from bihuan.issues.operations.presets import apply_preset, check_preset
from bihuan.issues.operations.values import Intake, IntakeCustomer
from bihuan.issues.queries.reference import issue_type_by_key
from bihuan.issues.rules import limits
from bihuan.issues.rules.recurring import EVERY, REST, Rule, next_after

log = logging.getLogger(__name__)


class BadRecurring(Refused):
    code = "bad_recurring"
    text = gettext_noop("没有保存：名称、标题、内容和客户都要填，日子要在 1 到 31 之间。")


class RecurringChanged(Conflict):
    code = "recurring_changed"
    text = gettext_noop("“%(name)s”已被别人改过。请刷新后再改，您填写的内容没有保存。")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRecurring:
    """What is to come again and again; see ``RecurringIssue``."""

    name: str
    title: str
    text: str
    customer_name: str
    email: str = ""
    type_key: str = ""
    tags: Sequence[int] = field(default_factory=tuple)
    task_list_id: int | None = None
    every: str = "month"
    weekday: int = 0
    day: int = 1
    at: time = time(9)
    rest: str = "next"
    calendar: str = "default"
    is_active: bool = True


def zone_of(calendar: str) -> ZoneInfo:
    """The zone in which the times of day are meant: the calendar's."""
    try:
        return ZoneInfo(calendars.work_calendar(calendar).timezone or settings.TIME_ZONE)
    except calendars.UnknownCalendar as error:
        raise BadChoice(params={"field": "calendar", "value": calendar[:50]}) from error


def rule_of(given: "NewRecurring | RecurringIssue") -> Rule:
    """When it comes."""
    return Rule(every=given.every, weekday=given.weekday, day=given.day, at=given.at, rest=given.rest)


def _check(given: NewRecurring) -> None:
    texts = (given.name, given.title, given.text, given.customer_name)
    sound = all(each.strip() for each in texts) and len(given.name) <= 100 and len(given.email) <= 254
    if not sound or not 1 <= given.day <= 31 or not 0 <= given.weekday <= 6:
        raise BadRecurring
    limits.within("标题", given.title, limits.TITLE)
    limits.within("内容", given.text, limits.TEXT)
    limits.within("姓名", given.customer_name, limits.NAME)
    for name, value, known in (("every", given.every, EVERY), ("rest", given.rest, REST)):
        if value not in known:
            raise BadChoice(params={"field": name, "value": value[:50]})
    check_preset(type_key=given.type_key, tags=given.tags, task_list_id=given.task_list_id)


@operation()
def save_recurring(
    *, recurring_id: int | None = None, given: NewRecurring, revision: int = 0, actor: Actor, now: datetime
) -> RecurringIssue:
    """Sets up or changes what comes again and again. The first one comes at the next time after now."""
    if not actor.can("settings.edit"):
        raise Forbidden
    _check(given)
    zone = zone_of(given.calendar)
    if recurring_id is None:
        row = RecurringIssue()
    else:
        found = RecurringIssue.objects.select_for_update().filter(pk=recurring_id).first()
        if found is None:
            raise NotFound
        if found.revision != revision:
            raise RecurringChanged(params={"name": found.name})
        row = found
    plain = ("name", "title", "text", "customer_name", "email", "every", "weekday", "day", "at", "rest", "calendar")
    for name in (*plain, "is_active", "task_list_id"):
        value = getattr(given, name)
        setattr(row, name, value.replace("\x00", "").strip() if isinstance(value, str) else value)
    row.type = issue_type_by_key(key=given.type_key) if given.type_key else None
    row.tags = list(given.tags)
    row.next_at = next_after(rule_of(given), calendars.calendar(given.calendar), zone, now) if given.is_active else None
    row.revision += 1
    row.failed = ""
    row.save()
    detail = {"name": row.name}
    audit.record(
        actor=actor, action="recurring.saved", object_type="recurring", object_id=row.pk, now=now, detail=detail
    )
    return row


# -- the worker ------------------------------------------------------------------------------------------------------


def open_recurring(*, now: datetime, limit: int = 20) -> int:
    """Opens what is due, each exactly once; returns how many. After downtime what was missed several times is opened
    once. One that cannot be opened says why on its page, and is tried again at its next time."""
    due = RecurringIssue.objects.filter(is_active=True, next_at__lte=now).order_by("next_at", "id")
    opened = 0
    for recurring_id in list(due.values_list("pk", flat=True)[:limit]):
        try:
            opened += _open(recurring_id=recurring_id, now=now)
        except Exception as error:
            log.exception("recurring issue %s could not be opened", recurring_id)
            why = gettext(error.text) % error.params if isinstance(error, Refused) else type(error).__name__
            _note_failure(recurring_id=recurring_id, why=why, now=now)
    return opened


def _claimed(recurring_id: int, now: datetime) -> RecurringIssue | None:
    rows = RecurringIssue.objects.select_for_update(skip_locked=True, of=("self",))
    return rows.filter(pk=recurring_id, is_active=True, next_at__lte=now).first()


def _move_on(row: RecurringIssue, now: datetime) -> None:
    zone, calendar = zone_of(row.calendar), calendars.calendar(row.calendar)
    row.next_at = next_after(rule_of(row), calendar, zone, now)


@operation()
def _open(*, recurring_id: int, now: datetime) -> int:
    row = _claimed(recurring_id, now)
    if row is None:
        return 0  # another worker was here
    kind = row.type
    issue: Issue = open_issue(
        intake=Intake(
            title=row.title,
            description=row.text,
            channel="api",
            type_key=kind.key if kind is not None and kind.is_active else "",
            customer=IntakeCustomer(name=row.customer_name, email=row.email),
        ),
        actor=SYSTEM,
        now=now,
    )
    apply_preset(issue, tags=row.tags, task_list_id=row.task_list_id, actor=SYSTEM, now=now)
    row.opened, row.last_at, row.failed = row.opened + 1, now, ""
    _move_on(row, now)
    row.save()
    return 1


@operation()
def _note_failure(*, recurring_id: int, why: str, now: datetime) -> None:
    row = _claimed(recurring_id, now)
    if row is not None:
        row.failed = why[:300]
        _move_on(row, now)
        row.save()

"""Time spent on issues: written down, or taken by a timer; corrected by whose it is."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext_noop

from bihuan.core import audit
from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import Conflict, Forbidden, NotFound, Refused
from bihuan.core.stamps import operation
from bihuan.issues.errors import BadChoice
from bihuan.issues.models import Issue, TimeRecord
from bihuan.issues.operations.locking import locked_issue
from bihuan.issues.operations.work import at_work
from bihuan.issues.rules import limits

KINDS = {
    "handling": gettext_noop("处理"),
    "talking": gettext_noop("沟通"),
    "travel": gettext_noop("路途"),
    "other": gettext_noop("其他"),
}
MOST = 1440
TEXT = 500
_BACK = timedelta(days=366)


class BadMinutes(Refused):
    code = "bad_minutes"
    text = gettext_noop("一条工时要在 1 到 1440 分钟之间，日期在一年之内，不能是以后。")


class TimerRuns(Conflict):
    code = "timer_runs"
    text = gettext_noop("您在 %(number)s 的计时还没有停，请先停下再开始。")


def _today(now: datetime) -> date:
    return now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def _person(actor: Actor) -> int:
    if actor.kind is not ActorKind.USER or actor.user_id is None:
        raise Forbidden
    return actor.user_id


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise BadChoice(params={"field": "kind", "value": kind[:50]})
    return kind


def _checked(minutes: int, day: date, now: datetime) -> None:
    if not 1 <= minutes <= MOST or not _today(now) - _BACK <= day <= _today(now):
        raise BadMinutes


def _say(issue: Issue, row: TimeRecord, actor: Actor, now: datetime, code: str) -> None:
    with at_work(issue, now=now) as work:
        work.say(code, {"minutes": row.minutes}, actor)
        work.change(updated_at=now)
    detail = {"minutes": row.minutes, "day": row.day.isoformat()}
    audit.record(actor=actor, action=code, object_type="issue", object_id=issue.pk, now=now, detail=detail)


@operation()
def record_time(
    *,
    issue_id: int,
    minutes: int,
    kind: str = "handling",
    text: str = "",
    billable: bool = False,
    day: date | None = None,
    actor: Actor,
    now: datetime,
) -> TimeRecord:
    """The person's own minutes on an issue that they may see, also on one that is closed. ``day``: today where None."""
    user_id = _person(actor)
    issue = locked_issue(issue_id, actor)
    day = day or _today(now)
    _checked(minutes, day, now)
    row = TimeRecord.objects.create(
        issue=issue,
        user_id=user_id,
        day=day,
        minutes=minutes,
        kind=_kind(kind),
        text=limits.within("说明", text, TEXT).strip(),
        billable=billable,
        made_at=now,
    )
    _say(issue, row, actor, now, "time.recorded")
    return row


@operation()
def start_timer(*, issue_id: int, kind: str = "handling", actor: Actor, now: datetime) -> TimeRecord:
    """The person's timer runs on this issue from now on; refuses while it runs on any."""
    user_id = _person(actor)
    issue = locked_issue(issue_id, actor)
    running = TimeRecord.objects.filter(user_id=user_id, started_at__isnull=False).select_related("issue").first()
    if running is not None:
        raise TimerRuns(params={"number": running.issue.number})
    return TimeRecord.objects.create(
        issue=issue, user_id=user_id, day=_today(now), kind=_kind(kind), started_at=now, made_at=now
    )


@operation()
def stop_timer(
    *, record_id: int, text: str = "", billable: bool = False, actor: Actor, now: datetime
) -> TimeRecord | None:
    """Stops one's own timer; begun minutes count whole, and at most a day is taken. Under half a minute nothing is kept."""
    row, issue = _own(record_id, actor)
    if row.started_at is None:
        raise NotFound
    seconds = max(0.0, (now - row.started_at).total_seconds())
    if seconds < 30:
        row.delete()
        return None
    row.minutes, row.started_at = min(MOST, -int(-seconds // 60)), None
    row.text, row.billable = limits.within("说明", text, TEXT).strip(), billable
    row.save()
    _say(issue, row, actor, now, "time.recorded")
    return row


def _own(record_id: int, actor: Actor) -> tuple[TimeRecord, Issue]:
    """One's own record, with its issue locked; other people's are not found."""
    found = TimeRecord.objects.filter(pk=record_id, user_id=_person(actor)).first()
    if found is None:
        raise NotFound
    issue = locked_issue(found.issue_id, actor)
    return TimeRecord.objects.select_for_update().get(pk=record_id), issue


@operation()
def correct_time(
    *, record_id: int, minutes: int, kind: str, text: str, billable: bool, day: date, actor: Actor, now: datetime
) -> TimeRecord:
    """Corrects one's own record; what it was stays in the audit trail. 0 minutes: it is taken away."""
    row, issue = _own(record_id, actor)
    if row.started_at is not None:
        raise NotFound
    before = row.minutes
    if minutes == 0:
        row.minutes = 0
        _say(issue, row, actor, now, "time.removed")
        row.delete()
        return row
    _checked(minutes, day, now)
    row.minutes, row.kind, row.text = minutes, _kind(kind), limits.within("说明", text, TEXT).strip()
    row.billable, row.day, row.changed_at = billable, day, now
    row.save()
    if before != minutes:
        _say(issue, row, actor, now, "time.corrected")
    return row

"""Mails about what is in the bell: gathered by the person, so that ten notices are one mail, and each only once.

A person's row says how far its mails have come; gathering locks the row, writes the mail into the outbox and moves on,
in one transaction. What was read in the bell meanwhile is not mailed.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import Exists, OuterRef, Q
from django.utils import translation

from bihuan.accounts import queries as accounts
from bihuan.accounts.models import User
from bihuan.calendars import queries as calendars
from bihuan.channels import notice_rules, notice_wording, rules
from bihuan.channels.kinds.email.compose import BadAddress, Reply, build_reply
from bihuan.channels.models import NoticeChoice, StaffMail
from bihuan.channels.notice_rules import DIGEST, NOW, URGENT
from bihuan.channels.notice_wording import Line, Plan, Task
from bihuan.channels.operations.choosing import ensure_choices
from bihuan.channels.operations.claiming import claim
from bihuan.channels.operations.composing import loop_token
from bihuan.channels.operations.deliver import outbound_off
from bihuan.channels.policy import MAIL_STAFF, MAIL_TITLES
from bihuan.channels.threads import notice_message_id
from bihuan.channels.transport import PermanentFailure, TemporaryFailure, send
from bihuan.core.actor import Actor
from bihuan.core.settings import value
from bihuan.core.stamps import operation
from bihuan.issues import queries as issues
from bihuan.issues.models import Issue, Notice
from bihuan.issues.permissions import visible
from bihuan.issues.rules.sentences import sentence
from bihuan.worktime import WorktimeError

log = logging.getLogger("bihuan.channels")
GRACE = timedelta(minutes=2)
"""So long a notice may be read in the bell before it becomes a mail."""
_LISTED = 20
_TASKS = 10
_MOST = 200  # notices of one mail; more are only counted
_OLDEST = timedelta(days=7)
_KEPT = timedelta(days=90)
_CALENDAR = "default"


def _local(now: datetime) -> datetime:
    return now.astimezone(ZoneInfo(settings.TIME_ZONE))


def _is_workday(now: datetime) -> bool:
    """By the company's calendar; a calendar that does not know the year says Monday to Friday."""
    local = _local(now)
    try:
        return calendars.calendar(_CALENDAR).is_workday(local.date())
    except (WorktimeError, calendars.UnknownCalendar):
        return local.weekday() < 5


def _unread(*, since: str, now: datetime) -> Exists:
    rows = Notice.objects.filter(
        user_id=OuterRef("pk"), read_at__isnull=True, at__gt=OuterRef(since), at__lte=now - GRACE
    )
    return Exists(rows)


def _may_hear(now: datetime) -> list[NoticeChoice]:
    """People for whom there may be something to mail."""
    local = _local(now)
    today = local.replace(hour=0, minute=0, second=0, microsecond=0)
    waiting = Q(_unread(since="told_at", now=now)) | Q(_unread(since="urgent_told_at", now=now))
    digest = Q(digested_at__lt=today, digest_at__lte=local.time())
    rows = NoticeChoice.objects.filter(waiting | digest, user__is_active=True).exclude(user__email="")
    return list(rows.select_related("user"))


def gather_notices(*, now: datetime) -> int:
    """Writes the mails that are due now; returns how many."""
    if not value(MAIL_STAFF) or outbound_off():
        return 0
    ensure_choices(now)
    _forget(now)
    local, workday = _local(now), _is_workday(now)
    made = 0
    for choice in _may_hear(now):
        free = choice.workdays_only and not workday
        quiet = free or notice_rules.is_quiet(local, start=choice.quiet_from, end=choice.quiet_until)
        with translation.override(choice.user.language):
            made += _gather(user_id=choice.pk, quiet=quiet, free=free, now=now)
    return made


def _forget(now: datetime) -> None:
    """That a mail went out is kept for a while, for questions."""
    oldest = StaffMail.objects.order_by("pk").values_list("pk", flat=True)[:100]
    StaffMail.objects.filter(pk__in=list(oldest), created_at__lt=now - _KEPT).exclude(status="queued").delete()


@operation()
def _gather(*, user_id: int, quiet: bool, free: bool, now: datetime) -> int:
    """One person's mails; another worker that has the person in hand is left to it."""
    rows = NoticeChoice.objects.select_for_update(skip_locked=True, of=("self",)).select_related("user")
    choice = rows.filter(pk=user_id).first()
    if choice is None:
        return 0
    mails: list[StaffMail] = []
    if not quiet or choice.urgent_anyway:
        mails += _news(choice, since=choice.urgent_told_at, urgent=True, now=now)
        choice.urgent_told_at = max(choice.urgent_told_at, now - GRACE)
    if not quiet:
        mails += _news(choice, since=choice.told_at, urgent=False, now=now)
        choice.told_at = max(choice.told_at, now - GRACE)
    local = _local(now)
    last = _local(choice.digested_at).date()
    if not free and notice_rules.digest_is_due(local, at=choice.digest_at, last=last):
        mails += _digest(choice, now)
        choice.digested_at = now
    choice.save(update_fields=["told_at", "urgent_told_at", "digested_at"])
    StaffMail.objects.bulk_create(mails)
    return len(mails)


def _notices(choice: NoticeChoice, *, since: datetime, way: str, now: datetime) -> list[Notice]:
    rows = Notice.objects.filter(
        user_id=choice.pk, read_at__isnull=True, at__gt=max(since, now - _OLDEST), at__lte=now - GRACE
    )
    found = rows.select_related("issue").defer("issue__description").order_by("at", "pk")[: _MOST * 2]
    return [each for each in found if notice_rules.way_of(choice.ways, notice_rules.group_of(each.code)) == way]


def _news(choice: NoticeChoice, *, since: datetime, urgent: bool, now: datetime) -> list[StaffMail]:
    found = [
        each
        for each in _notices(choice, since=since, way=NOW, now=now)
        if (notice_rules.group_of(each.code) == URGENT) == urgent
    ]
    if not found:
        return []
    subject, said = notice_wording.news(
        _worded(choice.user, found[:_LISTED]),
        more=max(0, len(found) - _LISTED),
        company=settings.COMPANY_NAME,
        url=settings.PUBLIC_URL,
        language=choice.user.language,
    )
    return [_mail(choice, NOW, found, subject, said.text, said.html, now)]


def _digest(choice: NoticeChoice, now: datetime) -> list[StaffMail]:
    found = _notices(choice, since=choice.digested_at - GRACE, way=DIGEST, now=now)
    plan = _plan(choice, now)
    if not found and not plan.tasks:
        return []
    subject, said = notice_wording.digest(
        plan,
        _worded(choice.user, found[:_LISTED]),
        more=max(0, len(found) - _LISTED),
        company=settings.COMPANY_NAME,
        url=settings.PUBLIC_URL,
        zone=settings.TIME_ZONE,
        language=choice.user.language,
    )
    return [_mail(choice, DIGEST, found, subject, said.text, said.html, now)]


def _plan(choice: NoticeChoice, now: datetime) -> Plan:
    day = _local(now).date()
    if not choice.day_plan:
        return Plan(day=day, tasks=[], count=0)
    actor = accounts.actor_for_user(choice.user)
    page = issues.list_issues(actor=actor, filter=issues.Filter(queue="mine"), sort="due", limit=_TASKS, now=now)
    count = len(page.items) if page.next is None else issues.queue_counts(actor=actor, now=now)["mine"]
    tasks = [
        Task(
            words=f"{_step(issue, choice.user)}：{_about(issue)}",
            url=f"{settings.PUBLIC_URL}/issues/{issue.pk}/",
            due=issue.due_at,
            late=issue.due_at is not None and issue.due_at <= now and not issue.due_paused,
        )
        for issue in page.items
    ]
    return Plan(day=day, tasks=tasks, count=count)


def _step(issue: Issue, user: User) -> str:
    return issue.step_name_en if user.language.startswith("en") and issue.step_name_en else issue.step_name


def _about(issue: Issue) -> str:
    return f"{issue.number} {issue.title}" if value(MAIL_TITLES) else issue.number


def _worded(user: User, found: Sequence[Notice]) -> list[Line]:
    """An issue that the person may not see any more is not named."""
    seen = _seen(accounts.actor_for_user(user), [each.issue_id for each in found if each.issue_id])
    lines = []
    for each in found:
        issue = each.issue if each.issue_id in seen else None
        words = sentence(each.code, each.params) if issue or each.issue_id is None else ""
        if words:
            url = f"{settings.PUBLIC_URL}/issues/{issue.pk}/" if issue else f"{settings.PUBLIC_URL}/desk/"
            lines.append(Line(words, _about(issue) if issue else "", url))
    return lines or [Line(translation.gettext("有新的消息"), "", f"{settings.PUBLIC_URL}/desk/")]


def _seen(actor: Actor, ids: Sequence[int]) -> set[int]:
    return set(Issue.objects.filter(visible(actor), pk__in=ids).values_list("pk", flat=True)) if ids else set()


def _mail(
    choice: NoticeChoice, kind: str, found: Sequence[Notice], subject: str, text: str, html: str, now: datetime
) -> StaffMail:
    return StaffMail(
        user_id=choice.pk,
        kind=kind,
        notices=[each.pk for each in found[:_MOST]],
        subject=subject[:300],
        text=text,
        html=html,
        message_id=notice_message_id(uuid4().hex),
        next_attempt_at=now,
        created_at=now,
    )


@operation()
def _claim(*, now: datetime, limit: int) -> list[int]:
    return claim(StaffMail.objects.all(), now=now, limit=limit)


def send_staff_mail(*, now: datetime, limit: int = 20) -> int:
    """Sends what is due, at least once under one Message-ID; returns how many were handled."""
    if outbound_off():
        return 0
    taken = _claim(now=now, limit=limit)
    for mail in StaffMail.objects.select_related("user").filter(pk__in=taken).order_by("pk"):
        try:
            _send(mail, now)
        except (OperationalError, InterfaceError):
            raise
        except Exception:  # the lease brings it back; the log says why
            log.exception("staff mail %s could not be made", mail.pk)
    return len(taken)


def _send(mail: StaffMail, now: datetime) -> None:
    person = mail.user
    if not person.is_active or not person.email:
        _close(mail, "dropped", now)
        return
    try:
        message = build_reply(
            Reply(
                sender_name=settings.COMPANY_NAME,
                sender_address=settings.MAIL_ADDRESS,
                to_name=person.name,
                to_address=person.email,
                subject=mail.subject,
                text=mail.text,
                html=mail.html,
                message_id=mail.message_id,
                automatic=True,
                begins=True,
                loop_token=loop_token(),
                date=mail.created_at,
            )
        )
        send(url=settings.SMTP_URL, message=message, sender=settings.MAIL_ADDRESS, recipient=person.email)
    except TemporaryFailure as error:
        again = rules.next_attempt(attempts=mail.attempts, now=now)
        if again is None:
            _close(mail, "failed", now, str(error))
        else:
            StaffMail.objects.filter(pk=mail.pk).update(next_attempt_at=again, error=str(error)[:2000])
    except (PermanentFailure, BadAddress) as error:
        _close(mail, "failed", now, str(error))
    else:
        _close(mail, "sent", now)


def _close(mail: StaffMail, status: str, now: datetime, error: str = "") -> None:
    """What it said is forgotten with it: it stands in the bell."""
    StaffMail.objects.filter(pk=mail.pk, status="queued").update(
        status=status,
        error=error[:2000],
        sent_at=now if status == "sent" else None,
        next_attempt_at=None,
        subject="",
        text="",
        html="",
    )

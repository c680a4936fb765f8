"""Keeping an eye on an issue, and putting one out of sight for a while."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_noop

from bihuan.core import live
from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import Conflict, Forbidden, Refused
from bihuan.core.stamps import operation
from bihuan.core.ticks import ahead, each_alone
from bihuan.issues.errors import BadChoice
from bihuan.issues.models import Issue, Notice, Snooze, Watch
from bihuan.issues.operations.locking import locked_issue
from bihuan.issues.operations.reasons import refuse_closed
from bihuan.issues.operations.work import Work, at_work
from bihuan.issues.rules.watching import EVENTS

MOST_WATCHERS = 50
LONGEST_SNOOZE = timedelta(days=180)


class TooManyWatchers(Conflict):
    code = "too_many_watchers"
    text = gettext_noop("一件问题最多 50 个人关注。")


class BadSnooze(Refused):
    code = "bad_snooze"
    text = gettext_noop("请选择以后的时间，最长 180 天。")


def _person(actor: Actor) -> int:
    if actor.kind is not ActorKind.USER or actor.user_id is None:
        raise Forbidden
    return actor.user_id


@operation()
def watch_issue(*, issue_id: int, events: Sequence[str], actor: Actor, now: datetime) -> Watch | None:
    """The person hears of these events from now on; of none: watches no longer. Whoever may see the issue may watch it.

    Taking part in it, or being mentioned, makes nobody watch.
    """
    user_id = _person(actor)
    unknown = next((each for each in events if each not in EVENTS), None)
    if unknown is not None:
        raise BadChoice(params={"field": "events", "value": unknown[:50]})
    issue = locked_issue(issue_id, actor)
    row = Watch.objects.filter(issue=issue, user_id=user_id).first()
    wanted = [each for each in EVENTS if each in events]
    with at_work(issue, now=now) as work:
        if not wanted:
            if row is not None:
                row.delete()
                work.change(watchers=max(0, issue.watchers - 1))
            return None
        if row is None and issue.watchers >= MOST_WATCHERS:
            raise TooManyWatchers
        if row is None:
            row = Watch(issue=issue, user_id=user_id, at=now)
            work.change(watchers=issue.watchers + 1)
        row.events = wanted
        row.save()
    return row


@operation()
def snooze_issue(*, issue_id: int, until: datetime | None, actor: Actor, now: datetime) -> Snooze:
    """The issue is out of the person's own queues until then, or (None) until the customer answers. It comes back with a
    notice. Nothing else changes: not for others, and no clock."""
    user_id = _person(actor)
    if until is not None and not now < until <= now + LONGEST_SNOOZE:
        raise BadSnooze
    issue = locked_issue(issue_id, actor)
    refuse_closed(issue)
    row, _made = Snooze.objects.update_or_create(issue=issue, user_id=user_id, defaults={"until": until, "at": now})
    live.announce(["queues"])
    return row


@operation()
def wake_issue(*, issue_id: int, actor: Actor, now: datetime) -> None:
    """The person wants it back at once."""
    issue = locked_issue(issue_id, actor)
    Snooze.objects.filter(issue=issue, user_id=_person(actor)).delete()
    live.announce(["queues"])


def wake_by_reply(work: Work) -> None:
    """The customer wrote: whoever had put the issue away has it again, and hears of it. Joins the message's work."""
    rows = Snooze.objects.filter(issue=work.issue)
    people = list(rows.order_by("id").values_list("user_id", flat=True))
    if people:
        rows.delete()
        work.tell(people, "notice.woken_by_reply", {})


def wake_due(*, now: datetime, limit: int = 200) -> int:
    """Brings back what was put away until now, each with a notice, exactly once; returns how many."""
    due = Snooze.objects.filter(until__lte=now).order_by("until", "id").values_list("pk", flat=True)
    ids = list(due[: ahead(limit)])
    return each_alone(ids, lambda pk: _wake(snooze_id=pk, now=now), what="snoozes that end", now=now, limit=limit)


@operation()
def _wake(*, snooze_id: int, now: datetime) -> int:
    row = Snooze.objects.select_for_update(skip_locked=True).filter(pk=snooze_id, until__lte=now).first()
    if row is None:
        return 0  # another worker has it, or the person put it off again
    issue = Issue.objects.filter(pk=row.issue_id).only("is_open").first()
    row.delete()
    if issue is not None and issue.is_open:
        Notice.objects.create(user_id=row.user_id, issue_id=row.issue_id, code="notice.woken", params={}, at=now)
    live.announce(["queues", f"user:{row.user_id}"])
    return 1

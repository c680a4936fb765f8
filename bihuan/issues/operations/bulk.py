"""One change of many issues: each through the ordinary operation, with its own refusal, and taken back as a whole."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from bihuan.accounts import queries as accounts
from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import Conflict, Forbidden, NotFound, Refused
from bihuan.core.stamps import operation
from bihuan.issues.errors import BadChoice
from bihuan.issues.models import BulkJob, BulkRow, Issue, JobState
from bihuan.issues.operations.bulk_actions import ACTIONS, Change
from bihuan.issues.operations.drafts import person_of
from bihuan.issues.permissions import visible
from bihuan.issues.rules.bulk import FINAL, MOST, RIGHTS, clean

PORTION = 20
log = logging.getLogger(__name__)


class NothingChosen(Refused):
    code = "nothing_chosen"
    text = gettext_noop("请先选择问题。")


class TooManyChosen(Refused):
    code = "too_many_chosen"
    text = gettext_noop("一次最多 5,000 件，请加上条件缩小范围。")


class BulkUnderWay(Conflict):
    code = "bulk_under_way"
    text = gettext_noop("这次批量操作还没有结束，请等它结束后再撤销。")


class AlreadyUndone(Conflict):
    code = "already_undone"
    text = gettext_noop("这次批量操作已经撤销过。")


class NoWayBack(Conflict):
    code = "no_way_back"
    text = gettext_noop("这种操作不能撤销。")


class Unexpected(Refused):
    code = "unexpected"
    text = gettext_noop("系统出错了，这一件没有改动。")


@operation()
def start_bulk(
    *, action: str, params: Mapping[str, str], issue_ids: Sequence[int], actor: Actor, now: datetime
) -> BulkJob:
    """Begins a change of these issues; the worker carries it out. What the actor may not see is left out. Refuses an
    unknown action or value, one that the actor may not take, none and more than 5,000 issues."""
    user_id = person_of(actor)
    if action not in ACTIONS:
        raise BadChoice(params={"field": "action", "value": action[:50]})
    if RIGHTS[action] and not actor.can(RIGHTS[action]):
        raise Forbidden
    wanted = list(dict.fromkeys(issue_ids))
    if len(wanted) > MOST:
        raise TooManyChosen
    values = clean(action, params)
    seen = set(Issue.objects.filter(visible(actor), pk__in=wanted).values_list("pk", flat=True))
    ids = [each for each in wanted if each in seen]
    if not ids:
        raise NothingChosen
    job = BulkJob.objects.create(by_id=user_id, action=action, params=values, total=len(ids), made_at=now)
    BulkRow.objects.bulk_create([BulkRow(job=job, issue_id=each) for each in ids], batch_size=1000)
    _audit("bulk.started", job, actor, now)
    return job


@operation()
def undo_bulk(*, job_id: int, actor: Actor, now: datetime) -> BulkJob:
    """Begins to take a change of one's own back. Issues on which somebody has changed the same since stay as they are.
    Refuses a change that goes on, one that was taken back, and one that has no way back."""
    user_id = person_of(actor)
    job = BulkJob.objects.select_for_update().filter(pk=job_id, by_id=user_id, undo_of__isnull=True).first()
    if job is None:
        raise NotFound
    if job.ended_at is None:
        raise BulkUnderWay
    if job.action in FINAL:
        raise NoWayBack
    if BulkJob.objects.filter(undo_of=job).exists():
        raise AlreadyUndone
    done = list(BulkRow.objects.filter(job=job, state="done").order_by("pk"))
    if not done:
        raise NothingChosen
    undo = BulkJob.objects.create(
        by_id=user_id, action=job.action, params=job.params, total=len(done), undo_of=job, made_at=now
    )
    rows = [BulkRow(job=undo, issue_id=row.issue_id, before=row.before, after=row.after) for row in done]
    BulkRow.objects.bulk_create(rows, batch_size=1000)
    _audit("bulk.undone", undo, actor, now)
    return undo


def run_bulk(*, now: datetime, portion: int = PORTION) -> int:
    """One portion of the oldest change that nobody else works on; returns how many issues were dealt with.

    Each issue and its line are one transaction: when the worker dies, what is done is done, and known to be.
    """
    dealt = 0
    for _time in range(portion):
        with transaction.atomic():
            rows = BulkJob.objects.select_for_update(skip_locked=True).filter(ended_at__isnull=True)
            job = rows.order_by("pk").first()
            if job is None:
                return dealt
            row = BulkRow.objects.filter(job=job, state="waiting").order_by("pk").first()
            if row is None:
                job.state, job.ended_at = JobState.DONE, now
                job.save(update_fields=["state", "ended_at"])
                return dealt + 1
            _deal(job, row, now)
            dealt += 1
    return dealt


def _deal(job: BulkJob, row: BulkRow, now: datetime) -> None:
    """Changes one issue, or takes its change back, and notes what became of it."""
    change = Change(
        issue_id=row.issue_id, params=job.params, actor=accounts.actor_for_user(job.by), job_id=job.pk, now=now
    )
    action = ACTIONS[job.action]
    try:
        with transaction.atomic():
            if job.undo_of_id is not None and action.undo is not None:
                action.undo(change, row.before, row.after)
            else:
                found = action.do(change)
                row.before, row.after = found if found is not None else ({}, {})
                row.state = "same" if found is None else "done"
        row.state = row.state if row.state == "same" else "done"
    except Refused as refused:
        row.state, row.refusal, row.refusal_params = "refused", refused.text, _plain(refused.params)
    except Exception:
        log.exception("issue %s of bulk job %s could not be changed", row.issue_id, job.pk)
        row.state, row.refusal = "refused", Unexpected.text
    row.save()
    job.state = JobState.RUNNING
    job.done += row.state != "refused"
    job.refused += row.state == "refused"
    job.save(update_fields=["state", "done", "refused"])


def _plain(params: Mapping[str, object]) -> dict[str, object]:
    return {key: value if isinstance(value, str | int) else str(value) for key, value in params.items()}


def _audit(action: str, job: BulkJob, actor: Actor, now: datetime) -> None:
    detail = {"action": job.action, "params": job.params, "issues": job.total}
    audit.record(actor=actor, action=action, object_type="bulk", object_id=job.pk, now=now, detail=detail)

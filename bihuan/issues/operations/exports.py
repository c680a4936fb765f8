"""Taking a list out as a file: at once when it is short, else by the worker."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext, gettext_noop

from bihuan.accounts import queries as accounts
from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import Conflict, NotFound, Refused
from bihuan.core.stamps import operation
from bihuan.issues.errors import BadChoice
from bihuan.issues.models import Export, JobState
from bihuan.issues.operations.drafts import person_of
from bihuan.issues.operations.notices import tell_people
from bihuan.issues.queries.exports import lines
from bihuan.issues.queries.filters import Filter
from bihuan.issues.queries.own_conditions import all_columns, own_columns
from bihuan.issues.queries.views import count_issues
from bihuan.issues.rules.columns import chosen, shown
from bihuan.issues.rules.conditions import Node, read, write
from bihuan.issues.rules.queues import SORTS
from bihuan.issues.rules.sheets import KINDS, made
from bihuan.issues.storage import drop_bytes, keep_bytes

AT_ONCE = 2000
MOST_ROWS = 100_000
KEPT = timedelta(days=7)
PER_HOUR = 20
_OPEN = (JobState.WAITING, JobState.RUNNING)
_TELL_EVERY = 1.0  # seconds
_SILENT = timedelta(minutes=1)  # after which whoever made a file is taken for dead
log = logging.getLogger(__name__)


class TooManyExports(Conflict):
    code = "too_many_exports"
    text = gettext_noop("一小时最多导出 20 次，请稍后再试，或先用“我的导出”里已有的文件。")
    status = 429


class ExportTooLarge(Refused):
    code = "export_too_large"
    text = gettext_noop("超过 100,000 行，一个文件放不下，请加上条件缩小范围。")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewExport:
    """What is to be taken out: the queue and tree that the list shows, its order and columns, the language of the
    words; ``words`` says the conditions in that language."""

    kind: str
    queue: str
    where: Node
    sort: str
    columns: Sequence[str]
    language: str = "zh-hans"
    words: str = ""

    def filter(self) -> Filter:
        """The list's own filter."""
        return Filter(queue=self.queue, where=self.where)


@operation()
def ask_export(*, export: NewExport, actor: Actor, now: datetime) -> Export:
    """Takes the list out. Up to 2,000 rows the file is there at once; a longer one is made by the worker, who tells when
    it is. Refuses more than 100,000 rows and more than twenty files an hour."""
    user_id = person_of(actor)
    if export.kind not in KINDS:
        raise BadChoice(params={"field": "格式", "value": export.kind[:50]})
    if export.sort not in SORTS:
        raise BadChoice(params={"field": "排序", "value": export.sort[:50]})
    asked = Export.objects.filter(by_id=user_id, asked_at__gt=now - timedelta(hours=1)).count()
    if asked >= PER_HOUR:
        raise TooManyExports
    rows = count_issues(actor=actor, filter=export.filter(), now=now, most=MOST_ROWS)
    if rows > MOST_ROWS:
        raise ExportTooLarge
    row = Export.objects.create(
        by_id=user_id,
        kind=export.kind,
        conditions={"queue": export.queue, "where": write(export.where), "words": export.words[:2000]},
        sort=export.sort,
        columns=shown(chosen(export.columns, own_columns())),
        language=export.language[:10],
        rows=rows,
        asked_at=now,
    )
    detail = {"kind": row.kind, "rows": rows, "columns": row.columns, "conditions": row.conditions["where"]}
    audit.record(actor=actor, action="issues.exported", object_type="export", object_id=row.pk, now=now, detail=detail)
    if rows <= AT_ONCE:
        _finish(row, _content(row, actor, now, lambda _done: None), now)
    return row


def _content(row: Export, actor: Actor, now: datetime, say: Callable[[int], None]) -> bytes:
    """The file: titles, lines, and below them who took it out, when, and what it holds. ``say`` is told how many lines
    are written; ``row.rows`` is as many as there were in the end."""
    filter = Filter(queue=row.conditions["queue"], where=read(row.conditions["where"]))

    def counted() -> Iterator[list[str]]:
        row.rows = 0
        for line in lines(actor=actor, filter=filter, sort=row.sort, columns=row.columns, most=MOST_ROWS, now=now):
            yield line
            row.rows += 1
            say(row.rows)

    def notes() -> Iterator[str]:
        yield ""
        yield gettext("%(who)s 于 %(when)s 导出，共 %(n)s 行。条件：%(filter)s") % {
            "who": f"{actor.name}（{actor.username}）",
            "when": timezone.localtime(now).strftime("%Y-%m-%d %H:%M"),
            "n": row.rows,
            "filter": row.conditions["words"] or gettext("全部"),
        }

    with translation.override(row.language):
        known = all_columns()
        titles = [known.get(key, key) for key in row.columns]
        return made(row.kind, titles, counted(), notes(), name=gettext("问题"))


def _finish(row: Export, content: bytes, now: datetime) -> bool:
    """The file is there; False if nobody wants it any more."""
    row.file, row.state, row.done = keep_bytes(content), JobState.DONE, row.rows
    row.ready_at, row.expires_at = now, now + KEPT
    found = {name: getattr(row, name) for name in ("file", "rows", "done", "state", "ready_at", "expires_at")}
    if Export.objects.filter(pk=row.pk, state__in=_OPEN).update(**found):
        return True
    drop_bytes(row.file)
    return False


class _NotWanted(Exception):
    """The export was cancelled, or another worker makes it."""


class _Progress:
    """Says every second how far the file is, and hears whether it is still wanted."""

    def __init__(self, row: Export, now: datetime) -> None:
        self._row = row
        self._began = self._told = time.monotonic()
        self._now = now

    def __call__(self, done: int) -> None:
        at = time.monotonic()
        if at - self._told < _TELL_EVERY:
            return
        self._told = at
        seen, mine = self._now + timedelta(seconds=at - self._began), self._row.seen_at
        open_row = Export.objects.filter(pk=self._row.pk, state=JobState.RUNNING, seen_at=mine)
        if not open_row.update(done=done, seen_at=seen):
            raise _NotWanted
        self._row.seen_at = seen


def make_exports(*, now: datetime) -> int:
    """One file that waits to be made, with the rights that its person has now; returns how many were. A worker that
    makes one says so every second; when it no longer does, another one makes the file."""
    with transaction.atomic():
        left = Q(state=JobState.RUNNING, seen_at__lt=now - _SILENT)
        rows = Export.objects.select_for_update(skip_locked=True).filter(Q(state=JobState.WAITING) | left)
        row = rows.order_by("pk").first()
        if row is None:
            return 0
        row.state, row.seen_at, row.done = JobState.RUNNING, now, 0
        row.save(update_fields=["state", "seen_at", "done"])
    try:
        content = _content(row, accounts.actor_for_user(row.by), now, _Progress(row, now))
        with transaction.atomic():
            if _finish(row, content, now):
                params = {"export": row.pk, "rows": row.rows}
                tell_people(user_ids=[row.by_id], code="notice.export_ready", params=params, now=now)
    except _NotWanted:
        log.info("export %s is not wanted any more, or made by another", row.pk)
    except Exception:
        log.exception("export %s could not be made", row.pk)
        _failed(row, now)
    return 1


@transaction.atomic
def _failed(row: Export, now: datetime) -> None:
    """Unless somebody else has taken it up meanwhile. There is no file to lead to."""
    mine = Export.objects.filter(pk=row.pk, state=JobState.RUNNING, seen_at=row.seen_at)
    if mine.update(state=JobState.FAILED, ready_at=now):
        tell_people(user_ids=[row.by_id], code="notice.export_failed", params={}, now=now)


@operation()
def cancel_export(*, export_id: int, actor: Actor, now: datetime) -> None:
    """The person does not want the file any more. One that is there already stays."""
    row = Export.objects.select_for_update().filter(pk=export_id, by_id=person_of(actor)).first()
    if row is None:
        raise NotFound
    if row.state not in _OPEN:
        return
    row.state, row.ready_at = JobState.STOPPED, now
    row.save(update_fields=["state", "ready_at"])
    audit.record(actor=actor, action="export.cancelled", object_type="export", object_id=row.pk, now=now)


def drop_exports(*, now: datetime, limit: int = 100) -> int:
    """Takes files away whose time is over; what was exported stays in the list of the person and in the audit trail."""
    with transaction.atomic():
        rows = Export.objects.select_for_update(skip_locked=True).filter(expires_at__lte=now).exclude(file="")
        old = list(rows.order_by("expires_at")[:limit])
        for row in old:
            drop_bytes(row.file)
        Export.objects.filter(pk__in=[row.pk for row in old]).update(file="")
    return len(old)


@operation()
def note_fetched(*, export_id: int, actor: Actor, now: datetime) -> None:
    """The file was handed out."""
    audit.record(actor=actor, action="export.fetched", object_type="export", object_id=export_id, now=now)

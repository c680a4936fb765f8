"""Taking a list out as a file: at once when it is short, else by the worker."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext, gettext_noop

from bihuan.accounts import queries as accounts
from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import Conflict, Refused
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
        _make(row, actor, now)
    return row


def _make(row: Export, actor: Actor, now: datetime) -> None:
    """Writes the file: titles, lines, and below them who took it out, when, and what it holds."""
    filter = Filter(queue=row.conditions["queue"], where=read(row.conditions["where"]))
    with translation.override(row.language):
        known = all_columns()
        titles = [known.get(key, key) for key in row.columns]
        data = list(lines(actor=actor, filter=filter, sort=row.sort, columns=row.columns, most=MOST_ROWS, now=now))
        note = gettext("%(who)s 于 %(when)s 导出，共 %(n)s 行。条件：%(filter)s") % {
            "who": f"{actor.name}（{actor.username}）",
            "when": timezone.localtime(now).strftime("%Y-%m-%d %H:%M"),
            "n": len(data),
            "filter": row.conditions["words"] or gettext("全部"),
        }
        content = made(row.kind, titles, data, ["", note], name=gettext("问题"))
    row.file, row.rows, row.state = keep_bytes(content), len(data), JobState.DONE
    row.ready_at, row.expires_at = now, now + KEPT
    row.save(update_fields=["file", "rows", "state", "ready_at", "expires_at"])


def make_exports(*, now: datetime) -> int:
    """One file that waits to be made, with the rights that its person has now; returns how many were. While a worker
    makes one it holds its row; when that worker dies, another one makes it."""
    with transaction.atomic():
        rows = Export.objects.select_for_update(skip_locked=True).filter(state=JobState.WAITING)
        row = rows.order_by("pk").first()
        if row is None:
            return 0
        try:
            with transaction.atomic():
                _make(row, accounts.actor_for_user(row.by), now)
            code, params = "notice.export_ready", {"export": row.pk, "rows": row.rows}
        except Exception:
            log.exception("export %s could not be made", row.pk)
            Export.objects.filter(pk=row.pk).update(state=JobState.FAILED, ready_at=now)
            code, params = "notice.export_failed", {}  # there is no file to lead to
        tell_people(user_ids=[row.by_id], code=code, params=params, now=now)
    return 1


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

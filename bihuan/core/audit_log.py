"""Reading the audit trail: who did what to what, and when. For those who may read it; taking it away leaves a row."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet

from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.cursors import decode_cursor, encode_cursor
from bihuan.core.errors import Forbidden
from bihuan.core.models import AuditEntry

READ = "audit.read"
MOST_EXPORTED = 100_000
_NEWEST = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Nothing set: everything. ``since`` is within, ``until`` is not."""

    actor_name: str = ""
    action: str = ""
    object_type: str = ""
    object_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditPage:
    """``next`` is the cursor of the following page, None at the end."""

    items: list[AuditEntry]
    next: str | None


def _found(actor: Actor, wanted: AuditFilter) -> QuerySet[AuditEntry]:
    if not actor.can(READ):
        raise Forbidden
    conditions = {
        "actor_name": wanted.actor_name.replace("\x00", "")[:200],
        "action": wanted.action.replace("\x00", "")[:64],
        "object_type": wanted.object_type.replace("\x00", "")[:32],
        "object_id": wanted.object_id,
        "at__gte": wanted.since,
        "at__lt": wanted.until,
    }
    return AuditEntry.objects.filter(**{name: each for name, each in conditions.items() if each not in (None, "")})


def audit_page(*, actor: Actor, wanted: AuditFilter, cursor: str | None = None, limit: int = 50) -> AuditPage:
    """The latest first. One query."""
    found = _found(actor, wanted).order_by("-pk")
    if cursor:
        _order, pk = decode_cursor(cursor, "id")
        found = found.filter(pk__lt=pk)
    rows = list(found[: limit + 1])
    items = rows[:limit]
    return AuditPage(items, encode_cursor("id", "", items[-1].pk) if len(rows) > limit else None)


_ACTIONS = """
WITH RECURSIVE known AS (
    (SELECT action FROM core_auditentry ORDER BY action LIMIT 1)
    UNION ALL
    SELECT (SELECT action FROM core_auditentry WHERE action > known.action ORDER BY action LIMIT 1)
    FROM known WHERE known.action IS NOT NULL
)
SELECT action FROM known WHERE action IS NOT NULL
"""


def audit_actions(*, actor: Actor) -> list[str]:
    """Every action that was ever noted: from the index, however many rows there are."""
    if not actor.can(READ):
        raise Forbidden
    with connection.cursor() as cursor:
        cursor.execute(_ACTIONS)
        return [str(row[0]) for row in cursor.fetchall()]


@transaction.atomic
def export_audit(*, actor: Actor, wanted: AuditFilter, now: datetime) -> Iterator[AuditEntry]:
    """The rows as they stand, the latest first, at most ``MOST_EXPORTED``; that they were taken is a row itself."""
    found = _found(actor, wanted).order_by("-pk")[:MOST_EXPORTED]
    rows = list(found)
    detail: dict[str, object] = {
        "rows": len(rows),
        "action": wanted.action,
        "object": wanted.object_type,
        "since": wanted.since.isoformat() if wanted.since else None,
        "until": wanted.until.isoformat() if wanted.until else None,
    }
    audit.record(actor=actor, action="audit.exported", object_type="audit", object_id=None, now=now, detail=detail)
    return iter(rows)


def check_audit(*, actor: Actor, now: datetime) -> audit.AuditVerdict:
    """Seals what is new and computes the newest links again, as much as a page can wait for."""
    if not actor.can(READ):
        raise Forbidden
    audit.seal_audit(now=now)
    verdict = audit.verify_audit(newest=_NEWEST)
    detail: dict[str, object] = {"ok": verdict.ok, "rows": verdict.rows, "first_break": verdict.first_break}
    audit.record(actor=actor, action="audit.checked", object_type="audit", object_id=None, now=now, detail=detail)
    return verdict

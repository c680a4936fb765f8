"""The audit trail. Every operation that changes something writes here in its own transaction."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from bihuan.core.actor import Actor
from bihuan.core.models import AuditEntry, AuditSeal

_LOCK = 7_341_001
GENESIS = "0" * 64


def record(
    *,
    actor: Actor,
    action: str,
    object_type: str,
    object_id: int | None,
    now: datetime,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Adds one row. ``detail`` holds references and codes, never raw personal data (correctness 119)."""
    AuditEntry.objects.create(
        at=now,
        actor_kind=actor.kind.value,
        actor_id=actor.user_id or actor.customer_id,
        actor_name=actor.username or actor.kind.value,
        action=action,
        object_type=object_type,
        object_id=object_id,
        detail=dict(detail or {}),
    )


def _digest(previous: str, rows: list[AuditEntry]) -> str:
    hasher = hashlib.sha256(previous.encode())
    for row in rows:
        hasher.update(
            json.dumps(
                [
                    row.pk,
                    row.at.isoformat(),
                    row.actor_kind,
                    row.actor_id,
                    row.actor_name,
                    row.action,
                    row.object_type,
                    row.object_id,
                    row.detail,
                ],
                ensure_ascii=False,
                sort_keys=True,
                separators=(",", ":"),
            ).encode()
        )
    return hasher.hexdigest()


def seal_audit(*, now: datetime, limit: int = 2000) -> int:
    """Seals the rows that came since the last link; returns how many. One sealer at a time.

    Rows younger than ten seconds wait, so that a slow transaction with a lower id is not passed over.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        oldest_running = cursor.fetchone()[0]
        last = AuditSeal.objects.order_by("-last_id").first()
        rows = list(
            AuditEntry.objects.filter(pk__gt=last.last_id if last else 0)
            .extra(where=["xmin::text::bigint < %s"], params=[oldest_running])
            .order_by("pk")[:limit]
        )
        if not rows:
            return 0
        previous = last.digest if last else GENESIS
        AuditSeal.objects.create(
            first_id=rows[0].pk,
            last_id=rows[-1].pk,
            rows=len(rows),
            sealed_at=now,
            previous=previous,
            digest=_digest(previous, rows),
        )
        return len(rows)


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """``first_break`` is the id of the first row of the first link that does not fit, or None."""

    ok: bool
    rows: int
    first_break: int | None


def verify_audit() -> AuditVerdict:
    """Computes the whole chain again from the rows."""
    previous, rows_seen, after = GENESIS, 0, 0
    for seal in AuditSeal.objects.order_by("first_id").iterator():
        rows = list(AuditEntry.objects.filter(pk__gt=after, pk__lte=seal.last_id).order_by("pk"))
        rows_seen += len(rows)
        intact = seal.previous == previous and len(rows) == seal.rows and _digest(previous, rows) == seal.digest
        if not intact:
            return AuditVerdict(ok=False, rows=rows_seen, first_break=seal.first_id)
        previous, after = seal.digest, seal.last_id
    rows_seen += AuditEntry.objects.filter(pk__gt=after).count()
    return AuditVerdict(ok=True, rows=rows_seen, first_break=None)

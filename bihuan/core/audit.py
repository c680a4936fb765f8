"""The audit trail. Every operation that changes something writes here in its own transaction."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import OperationalError, connection, transaction

from bihuan.core.actor import Actor
from bihuan.core.models import AuditEntry, AuditSeal
from bihuan.core.rows import insert_rows

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
    entry = AuditEntry(
        at=now,
        actor_kind=actor.kind.value,
        actor_id=actor.user_id or actor.customer_id,
        actor_name=actor.username or actor.kind.value,
        action=action,
        object_type=object_type,
        object_id=object_id,
        detail=dict(detail or {}),
    )
    insert_rows([entry], keyed=False)  # the chain follows the order of the ids


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


def _complete_until() -> int:
    """The highest id up to which no further row can appear; 0 when writers are too busy to tell.

    An INSERT holds the table's lock before it draws its id: who gets this lock sees every row whose id was drawn. It is
    given back at once.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '500ms'")
            cursor.execute("LOCK TABLE core_auditentry IN SHARE MODE")
            cursor.execute("SELECT COALESCE(max(id), 0) FROM core_auditentry")
            return int(cursor.fetchone()[0])
    except OperationalError:
        return 0


def seal_audit(*, now: datetime, limit: int = 2000) -> int:
    """Seals the rows that came since the last link; returns how many. One sealer at a time."""
    until = _complete_until()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        last = AuditSeal.objects.order_by("-last_id").first()
        rows = list(AuditEntry.objects.filter(pk__gt=last.last_id if last else 0, pk__lte=until).order_by("pk")[:limit])
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
    """``first_break`` is the id of the first row of the first link that does not fit, or None. ``head`` is the last
    link's digest: who writes it down elsewhere can tell later that nothing up to there was taken away."""

    ok: bool
    rows: int
    first_break: int | None
    head: str = GENESIS
    whole: bool = True


def verify_audit(*, newest: int | None = None) -> AuditVerdict:
    """Computes the whole chain again from the rows; with ``newest``, of about so many of the latest rows alone
    (``whole`` says whether that was all)."""
    first = _begin(newest)
    seals = AuditSeal.objects.order_by("first_id")
    if first is not None:
        seals = seals.filter(first_id__gte=first.first_id)
    previous, after = (first.previous, first.first_id - 1) if first is not None else (GENESIS, 0)
    rows_seen = 0
    for seal in seals.iterator():
        rows = list(AuditEntry.objects.filter(pk__gt=after, pk__lte=seal.last_id).order_by("pk"))
        rows_seen += len(rows)
        intact = seal.previous == previous and len(rows) == seal.rows and _digest(previous, rows) == seal.digest
        if not intact:
            return AuditVerdict(ok=False, rows=rows_seen, first_break=seal.first_id, head=previous, whole=first is None)
        previous, after = seal.digest, seal.last_id
    rows_seen += AuditEntry.objects.filter(pk__gt=after).count()
    return AuditVerdict(ok=True, rows=rows_seen, first_break=None, head=previous, whole=first is None)


def _begin(newest: int | None) -> AuditSeal | None:
    """The link with which checking the newest rows begins; None for the first of all."""
    last = AuditSeal.objects.order_by("-last_id").first() if newest is not None else None
    if last is None or newest is None:
        return None
    found = AuditSeal.objects.filter(first_id__gt=last.last_id - newest).order_by("first_id").first() or last
    return found if AuditSeal.objects.filter(last_id__lt=found.first_id).exists() else None

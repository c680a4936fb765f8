"""The same request twice has one effect and one answer (correctness 59).

The record is inserted before the work and filled in after it, in one transaction: a crash leaves neither the effect
nor the record, and a second request that comes meanwhile waits at the unique key until the first one is through.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext_noop

from bihuan.core.errors import Conflict, Refused
from bihuan.core.models import IdempotencyRecord

KEEP = timedelta(hours=48)
KEY_LENGTH = 200
_PORTION = 1000

Json = dict[str, object]


class KeyNotValid(Refused):
    code = "idempotency_key_not_valid"
    text = gettext_noop("Idempotency-Key 应为 1 到 200 个可见的 ASCII 字符。")
    status = 400


class KeyReused(Conflict):
    code = "idempotency_key_reused"
    text = gettext_noop("这个 Idempotency-Key 已用于另一份内容，请换一个新的。")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request was answered; ``repeated`` says that the work had been done before."""

    status: int
    body: Json
    repeated: bool


def body_hash(*parts: str | bytes) -> str:
    """A digest in which the borders between the parts count."""
    hasher = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        hasher.update(len(data).to_bytes(8, "big") + data)
    return hasher.hexdigest()


def once(*, scope: str, key: str, body_hash: str, now: datetime, work: Callable[[], tuple[int, Json]]) -> Answer:
    """Does ``work`` unless a request with this key was answered in this scope; then gives that answer.

    ``scope`` (≤ 64 characters) keeps the keys of one caller apart from another's; ``work`` answers (status, body).
    A refusal that ``work`` raises undoes the record too: the corrected request may use the key again. Refuses a
    malformed key, and a key that came with another body.
    """
    if not 1 <= len(key) <= KEY_LENGTH or not key.isascii() or not key.isprintable():
        raise KeyNotValid
    with transaction.atomic():
        record_id = _claim(scope, key, body_hash, now)
        if record_id is None:
            return _stored(scope, key, body_hash)
        status, body = work()
        IdempotencyRecord.objects.filter(pk=record_id).update(status=status, answer=body)
        return Answer(status=status, body=body, repeated=False)


def _claim(scope: str, key: str, digest: str, now: datetime) -> int | None:
    """The new record's id; None when there is one already. Waits while another transaction holds the key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_idempotencyrecord (scope, key, body_hash, created_at) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (scope, key) DO NOTHING RETURNING id",
            [scope, key, digest, now],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else None


def _stored(scope: str, key: str, digest: str) -> Answer:
    record = IdempotencyRecord.objects.filter(scope=scope, key=key).first()
    if record is None or record.status is None:  # cleaned away between the two statements
        raise Conflict
    if record.body_hash != digest:
        raise KeyReused
    return Answer(status=record.status, body=dict(record.answer or {}), repeated=True)


def forget_old_answers(*, now: datetime) -> int:
    """Deletes a portion of the records older than 48 hours; returns how many."""
    old = list(
        IdempotencyRecord.objects.filter(created_at__lt=now - KEEP)
        .order_by("created_at")
        .values_list("pk", flat=True)[:_PORTION]
    )
    return IdempotencyRecord.objects.filter(pk__in=old).delete()[0] if old else 0


def first_time(*, scope: str, key: str, now: datetime) -> bool:
    """Whether this key is new in its scope; claims it in the caller's transaction (a second click finds False)."""
    return _claim(scope, key[:KEY_LENGTH], "", now) is not None

"""What every channel shares: a message is inserted before anything else is done with it (correctness 56)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import connection

from bihuan.channels.models import InboundMessage

Status = Literal["opened", "added", "flagged", "ignored", "parked", "duplicate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What became of a message.

    ``opened`` a new issue · ``added`` to one · ``flagged`` on one (our mail bounced) · ``ignored`` (automatic mail,
    nobody's issue) · ``parked`` (not understood; kept for a person) · ``duplicate`` (had been received before).
    ``reason`` is a code that says why or how.
    """

    status: Status
    inbound_id: int
    issue_id: int | None = None
    reason: str = ""


def insert_first(*, channel: str, key: str, mailbox: str, raw: bytes | None, now: datetime) -> int | None:
    """The id of the new row; None when the message had come before. Waits while another transaction takes it in."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO channels_inboundmessage"
            " (channel, mailbox, key, status, raw, summary, reason, error, received_at)"
            " VALUES (%s, %s, %s, 'received', %s, '{}', '', '', %s)"
            " ON CONFLICT (channel, key) DO NOTHING RETURNING id",
            [channel, mailbox[:254], key, raw, now],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else None


def the_one_before(*, channel: str, key: str) -> InboundMessage:
    """The row that an equal message left."""
    return InboundMessage.objects.defer("raw").get(channel=channel, key=key)


def finish(received: Received, *, now: datetime, entry_id: int | None = None, error: str = "") -> None:
    """Notes on the row what became of the message."""
    status = {"opened": "done", "added": "done", "flagged": "done"}.get(received.status, received.status)
    InboundMessage.objects.filter(pk=received.inbound_id).update(
        status=status,
        issue_id=received.issue_id,
        entry_id=entry_id,
        reason=received.reason[:64],
        error=error[:4000],
        handled_at=now,
    )

"""Sending what waits in the outbox: at least once, always under the same Message-ID.

Claim, send, note are three steps with no transaction around the network. A worker that dies in between leaves the
row queued with a moved ``next_attempt_at``: after the lease another one sends it again under the same Message-ID,
by which the recipient's side (and the file outbox, where it is the file's name) knows it.
"""

import logging
import os
from datetime import datetime

from django.conf import settings
from django.db import InterfaceError, OperationalError

from bihuan.channels import queries, rules
from bihuan.channels.kinds.email.compose import BadAddress
from bihuan.channels.models import Delivery
from bihuan.channels.operations.claiming import claim
from bihuan.channels.operations.composing import compose
from bihuan.channels.operations.outbox import say_blocked
from bihuan.channels.transport import PermanentFailure, TemporaryFailure, send
from bihuan.core.live import announce
from bihuan.core.rows import write
from bihuan.core.stamps import operation
from bihuan.customers.rules import is_blocked
from bihuan.issues.operations import flag_issue

logger = logging.getLogger("bihuan.channels")


def outbound_off() -> bool:
    """The kill switch (correctness 151): with ``OUTBOUND_OFF`` set everything stays in the outbox."""
    return os.environ.get("OUTBOUND_OFF", "").lower() in ("1", "true", "yes", "on")


@operation()
def _claim(*, now: datetime, limit: int) -> list[int]:
    return claim(Delivery.objects.all(), now=now, limit=limit)


def _refusal(delivery: Delivery, now: datetime) -> str:
    """Why this automatic message must not go out (correctness 45); '' when it may."""
    if not delivery.automatic:
        return ""
    before = queries.answered_lately(delivery=delivery, now=now)
    by_mail = delivery.issue.channel == "email" and delivery.entry.code == "acknowledgement"
    return rules.auto_reply_refusal(subject=delivery.issue.title, by_mail=by_mail, before=before, now=now)


_CLOSE = (
    "UPDATE channels_delivery SET status = %s, reason = %s, error = %s, sent_at = %s, next_attempt_at = NULL"
    " WHERE id = %s AND status = 'queued'"
)


def _close(delivery: Delivery, *, status: str, now: datetime, reason: str = "", error: str = "") -> None:
    write(_CLOSE, [status, reason[:64], error[:2000], now if status == "sent" else None, delivery.pk])


def _failed(delivery: Delivery, error: Exception, *, permanent: bool, now: datetime) -> None:
    again = None if permanent else rules.next_attempt(attempts=delivery.attempts, now=now)
    if again is not None:
        Delivery.objects.filter(pk=delivery.pk).update(next_attempt_at=again, error=str(error)[:2000])
        return
    _close(delivery, status="failed", now=now, reason="permanent" if permanent else "tries", error=str(error))
    flag_issue(issue_id=delivery.issue_id, code="mail.failed", params={"why": str(error)[:200]}, now=now)


def _blocked(delivery: Delivery, now: datetime) -> bool:
    """Whether the contact has forbidden this way since the message was written; then it stays here, and it is said."""
    contact = delivery.issue.contact
    if (
        delivery.entry.third_party_id is not None
        or contact is None
        or not is_blocked(contact.blocked, delivery.channel)
    ):
        return False
    _close(delivery, status="blocked", now=now, reason="do_not_contact")
    say_blocked(delivery, automatic=delivery.automatic, now=now)
    return True


def _deliver(delivery: Delivery, answered: str, now: datetime) -> None:
    if _blocked(delivery, now):
        return
    refusal = _refusal(delivery, now)
    if refusal:
        logger.warning("automatic message %s dropped: %s", delivery.pk, refusal)
        _close(delivery, status="dropped", now=now, reason=refusal)
        return
    try:
        message = compose(delivery, answered=answered, now=now)
        send(url=settings.SMTP_URL, message=message, sender=settings.MAIL_ADDRESS, recipient=delivery.recipient)
    except TemporaryFailure as error:
        _failed(delivery, error, permanent=False, now=now)
    except (PermanentFailure, BadAddress) as error:
        _failed(delivery, error, permanent=True, now=now)
    else:
        _close(delivery, status="sent", now=now)


def deliver_due(*, now: datetime, limit: int = 50) -> int:
    """Sends what is due; returns how many were handled. One that cannot be made does not hold up the others.

    Where the database fails, its error is raised; what was claimed waits for the end of the lease.
    """
    if outbound_off():
        return 0
    taken = _claim(now=now, limit=limit)
    if not taken:
        return 0
    rows = list(
        Delivery.objects.select_related("entry__third_party", "issue", "issue__contact", "issue__instance")
        .defer("issue__description", "issue__instance__state", "entry__full_text", "entry__html")
        .prefetch_related("entry__attachments")
        .filter(pk__in=taken)
        .order_by("created_at", "pk")
    )
    answered = queries.latest_message_ids(issue_ids=[delivery.issue_id for delivery in rows])
    for delivery in rows:
        delivery.entry.issue = delivery.issue
        try:
            _deliver(delivery, answered.get(delivery.issue_id, ""), now)
        except (OperationalError, InterfaceError):
            raise
        except Exception:  # the lease brings it back; the log says why
            logger.exception("delivery %s could not be made", delivery.pk)
    announce(f"issue:{delivery.issue_id}" for delivery in rows)
    return len(taken)

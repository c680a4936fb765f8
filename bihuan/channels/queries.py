"""What came in, what is on its way, and which conversation a message belongs to."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time

from django.conf import settings
from django.db import connection
from django.db.models import Q

from bihuan.channels import threads
from bihuan.channels.models import Delivery, InboundMessage, Mailbox, MessageThread, NoticeChoice, StaffMail
from bihuan.channels.policy import MAIL_STAFF
from bihuan.channels.rules import AUTO_MOST, AUTO_WINDOW, Answered
from bihuan.channels.threads import Named
from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden
from bihuan.core.settings import value
from bihuan.issues.models import Issue, ThirdPartyThread

_MOST_IDS = 200
_MORNING = time(8, 30)
_NIGHT = (time(21, 0), time(7, 30))


def own_addresses() -> frozenset[str]:
    """All addresses under which the company is written to, in lower case."""
    return frozenset(
        {
            str(settings.MAIL_ADDRESS).lower(),
            *(address.lower() for address in Mailbox.objects.values_list("address", flat=True)),
        }
    )


def parked(*, actor: Actor) -> list[InboundMessage]:
    """Messages that could not be taken in, newest first, without their raw bytes; for who may change settings."""
    if not actor.can("settings.edit"):
        raise Forbidden
    return list(InboundMessage.objects.filter(status="parked").defer("raw").order_by("-received_at", "-id")[:200])


def delivery_states(*, issue_id: int) -> dict[int, str]:
    """How far the delivery of each outgoing entry of an issue has come, by entry id: the ``status`` of ``Delivery``.

    The caller has asked whether the issue may be seen.
    """
    return dict(Delivery.objects.filter(issue_id=issue_id).values_list("entry_id", "status"))


def calls_due(*, issue_id: int) -> list[Delivery]:
    """Replies of an issue that somebody has to bring to the customer by phone."""
    return list(Delivery.objects.filter(issue_id=issue_id, status="manual").order_by("created_at", "id"))


def named_by_our_ids(*, message_ids: Sequence[str]) -> Named | None:
    """The conversation of the first id that is ours: signed by us, or one that we sent (under an earlier key)."""
    for message_id in message_ids[:_MOST_IDS]:
        named = threads.named_in(message_id)
        if named is not None:
            return named
    ours = [each for each in message_ids[:_MOST_IDS] if threads.looks_like_ours(each)]
    rows = Delivery.objects.filter(message_id__in=ours).select_related("entry__third_party")
    sent = {row.message_id: row.entry for row in rows}
    entry = next((sent[message_id] for message_id in message_ids if message_id in sent), None)
    if entry is None or entry.third_party is None:
        return Named(entry.issue_id) if entry is not None else None
    return Named(entry.third_party.issue_id, entry.third_party.pk)


def named_by_their_ids(*, message_ids: Sequence[str]) -> list[Named]:
    """The conversations that Message-IDs of others belong to, in the order of the ids, each once."""
    rows = MessageThread.objects.filter(message_id__in=list(message_ids[:_MOST_IDS]))
    known = {row.message_id: Named(row.issue_id, row.third_party_id) for row in rows}
    return list(dict.fromkeys(known[message_id] for message_id in message_ids if message_id in known))


def participants(*, named: Named) -> frozenset[str]:
    """The addresses that take part in a conversation: the contact's or the third party's, and who wrote or was written
    to. Third parties take no part in what is said with the customer, nor the other way round."""
    outside = named.third_party_id
    rows = InboundMessage.objects.filter(issue_id=named.issue_id, entry__third_party=None)
    first = Issue.objects.filter(pk=named.issue_id).values_list("contact__email", flat=True).first()
    if outside is not None:
        rows = InboundMessage.objects.filter(entry__third_party=outside)
        first = ThirdPartyThread.objects.filter(pk=outside).values_list("address", flat=True).first()
    found: set[str] = {first.lower()} if first else set()
    for summary in rows.values_list("summary", flat=True):
        others = summary.get("participants", [])
        found.update(str(address) for address in others if isinstance(others, list))
    return frozenset(found) - own_addresses()


def third_party_at(*, issue_id: int, address: str) -> int | None:
    """The latest conversation about the issue with a third party of this address."""
    there = Q(issue_id=issue_id) | Q(issue__duplicate_of_id=issue_id)
    rows = ThirdPartyThread.objects.filter(there, address__iexact=address)
    return rows.order_by("-last_at", "-id").values_list("pk", flat=True).first()


# Asked for every automatic message: written out, because putting it together anew costs more than asking it.
_LATELY = """
SELECT i.title, d.created_at FROM channels_delivery d JOIN issues_issue i ON i.id = d.issue_id
WHERE d.recipient = %s AND d.automatic AND d.status IN ('queued', 'sent')
    AND d.created_at > %s AND d.created_at <= %s AND (d.created_at, d.id) < (%s, %s)
ORDER BY d.created_at DESC LIMIT %s
"""


def answered_lately(*, delivery: Delivery, now: datetime) -> list[Answered]:
    """The automatic messages that went (or were on their way) to its address in the window before it, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            _LATELY, [delivery.recipient, now - AUTO_WINDOW, now, delivery.created_at, delivery.pk, AUTO_MOST]
        )
        return [Answered(subject=title, at=at) for title, at in cursor.fetchall()]


def latest_message_id_from_outside(*, third_party_id: int) -> str:
    """The Message-ID of a third party's latest mail; "" without one."""
    rows = InboundMessage.objects.filter(entry__third_party=third_party_id, status="done").order_by("-pk")
    summary = rows.values_list("summary", flat=True).first() or {}
    return str(summary.get("message_id") or "")


def latest_message_ids(*, issue_ids: Iterable[int]) -> dict[int, str]:
    """The Message-ID of each issue's latest mail from the customer; issues without one are left out."""
    rows = (
        InboundMessage.objects.filter(
            issue_id__in=set(issue_ids), channel="email", status="done", entry__third_party=None
        )
        .order_by("issue_id", "-pk")
        .distinct("issue_id")
        .values_list("issue_id", "summary")
    )
    found = {issue: summary.get("message_id") for issue, summary in rows if isinstance(summary, dict)}
    return {issue: known for issue, known in found.items() if issue is not None and isinstance(known, str)}


def automatic_mails_since(*, since: datetime) -> int:
    """How many automatic messages answered mails since then."""
    return Delivery.objects.filter(automatic=True, status="sent", sent_at__gt=since, issue__channel="email").count()


def oldest_queued() -> datetime | None:
    """Since when the oldest message waits to be sent; None when none is due."""
    return Delivery.objects.filter(status="queued").order_by("created_at").values_list("created_at", flat=True).first()


def fresh_choice(user_id: int, now: datetime) -> NoticeChoice:
    """The defaults; what is older than now is never mailed."""
    return NoticeChoice(
        user_id=user_id,
        quiet_from=_NIGHT[0],
        quiet_until=_NIGHT[1],
        digest_at=_MORNING,
        told_at=now,
        urgent_told_at=now,
        digested_at=now,
    )


def notice_choice(*, user_id: int, now: datetime) -> NoticeChoice:
    """How the person hears of notices: the row, or an unsaved one with the defaults."""
    return NoticeChoice.objects.filter(pk=user_id).first() or fresh_choice(user_id, now)


def mails_staff() -> bool:
    """Whether the company sends notices by mail."""
    return value(MAIL_STAFF)


def failed_staff_mail(*, actor: Actor, limit: int = 50) -> list[StaffMail]:
    """Mails to the staff that could not be delivered, the latest first; for those who may set things up."""
    if not actor.can("settings.edit"):
        raise Forbidden
    return list(StaffMail.objects.filter(status="failed").select_related("user").order_by("-pk")[:limit])

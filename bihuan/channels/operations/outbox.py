"""Putting a message for the customer into the outbox, in the transaction that wrote it."""

from datetime import datetime

from bihuan.channels import rules, threads
from bihuan.channels.models import Delivery
from bihuan.core.rows import insert_rows
from bihuan.issues.models import Entry


def queue_delivery(entry: Entry, automatic: bool) -> Delivery:
    """One delivery for a public reply or automatic message. Joins the caller's transaction; sends nothing.

    By mail when the customer has an address and does not ask to be phoned; otherwise a call is due (``manual``).
    Automatic messages without a mail address are ``dropped``: nobody is to phone for them.
    """
    contact = entry.issue.contact
    way = rules.route(
        preferred=contact.preferred if contact else "",
        email=contact.email if contact else "",
        phone=contact.phone if contact else "",
        automatic=automatic,
    )
    made = Delivery(
        entry=entry,
        issue_id=entry.issue_id,
        channel=way.channel,
        recipient=way.recipient,
        status=way.status,
        reason=way.reason,
        automatic=automatic,
        created_at=entry.at,
        next_attempt_at=_first_attempt(way, entry.at),
        message_id=threads.entry_message_id(issue_id=entry.issue_id, entry_id=entry.pk),
    )
    insert_rows([made])
    return made


def _first_attempt(way: rules.Route, at: datetime) -> datetime | None:
    return at if way.status == "queued" else None

"""Putting a message for the customer into the outbox, in the transaction that wrote it."""

from datetime import datetime

from bihuan.channels import rules, threads
from bihuan.channels.models import Delivery
from bihuan.core.rows import insert_rows
from bihuan.customers.rules.blocking import blocked_by, why_blocked
from bihuan.issues.models import Entry
from bihuan.issues.operations import flag_issue


def queue_delivery(entry: Entry, automatic: bool) -> Delivery:
    """One delivery for a public reply or automatic message. Joins the caller's transaction; sends nothing.

    By mail when the customer has an address and does not ask to be phoned; otherwise a call is due (``manual``). Not by
    a way that the contact forbade (do-not-contact): then it is ``blocked``, and the timeline says why. Automatic messages
    without a mail address are ``dropped``: nobody is to phone for them. What a third party gets goes to that address: the
    customer's wishes do not concern it.
    """
    outside = entry.third_party
    way = rules.Route("email", outside.address, "queued") if outside is not None else _way(entry, automatic)
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
        message_id=threads.entry_message_id(
            issue_id=entry.issue_id if outside is None else outside.issue_id,
            entry_id=entry.pk,
            third_party_id=entry.third_party_id,
        ),
    )
    insert_rows([made])
    if way.status == "blocked":
        say_blocked(made, automatic=automatic, now=entry.at)
    return made


def _way(entry: Entry, automatic: bool) -> rules.Route:
    contact = entry.issue.contact
    return rules.route(
        preferred=contact.preferred if contact else "",
        email=contact.email if contact else "",
        phone=contact.phone if contact else "",
        automatic=automatic,
        blocked=contact.blocked if contact else {},
    )


def say_blocked(delivery: Delivery, *, automatic: bool, now: datetime) -> None:
    """A line of the timeline that says why the customer did not get it; for a reply the people at work hear of it."""
    contact = delivery.issue.contact
    blocked = contact.blocked if contact else {}
    everything = blocked_by(blocked, delivery.channel) == "all"
    params: dict[str, object] = {
        "contact": contact.name if contact else "",
        "why": why_blocked(blocked, delivery.channel),
        "channel": "邮件" if delivery.channel == "email" else "电话",
        "channel_en": "mail" if delivery.channel == "email" else "telephone",
    }
    code = "send.blocked_all" if everything else "send.blocked"
    flag_issue(issue_id=delivery.issue_id, code=code, params=params, bell=not automatic, now=now)


def _first_attempt(way: rules.Route, at: datetime) -> datetime | None:
    return at if way.status == "queued" else None

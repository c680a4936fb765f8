"""A mail comes in: once, to the right issue, or parked with its bytes."""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction

from bihuan.accounts.models import User
from bihuan.channels import queries
from bihuan.channels.kinds.email.html_clean import clean_html
from bihuan.channels.kinds.email.matching import dedup_key
from bihuan.channels.kinds.email.model import ParsedMail
from bihuan.channels.kinds.email.parse import may_auto_reply, parse_mail
from bihuan.channels.models import Delivery, InboundMessage, MessageThread
from bihuan.channels.operations.composing import loop_token
from bihuan.channels.operations.intake import Received, finish, insert_first, the_one_before
from bihuan.channels.operations.matching import Match, match_thread
from bihuan.channels.threads import is_notice_id
from bihuan.core.actor import SYSTEM
from bihuan.issues import operations as issues
from bihuan.issues.operations import Intake, IntakeCustomer, NewFile

log = logging.getLogger(__name__)
_TITLE = 300
_TEXT = 100_000
_FILES = 20


def receive_mail(
    *, raw: bytes, recipients: Sequence[str] = (), mailbox: str = "", envelope_from: str | None = None, now: datetime
) -> Received:
    """Takes a mail in: opens an issue, adds to one, flags a bounce, ignores what is automatic.

    One transaction; the row that makes it happen once is inserted first. What cannot be handled is parked with its
    bytes and its error, and the next mail goes on. Where the database fails, nothing is stored and its error is raised:
    the mail is not at fault, and whoever brought it tries again.
    """
    mail = parse_mail(raw, own_addresses=queries.own_addresses(), loop_token=loop_token(), envelope_from=envelope_from)
    key = dedup_key(mail, mailbox)
    try:
        with transaction.atomic():
            return _take_in(mail, raw, key, recipients, mailbox, now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("mail %s parked", key)
        return _park(raw, key, mailbox, error, now)


def _park(raw: bytes, key: str, mailbox: str, error: Exception, now: datetime) -> Received:
    with transaction.atomic():
        inbound_id = insert_first(channel="email", key=key, mailbox=mailbox, raw=raw, now=now)
        if inbound_id is None:
            before = the_one_before(channel="email", key=key)
            return Received(status="duplicate", inbound_id=before.pk, issue_id=before.issue_id)
        received = Received(status="parked", inbound_id=inbound_id, reason=type(error).__name__)
        finish(received, now=now, error=str(error))
        return received


def _take_in(
    mail: ParsedMail, raw: bytes, key: str, recipients: Sequence[str], mailbox: str, now: datetime
) -> Received:
    inbound_id = insert_first(channel="email", key=key, mailbox=mailbox, raw=raw, now=now)
    if inbound_id is None:
        before = the_one_before(channel="email", key=key)
        return Received(status="duplicate", inbound_id=before.pk, issue_id=before.issue_id, reason=before.status)
    people = [mail.sender.key, *(person.key for person in (*mail.to, *mail.cc))]
    InboundMessage.objects.filter(pk=inbound_id).update(
        summary={
            "message_id": mail.message_id or "",
            "subject": mail.subject[:300],
            "from": mail.sender.address,
            "participants": [each for each in dict.fromkeys(people) if each][:50],
            "defects": list(mail.defects)[:20],
        }
    )
    match = _match(mail, recipients)
    received, entry_id = _decide(mail, match, inbound_id, now)
    finish(received, now=now, entry_id=entry_id)
    if mail.message_id and received.issue_id is not None:
        belongs = {"issue_id": match.issue_id or received.issue_id, "third_party_id": match.third_party_id, "at": now}
        MessageThread.objects.get_or_create(message_id=mail.message_id[:250], defaults=belongs)
    return received


def _match(mail: ParsedMail, recipients: Sequence[str]) -> Match:
    reported = mail.report.message_ids if mail.report else ()
    return match_thread(
        sender=mail.sender.key,
        recipients=[*(each.lower() for each in recipients), *mail.recipients],
        references=[*mail.references, *reported],
        in_reply_to=mail.in_reply_to or "",
        subject=mail.subject,
    )


def _decide(mail: ParsedMail, match: Match, inbound_id: int, now: datetime) -> tuple[Received, int | None]:
    if match.issue_id is None and any(map(is_notice_id, (*mail.references, mail.in_reply_to or ""))):
        # A member of staff has answered a notice: it opens nothing, and its bytes stay for whoever looks.
        return Received(status="parked", inbound_id=inbound_id, reason="answers_notice"), None
    if mail.auto == "bounce" and match.issue_id is not None:
        why = mail.report.diagnostic if mail.report else mail.subject
        entry = issues.flag_issue(issue_id=match.issue_id, code="mail.bounced", params={"why": why[:200]}, now=now)
        return Received(status="flagged", inbound_id=inbound_id, issue_id=match.issue_id, reason="bounce"), entry.pk
    if mail.auto is not None or mail.calendar:
        return Received(
            status="ignored", inbound_id=inbound_id, issue_id=match.issue_id, reason=mail.auto or "calendar"
        ), None
    if match.third_party_id is not None:
        return _from_outside(mail, match, match.third_party_id, inbound_id, now)
    if match.issue_id is not None:
        return _add(mail, match, inbound_id, now)
    return _open(mail, match, inbound_id, now)


def _files(mail: ParsedMail) -> list[NewFile]:
    return [
        NewFile(name=file.name, media_type=file.type, data=file.data, cid=file.cid if file.inline else "")
        for file in mail.attachments[:_FILES]
    ]


def _add(mail: ParsedMail, match: Match, inbound_id: int, now: datetime) -> tuple[Received, int | None]:
    assert match.issue_id is not None
    text = (mail.reply_text or mail.text)[:_TEXT]
    entry = issues.add_customer_message(
        issue_id=match.issue_id,
        text=text or mail.subject,
        full_text=mail.text[:_TEXT],
        html=clean_html(mail.html),
        channel="email",
        author_name=mail.sender.name or mail.sender.address,
        attachments=_files(mail),
        now=now,
    )
    return Received(status="added", inbound_id=inbound_id, issue_id=match.issue_id, reason=match.how), entry.pk


def _from_outside(
    mail: ParsedMail, match: Match, third_party_id: int, inbound_id: int, now: datetime
) -> tuple[Received, int | None]:
    text = (mail.reply_text or mail.text)[:_TEXT]
    entry = issues.add_third_party_message(
        thread_id=third_party_id,
        sender_name=mail.sender.name,
        sender_address=mail.sender.address,
        text=text or mail.subject,
        full_text=mail.text[:_TEXT],
        html=clean_html(mail.html),
        attachments=_files(mail),
        now=now,
    )
    return Received(status="added", inbound_id=inbound_id, issue_id=entry.issue_id, reason=match.how), entry.pk


def _requester(mail: ParsedMail) -> tuple[str, str]:
    """(name, address) of the real customer: of a mail that staff forwards, the one who wrote it (correctness 53)."""
    sender = mail.sender
    forwarded = mail.forwarded_from
    staff = bool(sender.address) and User.objects.filter(email__iexact=sender.address, is_active=True).exists()
    if forwarded is not None and forwarded.address and staff and not mail.authentication.spoofed:
        return forwarded.name or forwarded.address, forwarded.address
    return sender.name or sender.address or mail.subject[:50], sender.address


def _open(mail: ParsedMail, match: Match, inbound_id: int, now: datetime) -> tuple[Received, int | None]:
    name, address = _requester(mail)
    text = (mail.text or mail.reply_text).strip()
    title = " ".join(mail.subject.split()) or " ".join(text.split())[:60] or name
    issue = issues.open_issue(
        intake=Intake(
            title=title[:_TITLE],
            description=text[:_TEXT],
            full_text=mail.text[:_TEXT],
            html=clean_html(mail.html),
            channel="email",
            customer=IntakeCustomer(name=name[:200], email=address),
            attachments=_files(mail),
        ),
        actor=SYSTEM,
        now=now,
    )
    if not may_auto_reply(mail):
        Delivery.objects.filter(issue=issue, automatic=True, status="queued").update(
            status="dropped", reason=mail.no_reply_reason[:64], next_attempt_at=None
        )
    if match.hint:
        issues.flag_issue(issue_id=issue.pk, code="mail.hint", params={"number": match.hint}, now=now)
    return Received(
        status="opened", inbound_id=inbound_id, issue_id=issue.pk, reason="hint" if match.hint else ""
    ), None

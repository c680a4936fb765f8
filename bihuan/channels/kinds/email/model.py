"""What a mail says, once it is read."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bihuan.channels.kinds.email.addresses import Person

Auto = Literal["auto_reply", "bounce", "list", "own", "receipt"]
Verdict = Literal["pass", "fail", "none"]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a mail. ``name`` is safe and never empty; ``size`` is that of ``data`` in bytes; ``inline`` says that
    the text shows it in place, under the name ``cid`` ('' without one)."""

    name: str
    type: str
    inline: bool
    cid: str
    data: bytes = field(repr=False)

    @property
    def size(self) -> int:
        return len(self.data)


@dataclass(frozen=True, slots=True)
class Authentication:
    """What the receiving server found out about the sender (SPF, DKIM, DMARC), with that server's name.

    ``trusted``: the result comes from a server named by the caller. Without that a ``pass`` proves nothing, because
    the sender can write such a header himself; a ``fail`` counts all the same.
    """

    server: str = ""
    spf: Verdict = "none"
    dkim: Verdict = "none"
    dmarc: Verdict = "none"
    trusted: bool = False

    @property
    def spoofed(self) -> bool:
        """The sender in From is probably not the real one."""
        return self.dmarc == "fail" or (self.dmarc == "none" and self.spf == "fail" and self.dkim != "pass")

    @property
    def proven(self) -> bool:
        """A trusted server vouches for the domain in From."""
        return self.trusted and self.dmarc == "pass"


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a bounce says about a mail of ours. ``permanent`` False: a delay, it may still arrive.

    ``message_ids`` are those of the mail it is about: the returned mail's own, then what it refers to.
    """

    permanent: bool
    recipients: tuple[str, ...] = ()
    status: str = ""
    diagnostic: str = ""
    message_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The mail that a forward passes on: its sender is the real customer when staff forwarded it."""

    sender: Person
    subject: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedMail:
    """A mail as far as it can be read. Nothing here is safe HTML: show ``clean_html(html)``, never ``html``.

    ``message_id`` and the ids in ``references`` carry angle brackets. ``reply_text`` is what the sender wrote for
    this mail; ``text`` has all of it. ``raw_hash`` and ``content_hash`` are hexadecimal SHA-256: of all bytes, and of
    what stays equal in copies of the mail that came on different ways.
    """

    message_id: str | None
    in_reply_to: str | None
    references: tuple[str, ...]
    sender: Person
    reply_to: tuple[Person, ...]
    to: tuple[Person, ...]
    cc: tuple[Person, ...]
    delivered_to: tuple[str, ...]
    subject: str
    date: datetime | None
    text: str
    reply_text: str
    html: str
    attachments: tuple[Attachment, ...]
    auto: Auto | None
    auto_reason: str
    no_reply_reason: str
    charset_repaired: bool
    defects: tuple[str, ...]
    authentication: Authentication
    report: DeliveryReport | None
    forwarded: Forwarded | None
    calendar: str
    subject_numbers: tuple[str, ...]
    raw_hash: str
    content_hash: str

    @property
    def recipients(self) -> tuple[str, ...]:
        """All addresses that the mail went to, in lower case, as far as its headers tell."""
        named = [person.key for person in (*self.to, *self.cc) if person.address]
        return tuple(dict.fromkeys([*self.delivered_to, *named]))

    @property
    def forwarded_from(self) -> Person | None:
        """The sender of the mail that this one forwards."""
        return self.forwarded.sender if self.forwarded else None


def as_json(mail: ParsedMail) -> dict[str, object]:
    """The document that `bihuan mail parse --json` prints."""
    return {
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "from": _person(mail.sender),
        "to": [_person(person) for person in mail.to],
        "cc": [_person(person) for person in mail.cc],
        "subject": mail.subject,
        "date": mail.date.isoformat() if mail.date else None,
        "text": mail.text,
        "reply_text": mail.reply_text,
        "html": mail.html,
        "attachments": [
            {"name": one.name, "type": one.type, "size": one.size, "inline": one.inline} for one in mail.attachments
        ],
        "auto": mail.auto,
        "charset_repaired": mail.charset_repaired,
        "defects": list(mail.defects),
    }


def _person(person: Person) -> dict[str, str]:
    return {"name": person.name, "address": person.address}

"""A mail from its bytes. Whatever the bytes are, something comes out."""

import hashlib
import re
from collections.abc import Iterator, Set
from datetime import datetime

from bihuan.channels.kinds.email import automatic
from bihuan.channels.kinds.email.addresses import Person, people
from bihuan.channels.kinds.email.bodies import Content, read_content
from bihuan.channels.kinds.email.defects import Defects
from bihuan.channels.kinds.email.evidence import (
    calendar_method,
    read_authentication,
    read_report,
    received_for,
    report_type,
)
from bihuan.channels.kinds.email.forwards import is_forward, read_forward
from bihuan.channels.kinds.email.headers import Headers, header_date, header_text, message_ids
from bihuan.channels.kinds.email.mime import Part, read_tree
from bihuan.channels.kinds.email.model import ParsedMail
from bihuan.channels.kinds.email.quotes import reply_text
from bihuan.channels.rules import numbers_in

LARGEST = 64 * 1024 * 1024
LONGEST_SUBJECT = 20_000
_PIECE = 1024 * 1024
_NOBODY = Person("", "")
_HASHED = ("from", "date", "subject", "message-id")


def parse_mail(
    raw: bytes,
    *,
    own_addresses: Set[str] = frozenset(),
    loop_token: str | None = None,
    envelope_from: str | None = None,
    trusted_server: str | None = None,
) -> ParsedMail:
    """Reads a mail. Never raises on bytes: what cannot be read is named in ``defects``.

    :param own_addresses: addresses under which we write; mail from them is ``own``
    :param loop_token: the value of our own loop header; without it every mail with that header is ``own``
    :param envelope_from: the sender of the SMTP conversation, '' for the null path; None when it is not known
    :param trusted_server: the server whose Authentication-Results are believed
    """
    defects = Defects()
    read = raw
    if len(raw) > LARGEST:
        defects.add("too_large")
        read = raw[:LARGEST]
    if b"\n" not in read:
        read = read.replace(b"\r", b"\n")
    root = read_tree(read, defects)
    content = read_content(root, defects)
    return _Assembly(root, content, defects).mail(
        raw,
        own_addresses=own_addresses,
        loop_token=loop_token,
        envelope_from=envelope_from,
        trusted_server=trusted_server,
    )


def may_auto_reply(mail: ParsedMail) -> bool:
    """Whether an automatic answer may go to this mail, as far as the mail itself tells (correctness 44)."""
    return mail.no_reply_reason == ""


class _Assembly:
    """Puts together what the readers found."""

    def __init__(self, root: Part, content: Content, defects: Defects) -> None:
        self.root = root
        self.content = content
        self.defects = defects
        self.headers: Headers = root.headers
        self.repaired = content.repaired

    def mail(
        self,
        raw: bytes,
        *,
        own_addresses: Set[str],
        loop_token: str | None,
        envelope_from: str | None,
        trusted_server: str | None,
    ) -> ParsedMail:
        sender = self._sender()
        subject = self._subject()
        text = self.content.text
        forward = is_forward(subject, text)
        said = reply_text(text, sender=sender.name, forwarded=forward)
        report, calendar = report_type(self.root), calendar_method(self.root)
        signs = automatic.Signs(
            headers=self.headers,
            sender=sender,
            subject=subject,
            said=said,
            report=report,
            calendar=calendar,
            envelope_from=envelope_from,
            own_addresses=own_addresses,
            loop_token=loop_token,
        )
        found = automatic.classify(signs)
        message_id = self._message_id()
        answered = message_ids(self.headers.raw("in-reply-to"))
        return ParsedMail(
            message_id=message_id,
            in_reply_to=next((one for one in answered if "@" in one), None),
            references=tuple(message_ids(self.headers.raw("references"))),
            sender=sender,
            reply_to=self._people("reply-to"),
            to=self._people("to"),
            cc=self._people("cc"),
            delivered_to=received_for(self.headers),
            subject=subject,
            date=self._date(),
            text=text,
            reply_text=said,
            html=self.content.html,
            attachments=tuple(self.content.attachments),
            auto=found.auto,
            auto_reason=found.reason,
            no_reply_reason=automatic.no_reply_reason(signs, found),
            authentication=read_authentication(self.headers, trusted_server),
            report=read_report(self.root) if found.auto == "bounce" else None,
            forwarded=read_forward(self.root, text) if forward else None,
            calendar=calendar,
            subject_numbers=tuple(numbers_in(subject)),
            raw_hash=hashlib.sha256(raw).hexdigest(),
            content_hash=self._content_hash(),
            charset_repaired=self.repaired,
            defects=self.defects.codes(),
        )

    def _people(self, name: str) -> tuple[Person, ...]:
        found, repaired = people(self.headers, name)
        self.repaired |= repaired
        return found

    def _sender(self) -> Person:
        """The first author; who sent it in his stead where there is none."""
        if len(self.headers.raw_all("from")) > 1:
            self.defects.add("several_from")
        found = [person for person in self._people("from") if person.address] or list(self._people("from"))
        found = found or list(self._people("sender")) or list(self._people("return-path"))
        if not found or not found[0].address:
            self.defects.add("no_sender")
        sender = found[0] if found else _NOBODY
        if "@" in sender.name and sender.key not in sender.name.lower():
            self.defects.add("misleading_name")
        return sender

    def _subject(self) -> str:
        read = header_text(self.headers.raw("subject") or b"")
        self.repaired |= read.repaired
        subject = re.sub(r"\s+", " ", read.text).strip()
        if len(subject) > LONGEST_SUBJECT:
            self.defects.add("subject_too_long")
        return subject[:LONGEST_SUBJECT]

    def _message_id(self) -> str | None:
        values = self.headers.raw_all("message-id")
        ids = message_ids(values[0]) if values else []
        if len(values) > 1:
            self.defects.add("several_message_ids")
        if not ids:
            self.defects.add("no_message_id")
        return ids[0] if ids else None

    def _date(self) -> datetime | None:
        date = header_date(self.headers.raw("date"))
        if date is None:
            self.defects.add("bad_date" if self.headers.has("date") else "no_date")
        return date

    def _content_hash(self) -> str:
        """Equal for copies that took different ways: author, date, subject and body, line ends as one kind."""
        found = hashlib.sha256()
        for name in _HASHED:
            found.update(b"%s:%s\n" % (name.encode(), b" ".join((self.headers.raw(name) or b"").split())))
        for piece in _with_plain_line_ends(self.root.raw, self.root.start):
            found.update(piece)
        return found.hexdigest()


def _with_plain_line_ends(raw: bytes, start: int) -> Iterator[bytes]:
    """The bytes from ``start`` in pieces, line ends as one kind, blanks at the end left out."""
    end = len(raw)
    while end > start and raw[end - 1] in b" \t\r\n":
        end -= 1
    while start < end:
        stop = min(end, start + _PIECE)
        if stop < end and raw[stop - 1] == 0x0D:
            stop += 1
        yield raw[start:stop].replace(b"\r\n", b"\n")
        start = stop

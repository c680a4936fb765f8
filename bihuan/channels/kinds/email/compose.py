"""Mails that go out: one conversation for the customer's program, no loops, nothing smuggled into a header."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address, AddressHeader
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime

from bihuan.channels.kinds.email.automatic import LOOP_HEADER

MOST_REFERENCES = 20
LONGEST_SUBJECT = 500
_LINE = 76
_WORD_BYTES = 45  # 60 characters of base64; with "=?utf-8?b?" and "?=" below the 75 that a word may have
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SURROGATES = re.compile("[\ud800-\udfff]")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_ID = re.compile(r"<[^<>\s@]{1,200}@[^<>\s@]{1,200}>")
_ANY_ID = re.compile(r"<[^<>\s\x00-\x1f]{1,900}>")
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,100}/[a-z0-9][a-z0-9!#$&^_.+-]{0,100}")
_REPLIED = re.compile(r"\s*(?:re|aw|sv|回复|答复|回覆)\s*(?:\[\d+\])?\s*[:：]", re.IGNORECASE)
_IDENTIFIERS = frozenset({"message-id", "in-reply-to", "references"})


class BadAddress(ValueError):
    """No mail can be sent to this address."""


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """A file that goes along."""

    name: str
    type: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a mail of ours needs.

    ``message_id`` is the same at every attempt to send this mail. ``root_message_id`` stands first in References of
    all mails of one conversation, so that the customer's program shows them together even when the first is lost;
    ``references`` are those of the mail that is answered. ``loop_token`` tells our mails when they come back.
    ``automatic``: nobody wrote this (acknowledgements, notices). ``begins``: it answers nothing, so its subject stands
    as it is.
    """

    sender_name: str
    sender_address: str
    to_name: str
    to_address: str
    subject: str
    text: str
    html: str = ""
    message_id: str
    root_message_id: str = ""
    in_reply_to: str = ""
    references: Sequence[str] = ()
    reply_to: str = ""
    number: str = ""
    automatic: bool = False
    begins: bool = False
    loop_token: str
    date: datetime
    files: Sequence[OutgoingFile] = ()


def build_reply(reply: Reply) -> EmailMessage:
    """The mail, ready for `smtp_sender`. Its ``as_bytes()`` is pure ASCII.

    :raises BadAddress: an address of it is none, or cannot be written in ASCII
    :raises ValueError: ``message_id`` is no Message-ID
    """
    if not _ID.fullmatch(reply.message_id):
        raise ValueError("no Message-ID")
    message = EmailMessage(policy=_POLICY)
    message["From"] = _mailbox(reply.sender_name, reply.sender_address)
    message["To"] = _mailbox(reply.to_name, reply.to_address)
    if reply.reply_to:
        message["Reply-To"] = _mailbox(reply.sender_name, reply.reply_to)
    message["Subject"] = (
        one_line(reply.subject)[:LONGEST_SUBJECT] if reply.begins else reply_subject(reply.subject, number=reply.number)
    )
    message["Date"] = format_datetime(reply.date)
    message["Message-ID"] = reply.message_id
    _add_thread(message, reply)
    message[LOOP_HEADER] = one_line(reply.loop_token)[:200]
    if reply.automatic:
        message["Auto-Submitted"] = "auto-replied" if reply.in_reply_to else "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
    message.set_content(_sound(reply.text), cte="base64")
    if reply.html:
        message.add_alternative(_sound(reply.html), subtype="html", cte="base64")
    for file in reply.files:
        _attach(message, file)
    return message


def reply_subject(subject: str, *, number: str = "") -> str:
    """``Re: …`` with the issue's number in brackets, each once."""
    text = one_line(subject)
    if not _REPLIED.match(text):
        text = f"Re: {text}".strip()
    tag = f"[#{one_line(number)}]" if number else ""
    if tag and number not in text:
        return f"{text[: LONGEST_SUBJECT - len(tag) - 1]} {tag}"
    return text[:LONGEST_SUBJECT]


def one_line(text: str) -> str:
    """Text for a header: line ends and other control characters become blanks."""
    return " ".join(_SURROGATES.sub("\ufffd", _CONTROLS.sub(" ", text)).split())


def _sound(text: str) -> str:
    return _SURROGATES.sub("\ufffd", text.replace("\x00", ""))


def _add_thread(message: EmailMessage, reply: Reply) -> None:
    answered = reply.in_reply_to if _ANY_ID.fullmatch(reply.in_reply_to) else ""
    if answered or reply.root_message_id:
        message["In-Reply-To"] = answered or reply.root_message_id
    known = [one for one in (*reply.references, answered) if _ANY_ID.fullmatch(one)]
    chain = list(dict.fromkeys([*([reply.root_message_id] if reply.root_message_id else []), *known]))
    if reply.root_message_id and answered in chain:  # the answered mail stays the last one
        chain.remove(answered)
        chain.append(answered)
    if len(chain) > MOST_REFERENCES:
        chain = [chain[0], *chain[1 - MOST_REFERENCES :]]
    if chain:
        message["References"] = " ".join(chain)


def _mailbox(name: str, address: str) -> Address:
    return Address(display_name=one_line(name)[:200], addr_spec=ascii_address(address))


def ascii_address(address: str) -> str:
    """The address as it goes over the wire, international domains in their ASCII form.

    :raises BadAddress: it is no address, or its part before the ``@`` is not ASCII
    """
    local, at, domain = address.strip().rpartition("@")
    try:
        wire = domain.encode("idna").decode("ascii") if domain else ""
    except UnicodeError:
        raise BadAddress("bad domain") from None
    labels = wire.split(".")
    if not at or not _LOCAL.fullmatch(local) or len(local) > 64 or not all(map(_LABEL.fullmatch, labels)):
        raise BadAddress("no address")
    return f"{local}@{wire}"


def _attach(message: EmailMessage, file: OutgoingFile) -> None:
    kind = file.type if _TYPE.fullmatch(file.type) else "application/octet-stream"
    main, _, sub = kind.partition("/")
    if main in ("multipart", "message"):
        main, sub = "application", "octet-stream"
    message.add_attachment(file.data, maintype=main, subtype=sub, filename=one_line(file.name)[:200] or "file")


class _Policy(EmailPolicy):
    """Folds headers itself: the standard one encodes long Message-IDs and splits names at their commas."""

    def fold(self, name: str, value: str) -> str:
        return self._folded(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        return self._folded(name, value).encode("ascii", "surrogateescape")

    def _folded(self, name: str, value: str) -> str:
        if name.lower() in _IDENTIFIERS:
            words = str(value).split()
        elif isinstance(value, AddressHeader):
            words = _address_words(value)
        elif name.lower().startswith("content-") or name.lower() == "mime-version":
            return str(super().fold(name, value))
        else:
            words = _text_words(str(value))
        return _fold_words(f"{name}:", words) + self.linesep


_POLICY = _Policy(linesep="\r\n", utf8=False, cte_type="7bit", max_line_length=_LINE)


def _fold_words(head: str, words: Sequence[str]) -> str:
    """Puts as many words on a line as fit; a word that is too long stands alone, never broken."""
    lines = [head]
    for number, word in enumerate(words):
        if number and len(lines[-1]) + 1 + len(word) > _LINE:
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines)


def _address_words(header: AddressHeader) -> list[str]:
    words: list[str] = []
    for number, address in enumerate(header.addresses):
        comma = "," if number + 1 < len(header.addresses) else ""
        spec = f"<{address.addr_spec}>" if address.display_name else address.addr_spec
        words += [*_phrase(address.display_name), spec + comma]
    return words


def _phrase(name: str) -> list[str]:
    if not name:
        return []
    if name.isascii() and "=?" not in name:
        return ['"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"']
    return encoded_words(name)


def _text_words(text: str) -> list[str]:
    """The words of a header's text, encoded when it is not plain ASCII or could be taken for encoded."""
    plain = text.isascii() and "=?" not in text and all(len(word) <= 900 for word in text.split())
    return text.split() if plain else encoded_words(text)


def encoded_words(text: str) -> list[str]:
    """RFC 2047 words of at most 75 characters, cut between characters."""
    words: list[bytes] = []
    held = b""
    for character in text:
        encoded = character.encode("utf-8", "replace")
        if len(held) + len(encoded) > _WORD_BYTES:
            words.append(held)
            held = b""
        held += encoded
    words.append(held)
    return [f"=?utf-8?b?{base64.b64encode(word).decode('ascii')}?=" for word in words]

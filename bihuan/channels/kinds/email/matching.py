"""Which conversation a mail may belong to, and which mails are the same mail.

Pure: who may join a conversation is the caller's rule.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from bihuan.channels.kinds.email.model import ParsedMail

How = Literal["token", "references", "in_reply_to", "subject"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A hint at a conversation: what a token says, a Message-ID, or an issue's number."""

    how: How
    value: str


def match_order(mail: ParsedMail, *, read_token: Callable[[str], str | None]) -> tuple[Candidate, ...]:
    """All hints, the most reliable first (correctness 40): signed tokens in our address or in any Message-ID that the
    mail refers to · every id of References, the latest first · In-Reply-To · numbers in the subject.

    ``read_token`` gives what a properly signed token in an address or id says, None without one. Only tokens prove
    anything; of the others the caller asks whether the sender takes part in that conversation (correctness 41, 42).
    """
    return tuple(dict.fromkeys(_candidates(mail, read_token)))


def _candidates(mail: ParsedMail, read_token: Callable[[str], str | None]) -> Iterator[Candidate]:
    referred = [*mail.references[::-1], *([mail.in_reply_to] if mail.in_reply_to else [])]
    if mail.report is not None:
        referred += mail.report.message_ids
    for text in (*mail.recipients, *referred):
        said = read_token(text)
        if said is not None:
            yield Candidate("token", said)
    for message_id in mail.references[::-1]:
        yield Candidate("references", message_id)
    if mail.in_reply_to:
        yield Candidate("in_reply_to", mail.in_reply_to)
    for number in mail.subject_numbers:
        yield Candidate("subject", number)


def dedup_key(mail: ParsedMail, mailbox: str) -> str:
    """The key under which a mail is taken in once, at most 130 characters (correctness 49, 50).

    With a Message-ID: the id and the content, whatever way the copy came, so that a mail to two of our addresses is
    one, and another mail under a stolen or repeated id is another. Without: all bytes and the mailbox.
    """
    if mail.message_id:
        return f"id:{_short(mail.message_id)}:{mail.content_hash}"
    return f"raw:{mail.raw_hash}:{_short(mailbox.lower())}"


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:48]

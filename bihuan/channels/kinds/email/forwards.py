"""Mails that pass on another mail: whose it is (correctness 53)."""

import re

from bihuan.channels.kinds.email import quote_marks as marks
from bihuan.channels.kinds.email.addresses import Person, first_person, people
from bihuan.channels.kinds.email.mime import Part
from bihuan.channels.kinds.email.model import Forwarded

_FORWARD_SUBJECT = re.compile(
    r"\s*(?:fwd?|wg|tr|rv|enc|i|转发|轉寄|轉發|转寄|転送)\s*(?:\[\d+\])?\s*[:：]", re.IGNORECASE
)
_REPLY_SUBJECT = re.compile(r"\s*(?:re|aw|sv|antw|回复|答复|回覆|回復)\s*(?:\[\d+\])?\s*[:：]", re.IGNORECASE)
_BRACKETED = re.compile(r"[\[(]\s*(?:mailto:)?([^\s\[\]()<>]{1,128}@[^\s\[\]()<>]{1,254})\s*[\])]")
_LOOK_AT = 400


def is_forward(subject: str, text: str) -> bool:
    """Whether the mail passes another one on, by its subject or by the program's mark above the other mail."""
    if _FORWARD_SUBJECT.match(subject):
        return True
    if _REPLY_SUBJECT.match(subject):
        return False
    return any(marks.is_forward_mark(line) for line in text.split("\n", _LOOK_AT)[:_LOOK_AT])


def read_forward(root: Part, text: str) -> Forwarded | None:
    """The mail inside a forward: from the head that the program wrote above it, or attached as a mail."""
    lines = text.split("\n", _LOOK_AT)
    for at in range(min(len(lines), _LOOK_AT)):
        end = marks.header_block_end(lines, at, quoted=True)
        if end is not None and (found := _from_block(lines, at, end)) is not None:
            return found
    for part in root.walk():
        if part.type == "message/rfc822" and part.children:
            inner = part.children[0].headers
            senders, _ = people(inner, "from")
            if senders and senders[0].address:
                return Forwarded(senders[0], inner.text("subject"))
    return None


def _from_block(lines: list[str], start: int, end: int) -> Forwarded | None:
    sender: Person | None = None
    subject = ""
    for line in lines[start:end]:
        found = marks.label_of(line.lstrip("> "))
        if found is None:
            continue
        label, value = found
        if label == "from" and sender is None:
            sender = first_person(_plain(value))
        elif label == "subject" and not subject:
            subject = value.strip("* ")
    if sender is None:
        return None
    rest = [line.removeprefix(">").removeprefix(" ") if line.startswith(">") else line for line in lines[end:]]
    return Forwarded(sender, subject, "\n".join(rest).strip())


def _plain(value: str) -> str:
    """``张三 [mailto:z@x.cn]`` and ``张三 (z@x.cn)`` as ``张三 <z@x.cn>``."""
    plain = _BRACKETED.sub(r"<\1>", value.strip("* "))
    return plain.replace("“", '"').replace("”", '"').rstrip(";；")

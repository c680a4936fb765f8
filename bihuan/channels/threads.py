"""Signed names of conversations: our Message-IDs and reply addresses say which issue they belong to.

Who answers one of our mails carries the name along, in whatever header his program keeps; nobody can make one up.
"""

import re
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

_NAME = re.compile(r"i(\d{1,18})\.([0-9a-z]{1,40})\.([0-9a-f]{20})")
_OURS = re.compile(r"<?i\d{1,18}\.[0-9a-z]{1,40}\.[0-9a-f]{20}@")
_OUTSIDE = re.compile(r"t(\d{1,18})(?:e\d{1,18})?")  # the part of a name that belongs to a third party's conversation


@dataclass(frozen=True, slots=True)
class Named:
    """Whose conversation a name is: the issue's with its customer, or with a third party."""

    issue_id: int
    third_party_id: int | None = None


def _domain() -> str:
    return str(settings.MAIL_ADDRESS).rpartition("@")[2] or "localhost"


def _signature(issue_id: int, part: str) -> str:
    return salted_hmac("bihuan.mail.thread", f"{issue_id}.{part}").hexdigest()[:20]


def _name(issue_id: int, part: str) -> str:
    return f"i{issue_id}.{part}.{_signature(issue_id, part)}"


def root_message_id(*, issue_id: int, third_party_id: int | None = None) -> str:
    """The Message-ID under which all mails of a conversation stand together; no mail has it itself."""
    part = "root" if third_party_id is None else f"t{third_party_id}"
    return f"<{_name(issue_id, part)}@{_domain()}>"


def entry_message_id(*, issue_id: int, entry_id: int, third_party_id: int | None = None) -> str:
    """The Message-ID of the mail that carries this entry: the same at every attempt."""
    part = str(entry_id) if third_party_id is None else f"t{third_party_id}e{entry_id}"
    return f"<{_name(issue_id, part)}@{_domain()}>"


def reply_address(*, issue_id: int, third_party_id: int | None = None) -> str:
    """Our address with the conversation's name in it (plus addressing)."""
    local, _, domain = str(settings.MAIL_ADDRESS).rpartition("@")
    part = "reply" if third_party_id is None else f"t{third_party_id}"
    return f"{local}+{_name(issue_id, part)}@{domain}"


def notice_message_id(key: str) -> str:
    """The Message-ID of a mail to the staff; it belongs to no conversation."""
    return f"<notice.{key}@{_domain()}>"


def is_notice_id(message_id: str) -> bool:
    """Whether it is that of a notice of ours."""
    return message_id.startswith("<notice.") and message_id.endswith(f"@{_domain()}>")


def named_in(text: str) -> Named | None:
    """The conversation of the first properly signed name in a Message-ID or address; None without one."""
    for number, part, signature in _NAME.findall(text):
        if constant_time_compare(signature, _signature(int(number), part)):
            outside = _OUTSIDE.fullmatch(part)
            return Named(int(number), int(outside[1]) if outside else None)
    return None


def looks_like_ours(message_id: str) -> bool:
    """Whether the Message-ID has our form, signed or not."""
    return _OURS.match(message_id) is not None

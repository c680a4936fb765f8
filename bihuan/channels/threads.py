"""Signed names of conversations: our Message-IDs and reply addresses say which issue they belong to.

Who answers one of our mails carries the name along, in whatever header his program keeps; nobody can make one up.
"""

import re

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

_NAME = re.compile(r"i(\d{1,18})\.([0-9a-z]{1,20})\.([0-9a-f]{20})")
_OURS = re.compile(r"<?i\d{1,18}\.[0-9a-z]{1,20}\.[0-9a-f]{20}@")


def _domain() -> str:
    return str(settings.MAIL_ADDRESS).rpartition("@")[2] or "localhost"


def _signature(issue_id: int, part: str) -> str:
    return salted_hmac("bihuan.mail.thread", f"{issue_id}.{part}").hexdigest()[:20]


def _name(issue_id: int, part: str) -> str:
    return f"i{issue_id}.{part}.{_signature(issue_id, part)}"


def root_message_id(*, issue_id: int) -> str:
    """The Message-ID under which all mails of an issue stand as one conversation; no mail has it itself."""
    return f"<{_name(issue_id, 'root')}@{_domain()}>"


def entry_message_id(*, issue_id: int, entry_id: int) -> str:
    """The Message-ID of the mail that carries this entry: the same at every attempt."""
    return f"<{_name(issue_id, str(entry_id))}@{_domain()}>"


def reply_address(*, issue_id: int) -> str:
    """Our address with the conversation's name in it (plus addressing)."""
    local, _, domain = str(settings.MAIL_ADDRESS).rpartition("@")
    return f"{local}+{_name(issue_id, 'reply')}@{domain}"


def notice_message_id(key: str) -> str:
    """The Message-ID of a mail to the staff; it belongs to no conversation."""
    return f"<notice.{key}@{_domain()}>"


def is_notice_id(message_id: str) -> bool:
    """Whether it is that of a notice of ours."""
    return message_id.startswith("<notice.") and message_id.endswith(f"@{_domain()}>")


def issue_named_in(text: str) -> int | None:
    """The issue of the first properly signed name in a Message-ID or address; None without one."""
    for number, part, signature in _NAME.findall(text):
        if constant_time_compare(signature, _signature(int(number), part)):
            return int(number)
    return None


def looks_like_ours(message_id: str) -> bool:
    """Whether the Message-ID has our form, signed or not."""
    return _OURS.match(message_id) is not None

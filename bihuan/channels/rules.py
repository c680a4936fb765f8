"""What may be answered, when to try again, how a customer is reached. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bihuan.customers.rules import is_blocked

# Automatic answers to one address: at most so many in the window (correctness 45).
AUTO_WINDOW = timedelta(minutes=180)
AUTO_MOST = 10
# Automatic answers to mail, to everybody together: beyond this something loops, and a person must look.
BREAKER_WINDOW = timedelta(minutes=10)
BREAKER_MOST = 1000
BREAKER_PAUSE = timedelta(minutes=10)

_BACKOFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=8),
    timedelta(hours=16),
    timedelta(hours=24),
)
_PREFIX = re.compile(
    r"^\s*(?:(?:re|aw|sv|fw|fwd|tr|antw|回复|答复|回覆|转发|轉寄|自动回复|自動回覆)\s*(?:\[\d+\])?\s*[:：]\s*)+",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<!\d)(20\d{6}-\d{4,9})(?!\d)")


def next_attempt(*, attempts: int, now: datetime) -> datetime | None:
    """When a delivery that failed for the moment is tried again; None after about two and a half days."""
    return now + _BACKOFF[attempts - 1] if 1 <= attempts <= len(_BACKOFF) else None


def bare_subject(subject: str) -> str:
    """The subject without reply marks, issue numbers, blanks and case: equal for mails of one loop."""
    text = _PREFIX.sub("", _NUMBER.sub("", subject)).replace("[#]", "")
    return " ".join(text.split()).casefold()


def numbers_in(subject: str) -> list[str]:
    """Issue numbers in a subject, in order."""
    return list(dict.fromkeys(_NUMBER.findall(subject)))


_NOTHING: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True)
class Route:
    """How a message reaches the customer; ``status`` is that of a fresh delivery."""

    channel: str
    recipient: str
    status: str
    reason: str = ""


def route(
    *, preferred: str, email: str, phone: str, automatic: bool, blocked: Mapping[str, object] = _NOTHING
) -> Route:
    """By preference, as far as there is an address: mail goes by itself, a phone call is somebody's job.

    An automatic message is never a reason to phone. A way that the person forbade (``Contact.blocked``) is not taken:
    another one is, else the message is ``blocked``.
    """
    by_mail, by_phone = bool(email) and not is_blocked(blocked, "email"), not is_blocked(blocked, "phone")
    wants_call = preferred in ("phone", "sms") and bool(phone) and by_phone
    if by_mail and (automatic or not wants_call):
        return Route("email", email, "queued")
    if (email and not by_mail and (automatic or not (phone and by_phone))) or (not automatic and not by_phone):
        return Route("email" if email else "phone", email or phone, "blocked", "do_not_contact")
    if automatic:
        return Route("phone" if phone else "", phone, "dropped", "no_address")
    return Route("phone", phone, "manual", "" if phone else "no_address")


@dataclass(frozen=True, slots=True)
class Answered:
    """An automatic message that went to an address before."""

    subject: str
    at: datetime


def auto_reply_refusal(*, subject: str, by_mail: bool, before: Iterable[Answered], now: datetime) -> str:
    """Why this automatic message must not go out: ``sender_cap``, ``same_subject``; '' when it may.

    ``before``: what the same address got lately. The same-subject rule is for mail only, where loops come from.
    """
    recent = [answered for answered in before if now - answered.at < AUTO_WINDOW]
    if len(recent) >= AUTO_MOST:
        return "sender_cap"
    bare = bare_subject(subject)
    if by_mail and any(bare_subject(answered.subject) == bare for answered in recent):
        return "same_subject"
    return ""

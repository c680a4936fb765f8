"""Do-not-contact: by which ways a person may not be written to or phoned."""

from collections.abc import Mapping

BLOCKABLE = ("all", "email", "phone", "sms", "wechat")


def blocked_by(blocked: Mapping[str, object], channel: str) -> str:
    """The entry of ``Contact.blocked`` that forbids the channel ("all" forbids every one); '' when none does."""
    return next((key for key in ("all", channel) if key in blocked), "")


def is_blocked(blocked: Mapping[str, object], channel: str) -> bool:
    """Whether the person may not be reached that way."""
    return bool(blocked_by(blocked, channel))


def why_blocked(blocked: Mapping[str, object], channel: str) -> str:
    """The reason that was noted; '' where none was."""
    entry = blocked.get(blocked_by(blocked, channel))
    reason = entry.get("reason") if isinstance(entry, Mapping) else ""
    return str(reason or "")

"""What people write."""

from typing import Final

from bihuan.studio.errors import TextRequired, TextTooLong

LIMIT: Final = 10_000


def said(text: str, *, required: bool = False) -> str:
    """The text without blanks around it and without NUL, which no database keeps. Refuses ``TextRequired``,
    ``TextTooLong``."""
    words = text.replace("\x00", "").strip()
    if len(words) > LIMIT:
        raise TextTooLong(params={"limit": LIMIT, "length": len(words)})
    if required and not words:
        raise TextRequired
    return words

"""Cursors of keyset pages: after which row a page begins, as a text that belongs into an address."""

import base64
import binascii
import json
from datetime import datetime

from django.utils.translation import gettext_noop

from bihuan.core.errors import Refused

_LONGEST = 200


class BadCursor(Refused):
    code = "bad_cursor"
    text = gettext_noop("分页标记已失效，请从第一页重新开始。")
    status = 400


def encode_cursor(sort: str, value: object, pk: int) -> str:
    """The cursor of the page that begins after the row with this key and this value in the order ``sort``."""
    plain = json.dumps([sort, value.isoformat() if isinstance(value, datetime) else value, pk])
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, sort: str) -> tuple[str, int]:
    """Value and key that ``encode_cursor`` was given. Refuses one of another order, or made by hand."""
    try:
        name, value, pk = json.loads(base64.urlsafe_b64decode(cursor[:_LONGEST] + "=" * (-len(cursor) % 4)))
        if name != sort or not isinstance(value, str) or not isinstance(pk, int) or isinstance(pk, bool):
            raise BadCursor
        return value, pk
    except (ValueError, TypeError, binascii.Error) as error:
        raise BadCursor from error


def decode_instant(cursor: str, sort: str) -> tuple[datetime, int]:
    """As ``decode_cursor``, of an order by an instant."""
    text, pk = decode_cursor(cursor, sort)
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadCursor from error
    if found.tzinfo is None:
        raise BadCursor
    return found, pk

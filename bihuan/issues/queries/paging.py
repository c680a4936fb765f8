"""Keyset pages: the cursor says after which row a page begins, so that deep pages cost what the first one costs."""

import base64
import binascii
import json
from datetime import datetime

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_noop

from bihuan.core.errors import Refused
from bihuan.issues.models import FAR, Issue

_COLUMNS = {"updated": "updated_at", "created": "created_at"}
_LONGEST = 200


class BadCursor(Refused):
    code = "bad_cursor"
    text = gettext_noop("分页标记已失效，请从第一页重新开始。")
    status = 400


def _encode(sort: str, value: object, pk: int) -> str:
    plain = json.dumps([sort, value.isoformat() if isinstance(value, datetime) else value, pk])
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def _decode(cursor: str, sort: str) -> tuple[str, int]:
    try:
        name, value, pk = json.loads(base64.urlsafe_b64decode(cursor[:_LONGEST] + "=" * (-len(cursor) % 4)))
        if name != sort or not isinstance(value, str) or not isinstance(pk, int) or isinstance(pk, bool):
            raise BadCursor
        return value, pk
    except (ValueError, TypeError, binascii.Error) as error:
        raise BadCursor from error


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadCursor from error
    if found.tzinfo is None:
        raise BadCursor
    return found


def cursor_of(issue: Issue, sort: str) -> str:
    """The cursor of the page that begins after this row."""
    if sort == "priority":
        return _encode(sort, issue.priority, issue.pk)
    if sort == "due":
        return _encode(sort, issue.due_at or FAR, issue.pk)
    return _encode(sort, getattr(issue, _COLUMNS[sort]), issue.pk)


def paged(rows: QuerySet[Issue], sort: str, cursor: str | None) -> QuerySet[Issue]:
    """The rows in order, from after the cursor on. The range condition stands by itself, so that an index serves it."""
    if sort == "priority":
        return _by_priority(rows, cursor)
    if sort == "due":
        return _by_due(rows, cursor)
    column = _COLUMNS[sort]
    if cursor:
        text, pk = _decode(cursor, sort)
        value = _instant(text)
        rows = rows.filter(Q(**{f"{column}__lte": value}), Q(**{f"{column}__lt": value}) | Q(pk__lt=pk))
    return rows.order_by(f"-{column}", "-pk")


def _by_due(rows: QuerySet[Issue], cursor: str | None) -> QuerySet[Issue]:
    rows = rows.annotate(due_or_not=Coalesce(F("due_at"), Value(FAR)))
    if cursor:
        text, pk = _decode(cursor, "due")
        value = _instant(text)
        rows = rows.filter(Q(due_or_not__gte=value), Q(due_or_not__gt=value) | Q(pk__gt=pk))
    return rows.order_by("due_or_not", "pk")


def _by_priority(rows: QuerySet[Issue], cursor: str | None) -> QuerySet[Issue]:
    if cursor:
        value, pk = _decode(cursor, "priority")
        rows = rows.filter(Q(priority__gte=value[:4]), Q(priority__gt=value[:4]) | Q(pk__lt=pk))
    return rows.order_by("priority", "-pk")

"""Keyset pages: the cursor says after which row a page begins, so that deep pages cost what the first one costs."""

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from bihuan.core.cursors import decode_cursor, decode_instant, encode_cursor
from bihuan.issues.models import FAR, Issue

_COLUMNS = {"updated": "updated_at", "created": "created_at"}


def cursor_of(issue: Issue, sort: str) -> str:
    """The cursor of the page that begins after this row."""
    if sort == "priority":
        return encode_cursor(sort, issue.priority, issue.pk)
    if sort == "due":
        return encode_cursor(sort, issue.due_at or FAR, issue.pk)
    return encode_cursor(sort, getattr(issue, _COLUMNS[sort]), issue.pk)


def paged(rows: QuerySet[Issue], sort: str, cursor: str | None) -> QuerySet[Issue]:
    """The rows in order, from after the cursor on. The range condition stands by itself, so that an index serves it."""
    if sort == "priority":
        return _by_priority(rows, cursor)
    if sort == "due":
        return _by_due(rows, cursor)
    column = _COLUMNS[sort]
    if cursor:
        value, pk = decode_instant(cursor, sort)
        rows = rows.filter(Q(**{f"{column}__lte": value}), Q(**{f"{column}__lt": value}) | Q(pk__lt=pk))
    return rows.order_by(f"-{column}", "-pk")


def _by_due(rows: QuerySet[Issue], cursor: str | None) -> QuerySet[Issue]:
    rows = rows.annotate(due_or_not=Coalesce(F("due_at"), Value(FAR)))
    if cursor:
        value, pk = decode_instant(cursor, "due")
        rows = rows.filter(Q(due_or_not__gte=value), Q(due_or_not__gt=value) | Q(pk__gt=pk))
    return rows.order_by("due_or_not", "pk")


def _by_priority(rows: QuerySet[Issue], cursor: str | None) -> QuerySet[Issue]:
    if cursor:
        value, pk = decode_cursor(cursor, "priority")
        rows = rows.filter(Q(priority__gte=value[:4]), Q(priority__gt=value[:4]) | Q(pk__lt=pk))
    return rows.order_by("priority", "-pk")

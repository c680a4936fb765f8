"""Keyset pages: the cursor says after which row a page begins, so that deep pages cost what the first one costs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Expression, F, Func, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from bihuan.core.cursors import decode_cursor, decode_instant, encode_cursor
from bihuan.issues.models import FAR, Issue

_NEAR = 5000
"""Among so many rows behind a page's beginning the page is looked for first."""

Key = str | datetime


@dataclass(frozen=True, slots=True)
class _Order:
    """By what rows are put in order, then by their ids: ``falling`` the highest first; ``ids_fall`` the latest first."""

    key: F | Expression
    of: Callable[[Issue], Key]
    falling: bool
    ids_fall: bool = True
    instant: bool = True

    def behind(self, value: Key, pk: int) -> Q:
        """Rows that come after that one. The range stands by itself, so that an index serves it."""
        way, ids = "lt" if self.falling else "gt", "lt" if self.ids_fall else "gt"
        return Q(**{f"key__{way}e": value}) & (Q(**{f"key__{way}": value}) | Q(**{f"pk__{ids}": pk}))

    def before(self, value: Key, pk: int) -> Q:
        """Rows up to that one."""
        way, ids = "gt" if self.falling else "lt", "gt" if self.ids_fall else "lt"
        return Q(**{f"key__{way}e": value}) & (Q(**{f"key__{way}": value}) | Q(**{f"pk__{ids}e": pk}))

    def sorted(self, rows: QuerySet[Issue], key: F | Expression) -> QuerySet[Issue]:
        ordered = key.desc() if self.falling else key.asc()
        return rows.order_by(ordered, "-pk" if self.ids_fall else "pk")


_ORDERS = {
    "updated": _Order(F("updated_at"), lambda issue: issue.updated_at, falling=True),
    "created": _Order(F("created_at"), lambda issue: issue.created_at, falling=True),
    "due": _Order(Coalesce(F("due_at"), Value(FAR)), lambda issue: issue.due_at or FAR, falling=False, ids_fall=False),
    "priority": _Order(F("priority"), lambda issue: issue.priority, falling=False, instant=False),
}


def cursor_of(issue: Issue, sort: str) -> str:
    """The cursor of the page that begins after this row."""
    return encode_cursor(sort, _ORDERS[sort].of(issue), issue.pk)


def paged(rows: QuerySet[Issue], sort: str, cursor: str | None) -> QuerySet[Issue]:
    """The rows in order, from after the cursor on."""
    order = _ORDERS[sort]
    return order.sorted(_from(rows.alias(key=order.key), order, sort, cursor), F("key"))


def page_of(rows: QuerySet[Issue], sort: str, cursor: str | None, size: int) -> list[Issue]:
    """The same rows, at most ``size``, where conditions may be rare.

    How many rows several conditions leave together the database guesses badly, and reading in order for a page that
    is never full reads the whole table. So a page is looked for among some thousand rows of its order, and only where
    that does not fill it, what fits is found by the indexes of the conditions and then put in order. Up to three
    statements more.
    """
    order = _ORDERS[sort]
    edge = list(paged(Issue.objects.all(), sort, cursor).values_list(order.key, "pk")[_NEAR : _NEAR + 1])
    if not edge:  # there are not that many
        return list(paged(rows, sort, cursor)[:size])
    near = list(paged(rows, sort, cursor).filter(order.before(*edge[0]))[:size])
    if len(near) == size:
        return near
    return page_of_few(rows, None, sort, cursor, size)


def page_of_few(
    rows: QuerySet[Issue], named: Expression | None, sort: str, cursor: str | None, size: int
) -> list[Issue]:
    """The same rows, at most ``size``, where few are left of all issues: thousands at most, which are found first and
    then put in order. ``named``: a condition of its own that says which; it is asked once, for it may be long."""
    order = _ORDERS[sort]
    fits = rows if named is None else rows.filter(named)
    there = _from(fits.alias(key=order.key), order, sort, cursor)
    # Said twice, the order is none that an index has. Thousands may be sorted: their ids alone.
    by_hand = order.sorted(there, Func(F("key"), F("key"), function="COALESCE"))
    ids = list(by_hand.select_related(None).values_list("pk", flat=True)[:size])
    found = {row.pk: row for row in rows.filter(pk__in=ids)}
    return [found[pk] for pk in ids if pk in found]


def _from(rows: QuerySet[Issue], order: _Order, sort: str, cursor: str | None) -> QuerySet[Issue]:
    if not cursor:
        return rows
    if order.instant:
        return rows.filter(order.behind(*decode_instant(cursor, sort)))
    value, pk = decode_cursor(cursor, sort)
    return rows.filter(order.behind(value[:4], pk))
